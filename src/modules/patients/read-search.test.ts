import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barcodeOf, fromBarcode } from './card-number.ts';
import { editDistance, halvesOf, slipsOf } from './near-name.ts';
import { otherLayout, phoneSpellings, readSearch } from './read-search.ts';

const now = new Date('2026-11-21T09:00:00Z');
const wish = (text: string) => Object.fromEntries(Object.entries(readSearch(text, now)).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)));

describe('what is typed into the search of persons', () => {
  it('is a birth date however people write it', () => {
    for (const text of ['14.03.1959', '14.3.59', '14/03/1959', '14-03-1959', '14031959', '140359', '1959-03-14']) expect(wish(text)).toEqual({ birthDate: '1959-03-14' });
    expect(wish('1959')).toEqual({ birthDate: '1959' });
  });

  it('is a phone with or without its beginning', () => {
    for (const text of ['+7 (999) 000-20-10', '89990002010', '8 999 000 20 10', '9990002010', '+79990002010']) expect(wish(text).phone).toBe('9990002010');
    expect(phoneSpellings('9990002010')).toEqual(expect.arrayContaining(['+79990002010', '+7 (999) 000-20-10', '89990002010']));
  });

  it('is СНИЛС with and without dashes, a policy, a card, a newborn’s number', () => {
    for (const text of ['112-233-445 95', '11223344595', '112 233 445 95', '112–233–445 95']) expect(wish(text)).toEqual({ snils: '11223344595' });
    expect(wish('9900 0000 0001 0006')).toEqual({ enp: '9900000000010006' });
    expect(wish('02-000123')).toEqual({ card: '02-000123' });
    expect(wish('ЗР-20017')).toEqual({ card: 'ЗР-20017' });
    expect(wish('9900000000010006_2026-11-20_1')).toEqual({ enp: '9900000000010006_2026-11-20_1' });
  });

  it('is words and numbers beside each other in any order', () => {
    expect(wish('Иванова 14.03.59 Мария')).toEqual({ words: ['Иванова', 'Мария'], birthDate: '1959-03-14' });
    expect(wish('1959 мамин-сибиряк')).toEqual({ words: ['мамин-сибиряк'], birthDate: '1959' });
    expect(wish('иванова 8 (999) 000-20-10')).toMatchObject({ words: ['иванова'], phone: '9990002010' });
  });

  it('never throws and never loses itself, whatever comes', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => { expect(readSearch(text, now).words.length).toBeLessThanOrEqual(6); }));
  });

  it('is found with the keyboard left in English', () => {
    expect(otherLayout('Bdfyjdf')).toBe('Иванова');
    expect(otherLayout('Иванова')).toBeUndefined();
  });

  it('is the same card when the label is scanned', () => {
    fc.assert(fc.property(fc.stringMatching(/^[АБВГДЗИКЛМНОПРСТУФХЦЯ]{2}-\d{5}$/), (card) => { expect(fromBarcode(barcodeOf(card))).toBe(card); }));
    expect(fromBarcode('02-000123')).toBe('02-000123');
  });
});

const russian = fc.string({ unit: fc.constantFrom(...'абвгдежзийклмнопрстуфхцчшщыьэюя'), minLength: 4, maxLength: 14 });

describe('mistyped names', () => {
  it('are found after any one slip: a letter changed, left out, doubled, or two in the wrong order', () => {
    fc.assert(
      fc.property(russian, fc.nat(), fc.constantFrom('change', 'drop', 'double', 'swap'), (name, where, slip) => {
        const at = where % name.length;
        const next = Math.min(at + 1, name.length - 1);
        const typed = { change: name.slice(0, at) + 'ъ' + name.slice(at + 1), drop: name.slice(0, at) + name.slice(at + 1), double: name.slice(0, at) + name[at]! + name.slice(at), swap: name.slice(0, at) + name[next]! + name[at]! + name.slice(next + 1) }[slip];
        fc.pre(typed.length >= 4);
        expect(slipsOf(slip === 'swap' && at === next ? name : typed, name)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keep one half whole, by which they are looked up', () => {
    fc.assert(
      fc.property(russian, fc.nat(), (name, where) => {
        const at = where % name.length;
        const slipped = name.slice(0, at) + 'ъ' + name.slice(at + 1);
        fc.pre(slipped !== name);
        const { first, second } = halvesOf(slipped);
        expect(name.startsWith(first) || name.endsWith(second!)).toBe(true);
      }),
    );
  });

  it('are measured alike both ways', () => {
    fc.assert(fc.property(russian, russian, (a, b) => { expect(editDistance(a, b, 3)).toBe(editDistance(b, a, 3)); }));
    expect(editDistance('наталья', 'наталия')).toBe(1);
    expect(slipsOf('ива', 'Иванова')).toBe(0);
    expect(slipsOf('иво', 'Иванова')).toBeUndefined();
  });
});
