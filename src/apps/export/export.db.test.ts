import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '@medplum/fhirtypes';
import { afterAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { systemClock } from '../../kernel/clock.ts';
import { Problem } from '../../kernel/problem.ts';
import { openStore } from '../../store/index.ts';
import { exportFiles } from './export-files.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const scope = { access: { name: 'test', rules: [{ types: 'all' as const, patients: 'all' as const, write: true }] }, actor: 'Device/test', now: new Date() };
const base = mkdtempSync(join(tmpdir(), 'karta-export-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const idsIn = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as Resource).id);

test('an export to files goes on where it was stopped, cuts off what was half written, and shows one instant', async () => {
  const patients = Array.from({ length: 2300 }, (_, n): Resource => ({ resourceType: 'Patient', id: `p${String(n).padStart(4, '0')}` }));
  for (let at = 0; at < patients.length; at += 500) await store.write(scope, patients.slice(at, at + 500).map((resource) => ({ method: 'update', resource })));
  const folder = join(base, 'all');
  const wish = { types: ['Observation', 'Patient'], since: undefined };
  const stopping = new AbortController();
  const now = new Date(Date.now() + 5);
  await expect.poll(() => Date.now()).toBeGreaterThan(now.getTime());
  expect(await exportFiles(store, folder, wish, { now, stop: stopping.signal, progressed: (type) => type === 'Patient' && stopping.abort() })).toBe(undefined);
  appendFileSync(join(folder, 'Patient.ndjson'), '{"resourceType":"Pat');
  await store.write(scope, [{ method: 'delete', type: 'Patient', id: 'p2000' }, { method: 'update', resource: { resourceType: 'Patient', id: 'p9999' } }]);
  const done = await exportFiles(store, folder, wish, { now: new Date(), stop: new AbortController().signal, progressed: () => undefined });
  expect(done).toMatchObject({ finished: true, asOf: now.toISOString(), files: { 'Patient.ndjson': { lines: 2300 } } });
  expect(idsIn(folder, 'Patient.ndjson')).toEqual(patients.map(({ id }) => id));

  const later = join(base, 'later');
  await exportFiles(store, later, { types: ['Patient'], since: now.toISOString() }, { now: new Date(), stop: new AbortController().signal, progressed: () => undefined });
  expect(idsIn(later, 'Patient.ndjson')).toEqual(['p9999']);
  expect(readFileSync(join(later, 'deleted.ndjson'), 'utf8')).toContain('Patient/p2000');
});

test('a folder that holds something else is left alone', async () => {
  writeFileSync(join(base, 'note.txt'), 'x');
  const refused = exportFiles(store, base, { types: ['Patient'], since: undefined }, { now: new Date(), stop: new AbortController().signal, progressed: () => undefined });
  await expect(refused).rejects.toThrow(Problem);
});
