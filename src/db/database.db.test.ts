import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { Problem } from '../kernel/problem.ts';
import { connect } from './database.ts';

const database = await freshDatabase();
await database.query('create table purse (id int primary key, amount bigint not null)');
await database.query('insert into purse values (1, 100), (2, 100)');

async function amounts(): Promise<unknown[]> {
  return (await database.query<{ amount: string }>('select amount from purse order by id')).map(({ amount }) => amount);
}

test('values come back without loss: big numbers, exact decimals, plain dates, instants in UTC', async () => {
  const [row] = await database.query(`select 9223372036854775807::int8 as big, 1.00::numeric as exact, date '2026-03-01' as day,
    timestamptz '2026-03-01 12:00:00.12+03' as at, array[timestamptz '2026-03-01 00:00Z', null] as times, '\\x00ff'::bytea as bytes, timestamptz '0044-03-15 BC' as old`);
  expect(row).toEqual({
    big: '9223372036854775807', exact: '1.00', day: '2026-03-01', at: '2026-03-01T09:00:00.120Z', times: ['2026-03-01T00:00:00.000Z', null],
    bytes: Buffer.from([0, 255]), old: '0044-03-15 00:00:00+00 BC',
  });
});

test('a text used often is prepared once for each connection', async () => {
  for (let time = 0; time < 5; time++) expect(await database.query('select $1::int + 41 as sum', [time])).toEqual([{ sum: 41 + time }]);
  const own = await database.transaction(async (sql) => {
    for (let time = 0; time < 3; time++) await sql.query('select $1::int + 41 as sum', [time]);
    return sql.query<{ name: string }>("select name from pg_prepared_statements where statement like '%+ 41%'");
  });
  expect(own).toHaveLength(1);
});

test('what a transaction throws takes back everything it wrote', async () => {
  const before = await amounts();
  await expect(
    database.transaction(async (sql) => {
      await sql.query('update purse set amount = 0');
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await amounts()).toEqual(before);
});

test('a swallowed error cannot pass for a committed transaction', async () => {
  await expect(
    database.transaction(async (sql) => {
      await sql.query('update purse set amount = 0');
      await sql.query('select 1 / 0').catch(() => undefined);
    }),
  ).rejects.toThrow('taken back');
  expect(await amounts()).not.toContain('0');
});

test('two transactions in each other’s way both succeed', async () => {
  let meet: () => void;
  const met = new Promise<void>((resolve) => (meet = resolve));
  let first = 0;
  const move = (from: number, to: number): Promise<void> =>
    database.transaction(async (sql) => {
      await sql.query('update purse set amount = amount - 10 where id = $1', [from]);
      if (++first === 2) meet();
      await met;
      await sql.query('update purse set amount = amount + 10 where id = $1', [to]);
    });
  await Promise.all([move(1, 2), move(2, 1)]);
  expect(first).toBeGreaterThan(2);
  expect(await amounts()).toEqual(['100', '100']);
});

test('a notification is heard, also after the connection was lost', async () => {
  const heard: string[] = [];
  const stop = await database.listen('events', (payload) => heard.push(payload));
  await database.query("select pg_notify('events', 'one')");
  await expect.poll(() => heard).toEqual(['one']);
  await database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'karta listener' and datname = current_database()");
  await expect.poll(() => heard).toEqual(['one', '']);
  await database.query("select pg_notify('events', 'two')");
  await expect.poll(() => heard).toEqual(['one', '', 'two']);
  await stop();
  await database.query("select pg_notify('events', 'three')");
  await sleep(100);
  expect(heard).toHaveLength(3);
});

test('connections lost in the middle answer “unavailable” and the next statement works', async () => {
  const slow = database.query('select pg_sleep(30)').catch((error: unknown) => error);
  await expect.poll(() => database.query("select 1 as runs from pg_stat_activity where datname = current_database() and state = 'active' and query = 'select pg_sleep(30)'")).toHaveLength(1);
  await database.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
  const error = await slow;
  expect(error).toBeInstanceOf(Problem);
  expect((error as Problem).code).toBe('db.unavailable');
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a server that is not there is refused in words', async () => {
  await expect(connect('postgresql://karta@/karta?host=/nonexistent')).rejects.toMatchObject({ code: 'db.unavailable' });
});
