import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../kernel/problem.ts';
import { validateResource } from '../fhir/index.ts';
import { codeSystemOfDictionary } from './code-system-of-dictionary.ts';
import { importDictionary } from './import-dictionary.ts';
import type { Part, Passport } from './import-dictionary.ts';
import { findDictionaryFiles, readDictionaryFiles } from './read-dictionary-files.ts';
import { compareVersions } from './tables.ts';

const cells = (row: Record<string, string | null>) => Object.entries(row).map(([column, value]) => ({ column, value }));
const passport: Passport = {
  oid: '1.2.643.5.1.13.13.11.1005', version: '2.24', rowsCount: 3, shortName: 'МКБ-10',
  fields: ['ID', 'MKB_CODE', 'MKB_NAME', 'ID_PARENT', 'ACTUAL', 'DATE'].map((field) => ({ field, ...(field === 'DATE' && { dataType: 'DATETIME' }) })),
  keys: [{ field: 'ID', type: 'PRIMARY' }, { field: 'ID_PARENT', type: 'FOREIGN' }, { field: 'MKB_NAME', type: 'VALUE' }],
};
const parts: Part[] = [
  { list: [cells({ ID: '7', MKB_CODE: 'I10-I15', MKB_NAME: 'БОЛЕЗНИ', ID_PARENT: null, ACTUAL: '1', DATE: null }), cells({ ID: '8', MKB_CODE: 'I11', MKB_NAME: 'Гипертензивная болезнь сердца', ID_PARENT: '7', ACTUAL: '1', DATE: null })] },
  { list: [cells({ ID: '9', MKB_CODE: 'I84', MKB_NAME: 'Геморрой, тромбированный', ID_PARENT: '7', ACTUAL: '0', DATE: '07.04.2021' })] },
];
const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as Problem).code;
  }
  return undefined;
};

describe('official dictionaries come in whole', () => {
  test('the code is taken from its own column and the row above is named by its code', () => {
    const { concepts, name } = importDictionary(passport, parts);
    expect(name).toBe('МКБ-10');
    expect(concepts[1]).toEqual({ key: '8', code: 'I11', parent: 'I10-I15', display: 'Гипертензивная болезнь сердца', folded: 'гипертензивная болезнь сердца', active: true, abstract: false, designations: [], extra: { ID: '8' }, words: expect.arrayContaining(['гипертензивная', 'болезнь', 'i11']) });
    expect(concepts[2]).toMatchObject({ code: 'I84', active: false, extra: { DATE: '2021-04-07' } });
  });

  test('a missing or doubled part is refused', () => {
    expect(refusal(() => importDictionary(passport, [parts[0]!]))).toBe('terminology.rows-missing');
    expect(refusal(() => importDictionary({ ...passport, rowsCount: 4 }, [parts[0]!, parts[0]!]))).toBe('terminology.rows-doubled');
  });

  test('a code belongs to the row in force; the row that it replaced is known by its key', () => {
    const row = (ID: string, MKB_CODE: string | null, ACTUAL: string) => cells({ ID, MKB_CODE, MKB_NAME: `Строка ${ID}`, ID_PARENT: null, ACTUAL, DATE: null });
    const { concepts } = importDictionary(passport, [{ list: [row('1', 'A01', '0'), row('2', 'A01', '1'), row('3', null, '1')] }]);
    expect(concepts.map(({ code, active }) => [code, active])).toEqual([['1', false], ['A01', true], ['3', true]]);
    expect(concepts[0]!.extra).toMatchObject({ MKB_CODE: 'A01' });
    expect(refusal(() => importDictionary(passport, [{ list: [row('1', 'A01', '1'), row('2', 'A01', '1'), row('A01', null, '1')] }]))).toBe('terminology.rows-doubled');
  });

  test('a name may be made of several columns; a row without one takes it from a printed form', () => {
    const drugs: Passport = { oid: '1.2.643.5.1.13.13.99.2.611', version: '1', rowsCount: 1, fields: ['smnn_code', 'standard_inn', 'standard_form', 'standard_doze'].map((field) => ({ field })), keys: [{ field: 'smnn_code', type: 'PRIMARY' }] };
    expect(importDictionary(drugs, [{ list: [cells({ smnn_code: '21', standard_inn: 'БИСОПРОЛОЛ', standard_form: 'ТАБЛЕТКИ', standard_doze: '~' })] }]).concepts[0]!.display).toBe('БИСОПРОЛОЛ, ТАБЛЕТКИ');
    const goals: Passport = { oid: '1.2', version: '1', rowsCount: 1, fields: ['ID', 'NAME', 'NAME_088'].map((field) => ({ field })), keys: [{ field: 'ID', type: 'PRIMARY' }, { field: 'NAME', type: 'VALUE' }] };
    expect(importDictionary(goals, [{ list: [cells({ ID: '1', NAME: null, NAME_088: 'Разработка программы' })] }]).concepts[0]!.display).toBe('Разработка программы');
  });

  test('a row that stands above itself is refused', () => {
    const row = (ID: string, ID_PARENT: string | null) => cells({ ID, MKB_CODE: `X${ID}`, MKB_NAME: 'Строка', ID_PARENT, ACTUAL: '1', DATE: null });
    expect(refusal(() => importDictionary(passport, [{ list: [row('1', '2'), row('2', '3'), row('3', '1')] }]))).toBe('terminology.rows-in-circle');
  });

  test('it becomes a valid CodeSystem that says what it carries', () => {
    const resource = codeSystemOfDictionary(importDictionary({ ...passport, publishDate: '03.11.2023 12:48', codes: [{ value: '1.2.643.5.1.13.2.1.1.641', type: 'TYPE_OTHER' }, { value: '11.2.643', type: 'TYPE_OTHER' }] }, parts));
    expect(validateResource(resource)).toEqual([]);
    expect(resource).toMatchObject({ id: 'nsi-1.2.643.5.1.13.13.11.1005-2.24', url: 'urn:oid:1.2.643.5.1.13.13.11.1005', version: '2.24', date: '2023-11-03', content: 'complete', count: 3, hierarchyMeaning: 'is-a' });
    expect(resource.identifier!.map(({ value }) => value)).toEqual(['urn:oid:1.2.643.5.1.13.13.11.1005', 'urn:oid:1.2.643.5.1.13.2.1.1.641']);
    expect(resource.concept![1]).toEqual({ code: 'I11', display: 'Гипертензивная болезнь сердца', property: [{ code: 'parent', valueCode: 'I10-I15' }, { code: 'ID', valueString: '8' }] });
    expect(resource.concept![2]!.property).toEqual(expect.arrayContaining([{ code: 'inactive', valueBoolean: true }, { code: 'DATE', valueDateTime: '2021-04-07' }]));
  });

  test('versions are compared as numbers', () => {
    expect(['2.9', '2.24', '10.1', '2.24'].sort(compareVersions)).toEqual(['2.9', '2.24', '2.24', '10.1']);
  });

  test('files are grouped by dictionary; what is none is refused by name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'karta-nsi-'));
    try {
      await writeFile(join(folder, '1.2_3.4_passport.json'), JSON.stringify({ ...passport, oid: '1.2', version: '3.4', rowsCount: 0 }));
      for (const n of [1, 2, 10]) await writeFile(join(folder, `1.2_3.4_part${n}.json`), '{"list":[]}');
      await writeFile(join(folder, '1.2_3.5_passport.json'), '{"nothing":true}');
      const found = await findDictionaryFiles([folder]);
      expect(found.map((f) => f.parts.length)).toEqual([3, 0]);
      expect(found[0]!.parts[2]).toContain('part10');
      expect((await findDictionaryFiles([join(folder, '1.2_3.4_passport.json')])).length).toBe(1);
      await expect(readDictionaryFiles(found[1]!)).rejects.toMatchObject({ code: 'terminology.not-a-dictionary' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
