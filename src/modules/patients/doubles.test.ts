import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snilsCheckDigits } from '../../kernel/identifiers.ts';
import { likely, likenessOf, reasonWords, type Identity } from './doubles.ts';

const ivanova: Identity = { family: 'Иванова', given: 'Мария', patronymic: 'Петровна', sex: 'female', birthDate: '1959-03-14', snils: '11223344595', enp: '9900000000010006', phones: ['9990002010'], address: 'Заречинск, улица Садовая, 22, кв. 15' };

const word = fc.string({ unit: fc.constantFrom(...'абвгдежиклмнопрстуфхэюя'), minLength: 3, maxLength: 12 });
const snils = fc.integer({ min: 100_000_000, max: 999_999_999 }).map((nine) => `${nine}${snilsCheckDigits(String(nine))}`);
const day = fc.date({ min: new Date('1920-01-01'), max: new Date('2026-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const identity: fc.Arbitrary<Identity> = fc.record({
  family: word, given: word, patronymic: fc.option(word, { nil: undefined }), sex: fc.constantFrom('male', 'female', undefined), birthDate: fc.option(day, { nil: undefined }),
  snils: fc.option(snils, { nil: undefined }), phones: fc.array(fc.stringMatching(/^9\d{9}$/), { maxLength: 2 }), address: fc.option(word.map((street) => `улица ${street}, 7`), { nil: undefined }),
});

describe('a likely double', () => {
  it('is the same whichever card one begins with', () => {
    fc.assert(fc.property(identity, identity, (a, b) => { expect(likenessOf(a, b)).toEqual(likenessOf(b, a)); }));
  });

  it('is a person with himself, when name and birth date are known', () => {
    fc.assert(fc.property(identity, day, (person, birthDate) => { expect(likenessOf({ ...person, birthDate }, { ...person, birthDate }).score).toBeGreaterThanOrEqual(likely); }));
  });

  it('is told by one slip of the hand in СНИЛС beside the same birth date', () => {
    fc.assert(
      fc.property(snils, day, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 9 }), (number, birthDate, at, more) => {
        const slipped = `${number.slice(0, at)}${(Number(number[at]) + more) % 10}${number.slice(at + 1)}`;
        const likeness = likenessOf({ family: 'Иванова', given: 'Мария', birthDate, snils: number }, { family: 'Петрова', given: 'Мария', birthDate, snils: slipped });
        expect(likeness.reasons).toEqual(expect.arrayContaining(['snils-near', 'birth-date']));
        expect(likeness.score).toBeGreaterThanOrEqual(likely);
      }),
    );
  });

  it('never gets unlikelier by a number that is the same', () => {
    fc.assert(fc.property(identity, identity, snils, (a, b, number) => { expect(likenessOf({ ...a, snils: number }, { ...b, snils: number }).same).toBe(true); }));
    fc.assert(fc.property(identity, identity, (a, b) => { expect(likenessOf({ ...a, phones: ['9001112233'] }, { ...b, phones: ['9001112233'] }).score).toBeGreaterThanOrEqual(likenessOf({ ...a, phones: [] }, { ...b, phones: [] }).score); }));
  });

  it('says its reasons in words, the weightiest first', () => {
    const { reasons } = likenessOf(ivanova, { ...ivanova, given: 'Марья', snils: '11223344596', enp: undefined, phones: [], address: undefined });
    expect(reasonWords(reasons, 'ru')).toEqual(['СНИЛС отличается одной цифрой', 'та же дата рождения', 'похожие фамилия, имя и отчество']);
    expect(reasonWords(reasons, 'en')[0]).toBe('СНИЛС differs by one digit');
  });

  it('is a card opened in a hurry: «Наталия», no СНИЛС, the street half written', () => {
    const first: Identity = { family: 'Петрова', given: 'Наталья', patronymic: 'Юрьевна', birthDate: '1976-08-08', sex: 'female', address: 'Заречная область, Заречинск, улица Заводская, 3, кв. 77' };
    const second: Identity = { ...first, given: 'Наталия', address: 'Заречная область, Заречинск, ул. Заводская, д. 3' };
    expect(likenessOf(first, second)).toMatchObject({ same: false, reasons: ['name-near', 'birth-date', 'address'] });
    expect(likenessOf(first, second).score).toBeGreaterThanOrEqual(likely);
  });

  it('is no namesake of another age, no twin, no neighbour with another СНИЛС', () => {
    const smirnov: Identity = { family: 'Смирнов', given: 'Александр', patronymic: 'Иванович', sex: 'male', birthDate: '1965-04-18', phones: ['9990001122'] };
    expect(likenessOf(smirnov, { ...smirnov, birthDate: '1982-10-02' }).score).toBeLessThan(likely);
    const twin: Identity = { family: 'Волков', given: undefined, birthDate: '2026-11-20', sex: 'male', enp: '9900000000010006_2026-11-20_1', phones: ['9990001122'], address: 'улица Мира, 7' };
    expect(likenessOf(twin, { ...twin, enp: '9900000000010006_2026-11-20_2' }).score).toBeLessThan(likely);
    expect(likenessOf(ivanova, { ...ivanova, enp: undefined, snils: '90000000013', phones: [], address: undefined }).score).toBeLessThan(likely);
  });
});
