import { test } from 'vitest';
import { freshDatabase } from '/work/wt/terms/test/harness.ts';
import { openStore } from '/work/wt/terms/src/store/index.ts';
import { systemClock } from '/work/wt/terms/src/kernel/clock.ts';
import { importDictionaries } from '/work/wt/terms/src/apps/commands/import-dictionary.ts';
const database = await freshDatabase();
test('all', async () => {
  const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
  const t = performance.now();
  await importDictionaries(['/work/shared/data/nsi'], { database, store, now: new Date(), language: 'ru', say: (x: any) => console.log(typeof x === 'string' ? x : x.ru) });
  console.log('ms', performance.now() - t);
  console.log(await database.query("select pg_size_pretty(pg_total_relation_size('concept')) s, count(*) from concept"));
}, 120000);
