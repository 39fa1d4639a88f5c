import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '@medplum/fhirtypes';
import { afterAll } from 'vitest';
import { visitTemplates } from '../seeds/templates/visit-templates.ts';
import { createContext, openEntrance, systemContext, type Actor, type Ctx } from '../src/access/index.ts';
import type { Database } from '../src/db/types.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { log } from '../src/kernel/log.ts';
import { openKeyStore, openMasterKey } from '../src/modules/documents/index.ts';
import { watchDrafts, type VisitParts } from '../src/modules/visits/index.ts';
import { openStore } from '../src/store/index.ts';
import type { WriteOperation } from '../src/store/types.ts';
import { openTerminology } from '../src/terminology/open-terminology.ts';

const clinic = 'Organization/clinic';

/** A clinic with a therapist, a nurse, a colleague elsewhere and one patient: the people of a visit, on the real store. */
export async function openClinic(database: Database) {
  const folder = mkdtempSync(join(tmpdir(), 'karta-visits-'));
  const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
  const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://localhost:8080', demo: true });
  const watch = await watchDrafts(database);
  afterAll(async () => {
    await watch.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const keys = openKeyStore(database, openMasterKey({ data: folder, demo: true, keyFile: undefined }), systemClock);
  await keys.issue('Practitioner/doctor', { of: 'person', fullName: 'Соколова Анна Викторовна', surname: 'Соколова', givenName: 'Анна Викторовна' });
  await keys.issue(clinic, { of: 'organisation', name: 'Поликлиника № 2', ogrn: '1027700132195' });
  const parts: VisitParts = { terminology: await openTerminology(database), keys, base: 'http://localhost:8080/fhir/R4', zone: 'Europe/Moscow', watch };
  const karta = (): Ctx => systemContext(entrance);
  const as = async (actor: Actor): Promise<Ctx> => (await createContext(entrance, { actor, account: actor.reference, access: undefined, language: 'ru', by: 'cookie', demo: true })).ctx;
  const keep = async (...resources: unknown[]) => {
    await karta().store.write(resources.map((resource): WriteOperation => ({ method: 'create', resource: resource as Resource, keepId: true })));
  };
  await keep(
    { resourceType: 'Organization', id: 'clinic', name: 'Поликлиника № 2' },
    { resourceType: 'Organization', id: 'elsewhere', name: 'Кардиологический центр' },
    ...[['doctor', 'Соколова', 'Анна', 'Викторовна'], ['nurse', 'Орлова', 'Татьяна', 'Ивановна'], ['colleague', 'Лебедев', 'Игорь', 'Павлович']].map(([id, family, ...given]) => ({ resourceType: 'Practitioner', id, name: [{ family, given }] })),
    { resourceType: 'PractitionerRole', id: 'doctor-role', practitioner: { reference: 'Practitioner/doctor' }, organization: { reference: clinic }, code: [{ text: 'врач-терапевт участковый' }] },
    { resourceType: 'PractitionerRole', id: 'colleague-role', practitioner: { reference: 'Practitioner/colleague' }, organization: { reference: 'Organization/elsewhere' } },
    ...visitTemplates(),
  );
  let count = 0;
  return {
    parts, keys, karta, keep,
    doctor: () => as({ reference: 'Practitioner/doctor', role: 'doctor', practitionerRole: 'PractitionerRole/doctor-role', organization: clinic, name: 'Соколова А. В.' }),
    nurse: () => as({ reference: 'Practitioner/nurse', role: 'nurse', organization: clinic, name: 'Орлова Т. И.' }),
    colleague: () => as({ reference: 'Practitioner/colleague', role: 'doctor', practitionerRole: 'PractitionerRole/colleague-role', organization: 'Organization/elsewhere', name: 'Лебедев И. П.' }),
    /** A new patient with a booking for now. */
    async booking(more: (patient: string) => unknown[] = () => []): Promise<{ patient: string; appointment: string }> {
      const patient = `patient-${++count}`;
      const appointment = `booking-${count}`;
      const start = new Date();
      await keep({ resourceType: 'Patient', id: patient, name: [{ family: 'Иванова', given: ['Мария', 'Петровна'] }], birthDate: '1959-03-14', gender: 'female' });
      await keep(
        {
          resourceType: 'Appointment', id: appointment, status: 'booked', start: start.toISOString(), end: new Date(start.getTime() + 15 * 60_000).toISOString(),
          participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }, { actor: { reference: 'PractitionerRole/doctor-role' }, status: 'accepted' }],
        },
        ...more(patient),
      );
      return { patient, appointment };
    },
  };
}
