import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { openStore } from '../../src/store/index.ts';
import { freshDatabase } from '../harness.ts';
import { differencesOf, inquiries } from './ask-store.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'UTC' });

test('a search finds what the standard says, no more and no less: all kinds of parameters, modifiers, chains, includes, orders and pages', { timeout: 300_000 }, async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(inquiries, async (inquiry) => {
      expect(await differencesOf(database, store, inquiry, (what) => (found += what.endsWith('something') ? 1 : 0))).toEqual([]);
    }),
    { numRuns: 40, interruptAfterTimeLimit: 200_000 },
  );
  expect(found).toBeGreaterThan(30);
});
