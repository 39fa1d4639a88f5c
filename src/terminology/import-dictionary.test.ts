import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../kernel/problem.ts';
import { importDictionary } from './import-dictionary.ts';
import type { Part, Passport } from './import-dictionary.ts';
import { findDictionaryFiles, readDictionaryFiles } from './read-dictionary-files.ts';
import { compareVersions } from './tables.ts';

const cells = (row: Record<string, string | null>) => Object.entries(row).map(([column, value]) => ({ column, value }));
const passport: Passport = {
  oid: '1.2.643.5.1.13.13.11.1005', version: '2.24', rowsCount: 3, shortName: 'МКБ-10',
  fields: ['ID', 'MKB_CODE', 'MKB_NAME', 'ID_PARENT', 'ACTUAL', 'DATE'].map((field) => ({ field })),
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
    expect(concepts[1]).toEqual({ key: '8', code: 'I11', parent: 'I10-I15', display: 'Гипертензивная болезнь сердца', folded: 'гипертензивная болезнь сердца', active: true, extra: {} });
    expect(concepts[2]).toMatchObject({ code: 'I84', active: false, extra: { DATE: '07.04.2021' } });
  });

  test('a missing or doubled part is refused', () => {
    expect(refusal(() => importDictionary(passport, [parts[0]!]))).toBe('terminology.rows-missing');
    expect(refusal(() => importDictionary({ ...passport, rowsCount: 4 }, [parts[0]!, parts[0]!]))).toBe('terminology.rows-doubled');
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

const reference = join(process.env.KARTA_REFERENCE ?? join(import.meta.dirname, '../../../shared/data'), 'nsi');

test.skipIf(!existsSync(reference))('every official dictionary at hand is read, row for row', async () => {
  const found = await findDictionaryFiles([reference]);
  expect(found.length).toBeGreaterThan(100);
  for (const files of found) {
    const { passport: read, parts: all } = await readDictionaryFiles(files);
    const { concepts } = importDictionary(read, all);
    expect(concepts.length, read.oid).toBe(read.rowsCount);
    expect(concepts.filter((c) => c.display === '').length, read.oid).toBeLessThanOrEqual(1);
  }
}, 60_000);
