import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counted, daysFromNow, formatAge, formatDate, formatDistance, formatMoment, formatNumber, formatPeriod, formatPhone, formatQuantity, formatSnils, formatTyped, formatWait, formatWeekday, initials, plural, shortName, spokenName } from './format.ts';
import { parseDate, parseNumber, parsePair, parsePhone, parseSnils } from './parse.ts';

const now = new Date('2026-11-21T09:21:00Z');
const zone = 'UTC';
const at = { now, zone };
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));

describe('dates read as people write them', () => {
  test.each([
    ['2026-11-21T09:15:00Z', 'сегодня в 9:15', 'today at 9:15'],
    ['2026-11-20T18:20:00Z', 'вчера в 18:20', 'yesterday at 18:20'],
    ['2026-11-22', 'завтра', 'tomorrow'],
    ['2026-11-12T14:05:00Z', '12 ноя, 14:05', '12 Nov, 14:05'],
    ['2024-05-12T14:05:00Z', '12 мая 2024, 14:05', '12 May 2024, 14:05'],
    ['2016-03', 'март 2016', 'March 2016'],
    ['2018', '2018', '2018'],
  ])('%s', (date, ru, en) => {
    expect(plain(formatMoment(date, at))).toBe(ru);
    expect(plain(formatMoment(date, { ...at, language: 'en' }))).toBe(en);
  });

  test('the zone of the place decides the day', () => {
    expect(plain(formatMoment('2026-11-21T21:30:00Z', { now, zone: 'Europe/Moscow' }))).toBe('завтра в 0:30');
    expect(plain(formatMoment('2026-11-21T21:30:00Z', { now, zone: 'UTC' }))).toBe('сегодня в 21:30');
  });

  test('in full, by weekday, as typed, as a period', () => {
    expect(plain(formatDate('1959-03-14', at))).toBe('14 марта 1959');
    expect(plain(formatWeekday(now, at))).toBe('Суббота, 21 ноября');
    expect(formatTyped('1959-03-14')).toBe('14.03.1959');
    expect(plain(formatPeriod('2021-05-14', '2021-05-21', at))).toBe('14–21 мая 2021');
    expect(plain(formatPeriod('2021-05-12', undefined, at))).toBe('с 12 мая 2021');
    expect(plain(formatPeriod(undefined, '2026-11-30', at))).toBe('до 30 ноя');
  });

  test('what is no date is shown as it came', () => {
    for (const text of ['', 'весной', '2026-02-31', '2026-13']) expect(formatMoment(text, at)).toBe(text);
  });

  test('distance takes the unit that people use', () => {
    expect(plain(formatDistance('2026-11-24', at))).toBe('через 3 дня');
    expect(plain(formatDistance('2026-10-31', at))).toBe('3 недели назад');
    expect(plain(formatDistance('2027-01-21', at))).toBe('через 2 мес.');
    expect(plain(formatDistance('2021-11-21', { ...at, language: 'en' }))).toBe('5 years ago');
    expect(plain(formatWait('2026-11-21T09:12:00Z', at))).toBe('9 мин');
    expect(plain(formatWait('2026-11-20T07:21:00Z', at))).toBe('26 часов');
  });

  test('typed back, a date is itself', () => {
    fc.assert(fc.property(day, (date) => {
      expect(parseDate(formatTyped(date), now)).toBe(date);
      expect(parseDate(formatDate(date), now)).toBe(date);
      expect(parseDate(formatDate(date, { language: 'en' }), now)).toBe(date);
    }));
  });

  test('days to a date and back agree', () => {
    fc.assert(fc.property(fc.integer({ min: -20_000, max: 20_000 }), (days) => {
      expect(daysFromNow(new Date(now.getTime() + days * 86_400_000), at)).toBe(days);
    }));
  });
});

describe('age in the unit that matters', () => {
  test.each([
    ['2026-11-21', '0 дней'], ['2026-11-07', '14 дней'], ['2026-04-20', '7 мес.'], ['2025-11-21', '1 год'], ['2021-09-01', '5 лет 2 мес.'],
    ['1959-03-14', '67 лет'], ['2005-11-20', '21 год'], ['1984-01-01', '42 года'], ['1959', 'около 67 лет'], ['2027-01-01', ''],
  ])('born %s', (birth, said) => expect(plain(formatAge(birth, at))).toBe(said));

  test('never runs backwards in years', () => {
    fc.assert(fc.property(day, (birth) => {
      const said = formatAge(birth, at);
      expect(said === '').toBe(birth > '2026-11-21');
    }));
  });
});

describe('numbers and plural forms', () => {
  test.each([[1, 'день'], [2, 'дня'], [5, 'дней'], [11, 'дней'], [14, 'дней'], [21, 'день'], [22, 'дня'], [111, 'дней'], [1.5, 'дня'], [0, 'дней']])('%d %s', (count, word) => {
    expect(plural(count, 'ru', ['день', 'дня', 'дней'])).toBe(word);
  });

  test('decimals stay as written, thousands part, units never leave their number', () => {
    expect(formatNumber('1.00')).toBe('1,00');
    expect(plain(formatNumber(12345.5))).toBe('12 345,5');
    expect(formatNumber(1234.5, { language: 'en' })).toBe('1,234.5');
    expect(formatQuantity(5, 'мг')).toBe('5\u00a0мг');
    expect(formatQuantity('158', 'мм рт. ст.')).toBe('158\u00a0мм\u00a0рт.\u00a0ст.');
    expect(formatQuantity(98, '%', 'en')).toBe('98%');
    expect(plain(counted(3, 'ru', ['документ', 'документа', 'документов']))).toBe('3 документа');
  });

  test('a number typed back is the same number', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).filter((value) => Math.abs(value) > 1e-6 || value === 0), (value) => {
      expect(Number(parseNumber(formatNumber(value)))).toBeCloseTo(value, 10);
    }));
  });

  test('what is no number is not guessed', () => {
    for (const text of ['', 'много', '1,2,3', '12-', '1e5', '--1']) expect(parseNumber(text)).toBeUndefined();
    expect(parseNumber(' 36,6 ')).toBe('36.6');
    expect(parseNumber('007')).toBe('7');
    expect(parsePair('158/94')).toEqual(['158', '94']);
    expect(parsePair('158')).toBeUndefined();
  });
});

describe('names, СНИЛС, phones', () => {
  test('names as people say them', () => {
    expect(shortName('Иванова Мария Петровна')).toBe('Иванова\u00a0М.\u00a0П.');
    expect(shortName({ family: 'Чехов', given: ['Антон', 'Павлович'] })).toBe('Чехов\u00a0А.\u00a0П.');
    expect(shortName('Соколова А. В.')).toBe('Соколова\u00a0А.\u00a0В.');
    expect(spokenName('Иванова Мария Петровна')).toBe('Мария Петровна');
    expect(initials('Иванова Мария Петровна')).toBe('МИ');
    expect(shortName('')).toBe('');
  });

  test('СНИЛС is written as on the card and checked', () => {
    expect(formatSnils('11223344595')).toBe('112-233-445\u00a095');
    expect(formatSnils('112')).toBe('112');
    expect(parseSnils('112-233-445 95')).toEqual({ digits: '11223344595' });
    expect(parseSnils('112-233-445 96')).toEqual({ wrong: 'checksum' });
    expect(parseSnils('112-233')).toEqual({ wrong: 'length' });
  });

  test('every СНИЛС with its right checksum is taken, with another one refused', () => {
    fc.assert(fc.property(fc.integer({ min: 1_001_999, max: 999_999_999 }), (number) => {
      const nine = String(number).padStart(9, '0');
      const good = Array.from({ length: 100 }, (_, check) => nine + String(check).padStart(2, '0')).filter((digits) => 'digits' in parseSnils(formatSnils(digits)));
      expect(good).toHaveLength(1);
    }), { numRuns: 30 });
  });

  test('phones', () => {
    expect(plain(formatPhone('+79161234567'))).toBe('+7 916 123-45-67');
    expect(parsePhone('8 (916) 123-45-67')).toBe('+79161234567');
    expect(parsePhone('916 123 45 67')).toBe('+79161234567');
    expect(parsePhone('123')).toBeUndefined();
  });

  test.each([['14.03.1959', '1959-03-14'], ['14031959', '1959-03-14'], ['140359', '1959-03-14'], ['14/3/59', '1959-03-14'], ['14 марта 1959', '1959-03-14'], ['14 марта 1959 г.', '1959-03-14'], ['5 мая 20', '2020-05-05'], ['03.1959', '1959-03'], ['март 1959', '1959-03'], ['1959', '1959'], ['сегодня', '2026-11-21'], ['31.02.2020', undefined], ['14.', undefined], ['марта', undefined], ['абв', undefined]])('«%s» is understood', (text, date) => {
    expect(parseDate(text, now)).toBe(date);
  });
});
