import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { openSearchDesk, seesAll } from '../../../test/search-desk.ts';
import { systemClock } from '../../kernel/clock.ts';
import { Problem, problemText } from '../../kernel/problem.ts';
import { openStore } from '../index.ts';
import { runSearch, secondsLimit } from './run.ts';
import { Values } from '../values.ts';

const database = await freshDatabase();
const { scope, put, store } = await openSearchDesk(database);

/** The refusal's code, its limit, and the sentence that people read. */
async function refused(work: Promise<unknown>): Promise<{ code: string; details: Record<string, unknown>; names: (limit: number) => boolean }> {
  const error = await work.then(() => new Error('nothing was refused'), (one: unknown) => one);
  if (!(error instanceof Problem)) throw error;
  return { code: error.code, details: error.details, names: (limit) => problemText(error.code, error.details, 'en').replace(/[^\d]+/g, ' ').replaceAll(' ', '').includes(String(limit)) };
}

beforeAll(async () => {
  await put({ resourceType: 'Patient', id: 'many' }, { resourceType: 'Observation', id: 'one', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/many' } });
  // copies of a row by SQL: only their number matters here
  await database.query(`insert into resource (rid, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, id, deleted, tokens, content)
    select 1000000000 + n, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, 'copy-' || n, deleted, tokens, content from resource, generate_series(1, 10000) n where id = 'one'`);
  await put({ resourceType: 'List', id: 'long', status: 'current', mode: 'working', entry: Array.from({ length: 5001 }, (_, at) => ({ item: { reference: `Basic/b-${at}` } })) });
});

afterAll(() => database.query(`analyze resource`));

test('what an include, a chain or an order in memory brings is bounded, and the refusal names the limit', async () => {
  for (const [type, query, parameter, limit] of [
    ['Patient', '_id=many&_revinclude=Observation:subject', '_revinclude', 5000],
    ['List', '_id=long&_include=List:item', '_include', 5000],
    ['Encounter', '_has:Observation:encounter:status=final', '_has:Observation:encounter:status', 5000],
    ['Patient', 'link:Patient._has:Observation:subject:status=final', '_has:Observation:subject:status', 5000],
    ['Observation', '_sort=status', '_sort', 10_000],
  ] as const) {
    const { code, details, names } = await refused(store.search(scope(), type, query));
    expect([code, details], query).toEqual(['store.too-broad', { parameter, limit }]);
    expect(names(limit), query).toBe(true);
  }
  expect((await store.search(scope(), 'Patient', '_id=many&_revinclude=Encounter:subject')).included).toEqual([]);
});

test('a search that would go through too much is refused before it runs', async () => {
  await database.query(`update pg_class set reltuples = 4e9 where oid = 'resource'::regclass`);
  const great = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
  const search = (query: string) => great.search({ access: seesAll, actor: 'Device/test', now: new Date() }, 'Observation', query);
  const total = await refused(search('_total=accurate&_count=1'));
  expect([total.code, total.details.limit, total.names(3_000_000)]).toEqual(['store.search-too-costly', 3_000_000, true]);
  const words = await refused(search('_content=x'));
  expect([words.code, words.details.limit, words.names(20_000)]).toEqual(['store.search-too-costly', 20_000, true]);
  expect((await search('subject=Patient/many&_count=1')).matches).toHaveLength(1);
});

test('a search that might last is under a limit of time, and a refusal names it', async () => {
  const setting = `select current_setting('statement_timeout') as setting`;
  expect(await runSearch(database, { quick: false }, setting, new Values())).toEqual([{ setting: `${secondsLimit}s` }]);
  expect(await runSearch(database, { quick: true }, setting, new Values())).toEqual([{ setting: '0' }]);
  await database.transaction(async (sql) => {
    expect(await runSearch({ ...database, transaction: (work) => work(sql) as never }, { quick: false }, setting, new Values())).toEqual([{ setting: `${secondsLimit}s` }]);
    expect(await sql.query(setting)).toEqual([{ setting: '0' }]);
  });
  // a statement that is stopped, as the limit stops it, without waiting for it
  const stopped = refused(runSearch(database, { quick: false }, `select pg_sleep(60) as stopped_by_a_test`, new Values()));
  const stop = async (): Promise<void> => {
    const [row] = await database.query<{ stopped: boolean }>(`select pg_cancel_backend(pid) as stopped from pg_stat_activity where query like '%stopped_by_a_test%' and pid <> pg_backend_pid() and datname = current_database()`);
    if (!row?.stopped) await new Promise((resolve) => setTimeout(resolve, 20)).then(stop);
  };
  await stop();
  const { code, details, names } = await stopped;
  expect([code, details, names(secondsLimit)]).toEqual(['store.search-too-long', { seconds: secondsLimit }, true]);
});
