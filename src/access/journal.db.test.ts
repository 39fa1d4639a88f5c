import fc from 'fast-check';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import type { Database } from '../db/types.ts';
import { log } from '../kernel/log.ts';
import { Journal, sha256, type JournalRow } from './journal.ts';
import { checkSeals, merkleRoot, sealJournal } from './seal-journal.ts';

const db = await freshDatabase();
const journal = new Journal(db, { ...log, error: () => undefined });
const row = (request: string, more: Partial<JournalRow> = {}): JournalRow => ({
  at: new Date('2026-11-21T08:00:00Z'), actor: 'Practitioner/1', role: 'doctor', account: 'a', purpose: 'TREAT', action: 'read Observation', patients: ['p1'], types: ['Observation'], status: 200, request, ...more,
});
const count = async (where: string): Promise<number> => (await db.query<{ n: number }>(`select count(*)::int as n from journal where ${where}`))[0]!.n;

it('commits a thousand requests at once in few statements, each before it is answered', async () => {
  let statements = 0;
  const counting: Database = { ...db, query: (text, values) => (statements++, db.query(text, values)) };
  const grouped = new Journal(counting, log);
  await Promise.all(Array.from({ length: 1000 }, (_, index) => grouped.note(row(`g${index}`))));
  expect(await count(`request like 'g%'`)).toBe(1000);
  expect(statements).toBeLessThan(10);
});

it('keeps every answered request when the process is killed in the middle of a group', async () => {
  const child = fork(fileURLToPath(new URL('killed-writer.ts', import.meta.url)), [db.url], { execArgv: [] });
  const answered: string[] = [];
  child.on('message', (request) => void answered.push(request as string));
  while (answered.length < 500) await sleep(5);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const known = new Set((await db.query<{ request: string }>(`select request from journal where request like 'k%'`)).map((one) => one.request));
  expect(answered.filter((request) => !known.has(request))).toEqual([]);
});

it('refuses one row that cannot be written without touching its neighbours', async () => {
  const results = await Promise.allSettled([journal.note(row('n1')), journal.note(row('n2')), journal.note(row('n3', { status: 3e9 })), journal.note(row('n4\0', { patients: ['p\ud800'] }))]);
  expect(results.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect((results[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'access.journal-unavailable' });
  expect(await count(`request like 'n%'`)).toBe(3);
});

it('seals ranges one over the other, and finds a row that was changed, removed or slipped in', async () => {
  expect(await sealJournal(db, new Date())).toBeGreaterThan(1500);
  await Promise.all([journal.note(row('s1')), journal.note(row('s2', { breakGlass: 'b' })), journal.note(row('s3'))]);
  expect(await sealJournal(db, new Date())).toBe(3);
  expect(await sealJournal(db, new Date())).toBe(0);
  expect(await checkSeals(db)).toBeUndefined();
  for (const forgery of [`update journal set status = 404 where request = 's2'`, `delete from journal where request = 's3'`, `update journal set patients = '{}' where request = 's1'`, `update journal_root set root = tree where id = 2`]) {
    await expect(
      db.transaction(async (sql) => {
        await sql.query(forgery);
        const found = await checkSeals({ ...db, query: (text, values) => sql.query(text, values) });
        expect(found?.id).toBe(2);
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
  }
  expect(await checkSeals(db)).toBeUndefined();
});

it('misses no row that was being written while it sealed', async () => {
  let writing = true;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let number = 0; writing; number++) await new Journal(db, log).note(row(`w${writer}-${number}`));
  });
  for (let times = 0; times < 15; times++) await sealJournal(db, new Date());
  writing = false;
  await Promise.all(writers);
  await sealJournal(db, new Date());
  expect(await checkSeals(db)).toBeUndefined();
  const [sealed] = await db.query<{ n: number }>('select sum(rows)::int as n from journal_root');
  expect(sealed!.n).toBe(await count('true'));
});

it('computes the tree as RFC 6962 splits it', () => {
  const leaf = (text: string): Buffer => sha256(Buffer.of(0), text);
  const node = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);
  const split = (leaves: readonly string[]): Buffer => {
    if (leaves.length === 1) return leaf(leaves[0]!);
    const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
    return node(split(leaves.slice(0, half)), split(leaves.slice(half)));
  };
  fc.assert(fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 40 }), (leaves) => merkleRoot(leaves).equals(split(leaves))));
});
