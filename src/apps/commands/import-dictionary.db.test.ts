import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { systemClock } from '../../kernel/clock.ts';
import { openStore } from '../../store/index.ts';
import { icd10Oid } from '../../terminology/compact-icd10.ts';
import { openTerminology } from '../../terminology/open-terminology.ts';
import { newestVersion, readConcepts } from '../../terminology/tables.ts';
import { importDictionaries, importDictionaryCommand } from './import-dictionary.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const now = new Date('2026-11-21T06:00:00Z');
let folder: string;
const run = async (...args: string[]) => {
  const lines: string[] = [];
  const code = await importDictionaries(args, { database, store, now, language: 'en', say: (text) => lines.push(typeof text === 'string' ? text : text.en) });
  return { code, text: lines.join('\n') };
};

const write = async (version: string, names: string[], rowsCount = names.length) => {
  await writeFile(join(folder, `${icd10Oid}_${version}_passport.json`), JSON.stringify({ oid: icd10Oid, version, rowsCount, shortName: 'МКБ-10', fields: [{ field: 'ID' }, { field: 'MKB_CODE' }, { field: 'MKB_NAME' }], keys: [{ field: 'ID', type: 'PRIMARY' }] }));
  await writeFile(join(folder, `${icd10Oid}_${version}_part1.json`), JSON.stringify({ list: names.map((name, i) => [{ column: 'ID', value: `${i}` }, { column: 'MKB_CODE', value: `X${10 + i}` }, { column: 'MKB_NAME', value: name }]) }));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'karta-nsi-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('karta import-dictionary', () => {
  test('without an imported dictionary the compact list answers', async () => {
    const terminology = await openTerminology(database);
    expect(terminology.icd10Complete).toBe(false);
    expect(terminology.icd10.lookUp('ГБ')[0]?.code).toBe('I11.9');
    expect(terminology.medicines.lookUp('конкор')[0]?.code).toBe('bisoprolol');
  });

  test('a version comes in once, changed files replace it, a newer one is taken', async () => {
    await write('2.9', ['Ветрянка', 'Ёлка']);
    expect(await run(folder)).toMatchObject({ code: 0, text: expect.stringContaining('2 rows') });
    expect((await run(folder)).text).toContain('already imported');
    await write('2.9', ['Ветрянка', 'Ёлка', 'Сова']);
    expect((await run(folder)).text).toContain('3 rows');
    await write('2.24', ['Ветрянка новая']);
    expect((await run(folder)).code).toBe(0);
    expect(await newestVersion(database, icd10Oid)).toMatchObject({ version: '2.24', rows: 1 });
    expect((await readConcepts(database, icd10Oid, '2.9')).map(({ display }) => display)).toEqual(['Ветрянка', 'Ёлка', 'Сова']);
    expect((await openTerminology(database)).icd10.lookUp('ветрянка новая')[0]?.code).toBe('X10');
  });

  test('an incomplete dictionary is refused and changes nothing', async () => {
    await write('3.1', ['Одна'], 2);
    expect(await run(join(folder, `${icd10Oid}_3.1_passport.json`))).toMatchObject({ code: 1, text: expect.stringContaining('incomplete') });
    expect((await newestVersion(database, icd10Oid))?.version).toBe('2.24');
    expect(await database.query('select 1 from resource where id = $1', [`nsi-${icd10Oid}-3.1`])).toEqual([]);
    await expect(importDictionaryCommand({ args: [], root: folder, env: {}, language: 'ru', say: () => undefined, stop: new AbortController().signal })).rejects.toThrow('import-dictionary');
  });
});
