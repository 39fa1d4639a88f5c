import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentReference, Provenance, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { createContext, openEntrance, systemContext, type Actor, type Ctx } from '../../access/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { log } from '../../kernel/log.ts';
import { Problem } from '../../kernel/problem.ts';
import { openStore } from '../../store/index.ts';
import type { DocumentContent, WithId } from './content.ts';
import { openKeyStore, openMasterKey, prepareDocument, collectSignatures, placeDocument, readBinary, readDocument, readPackage, renderStored, signDocument, verifyStored, verifyUpload, type SignDocumentInput, type Trust } from './index.ts';
import { visitContent } from './samples/visit-content.ts';

const database = await freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'karta-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://localhost:8080', demo: true });
const karta = (): Ctx => systemContext(entrance);
const as = async (actor: Actor): Promise<Ctx> => (await createContext(entrance, { actor, account: actor.reference, access: undefined, language: 'ru', by: 'cookie', demo: true })).ctx;
const doctor = () => as({ reference: 'Practitioner/demo-sokolova', role: 'doctor', practitionerRole: 'PractitionerRole/demo-sokolova-therapist', organization: 'Organization/demo-polyclinic-2', name: 'Соколова А. В.' });
const stranger = () => as({ reference: 'Practitioner/stranger', role: 'doctor', organization: 'Organization/demo-polyclinic-2', name: 'Чужаков П. И.' });
const patient = () => as({ reference: 'Patient/demo-ivanova', role: 'patient', patients: ['demo-ivanova'], name: 'Иванова М. П.' });

const keys = openKeyStore(database, openMasterKey({ data: folder, demo: true, keyFile: undefined }), systemClock);
let trust: Trust;
const shard = shardOf('demo-ivanova');
/** A visit of its own for each test: resources are written once. */
function visit(changes: Partial<DocumentContent> = {}): DocumentContent {
  const content = visitContent({ id: crypto.randomUUID(), ...changes });
  return {
    ...content,
    sections: content.sections.map((section) => ({ ...section, resources: (section.resources ?? []).map((each) => ({ ...each, id: newId(shard), ...(each.resourceType === 'MedicationRequest' ? { requester: { reference: 'Practitioner/demo-sokolova' } } : {}) })) as WithId[] })),
  };
}
const input = async (content = visit(), more: Partial<SignDocumentInput> = {}): Promise<SignDocumentInput> => ({
  content,
  resources: content.sections.flatMap((section) => section.resources ?? []),
  signers: [
    { role: 'doctor', reference: 'Practitioner/demo-sokolova', signer: await keys.signer('Practitioner/demo-sokolova') },
    { role: 'organisation', reference: 'Organization/demo-polyclinic-2', signer: await keys.signer('Organization/demo-polyclinic-2') },
  ],
  trust,
  ...more,
});
const rows = async (table: string) => Number((await database.query<{ n: string }>(`select count(*) as n from ${table}`))[0]!.n);
const counts = async () => Promise.all(['resource', 'blob', 'document_file', 'document_signature', 'outbox'].map(rows));
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

beforeAll(async () => {
  await keys.issue('Practitioner/demo-sokolova', { of: 'person', fullName: 'Соколова Анна Викторовна', surname: 'Соколова', givenName: 'Анна Викторовна' });
  await keys.issue('Organization/demo-polyclinic-2', { of: 'organisation', name: 'Поликлиника № 2', ogrn: '1027700132195' }, { kind: 'rsa-2048' });
  trust = { anchors: await keys.anchors(), revoked: await keys.revocations() };
  const { patient: person, author, authorRole, coauthors, organization, encounter } = visitContent();
  const all: Resource[] = [organization, person, author, ...coauthors!, authorRole!, { ...encounter!, participant: [{ individual: { reference: 'Practitioner/demo-sokolova' } }], period: { start: new Date().toISOString() } }];
  await karta().store.write(all.map((resource) => ({ method: 'create', resource, keepId: true })));
});

test('a doctor’s signature puts the document and what it wrote in force together', async () => {
  const ctx = await doctor();
  const content = visit();
  const signed = await signDocument(ctx, await input(content));
  const stored = await readDocument(ctx, signed.reference.split('/')[1]!);
  expect(stored.face).toMatchObject({ status: 'current', subject: { reference: 'Patient/demo-ivanova' }, authenticator: { reference: 'Practitioner/demo-sokolova' } });
  expect(stored.file.sha256.toString('hex')).toBe(signed.sha256);
  expect(stored.signatures.map((each) => [each.role, each.signer])).toEqual([['doctor', 'Practitioner/demo-sokolova'], ['organisation', 'Organization/demo-polyclinic-2']]);
  expect(verifyStored(stored, trust, new Date())).toMatchObject({ verdict: 'valid', documentSha256: signed.sha256 });
  const condition = content.sections.flatMap((section) => section.resources ?? []).find((each) => each.resourceType === 'Condition')!;
  expect((await ctx.store.read('Condition', condition.id)).version).toBe(1);
  const { matches } = await ctx.store.search('Provenance', `target=Condition/${condition.id}`);
  expect((JSON.parse(matches[0]!.content) as Provenance).entity?.[0]?.what.reference).toBe(signed.reference);
});

test('the patient reads it, takes it away as an archive, and the archive verifies', async () => {
  const { reference } = await signDocument(await doctor(), await input());
  const ctx = await patient();
  const id = reference.split('/')[1]!;
  const { name, bytes } = await readPackage(ctx, id, trust);
  expect(name).toBe('protokol-konsultacii-2026-11-21.zip');
  expect(verifyUpload([{ name, bytes }], trust, new Date())).toMatchObject([{ verdict: 'valid', document: 'original.json', signatures: [{ verdict: 'valid' }, { verdict: 'valid' }] }]);
  expect(renderStored(await readDocument(ctx, id), trust, new Date(), 'ru')).toContain('Документ подписан электронной подписью');
});

test('who has no relation to the patient gets neither the document nor its bytes', async () => {
  const { reference } = await signDocument(await doctor(), await input());
  const { face } = await readDocument(karta(), reference.split('/')[1]!);
  const binary = face.content[0]!.attachment.url!.slice('Binary/'.length);
  expect((await readBinary(await doctor(), binary)).mediaType).toBe('application/fhir+json');
  expect(await refusal(readDocument(await stranger(), face.id))).toBe('store.not-found');
  expect(await refusal(readBinary(await stranger(), binary))).toBe('store.not-found');
});

test('a delayed document stays from the patient with all that it wrote, and the doctor sees it with the reason', async () => {
  const content = visit();
  const { reference } = await signDocument(await doctor(), await input(content, { delay: { until: '2026-11-28', reason: 'Обсудить диагноз на приёме' } }));
  const id = reference.split('/')[1]!;
  expect(await refusal(readDocument(await patient(), id))).toBe('store.not-found');
  const written = content.sections.flatMap((section) => section.resources ?? []);
  expect(await (await patient()).store.readMany(written.map((each) => `${each.resourceType}/${each.id}`))).toEqual([]);
  expect(JSON.stringify((await readDocument(await doctor(), id)).face.extension)).toContain('Обсудить диагноз');
});

test('a double click on «Подписать» makes one document', async () => {
  const ctx = await doctor();
  const one = await input();
  const before = await rows('document_signature');
  const answers = await Promise.all([signDocument(ctx, { ...one, idempotencyKey: 'click-1' }), signDocument(ctx, { ...one, idempotencyKey: 'click-1' })]);
  expect(answers[0].reference).toBe(answers[1].reference);
  expect(answers[0].sha256).toBe(answers[1].sha256);
  expect(await rows('document_signature')).toBe(before + 2);
});

test('a draft that has moved on, a signature that does not fit, changed bytes: each is refused and nothing is written', async () => {
  const ctx = await doctor();
  const before = await counts();
  const moved = () => Promise.reject(new Problem('store.stale'));
  expect(await refusal(signDocument(ctx, await input(visit(), { guard: moved })))).toBe('store.stale');
  const one = await input();
  const prepared = prepareDocument(one.content);
  const signatures = await collectSignatures(prepared, one.signers);
  expect(await refusal(placeDocument(ctx, prepareDocument(visit()), signatures, one))).toBe('documents.signature-refused');
  expect(await refusal(placeDocument(ctx, prepared, [], one))).toBe('documents.no-signing-key');
  expect(await refusal(placeDocument(ctx, prepared, [signatures[0]!, signatures[0]!], one))).toBe('documents.signature-refused');
  expect(await refusal(placeDocument(ctx, { ...prepared, sha256: new Uint8Array(32) }, signatures, one))).toBe('documents.bytes-changed');
  const foreign: Trust = { anchors: [] };
  expect(await refusal(placeDocument(ctx, prepared, signatures, { ...one, trust: foreign }))).toBe('documents.signature-refused');
  expect(await counts()).toEqual(before);
  expect((await placeDocument(ctx, prepared, signatures, one)).reference).toMatch(/^DocumentReference\//);
});

test('a correction replaces the document; both stay readable, and a second correction of the old one is refused', async () => {
  const ctx = await doctor();
  const first = await signDocument(ctx, await input());
  const old = await readDocument(ctx, first.reference.split('/')[1]!);
  const replaces = { reference: first.reference, identifier: old.face.masterIdentifier!.value! };
  const second = await signDocument(ctx, await input(visit({ replaces })));
  const now = await readDocument(ctx, second.reference.split('/')[1]!);
  expect(now.face.relatesTo).toEqual([{ code: 'replaces', target: { reference: first.reference } }]);
  const kept = await readDocument(ctx, old.face.id);
  expect(kept.face.status).toBe('superseded');
  expect(kept.file.bytes.equals(old.file.bytes)).toBe(true);
  expect(verifyStored(kept, trust, new Date()).verdict).toBe('valid');
  expect(renderStored(kept, trust, new Date(), 'ru')).toContain('Заменён новой версией');
  expect(await refusal(signDocument(ctx, await input(visit({ replaces }))))).toBe('documents.already-replaced');
});

test('a correction whose answer was lost is sent again and answers the same document', async () => {
  const ctx = await doctor();
  const first = await signDocument(ctx, await input());
  const { face } = await readDocument(ctx, first.reference.split('/')[1]!);
  const again = await input(visit({ replaces: { reference: first.reference, identifier: face.masterIdentifier!.value! } }), { idempotencyKey: 'correction-1' });
  const answer = await signDocument(ctx, again);
  expect((await signDocument(ctx, again)).reference).toBe(answer.reference);
});

test('a document of special confidentiality can be signed and says what it is', async () => {
  const content = visit({ confidentiality: 'R', sections: visitContent().sections.map((section) => ({ ...section, resources: [] })) });
  const { reference } = await signDocument(await doctor(), await input(content));
  const { face } = await readDocument(await doctor(), reference.split('/')[1]!);
  expect((face as DocumentReference).meta?.security).toMatchObject([{ code: 'R' }]);
});
