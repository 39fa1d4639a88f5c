import { insuredPersons } from '../../seeds/insured/insured-persons.ts';
import type { Database } from '../db/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { documents, startSigning, type KeyStore } from '../modules/documents/index.ts';
import type { Module } from '../modules/module.ts';
import { endDemoRegister, fillRegister, patients, tableRegister } from '../modules/patients/index.ts';
import { registry } from '../modules/registry/index.ts';

export interface Assembled {
  modules: readonly Module[];
  /** Undefined where no master key is named: nothing can be signed then. */
  keys: KeyStore | undefined;
  stop(): Promise<void>;
}

/** Gives each module what it stands on. A new module is a line here and one in the list of its program's screens. */
export async function assembleModules({ config, database, clock }: { config: Config; database: Database; clock: Clock }): Promise<Assembled> {
  const keys = await startSigning(database, config, clock);
  if (config.demo) await fillRegister(database, insuredPersons(), { demo: true });
  else await endDemoRegister(database);
  return { modules: [documents, patients({ register: tableRegister(database) }), registry], keys, stop: async () => undefined };
}
