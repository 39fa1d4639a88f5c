import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEnp, checkInn, checkOgrn, checkSnils, enpCheckDigit, formatSnils, identifierFaultText, newbornPolicy, snilsCheckDigits } from './identifiers.ts';

const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((d) => d.join(''));

describe('identifiers are checked as they are typed', () => {
  test('known numbers pass, as people write them', () => {
    expect(checkSnils('112-233-445 95')).toEqual({ valid: true, value: '11223344595' });
    expect(checkSnils('112\u2011233\u2011445\u00a095')).toEqual({ valid: true, value: '11223344595' });
    expect(checkInn('7707083893').valid).toBe(true);
    expect(checkInn('500100732259').valid).toBe(true);
    expect(checkOgrn('1027700132195').valid).toBe(true);
    expect(checkOgrn('304500116000157').valid).toBe(true);
  });

  test('old СНИЛС numbers without check digits pass, 100 stands as 00', () => {
    expect(checkSnils('001-001-998 77').valid).toBe(true);
    const hundred = Array.from({ length: 2000 }, (_, i) => String(900_000_000 + i)).find((n) => Array.from(n).reduce((s, d, i) => s + Number(d) * (9 - i), 0) % 101 === 100)!;
    expect(checkSnils(`${hundred}00`).valid).toBe(true);
  });

  test('a fault says what to do', () => {
    expect(checkSnils('')).toEqual({ valid: false, fault: 'empty' });
    expect(checkSnils('112-233-445 9х')).toEqual({ valid: false, fault: 'characters' });
    expect(checkSnils('112')).toEqual({ valid: false, fault: 'length' });
    expect(checkSnils('112-233-445 96')).toEqual({ valid: false, fault: 'check-digit' });
    expect(identifierFaultText('check-digit', 'ru')).toContain('опечатки');
    expect(checkEnp('0000000000000000').valid).toBe(false);
  });

  test('a mistyped digit of a policy or a СНИЛС is noticed', () => {
    fc.assert(fc.property(digits(15), fc.nat(15), fc.integer({ min: 1, max: 9 }), (body, place, shift) => {
      fc.pre(!/^0+$/.test(body));
      const enp = body + enpCheckDigit(body);
      expect(checkEnp(enp).valid).toBe(true);
      const wrong = enp.slice(0, place) + ((Number(enp[place]) + shift) % 10) + enp.slice(place + 1);
      expect(checkEnp(wrong).valid).toBe(false);
    }));
    fc.assert(fc.property(fc.integer({ min: 1_001_999, max: 999_999_999 }), fc.integer({ min: 1, max: 9 }), fc.nat(8), (n, shift, place) => {
      const nine = String(n).padStart(9, '0');
      expect(checkSnils(nine + snilsCheckDigits(nine)).valid).toBe(true);
      const wrong = nine.slice(0, place) + ((Number(nine[place]) + shift) % 10) + nine.slice(place + 1);
      fc.pre(Number(wrong) > 1_001_998);
      // The one blind spot of the rule itself: the remainders 0 and 100 both stand as 00, so a digit that turns one into the other passes.
      fc.pre(!(snilsCheckDigits(nine) === '00' && snilsCheckDigits(wrong) === '00'));
      expect(checkSnils(wrong + snilsCheckDigits(nine)).valid).toBe(false);
    }));
  });

  test('СНИЛС is shown in groups and a half-typed one is left alone', () => {
    expect(formatSnils('11223344595')).toBe('112-233-445\u00a095');
    expect(formatSnils('1122')).toBe('1122');
  });

  test('a newborn goes under the policy of the mother', () => {
    const enp = `990000000000001${enpCheckDigit('990000000000001')}`;
    expect(newbornPolicy(enp, '2026-11-07', 1)).toBe(`${enp}_2026-11-07_1`);
    expect(newbornPolicy('123', '2026-11-07', 1)).toBeUndefined();
    expect(newbornPolicy(enp, '07.11.2026', 1)).toBeUndefined();
  });
});
