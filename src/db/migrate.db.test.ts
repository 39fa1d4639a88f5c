import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { emptyDatabase } from '../../test/harness.ts';
import { migrate, type Migration, readMigrations, unfinishedRestore } from './migrate.ts';

function migration(number: number, text: string): Migration {
  return { number, name: `${String(number).padStart(4, '0')}-made`, sha256: createHash('sha256').update(text).digest('hex'), text };
}

const first = migration(1, 'create table made (id int)');
const second = migration(2, 'insert into made values (1); insert into made values (2)');

test('all migrations of the program apply to an empty database, and once only', async () => {
  const database = await emptyDatabase();
  const names = readMigrations().map(({ name }) => name);
  expect(await migrate(database)).toEqual(names);
  expect(await migrate(database)).toEqual([]);
  await database.end();
});

test('several processes starting at once apply each migration once', async () => {
  const database = await emptyDatabase();
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database, { migrations: [first, second] })));
  expect(applied.flat().sort()).toEqual(['0001-made', '0002-made']);
  expect(await database.query('select id from made order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  await database.end();
});

test('a migration that fails leaves nothing behind', async () => {
  const database = await emptyDatabase();
  const broken = migration(2, 'insert into made values (1); select 1 / 0');
  await expect(migrate(database, { migrations: [first, broken] })).rejects.toThrow('division by zero');
  expect(await database.query('select id from made')).toEqual([]);
  expect(await migrate(database, { migrations: [first, second] })).toEqual(['0002-made']);
  await database.end();
});

test('a landed file that was changed, a late number and a newer database are refused and nothing is changed', async () => {
  const database = await emptyDatabase();
  await migrate(database, { migrations: [first, migration(3, 'create table third (id int)')] });
  const refusal = (migrations: Migration[]): Promise<unknown> => migrate(database, { migrations }).then(() => 'passed', (error: { code: string }) => error.code);
  expect(await refusal([migration(1, 'create table other (id int)'), migration(3, 'create table third (id int)')])).toBe('db.migration-changed');
  expect(await refusal([first, second, migration(3, 'create table third (id int)')])).toBe('db.migration-missed');
  expect(await refusal([first, second])).toBe('db.newer');
  expect(await database.query('select id from made')).toEqual([]);
  await database.end();
});

test('a database whose restore was cut short is refused', async () => {
  const database = await emptyDatabase();
  await database.query(`create table ${unfinishedRestore} (at timestamptz)`);
  await expect(migrate(database)).rejects.toMatchObject({ code: 'db.half-restored' });
  expect(await database.query("select to_regclass('resource') as made")).toEqual([{ made: null }]);
  await database.end();
});
