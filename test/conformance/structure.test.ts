import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakers } from './break-structure.ts';
import { compareBreach, overlooked } from './compare-structure.ts';
import { unnoticedBreaches } from './invalid-examples.ts';
import { sampledExamples } from './official-examples.ts';

const seed = fc.readConfigureGlobal().seed ?? 0;
const small = sampledExamples(seed).filter(({ text }) => text.length < 3500);

describe('structure, against a general validation library', () => {
  test('what breaks the standard is refused at its place, by both but for what the list explains', { timeout: 60_000 }, () => {
    const used = new Set<unknown>();
    for (const how of Object.keys(breakers)) {
      let asked = 0;
      fc.assert(
        fc.property(fc.constantFrom(...small), fc.infiniteStream(fc.nat(1_000_000)), ({ text }, dice) => {
          const result = compareBreach(text, how, (list) => list[dice.next().value! % list.length]!);
          if (!result) return;
          asked++;
          if (result.explained) used.add(result.explained);
          expect(result.difference).toBeUndefined();
        }),
        { numRuns: 12 },
      );
      expect(asked, how).toBeGreaterThan(0);
    }
    // what the library never sees it does not see here either; the whole list is held by `npm run trial -- validation`
    const always = unnoticedBreaches.filter(({ how }) => ['a code of no value set', 'an empty text', 'an empty list', 'an empty object', 'something beside what is no primitive', 'two types of a choice'].includes(how));
    expect(always.filter((one) => !used.has(one))).toEqual([]);
  });

  test('what the library refuses is refused', () => {
    for (const { file, text } of small.slice(0, 40)) expect(overlooked(JSON.parse(text) as object), file).toBeUndefined();
  });
});
