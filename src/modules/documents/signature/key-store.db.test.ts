import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../../test/harness.ts';
import { readTrustAnchors } from '../trust-anchors.ts';
import { startSigning } from '../start-signing.ts';
import { openKeyStore, openMasterKey, readMasterKey, unwrapSecret, wrapSecret } from './key-store.ts';
import { verifySignature } from './verify-signature.ts';

const database = await freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'karta-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const clock = { now: () => new Date() };
const master = openMasterKey({ data: folder, demo: true, keyFile: undefined });
const doctor = { of: 'person', fullName: 'Соколова Анна Викторовна', surname: 'Соколова', givenName: 'Анна Викторовна' } as const;
const bytes = new TextEncoder().encode('документ');

test('the demo makes its master key once, for its owner’s eyes only', () => {
  expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600);
  expect(openMasterKey({ data: folder, demo: true, keyFile: undefined })).toEqual(master);
});

test('without the demo nothing is signed until a key file is named', () => {
  expect(() => openMasterKey({ data: folder, demo: false, keyFile: undefined })).toThrow('documents.no-master-key');
  writeFileSync(join(folder, 'short'), 'abcd');
  expect(() => readMasterKey(join(folder, 'short'))).toThrow('documents.bad-master-key');
});

test('a wrapped secret opens with its key and in its place only', () => {
  const wrapped = wrapSecret(master, bytes, 'here');
  expect(new Uint8Array(unwrapSecret(master, wrapped, 'here'))).toEqual(bytes);
  expect(() => unwrapSecret(master, wrapped, 'there')).toThrow('documents.other-master-key');
  expect(() => unwrapSecret({ ...master, secret: randomBytes(32) }, wrapped, 'here')).toThrow('documents.other-master-key');
  wrapped[50]! ^= 1;
  expect(() => unwrapSecret(master, wrapped, 'here')).toThrow('documents.other-master-key');
});

test('a doctor signs with a key that lies wrapped in the database, and two processes that start at once make one authority', async () => {
  const [one, two] = [openKeyStore(database, master, clock), openKeyStore(database, master, clock)];
  await Promise.all([one.issue('Practitioner/1', doctor), two.issue('Practitioner/2', doctor), one.issue('Organization/1', { of: 'organisation', name: 'Поликлиника № 2', ogrn: '1027700132195' }, { kind: 'rsa-2048' })]);
  expect(await one.anchors()).toEqual(await two.anchors());
  expect(await one.issue('Practitioner/1', doctor)).toBe(false);
  const trust = { anchors: await one.anchors(), revoked: await one.revocations() };
  for (const owner of ['Practitioner/1', 'Organization/1']) {
    expect(verifySignature(bytes, await (await two.signer(owner)).sign(bytes), trust, new Date()).verdict).toBe('valid');
  }
  await expect(one.signer('Practitioner/9')).rejects.toThrow('documents.no-signing-key');
});

test('the master key can be changed; the old one then opens nothing', async () => {
  const next = { id: 'next', secret: randomBytes(32) };
  await database.transaction((sql) => openKeyStore(sql, master, clock).rewrap(next));
  await expect(openKeyStore(database, master, clock).signer('Practitioner/1')).rejects.toThrow('documents.other-master-key');
  expect(await openKeyStore(database, next, clock).rewrap(next)).toBe(0);
  expect(await (await openKeyStore(database, next, clock).signer('Practitioner/1')).sign(bytes)).toBeInstanceOf(Uint8Array);
  await database.transaction((sql) => openKeyStore(sql, next, clock).rewrap(master));
});

test('a revoked key signs no more, is told to the verifier, and makes room for a new one', async () => {
  const keys = openKeyStore(database, master, clock);
  const before = await (await keys.signer('Practitioner/2')).sign(bytes);
  expect(await keys.revoke('Practitioner/2', 'ключ утрачен')).toBe(true);
  await expect(keys.signer('Practitioner/2')).rejects.toThrow('documents.no-signing-key');
  const verdict = verifySignature(bytes, before, { anchors: await keys.anchors(), revoked: await keys.revocations() }, new Date());
  expect(verdict.findings.map((each) => each.code)).toContain('revoked-since');
  expect(await keys.issue('Practitioner/2', doctor)).toBe(true);
});

test('the first start makes the demo’s authority and puts its root where verifying finds it; the second start finds the same', async () => {
  const config = { data: folder, demo: true, keyFile: undefined };
  const keys = await startSigning(database, config, clock);
  await startSigning(database, config, clock);
  expect(readdirSync(join(folder, 'trust'))).toHaveLength(1);
  expect(readTrustAnchors(folder)).toEqual(await keys!.anchors());
});

test('started with the demo off no demo key is left, and what was signed is told to be by a key revoked since', async () => {
  const keys = openKeyStore(database, master, clock);
  const before = await (await keys.signer('Practitioner/1')).sign(bytes);
  const roots = readTrustAnchors(folder);
  expect(await startSigning(database, { data: folder, demo: false, keyFile: undefined }, clock)).toBeUndefined();
  expect(existsSync(join(folder, 'master.key'))).toBe(false);
  expect(await database.query("select 1 from signing_key where wrapped <> ''")).toEqual([]);
  await expect(keys.signer('Practitioner/1')).rejects.toThrow('documents.no-signing-key');
  const verdict = verifySignature(bytes, before, { anchors: roots, revoked: await keys.revocations() }, new Date());
  expect(verdict.findings.map((each) => each.code)).toContain('revoked-since');
});
