import type { Resource } from '@medplum/fhirtypes';
import { insuredPersons } from '../seeds/insured/insured-persons.ts';
import { createContext, openEntrance, systemContext, type Actor, type Ctx } from '../src/access/index.ts';
import type { Database } from '../src/db/types.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { log } from '../src/kernel/log.ts';
import { fillRegister, tableRegister } from '../src/modules/patients/index.ts';
import { openStore } from '../src/store/index.ts';
import type { WriteOperation } from '../src/store/types.ts';

/** A registry desk with two registrars of one clinic and a doctor to book, on the real store. */
export async function openDesk(database: Database) {
  const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
  const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://localhost:8080', demo: true });
  const karta = (): Ctx => systemContext(entrance);
  const as = async (actor: Actor): Promise<Ctx> => (await createContext(entrance, { actor, account: actor.reference, access: undefined, language: 'ru', by: 'cookie', demo: true })).ctx;
  const keep = async (...resources: unknown[]) => {
    await karta().store.write(resources.map((resource): WriteOperation => ({ method: 'create', resource: resource as Resource, keepId: true })));
  };
  await keep(
    { resourceType: 'Organization', id: 'clinic', name: 'Поликлиника № 2' },
    ...['belova', 'morozova', 'doctor', 'surgeon'].map((id) => ({ resourceType: 'Practitioner', id })),
    ...[['doctor', 'Соколова Анна Викторовна', 'Врач-терапевт участковый'], ['surgeon', 'Павлов Николай Константинович', 'Врач-хирург']].map(([id, display, post]) => ({
      resourceType: 'PractitionerRole', id: `${id}-role`, active: true, practitioner: { reference: `Practitioner/${id}`, display }, organization: { reference: 'Organization/clinic' }, code: [{ text: post }],
    })),
  );
  await fillRegister(database, insuredPersons(), { demo: true });
  const registrar = (id: string) => as({ reference: `Practitioner/${id}`, role: 'registrar', organization: 'Organization/clinic', name: 'Регистратор' });
  return {
    keep, karta, as,
    register: tableRegister(database),
    desk: () => registrar('belova'),
    otherDesk: () => registrar('morozova'),
    doctor: () => as({ reference: 'Practitioner/doctor', role: 'doctor', practitionerRole: 'PractitionerRole/doctor-role', organization: 'Organization/clinic', name: 'Соколова А. В.' }),
  };
}
