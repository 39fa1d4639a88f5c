import type { Resource } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { systemClock } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { openStore } from './index.ts';
import type { Access, Scope, WriteOperation } from './types.ts';

const database = await freshDatabase();
const open = () => openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
/** Two processes on one database, as far as the store is concerned. */
const stores = [await open(), await open()];
const everything: Access = { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] };
const scope: Scope = { access: everything, actor: 'Device/test', now: new Date() };

let number = 0;
const fresh = (): string => `c${++number}`;
const basic = (id: string | undefined, text: string, more: object = {}): Resource => ({ resourceType: 'Basic', ...(id && { id }), code: { text }, ...more });
const put = (id: string, text: string, ifMatch?: number): WriteOperation => ({ method: 'update', resource: basic(id, text), ...(ifMatch !== undefined && { ifMatch }) });

/** Refusals are an outcome among others; anything else is a fault. */
async function outcome<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

const versions = async (id: string): Promise<number[]> => (await stores[0]!.history(scope, { type: 'Basic', id }, { count: 100 })).entries.map(({ version }) => version);
const textOf = async (id: string): Promise<string> => (JSON.parse((await stores[0]!.read(scope, 'Basic', id)).content) as { code: { text: string } }).code.text;

describe('many clients at once', () => {
  test('never lose an update: of those who change one version exactly one succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 12 }), async (rounds, clients) => {
        const id = fresh();
        await stores[0]!.write(scope, [put(id, 'first')]);
        for (let version = 1; version <= rounds; version++) {
          const outcomes = await Promise.all(Array.from({ length: clients }, (_, client) => outcome(stores[client % 2]!.write(scope, [put(id, `${version}-${client}`, version)]))));
          const won = outcomes.flatMap((one, client) => (typeof one === 'string' ? [] : [client]));
          expect(outcomes.filter((one) => typeof one === 'string')).toEqual(Array.from({ length: clients - 1 }, () => 'store.stale'));
          expect(await textOf(id)).toBe(`${version}-${won[0]}`);
        }
        expect(await versions(id)).toEqual(Array.from({ length: rounds + 1 }, (_, index) => rounds + 1 - index));
      }),
      { numRuns: 12 },
    );
  });

  test('count together what they write without a condition: no version is skipped or used twice', async () => {
    const id = fresh();
    const results = await Promise.all(Array.from({ length: 40 }, (_, client) => stores[client % 2]!.write(scope, [put(id, `${client}`)])));
    expect(results.map(([one]) => one!.version).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(await versions(id)).toHaveLength(40);
  });

  test('create conditionally exactly once, however they race', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 10 }), fc.boolean(), async (clients, bundled) => {
        const value = fresh();
        const create = (): WriteOperation => ({ method: 'create', resource: basic(undefined, value, { identifier: [{ system: 'urn:race', value }] }), ifNoneExist: `identifier=urn:race|${value}` });
        const operations = (client: number) => (bundled ? [create(), put(`${value}-${client}`, 'beside')] : [create()]);
        const results = await Promise.all(Array.from({ length: clients }, (_, client) => stores[client % 2]!.write(scope, operations(client))));
        expect(results.filter(([one]) => one!.outcome === 'created')).toHaveLength(1);
        expect(new Set(results.map(([one]) => one!.id)).size).toBe(1);
      }),
      { numRuns: 10 },
    );
  });

  test('write Bundles over the same resources in any order without deadlock, and never half of one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 10 }), async (bundles) => {
        const ids = Array.from({ length: 6 }, fresh);
        const results = await Promise.all(bundles.map((places, bundle) => stores[bundle % 2]!.write(scope, places.map((place) => put(ids[place]!, `${bundle}`)))));
        for (const place of ids.keys()) {
          const wrote = bundles.flatMap((places, bundle) => (places.includes(place) ? [results[bundle]![places.indexOf(place)]!.version] : []));
          expect(wrote.toSorted((a, b) => a - b)).toEqual(Array.from({ length: wrote.length }, (_, index) => index + 1));
        }
        // Each two Bundles are in the same order wherever they meet: one came wholly after the other.
        for (const [a, first] of bundles.entries()) {
          for (const [b, second] of bundles.entries()) {
            const order = first.filter((place) => second.includes(place)).map((place) => Math.sign(results[a]![first.indexOf(place)]!.version - results[b]![second.indexOf(place)]!.version));
            expect(new Set(order).size).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('do not suffer from a neighbour who is refused: stale, dangling, taken id, reused key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('create', 'update', 'bundle', 'stale', 'dangling', 'exists', 'half', 'reused'), { minLength: 2, maxLength: 24 }), async (kinds) => {
        const known = fresh();
        await stores[0]!.write(scope, [put(known, 'stands')], { idempotencyKey: known });
        const acts = kinds.map((kind) => {
          const id = fresh();
          switch (kind) {
            case 'create': return { id, refused: undefined, operations: [{ method: 'create', resource: basic(id, kind), keepId: true }] };
            case 'update': return { id, refused: undefined, operations: [put(id, kind)] };
            case 'bundle': return { id, refused: undefined, operations: [put(id, kind), { method: 'create', resource: basic(undefined, kind, { subject: { reference: `Basic/${id}` } }) }] };
            case 'stale': return { id, refused: 'store.stale', operations: [put(id, kind), put(known, kind, 7)] };
            case 'dangling': return { id, refused: 'store.dangling-reference', operations: [{ method: 'create', resource: basic(id, kind, { subject: { reference: 'Patient/nobody' } }), keepId: true }] };
            case 'exists': return { id, refused: 'store.exists', operations: [put(id, kind), { method: 'create', resource: basic(known, kind), keepId: true }] };
            case 'half': return { id, refused: 'store.absent', operations: [put(id, kind), put(fresh(), kind, 1)] };
            default: return { id, refused: 'store.key-reused', key: known, operations: [put(id, kind), put(fresh(), kind)] };
          }
        }) as { id: string; refused: string | undefined; key?: string; operations: WriteOperation[] }[];
        const outcomes = await Promise.all(acts.map(({ operations, key }) => outcome(stores[0]!.write(scope, operations, key === undefined ? {} : { idempotencyKey: key }))));
        for (const [index, { id, refused }] of acts.entries()) {
          if (refused === undefined) expect((outcomes[index] as { outcome: string }[])[0]).toMatchObject({ id, outcome: 'created' });
          else expect(outcomes[index]).toBe(refused);
          expect(await outcome(versions(id))).toEqual(refused === undefined ? [1] : 'store.not-found');
        }
        expect(await versions(known)).toEqual([1]);
      }),
      { numRuns: 25 },
    );
  });

  test('get one answer for one key, from either process, and what is answered is written once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 16 }), async (keys) => {
        const run = fresh();
        const results = await Promise.all(keys.map((key, client) => stores[client % 2]!.write(scope, [{ method: 'create', resource: basic(undefined, `${run}-${key}`, { identifier: [{ system: 'urn:key', value: `${run}-${key}` }] }) }], { idempotencyKey: `${run}-${key}` })));
        for (const key of new Set(keys)) {
          const answers = results.filter((_, client) => keys[client] === key);
          expect(new Set(answers.map(([one]) => JSON.stringify(one))).size).toBe(1);
          expect((await stores[0]!.search(scope, 'Basic', `identifier=urn:key|${run}-${key}`)).matches).toHaveLength(1);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('delete and refer at the same time: nothing that stands refers to what is gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), async (referrers) => {
        const id = fresh();
        await stores[0]!.write(scope, [put(id, 'target')]);
        const [deleted, ...referred] = await Promise.all([
          outcome(stores[1]!.write(scope, [{ method: 'delete', type: 'Basic', id }])),
          ...Array.from({ length: referrers }, () => outcome(stores[0]!.write(scope, [{ method: 'create', resource: basic(undefined, 'refers', { subject: { reference: `Basic/${id}` } }) }]))),
        ]);
        const stand = referred.filter((one) => typeof one !== 'string');
        if (typeof deleted === 'string') expect(deleted).toBe('store.referenced');
        else expect(stand).toEqual([]);
        expect(referred.filter((one) => typeof one === 'string' && one !== 'store.dangling-reference')).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test('are told apart by their rights in one batch: what one may not write is refused to him alone', async () => {
    const rules = (patients: readonly string[]): Scope => ({ ...scope, access: { name: 'doctor', rules: [{ types: 'all', patients, write: true }] } });
    const [mine, other] = [fresh(), fresh()];
    const patient = (id: string) => ({ method: 'update', resource: { resourceType: 'Patient', id } }) as WriteOperation;
    await stores[0]!.write(scope, [patient(mine), patient(other)]);
    const about = (id: string): WriteOperation[] => [{ method: 'create', resource: { resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: `Patient/${id}` } } }];
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, client) => outcome(stores[0]!.write(client % 3 === 2 ? scope : rules([mine]), about(client % 3 === 0 ? other : mine)))));
    for (const [client, one] of outcomes.entries()) expect(typeof one === 'string' ? one : 'written').toBe(client % 3 === 0 ? 'store.forbidden' : 'written');
  });
});
