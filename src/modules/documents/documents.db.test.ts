import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, DocumentReference, Provenance, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { createContext, openEntrance, systemContext, type Actor, type Ctx } from '../../access/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { log } from '../../kernel/log.ts';
import { Problem } from '../../kernel/problem.ts';
import { openStore } from '../../store/index.ts';
import type { DocumentContent, WithId } from './content.ts';
import type { DocumentParts } from './document-parts.ts';
import { delayDocument, openKeyStore, openMasterKey, readBinaryFile, releaseDocument, releaseDue, signDocument, type Delay } from './index.ts';
import { listDocuments } from './list-documents.ts';
import { listJournal } from './patient-journal.ts';
import { listVisits } from './patient-visits.ts';
import { printDocument, readSheet } from './print-document.ts';
import { visitContent } from './samples/visit-content.ts';
import { viewDocument } from './view-document.ts';

const database = await freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'karta-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let ahead = 0;
const clock: Clock = { now: () => new Date(Date.now() + ahead) };
const store = await openStore(database, { clock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db: database, store, clock, log, url: 'http://localhost:8080', demo: true });
const karta = (): Ctx => systemContext(entrance);
const visitOf = (actor: Actor) => createContext(entrance, { actor, account: actor.reference, access: undefined, language: 'ru', by: 'cookie', demo: true });
const as = async (actor: Actor): Promise<Ctx> => (await visitOf(actor)).ctx;
const sokolova: Actor = { reference: 'Practitioner/demo-sokolova', role: 'doctor', practitionerRole: 'PractitionerRole/demo-sokolova-therapist', organization: 'Organization/demo-polyclinic-2', name: 'Соколова А. В.' };
const doctor = () => as(sokolova);
const doctor3 = () => as({ reference: 'Practitioner/stranger', role: 'doctor', organization: 'Organization/elsewhere', name: 'Закиров Р. М.' });
const patient = () => as({ reference: 'Patient/demo-ivanova', role: 'patient', patients: ['demo-ivanova'], name: 'Иванова М. П.' });
const other = () => as({ reference: 'Patient/other', role: 'patient', patients: ['other'], name: 'Петрова А. А.' });

const keys = openKeyStore(database, openMasterKey({ data: folder, demo: true, keyFile: undefined }), clock);
const parts: DocumentParts = { trust: async () => ({ anchors: await keys.anchors(), revoked: await keys.revocations() }), zone: 'Europe/Moscow' };
const shard = shardOf('demo-ivanova');
const inDays = (days: number) => new Date(clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

async function sign(changes: Partial<DocumentContent> = {}, delay?: Delay): Promise<{ id: string; written: string[] }> {
  const sample = visitContent({ id: crypto.randomUUID(), ...changes });
  const content: DocumentContent = { ...sample, date: clock.now(), sections: sample.sections.map((section) => ({ ...section, resources: (section.resources ?? []).map((each) => ({ ...each, id: newId(shard) })) as WithId[] })) };
  const signed = await signDocument(await doctor(), {
    content, resources: content.sections.flatMap((section) => section.resources ?? []), ...(delay ? { delay } : {}),
    signers: [{ role: 'doctor', reference: 'Practitioner/demo-sokolova', signer: await keys.signer('Practitioner/demo-sokolova') }, { role: 'organisation', reference: 'Organization/demo-polyclinic-2', signer: await keys.signer('Organization/demo-polyclinic-2') }],
  });
  return { id: signed.reference.replace('DocumentReference/', ''), written: signed.results.slice(1).map((each) => `${each.type}/${each.id}`) };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'nothing was refused', (error: unknown) => (error instanceof Problem ? error.code : Promise.reject(error as Error)));
}
const seenBy = async (ctx: Ctx, references: readonly string[]) => (await ctx.store.readMany(references)).length;

beforeAll(async () => {
  await keys.issue('Practitioner/demo-sokolova', { of: 'person', fullName: 'Соколова Анна Викторовна', surname: 'Соколова', givenName: 'Анна Викторовна' });
  await keys.issue('Organization/demo-polyclinic-2', { of: 'organisation', name: 'Поликлиника № 2', ogrn: '1027700132195' });
  const { patient: person, author, authorRole, coauthors, organization, encounter } = visitContent();
  const all: Resource[] = [
    { ...organization, telecom: [{ system: 'phone', value: '+7 (999) 000-10-02' }] }, person, author, ...coauthors!, authorRole!,
    { ...encounter!, participant: [{ individual: { reference: 'Practitioner/demo-sokolova' } }], period: { start: clock.now().toISOString() } },
    { resourceType: 'Patient', id: 'other', name: [{ family: 'Петрова', given: ['Анна'] }] },
  ];
  await karta().store.write(all.map((resource) => ({ method: 'create', resource, keepId: true })));
});

test('the patient sees a signed document at once, with who signed it and what it says in plain words', async () => {
  const { id } = await sign();
  const view = await viewDocument(await patient(), parts, id);
  expect(view.verdict).toBe('valid');
  expect(view.signatures.map((each) => each.who)).toEqual(['Соколова Анна Викторовна', 'Поликлиника № 2']);
  expect(view.signatures[0]!.findings.map((each) => each.code)).toContain('time-not-proven');
  expect(view.plain.found[0]).toMatchObject({ text: expect.stringMatching(/\S/) });
  expect(view.plain.take[0]).toMatchObject({ name: 'Бисопролол', how: expect.stringContaining('5\u00a0мг') });
});

test('delayed, a document and all that it wrote leave the patient’s sight, and he is told by whom, till when and how to talk', async () => {
  const { id, written } = await sign();
  const references = [`DocumentReference/${id}`, ...written];
  expect(await seenBy(await patient(), references)).toBe(references.length);
  const until = inDays(5);
  await delayDocument(await doctor(), parts, id, { until, reason: 'Рассказать о диагнозе лично' });
  expect(await seenBy(await patient(), references)).toBe(0);
  expect(await seenBy(await doctor(), references)).toBe(references.length);
  expect(await refusal(viewDocument(await patient(), parts, id))).toBe('store.not-found');
  const origins = await (await patient()).store.search('Provenance', 'patient=Patient/demo-ivanova&_count=1000');
  expect(origins.matches.flatMap((each) => (JSON.parse(each.content) as Provenance).target.map((one) => one.reference)).filter((each) => written.includes(each!))).toEqual([]);
  const { documents, waiting } = await listDocuments(await patient(), 'demo-ivanova');
  expect(documents.some((each) => each.id === id)).toBe(false);
  expect(waiting).toEqual([expect.objectContaining({ until, author: 'Соколова Анна Викторовна', clinic: expect.objectContaining({ phone: '+7 (999) 000-10-02' }) })]);
  expect(JSON.stringify(waiting)).not.toContain('Рассказать о диагнозе');
  expect(JSON.stringify(waiting)).not.toContain(id);
  expect((await listVisits(await patient(), 'demo-ivanova')).past.concat().flatMap((each) => each.documents.map((one) => one.id))).not.toContain(id);
  await releaseDocument(await doctor(), id);
  expect(await seenBy(await patient(), references)).toBe(references.length);
  expect((await listDocuments(await patient(), 'demo-ivanova')).waiting).toEqual([]);
});

test('the job opens a delayed document on its day and not before', async () => {
  const { id, written } = await sign();
  await delayDocument(await doctor(), parts, id, { until: inDays(2), reason: 'До разговора в пятницу' });
  expect(await releaseDue(karta(), 'Europe/Moscow')).toBe(0);
  ahead = 3 * 86_400_000;
  try {
    expect(await releaseDue(karta(), 'Europe/Moscow')).toBe(1);
    expect(await seenBy(await patient(), [`DocumentReference/${id}`, ...written])).toBe(1 + written.length);
    expect(await releaseDue(karta(), 'Europe/Moscow')).toBe(0);
  } finally {
    ahead = 0;
  }
});

test('what was kept from the patient stays so in its correction', async () => {
  const first = await sign();
  await delayDocument(await doctor(), parts, first.id, { until: inDays(4), reason: 'До разговора с семьёй' });
  const face = JSON.parse((await (await doctor()).store.read('DocumentReference', first.id)).content) as DocumentReference;
  const second = await sign({ replaces: { reference: `DocumentReference/${first.id}`, identifier: face.masterIdentifier!.value! } });
  expect(await seenBy(await patient(), [`DocumentReference/${second.id}`, ...second.written])).toBe(0);
  await releaseDocument(await doctor(), second.id);
  expect(await seenBy(await patient(), [`DocumentReference/${first.id}`, `DocumentReference/${second.id}`, ...second.written])).toBe(2 + second.written.length);
  const view = await viewDocument(await patient(), parts, first.id);
  expect(view.status).toBe('superseded');
  expect(view.versions.map((each) => [each.id, each.status])).toEqual([[second.id, 'current'], [first.id, 'superseded']]);
  expect(view.may.correct).toBe('superseded');
});

test('a kind that is never shown by itself waits until a doctor releases it', async () => {
  const { id } = await sign({ kind: { code: '181', name: 'Протокол патолого-анатомического вскрытия' } });
  expect(await seenBy(await patient(), [`DocumentReference/${id}`])).toBe(0);
  ahead = 100 * 86_400_000;
  expect(await releaseDue(karta(), 'Europe/Moscow')).toBe(0);
  ahead = 0;
  expect((await listDocuments(await patient(), 'demo-ivanova')).waiting[0]).not.toHaveProperty('until');
  await releaseDocument(await doctor(), id);
  expect(await seenBy(await patient(), [`DocumentReference/${id}`])).toBe(1);
});

test('a delay needs a day within two months and a doctor who answers for the document', async () => {
  const { id } = await sign();
  expect(await refusal(delayDocument(await doctor(), parts, id, { until: inDays(0), reason: 'Сегодня уже поздно' }))).toBe('documents.delay-date');
  expect(await refusal(delayDocument(await doctor(), parts, id, { until: inDays(90), reason: 'Слишком надолго' }))).toBe('documents.delay-date');
  expect(await refusal(delayDocument(await doctor3(), parts, id, { until: inDays(3), reason: 'Чужой документ' }))).toBe('store.not-found');
  expect(await refusal(releaseDocument(await doctor(), id))).toBe('documents.not-delayed');
});

test('doctor3 and another patient find no document, no sheet, no bytes', async () => {
  const { id } = await sign();
  const face = JSON.parse((await (await doctor()).store.read('DocumentReference', id)).content) as DocumentReference;
  const binary = face.content[0]!.attachment.url!.replace('Binary/', '');
  for (const who of [doctor3, other]) {
    expect(await refusal(viewDocument(await who(), parts, id))).toBe('store.not-found');
    expect(await refusal(readSheet(await who(), parts, id, {}))).toBe('store.not-found');
    expect(await readBinaryFile(await who(), binary)).toBeUndefined();
  }
  expect(await refusal(listDocuments(await other(), 'demo-ivanova'))).toBe('store.not-found');
  expect(await refusal(listJournal(await other(), 'demo-ivanova'))).toBe('store.not-found');
  expect((JSON.parse(Buffer.from((await readBinaryFile(await patient(), binary))!.bytes).toString('utf8')) as Bundle).type).toBe('document');
});

test('who read a document and why a copy was printed is known; the printed sheet says that it is a copy', async () => {
  const { id } = await sign();
  await viewDocument(await patient(), parts, id);
  const { print } = await printDocument(await doctor(), id, 'Пациент просит на руки');
  const sheet = await readSheet(await doctor(), parts, id, { print });
  expect(sheet).toContain('Копия электронного документа');
  expect(sheet).toContain('Пациент просит');
  expect(await readSheet(await doctor(), parts, id, {})).not.toContain('Копия электронного документа');
  expect(await refusal(readSheet(await patient(), parts, id, { print }))).toBe('documents.no-print');
  const { readers } = await viewDocument(await doctor(), parts, id);
  expect(readers!.map((each) => [each.name, each.act, each.reason]).toReversed()).toEqual([['Иванова М. П.', 'read', undefined], ['Соколова А. В.', 'print', 'Пациент просит на руки'], ['Соколова А. В.', 'read', undefined]]);
});

test('the journal tells the patient who opened the card, from where and why, one line for one look', async () => {
  const visit = await visitOf(sokolova);
  await entrance.db.query(`insert into account (id, shard, login, name, role, organization, practitioner, password_hash, created) values ('acc-sokolova', 1, 'sokolova', 'Соколова Анна Викторовна', 'doctor', 'Organization/demo-polyclinic-2', 'Practitioner/demo-sokolova', 'x', now())`);
  for (const types of [['Patient'], ['DocumentReference'], ['Observation']]) {
    await entrance.journal.note({ at: visit.ctx.now, actor: sokolova.reference, role: 'doctor', account: 'acc-sokolova', purpose: 'TREAT', action: 'GET /api/documents/:id', patients: ['demo-ivanova'], types, status: 200, request: 'r' });
  }
  const { lines } = await listJournal(await patient(), 'demo-ivanova');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ who: 'Соколова Анна Викторовна', role: 'врач', clinic: expect.stringContaining('оликлиника'), why: expect.stringMatching(/^приём \d/), own: false });
  expect(lines[0]!.what).toContain('документы');
});
