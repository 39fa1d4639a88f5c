import type { Database } from '../db/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { cases } from '../modules/cases/index.ts';
import { chart } from '../modules/chart/index.ts';
import { documents, startSigning, type KeyStore } from '../modules/documents/index.ts';
import type { Module } from '../modules/module.ts';
import { waits } from './waits.ts';

export interface Assembled {
  modules: readonly Module[];
  /** Undefined where no master key is named: nothing can be signed then. */
  keys: KeyStore | undefined;
  stop(): Promise<void>;
}

/** Gives each module what it stands on. A new module is a line here and one in the list of its program's screens. */
export async function assembleModules({ config, database, clock }: { config: Config; database: Database; clock: Clock }): Promise<Assembled> {
  const keys = await startSigning(database, config, clock);
  return { modules: [documents, chart({ zone: config.zone, waits }), cases({ zone: config.zone })], keys, stop: async () => undefined };
}
