import { afterAll, expect, test, vi } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { connect } from '../db/database.ts';
import { notifyOthers, openTail } from '../events/index.ts';
import { systemClock } from '../kernel/clock.ts';
import { openStore } from '../store/index.ts';
import { icd10Oid } from '../terminology/compact-icd10.ts';
import { Definitions } from '../terminology/definitions.ts';
import { importDictionary } from '../terminology/import-dictionary.ts';
import { openTerminology } from '../terminology/open-terminology.ts';
import { saveDictionary } from '../terminology/save-dictionary.ts';
import { followDictionaries } from './follow-dictionaries.ts';

const database = await freshDatabase();
const elsewhere = await connect(database.url);
afterAll(() => elsewhere.end());

test('a running Karta looks up in the dictionary that another process has just imported', async () => {
  const tail = await openTail(database);
  try {
    const terminology = await openTerminology(database);
    const definitions = new Definitions(database, await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' }), terminology);
    await followDictionaries(terminology, tail);
    expect(terminology.icd10Complete).toBe(false);

    const store = await openStore(elsewhere, { clock: systemClock, zone: 'Europe/Moscow', committed: () => void notifyOthers(elsewhere) });
    const importVersion = async (version: string, name: string) => {
      const cells = [['ID', '1'], ['MKB_CODE', 'Z99.9'], ['MKB_NAME', name]].map(([column, value]) => ({ column: column!, value: value! }));
      const passport = { oid: icd10Oid, version, rowsCount: 1, shortName: 'МКБ-10', fields: cells.map(({ column }) => ({ field: column })), keys: [{ field: 'ID', type: 'PRIMARY' }] };
      await saveDictionary(store, importDictionary(passport, [{ list: [cells] }]), Buffer.from(version), new Date());
    };
    await importVersion('3.1', 'Зависимость от прялки');
    await vi.waitFor(() => expect(terminology.icd10.lookUp('прялка')[0]?.code).toBe('Z99.9'), { timeout: 60_000 });
    expect([terminology.icd10Complete, terminology.icd10Version]).toEqual([true, '3.1']);

    await importVersion('3.2', 'Зависимость от веретена');
    await vi.waitFor(() => expect(terminology.icd10Version).toBe('3.2'), { timeout: 60_000 });
    expect(terminology.icd10.lookUp('прялка')).toEqual([]);
    const source = await definitions.codeSystem(`urn:oid:${icd10Oid}`);
    expect((await source!.select({ text: 'веретено', limit: 5 })).concepts.map(({ display }) => display)).toEqual(['Зависимость от веретена']);
    expect((await (await definitions.codeSystem(`urn:oid:${icd10Oid}|3.1`))!.select({ limit: 5 })).concepts[0]!.display).toBe('Зависимость от прялки');
  } finally {
    await tail.stop();
  }
});
