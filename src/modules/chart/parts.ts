import type { Ctx } from '../../access/context.ts';
import type { Wait } from './contract.ts';

/** Something that may wait for a person: asked when the day is opened; undefined where nothing waits. */
export interface WaitSource {
  key: string;
  read(ctx: Ctx): Promise<Wait | undefined>;
}

/** What the card and the day need beside the caller's context: given once, when the program is assembled. */
export interface ChartParts {
  /** Zone of the place of care. */
  zone: string;
  /** What other modules let wait: drafts to sign, open cases. */
  waits: readonly WaitSource[];
}
