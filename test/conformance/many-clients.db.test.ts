import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openFhirApi } from '../fhir-api.ts';
import { freshDatabase } from '../harness.ts';
import { countTogether, createOnce, crossBundles, neighbours, orders, runs, speakTo, walkUnderWrites, writeUnconditionally, type Creating, type Neighbour } from './many-clients.ts';

/** Two servers on one database, each with a store of its own, as two processes have; clients speak to either over HTTP. */
const database = await freshDatabase();
const apis = [await openFhirApi(database), await openFhirApi(database)];
const servers = await Promise.all(apis.map(speakTo));
afterAll(() => Promise.all(apis.map(({ app }) => app.close())));

let number = 0;
const fresh = (): string => `m${++number}`;
const clients = { minLength: 2, maxLength: 12 };

test('no update is lost where clients change just the version that they have read, and none where they change without asking', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 3 }), async (many, times) => {
    expect(await countTogether(servers, fresh(), many, times)).toEqual([]);
  }), runs(0.04));
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('put', 'patch'), { minLength: 2, maxLength: 24 }), async (kinds) => {
    expect(await writeUnconditionally(servers, fresh(), kinds)).toEqual([]);
  }), runs(0.05));
});

test('what many want to create is created once, by whatever way they ask and whomever', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom<Creating>('header', 'bundle', 'update'), clients), async (ways) => {
    expect(await createOnce(servers, fresh(), ways)).toEqual([]);
  }), runs(0.1));
});

test('transactions that cross are written whole or not at all, in one order, and never end in a fault', async () => {
  const crossing = fc.record({ places: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }), stale: fc.boolean() });
  await fc.assert(fc.asyncProperty(fc.array(crossing, clients), async (crossings) => {
    expect(await crossBundles(servers, Array.from({ length: 7 }, fresh), crossings)).toEqual([]);
  }), runs(0.1));
});

test('an entry of a batch does not suffer from its neighbours, nor from other batches', async () => {
  const kinds = fc.constantFrom<Neighbour>('create', 'update', 'stale', 'invalid', 'dangling', 'read', 'absent');
  await fc.assert(fc.asyncProperty(fc.array(fc.array(kinds, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }), async (batches) => {
    expect(await neighbours(servers, fresh(), batches)).toEqual([]);
  }), runs(0.06));
});

test.each([...orders.byContent, ...orders.byChange])('sorted by “%s”, a walk under writes meets each that stands exactly once', async (order) => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 9 }), async (size) => {
    expect(await walkUnderWrites(servers, fresh(), { order, size, resources: 24 })).toEqual([]);
  }), runs(0.02));
});
