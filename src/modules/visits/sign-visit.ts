import { randomUUID } from 'node:crypto';
import type { Appointment, Encounter, MedicationRequest, Provenance, Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { signDocument, type DocumentContent, type WithId } from '../documents/index.ts';
import { buildResources, type Built } from './build-resources.ts';
import { buildSections } from './build-sections.ts';
import type { Field, SignAnswer, StopValue } from './contract.ts';
import { openDraft, type OpenDraft } from './open-draft.ts';
import type { VisitParts } from './parts.ts';
import { missingBeforeSigning } from './rules.ts';
import { signedDocumentOf } from './signed-document.ts';
import { findAll, idOf, parsed, readOne, readReference } from './stored.ts';
import { draftOfDocument, lockDraft, putWritten, readConflicts, readFields, readWritten, updateDraft } from './tables.ts';
import { withdrawn } from './withdraw.ts';
import { ageAt } from './vitals.ts';

/**
 * The doctor signs and the organisation's signature follows; one transaction puts the document in force, writes what it says and
 * finishes the visit. Signing again, at once or later, with whatever key, answers the same document.
 */
export async function signVisit(ctx: Ctx, parts: VisitParts, encounter: string, version: number): Promise<SignAnswer> {
  const opened = await openDraft(ctx, encounter);
  const again = await alreadySigned(ctx, opened);
  if (again) return again;
  await checkMaySign(ctx, opened, version);
  try {
    return await sign(ctx, parts, opened);
  } catch (error) {
    // the other click of a double click was faster: its document is the answer
    const faster = await alreadySigned(ctx, await openDraft(ctx, encounter));
    if (faster) return faster;
    throw error;
  }
}

async function alreadySigned(ctx: Ctx, { draft }: OpenDraft): Promise<SignAnswer | undefined> {
  if (draft.state !== 'signed') return undefined;
  const document = await signedDocumentOf(ctx, draft);
  return document ? { document, encounter: draft.encounter, signedAt: draft.changed } : undefined;
}

async function checkMaySign(ctx: Ctx, { draft, template }: OpenDraft, version: number): Promise<void> {
  if (draft.state !== 'open') throw new Problem('visits.closed');
  if (ctx.actor.reference !== draft.doctor) {
    const doctor = await readReference(ctx, 'Practitioner', draft.doctor);
    throw new Problem('visits.not-the-doctor', { doctor: doctor?.name?.[0]?.family ?? '' });
  }
  if (draft.version !== version) throw new Problem('visits.changed');
  const [fields, conflicts] = await Promise.all([readFields(ctx.sql, draft.id), readConflicts(ctx.sql, draft.id)]);
  const missing = missingBeforeSigning(template, fields, conflicts);
  if (missing.length > 0) {
    throw new Problem('visits.missing', { missing: missing.map((each) => each[ctx.language]).join(', ') }, missing.map((each) => ({ severity: 'error', code: 'required', expression: each.linkId, diagnostics: each[ctx.language] })));
  }
}

async function sign(ctx: Ctx, parts: VisitParts, opened: OpenDraft): Promise<SignAnswer> {
  const { draft, encounter, template, questionnaire } = opened;
  const { keys } = parts;
  if (!keys) throw new Problem('documents.no-master-key');
  const all = (await readFields(ctx.sql, draft.id)).filter((field) => template.items.has(field.linkId) || /^(diagnosis|prescription|stop|referral):/.test(field.linkId));
  const shard = shardOf(draft.patient);
  const [patient, author, organization, authorRole, coauthors, problems, before] = await Promise.all([
    readOne(ctx, 'Patient', draft.patient),
    readOne(ctx, 'Practitioner', idOf(draft.doctor)),
    readOne(ctx, 'Organization', idOf(draft.organization)),
    readReference(ctx, 'PractitionerRole', ctx.actor.practitionerRole),
    readCoauthors(ctx, all, draft.doctor),
    findAll(ctx, 'Condition', `patient=Patient/${draft.patient}&clinical-status=active&category=problem-list-item&_count=200`),
    readBefore(ctx, opened),
  ]);
  const doctor = { reference: draft.doctor, name: ctx.actor.name };
  const age = ageAt(patient.birthDate, new Date(encounter.period?.start ?? ctx.now));
  const ids = new Map<string, string>();
  const idFor = (linkId: string): string => ids.get(linkId) ?? ids.set(linkId, before.ids.get(linkId) ?? newId(shard, ctx.now.getTime())).get(linkId)!;
  const built = buildResources(template, all, {
    patient: draft.patient, encounter: encounter.id, doctor, age, questionnaire: questionnaire.url ?? `Questionnaire/${questionnaire.id}`, icd10Version: parts.terminology.icd10Version,
    knownProblems: new Set(problems.filter((problem) => !before.references.has(`Condition/${problem.id}`)).flatMap((problem) => problem.code?.coding?.flatMap((coding) => coding.code ?? []) ?? [])),
  }, idFor);
  const { fresh, renewed } = sortByBefore(built, before, () => newId(shard, ctx.now.getTime()));
  const finished = finishedEncounter(encounter, renewed, ctx.now);
  const content: DocumentContent = {
    id: randomUUID(), kind: { code: '119', name: 'Протокол консультации' }, title: template.title.ru, language: 'ru', date: ctx.now, zone: parts.zone, base: parts.base,
    patient, author, ...(authorRole ? { authorRole } : {}), coauthors, organization, encounter: finished,
    sections: buildSections(template, all, renewed, { doctor, age, zone: parts.zone, language: 'ru' }),
    ...(before.face ? { replaces: { reference: `DocumentReference/${before.face.id}`, identifier: before.face.masterIdentifier?.value ?? '' } } : {}),
  };
  const [doctorSigner, organisationSigner] = await Promise.all([keys.signer(draft.doctor), keys.signer(draft.organization)]);
  const trust = { anchors: await keys.anchors(), revoked: await keys.revocations() };
  const kept = new Set(renewed.map((each) => referenceOf(each.resource)));
  const operations: WriteOperation[] = [
    { method: 'update', resource: finished, ifMatch: Number(encounter.meta?.versionId) },
    ...(await fulfilled(ctx, encounter)),
    ...(await stopped(ctx, all)),
    ...(await withdrawn(ctx, [...before.references].filter((reference) => !kept.has(reference)))),
    ...coauthorProvenance(all, renewed, fresh, draft, shard, ctx.now),
  ];
  const signed = await signDocument(ctx, {
    content,
    signers: [{ role: 'doctor', reference: draft.doctor, signer: doctorSigner }, { role: 'organisation', reference: draft.organization, signer: organisationSigner }],
    resources: fresh.map((each) => each.resource),
    operations,
    trust,
    guard: async (sql) => {
      const locked = await lockDraft(sql, draft.id);
      if (locked?.state !== 'open' || locked.version !== draft.version) throw new Problem('visits.changed');
      await putWritten(sql, draft, renewed.map((each) => ({ linkId: each.linkId, reference: referenceOf(each.resource) })));
      await updateDraft(sql, { ...locked, state: 'signed', document: content.id, version: locked.version + 1 }, ctx.now);
    },
  });
  return { document: idOf(signed.reference), encounter: draft.encounter, signedAt: ctx.now.toISOString() };
}

const referenceOf = (resource: WithId): string => `${resource.resourceType}/${resource.id}`;

async function readCoauthors(ctx: Ctx, fields: readonly Field[], doctor: string): Promise<WithId<Extract<Resource, { resourceType: 'Practitioner' }>>[]> {
  const others = [...new Set(fields.map((field) => field.author.reference))].filter((reference) => reference !== doctor && reference.startsWith('Practitioner/'));
  return (await ctx.store.readMany(others)).map((stored) => parsed<'Practitioner'>(stored));
}

interface Before {
  face?: WithId<Extract<Resource, { resourceType: 'DocumentReference' }>>;
  ids: ReadonlyMap<string, string>;
  references: ReadonlySet<string>;
  resources: ReadonlyMap<string, WithId>;
}

/** What the replaced version had written, for a correction. */
async function readBefore(ctx: Ctx, { draft }: OpenDraft): Promise<Before> {
  if (!draft.replaces) return { ids: new Map(), references: new Set(), resources: new Map() };
  const face = await readOne(ctx, 'DocumentReference', draft.replaces);
  const old = await draftOfDocument(ctx.sql, (face.masterIdentifier?.value ?? '').replace('urn:uuid:', ''));
  const written = old ? await readWritten(ctx.sql, old.id) : new Map<string, string>();
  const stored = await ctx.store.readMany([...written.values()]);
  return {
    face,
    ids: new Map([...written].map(([linkId, reference]) => [linkId, idOf(reference)])),
    references: new Set(written.values()),
    resources: new Map(stored.map((each) => [`${each.type}/${each.id}`, JSON.parse(each.content) as WithId])),
  };
}

/** What says the same as before stays as it is; what changed is written anew, so that the old one can be withdrawn and both stay readable. */
function sortByBefore(built: readonly Built[], before: Before, freshId: () => string): { fresh: Built[]; renewed: Built[] } {
  const fresh: Built[] = [];
  const renewed = built.map((each) => {
    const old = before.resources.get(referenceOf(each.resource));
    if (old && sameResource(old, each.resource)) return each;
    const made: Built = before.references.has(referenceOf(each.resource)) ? { ...each, resource: { ...each.resource, id: freshId() } } : each;
    fresh.push(made);
    return made;
  });
  return { fresh, renewed };
}

function sameResource(a: WithId, b: WithId): boolean {
  const bare = (resource: WithId) => JSON.stringify(sorted({ ...resource, meta: undefined }));
  return bare(a) === bare(b);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}

function finishedEncounter(encounter: Encounter & { id: string }, built: readonly Built[], now: Date): Encounter & { id: string } {
  const roles = { main: 1, complication: 2, concomitant: 3 } as const;
  const diagnoses = built
    .filter((each) => each.linkId.startsWith('diagnosis:') && !each.linkId.endsWith('#problem'))
    .map(({ resource }) => {
      const role = (resource as { extension?: { url: string; valueCode?: string }[] }).extension?.find((extension) => extension.url === 'urn:karta:diagnosis-role')?.valueCode as keyof typeof roles;
      return { condition: { reference: referenceOf(resource) }, use: { coding: [{ system: 'urn:karta:diagnosis-role', code: role }] }, rank: roles[role] };
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map((diagnosis, index) => ({ ...diagnosis, rank: index + 1 }));
  // a correction does not move the end of the visit
  return { ...encounter, status: 'finished', period: { ...encounter.period, end: encounter.period?.end ?? now.toISOString() }, ...(diagnoses.length > 0 ? { diagnosis: diagnoses } : {}) };
}

async function fulfilled(ctx: Ctx, encounter: Encounter): Promise<WriteOperation[]> {
  const appointment = await readReference(ctx, 'Appointment', encounter.appointment?.[0]?.reference);
  if (!appointment || appointment.status === 'fulfilled') return [];
  return [{ method: 'update', resource: { ...appointment, status: 'fulfilled' } satisfies Appointment, ifMatch: Number(appointment.meta?.versionId) }];
}

async function stopped(ctx: Ctx, fields: readonly Field[]): Promise<WriteOperation[]> {
  const stops = fields.map((field) => field.value).filter((value): value is StopValue => typeof value === 'object' && value !== null && value.kind === 'stop');
  const stored = await ctx.store.readMany(stops.map((stop) => `MedicationRequest/${stop.medication}`));
  return stored.flatMap((each): WriteOperation[] => {
    const request = parsed<'MedicationRequest'>(each);
    if (request.status !== 'active') return [];
    const reason = stops.find((stop) => stop.medication === request.id)?.reason;
    const resource: MedicationRequest = { ...request, status: 'stopped', ...(reason ? { statusReason: { text: reason } } : {}) };
    return [{ method: 'update', resource, ifMatch: each.version }];
  });
}

/** The document's own Provenance names the signing doctor; what others entered says so too. */
function coauthorProvenance(fields: readonly Field[], renewed: readonly Built[], fresh: readonly Built[], draft: { patient: string; doctor: string; organization: string }, shard: number, now: Date): WriteOperation[] {
  const isFresh = new Set(fresh.map((each) => referenceOf(each.resource)));
  const authors = new Map<string, string[]>();
  for (const { linkId, resource } of renewed) {
    const performer = resource.resourceType === 'Observation' ? resource.performer?.[0]?.reference : fields.find((field) => field.linkId === linkId)?.author.reference;
    if (performer && performer !== draft.doctor && isFresh.has(referenceOf(resource))) authors.set(performer, [...(authors.get(performer) ?? []), referenceOf(resource)]);
  }
  return [...authors].map(([who, targets]): WriteOperation => {
    const resource: Provenance & { id: string } = {
      resourceType: 'Provenance', id: newId(shard, now.getTime()),
      target: [...targets.map((reference) => ({ reference })), { reference: `Patient/${draft.patient}` }],
      recorded: now.toISOString(),
      agent: [
        { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who: { reference: who }, onBehalfOf: { reference: draft.organization } },
        { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'verifier' }] }, who: { reference: draft.doctor }, onBehalfOf: { reference: draft.organization } },
      ],
    };
    return { method: 'create', resource, keepId: true };
  });
}
