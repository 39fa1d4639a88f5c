import type { Resource } from '@medplum/fhirtypes';
import { demoAccounts, demoRegion } from '../seeds/region/index.ts';
import { createContext, openEntrance, systemContext, type Actor, type Ctx } from '../src/access/index.ts';
import { loadFhir } from '../src/fhir/index.ts';
import type { Database } from '../src/db/types.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { log } from '../src/kernel/log.ts';
import { openStore } from '../src/store/index.ts';
import type { WriteOperation } from '../src/store/types.ts';

/** The demo region on the real store, and its people as callers: `as('doctor')`, `as('patient')`. */
export async function openDemoPeople(database: Database) {
  loadFhir();
  const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
  const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://localhost:8080', demo: true });
  const karta = (): Ctx => systemContext(entrance);
  const keep = async (resources: readonly Resource[]) => {
    await karta().store.write(resources.map((resource): WriteOperation => ({ method: 'create', resource, keepId: true })));
  };
  await keep(demoRegion({ now: systemClock.now(), zone: 'Europe/Moscow' }));
  const actors = new Map(
    demoAccounts().map(({ login, role, name, practitioner, practitionerRole, organization, patients }): [string, Actor] => [
      login,
      {
        reference: practitioner ?? patients?.[0] ?? `Person/${login}`, role, name, ...(practitionerRole ? { practitionerRole } : {}), ...(organization ? { organization } : {}),
        ...(patients ? { patients: patients.map((each) => each.replace('Patient/', '')) } : {}),
      },
    ]),
  );
  const as = async (login: string): Promise<Ctx> => (await createContext(entrance, { actor: actors.get(login)!, account: `account-${login}`, access: undefined, language: 'ru', by: 'cookie', demo: true })).ctx;
  return { keep, karta, as, entrance };
}
