import type { Database } from '../db/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { documents, openKeyStore, openMasterKey, saveTrustAnchor, type KeyStore } from '../modules/documents/index.ts';
import type { Module } from '../modules/module.ts';

export interface Assembled {
  modules: readonly Module[];
  keys: KeyStore;
  stop(): Promise<void>;
}

/** Gives each module what it stands on. A new module is a line here and one in the list of its program's screens. */
export async function assembleModules({ config, database, clock }: { config: Config; database: Database; clock: Clock }): Promise<Assembled> {
  const keys = openKeyStore(database, openMasterKey(config), clock);
  for (const anchor of await keys.anchors()) saveTrustAnchor(config.data, anchor);
  return { modules: [documents], keys, stop: async () => undefined };
}
