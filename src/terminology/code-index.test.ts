import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCodeIndex } from './code-index.ts';
import type { CodeIndex } from './code-index.ts';
import { asTyped, compactIcd10, icd10ShortWords } from './compact-icd10.ts';
import { importDictionary } from './import-dictionary.ts';
import { isNearBeginning } from './near-word.ts';
import { findDictionaryFiles, readDictionaryFiles } from './read-dictionary-files.ts';

/** What a clinician types, and the diagnosis that should stand among the first three. */
const expected: [typed: string, code: string][] = [
  ['головная боль', 'R51'], ['боль головная', 'R51'], ['ujkjdyfz ,jkm', 'R51'], ['гол бол', 'R51'],
  ['гипертоническая болезнь', 'I11.9'], ['гиперотния', 'I10'], ['гипертоническая болезнь II ст риск 3', 'I11.9'], ['ГБ', 'I11.9'],
  ['ИБС', 'I25.1'], ['ибс стенокардия', 'I20.8'], ['ХСН', 'I50.0'], ['ОКС', 'I20.0'], ['ТЭЛА', 'I26.9'], ['ФП', 'I48.0'],
  ['ОРВИ', 'J06.9'], ['орви', 'J06.9'], ['ХОБЛ', 'J44.8'], ['БА', 'J45.9'], ['пневмания', 'J18.9'],
  ['СД 2', 'E11.9'], ['сд2', 'E11.9'], ['СД 1', 'E10.9'], ['сахарный диабет 2 типа', 'E11.9'], ['сд 2 нефропатия', 'E11.2'],
  ['ЯБЖ', 'K25.7'], ['ГЭРБ', 'K21.0'], ['ЖДА', 'D50.9'], ['мигрень с аурой', 'G43.1'], ['острый тонзилит', 'J03.9'], ['артроз колена', 'M17.0'],
  ['укус клеща', 'W57.0'], ['железодефицитная анемия', 'D50.9'],
  ['I11.9', 'I11.9'], ['i119', 'I11.9'], ['И11.9', 'I11.9'], ['и119', 'I11.9'], ['ш11.9', 'I11.9'], ['I11', 'I11.9'], ['К29', 'K29.5'], ['Ж06.9', 'J06.9'], ['j06,9', 'J06.9'],
];

describe('a diagnosis is found as it is typed', () => {
  const compact = createCodeIndex(compactIcd10().rows, { shortWords: icd10ShortWords });

  test.each(expected)('«%s» brings %s', (typed, code) => {
    expect(compact.lookUp(typed, 3).map((match) => match.code)).toContain(code);
  });

  test('what may be used for a diagnosis stands before the rubric above it', () => {
    const codes = compact.lookUp('I11').map((match) => match.code);
    expect(codes.indexOf('I11.9')).toBeLessThan(codes.indexOf('I11'));
  });

  test('nothing sensible typed brings nothing', () => {
    for (const typed of ['', '   ', '!!!', 'xyzzyq', '\u0000']) expect(compact.lookUp(typed)).toEqual([]);
  });

  test('whatever is typed, the answer is short, without doubles, in order of score', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...Array.from('абвгдежзийклмнопрстухя iI1092.[];,')), maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (typed, limit) => {
      const found = compact.lookUp(typed, limit);
      expect(found.length).toBeLessThanOrEqual(limit);
      expect(new Set(found.map((m) => m.code)).size).toBe(found.length);
      for (let i = 1; i < found.length; i++) expect(found[i - 1]!.score).toBeGreaterThanOrEqual(found[i]!.score);
    }));
  });

  test('any row is found by its own full name', () => {
    for (const row of compactIcd10().rows) expect(compact.lookUp(row.display, 25).map((m) => m.code), row.display).toContain(row.code);
  });

  test('every short word means codes that exist', () => {
    const official = new Set(compactIcd10().rows.map((row) => row.code));
    for (const [word, codes] of icd10ShortWords) {
      expect(word).toMatch(/^[а-яa-z0-9]+$/);
      expect(codes.some((code) => [...official].some((c) => c.startsWith(code))), `${word}: ${codes.join()}`).toBe(true);
    }
  });

  test('one slip is forgiven at any place of a word', () => {
    fc.assert(fc.property(fc.constantFrom('гипертензия', 'пневмония', 'остеохондроз'), fc.nat(8), fc.constantFrom('drop', 'swap', 'add', 'change'), (word, at, slip) => {
      const c = Array.from(word);
      if (slip === 'drop') c.splice(at, 1);
      else if (slip === 'swap') [c[at], c[at + 1]] = [c[at + 1]!, c[at]!];
      else if (slip === 'add') c.splice(at, 0, 'ъ');
      else c[at] = 'ъ';
      expect(isNearBeginning(c.join(''), word)).toBe(true);
      expect(isNearBeginning(c.join(''), `${word}ми`)).toBe(true);
    }));
    expect(isNearBeginning('гепертанзия', 'гипертензия')).toBe(false);
  });
});

const reference = join(process.env.KARTA_REFERENCE ?? join(import.meta.dirname, '../../../shared/data'), 'nsi');
const passport = join(reference, '1.2.643.5.1.13.13.11.1005_2.24_passport.json.gz');

describe.skipIf(!existsSync(passport))('with the whole official dictionary', () => {
  let full: CodeIndex;
  beforeAll(async () => {
    const [files] = await findDictionaryFiles([passport]);
    const { passport: read, parts } = await readDictionaryFiles(files!);
    const dictionary = importDictionary(read, parts);
    full = createCodeIndex(asTyped(dictionary.concepts), { shortWords: icd10ShortWords });
  });

  test.each(expected)('«%s» still brings %s', (typed, code) => {
    expect(full.lookUp(typed, 3).map((match) => match.code)).toContain(code);
  });

  test('rows out of force are not proposed, and every short word means a code in force', () => {
    expect(full.get('I84.9')).toBeUndefined();
    for (const [word, codes] of icd10ShortWords) for (const code of codes) expect(full.get(code), `${word}: ${code}`).toBeDefined();
  });

  test('the compact list says what the dictionary says', () => {
    for (const row of compactIcd10().rows) expect(full.get(row.code)?.display).toBe(row.display);
  });
});
