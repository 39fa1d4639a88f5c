import type { Config } from '../../kernel/config.ts';
import type { Database } from '../../db/types.ts';
import type { Text } from '../command.ts';

/** What one check found. */
export interface Finding {
  ok: boolean;
  text: Text;
  /** The one command that mends it. */
  mend?: string;
}

export interface Given {
  config: Config;
  env: NodeJS.ProcessEnv;
  /** Absent where the database could not be reached: its own check says why. */
  database: Database | undefined;
  now: Date;
}
