import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latinOf } from '../fhir/index.ts';
import { bar, textKeys, textLimit } from './text-keys.ts';

const words = fc.array(fc.constantFrom('Иванов', 'Иван', 'Анна', 'Мария', 'Ли', 'де', 'ван', 'Бетховен'), { minLength: 1, maxLength: 5 });

describe('the keys of a name', () => {
  it('each tell all of its words, in any order of asking', () => {
    expect(textKeys(['Иванова', 'Мария', 'Петровна', 'Иванова Мария Петровна']).toSorted()).toEqual(['ivanova maria petrovna|', 'maria petrovna| ivanova', 'petrovna| ivanova maria']);
    expect(textKeys(['Иванов', 'Анна'])).toEqual(['ivanov| ana', 'ana| ivanov']);
    expect(textKeys(['Ли'])).toEqual(['li|']);
    expect(textKeys([' — '])).toEqual([]);
  });

  it('leave the bar out where the words are many or long: then each is looked up', () => {
    const address = 'г. Верховск, ул. Садовая, д. 5, кв. 10';
    expect(textKeys([address, 'Верховск'])).toContain('verhovsk ul sadovaia d 5 kv 10');
    expect(textKeys([address]).join('')).not.toContain(bar);
    const long = textKeys(['Абвгд', 'ку'.repeat(70)]);
    expect(long).toHaveLength(2);
    expect(long.every((key) => key.length <= textLimit && !key.includes(bar))).toBe(true);
  });

  it('find every word by its beginning, and none that is not there', () => {
    fc.assert(
      fc.property(fc.array(words.map((some) => some.join(' ')), { minLength: 1, maxLength: 3 }), (values) => {
        const keys = textKeys(values);
        const all = new Set(values.flatMap((value) => latinOf(value).split(' ')));
        // each word begins a key
        for (const word of all) expect(keys.some((key) => key.startsWith(word) && /^[ |]|^$/.test(key.slice(word.length)))).toBe(true);
        for (const key of keys.filter((one) => one.includes(bar))) expect(new Set(key.replace(bar, '').split(' '))).toEqual(all);
        // what stands together in a value stands together in a key, before the bar
        for (const value of values) expect(keys.some((key) => key.split(bar)[0]!.includes(latinOf(value)))).toBe(true);
      }),
    );
  });
});
