import type { Terminology } from '../../terminology/open-terminology.ts';
import type { KeyStore } from '../documents/index.ts';
import type { DraftWatch } from './watch-drafts.ts';

/** What the visit needs beside the caller's context: given once, when the program is assembled. */
export interface VisitParts {
  terminology: Terminology;
  /** Undefined where no master key is named: everything but signing works. */
  keys: KeyStore | undefined;
  /** FHIR base of this installation, for the addresses inside documents. */
  base: string;
  /** Zone of the place of care. */
  zone: string;
  watch: DraftWatch;
}
