import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFhirApi } from '../fhir-api.ts';
import { freshDatabase } from '../harness.ts';
import { leaksOf, probes } from './two-worlds.ts';

const open = async () => {
  const database = await freshDatabase();
  return { database, api: await openFhirApi(database, { zone: 'UTC' }) };
};
const [full, seen] = [await open(), await open()];

test('two databases that differ in just what the caller may not see answer alike: searches, chains, includes, totals, orders, histories, conditions, refusals', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(probes, async (probe) => {
      expect(await leaksOf(full, seen, probe)).toEqual([]);
    }),
    { numRuns: 15 },
  );
});
