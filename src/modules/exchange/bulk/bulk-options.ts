import type { Entrance } from '../../../access/index.ts';
import type { Log } from '../../../kernel/log.ts';

export interface BulkOptions {
  entrance: Entrance;
  allowed: readonly string[];
  holder: string;
  log?: Log;
  lease?: number;
  poll?: number;
  /** Milliseconds that an export waits before it reads what was written up to its instant. */
  slack?: number;
}
