import type { Encounter, Organization, Patient, Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes';
import { randomUUID } from 'node:crypto';
import type { DemoNote } from '../../seeds/region/index.ts';
import { systemContext, type Ctx, type Entrance } from '../access/index.ts';
import type { Config } from '../kernel/config.ts';
import { openKeyStore, openMasterKey, signDocument, type DocumentContent, type WithId } from '../modules/documents/index.ts';

/** Certificates reach back a year; what is older stays without a document, as paper would be. */
const daysBack = 360;

/** Signs the documents of the demo's past visits, each at the time of its visit. */
export async function signPastVisits({ entrance, config, notes }: { entrance: Entrance; config: Config; notes: readonly DemoNote[] }): Promise<void> {
  const oldest = entrance.clock.now().getTime() - daysBack * 86_400_000;
  for (const note of notes.filter(({ at }) => Date.parse(at) > oldest)) {
    const clock = { now: () => new Date(note.at) };
    const keys = openKeyStore(entrance.db, openMasterKey(config), clock);
    const ctx = systemContext({ ...entrance, clock });
    const content = await contentOf(ctx, note, config);
    await signDocument(ctx, {
      content,
      resources: [],
      signers: [
        { role: 'doctor', reference: note.practitioner, signer: await keys.signer(note.practitioner) },
        { role: 'organisation', reference: note.organization, signer: await keys.signer(note.organization) },
      ],
      idempotencyKey: `demo-${note.encounter}`,
    });
  }
}

async function contentOf(ctx: Ctx, note: DemoNote, config: Config): Promise<DocumentContent> {
  const found = await ctx.store.readMany([note.patient, note.practitioner, note.practitionerRole, note.organization, note.encounter]);
  const part = <R extends Resource>(type: R['resourceType']): WithId<R> => JSON.parse(found.find((one) => one.type === type)!.content) as WithId<R>;
  const authorRole = part<PractitionerRole>('PractitionerRole');
  const speciality = (authorRole.code?.[0]?.text ?? authorRole.code?.[0]?.coding?.[0]?.display ?? 'врача').toLowerCase();
  return {
    id: randomUUID(),
    kind: { code: '119', name: 'Протокол консультации' },
    title: `Протокол осмотра: ${speciality}`,
    language: 'ru',
    date: new Date(note.at),
    zone: config.zone,
    base: `${config.url}/fhir/R4`,
    patient: part<Patient>('Patient'),
    author: part<Practitioner>('Practitioner'),
    authorRole,
    organization: part<Organization>('Organization'),
    encounter: part<Encounter>('Encounter'),
    sections: [
      { code: { code: 'COMPLNTS' }, title: 'Жалобы', paragraphs: [note.complaints] },
      { code: { code: 'OBJECTIVE', system: 'urn:karta:section' }, title: 'Объективно', paragraphs: [note.findings] },
      { code: { code: 'DGN' }, title: 'Диагноз', paragraphs: [`${note.diagnosis.code} ${note.diagnosis.text}`] },
      { code: { code: 'REGIME' }, title: 'Назначения и рекомендации', paragraphs: [note.advice] },
    ],
  };
}
