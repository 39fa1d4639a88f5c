import { insuredPersons } from '../../seeds/insured/insured-persons.ts';
import type { Entrance } from '../access/index.ts';
import type { Database } from '../db/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { applications } from '../modules/applications/index.ts';
import { cases } from '../modules/cases/index.ts';
import { chart } from '../modules/chart/index.ts';
import { dictionaries } from '../modules/dictionaries/index.ts';
import { exchange } from '../modules/exchange/index.ts';
import { documents, readTrustAnchors, startSigning, type KeyStore } from '../modules/documents/index.ts';
import { journal } from '../modules/journal/index.ts';
import type { Module } from '../modules/module.ts';
import { endDemoRegister, fillRegister, patients, tableRegister } from '../modules/patients/index.ts';
import { registry } from '../modules/registry/index.ts';
import { visits, watchDrafts } from '../modules/visits/index.ts';
import { openTerminology, type Terminology } from '../terminology/open-terminology.ts';
import { waits } from './waits.ts';

export interface Assembled {
  modules: readonly Module[];
  /** Undefined where no master key is named: nothing can be signed then. */
  keys: KeyStore | undefined;
  stop(): Promise<void>;
}

interface AssembleWith {
  config: Config;
  database: Database;
  clock: Clock;
  entrance: Entrance;
  /** What the whole process looks codes up in; opened here where nobody shares it. */
  terminology?: Terminology;
}

/** Gives each module what it stands on. A new module is a line here and one in the list of its program's screens. */
export async function assembleModules({ config, database, clock, entrance, terminology }: AssembleWith): Promise<Assembled> {
  const keys = await startSigning(database, config, clock);
  if (config.demo) await fillRegister(database, insuredPersons(), { demo: true });
  else await endDemoRegister(database);
  const trust = async () => ({ anchors: readTrustAnchors(config.data), ...(keys && { revoked: await keys.revocations() }) });
  const watch = await watchDrafts(database);
  const { zone } = config;
  const codes = terminology ?? (await openTerminology(database));
  return {
    modules: [
      patients({ register: tableRegister(database) }),
      registry,
      documents({ trust, zone }),
      visits({ terminology: codes, keys, base: `${config.url}/fhir/R4`, zone, watch }),
      chart({ zone, waits }),
      cases({ zone }),
      applications,
      journal({ zone }),
      dictionaries({ terminology: codes }),
      exchange({ entrance, allowed: config.outward ?? [] }),
    ],
    keys,
    stop: () => watch.end(),
  };
}
