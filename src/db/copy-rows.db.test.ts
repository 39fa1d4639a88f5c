import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyDatabase } from '../../test/harness.ts';
import { CopyRows } from './copy-rows.ts';

const database = await emptyDatabase();

test('rows in the binary form of COPY come back as they were, whatever is in them', async () => {
  await database.query('create table kept (place int, small smallint, large bigint, real float8, yes bool, at timestamptz, words text, numbers bigint[])');
  const int8 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const instant = fc.oneof(fc.constantFrom(Infinity, -Infinity), fc.integer({ min: -30_000_000_000_000, max: 100_000_000_000_000 }));
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => value.toWellFormed().replaceAll('\0', ''));
  const row = fc.record({
    small: fc.integer({ min: -32_768, max: 32_767 }), large: fc.option(int8), real: fc.option(fc.double({ noNaN: true })), yes: fc.boolean(),
    at: fc.option(instant), words: fc.option(text), numbers: fc.array(int8, { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), fc.integer({ min: 0, max: 4000 }), async (rows, expectedBytes) => {
      const out = new CopyRows(expectedBytes);
      rows.forEach((one, place) => out.row(8).int4(place).int2(one.small).int8(one.large).float8(one.real).bool(one.yes).timestamptz(one.at).text(one.words).int8Array(one.numbers));
      await database.query('truncate kept');
      await database.transaction((sql) => sql.copy([{ into: 'kept', rows: out.end() }]));
      const kept = await database.query(
        "select small, large, real, yes, words, numbers, case when at in ('infinity', '-infinity') then at::text else (extract(epoch from at) * 1000)::bigint::text end as at from kept order by place",
      );
      const instantText = (at: number): string => (at === Infinity ? 'infinity' : at === -Infinity ? '-infinity' : String(at));
      expect(kept).toEqual(rows.map((one) => ({ ...one, real: one.real, large: one.large?.toString() ?? null, numbers: one.numbers.map(String), at: one.at === null ? null : instantText(one.at) })));
    }),
    { numRuns: 60 },
  );
});

test('a refused copy takes the transaction back and leaves the connection whole', async () => {
  await database.query('create table only_once (place int primary key)');
  const twice = new CopyRows(0).row(1).int4(1).row(1).int4(1).end();
  await expect(database.transaction((sql) => sql.copy([{ into: 'only_once', rows: twice }]))).rejects.toMatchObject({ code: '23505' });
  await database.transaction(async (sql) => {
    await sql.copy([{ into: 'only_once', rows: new CopyRows(0).row(1).int4(2).end() }]);
    expect(await sql.query('select place from only_once')).toEqual([{ place: 2 }]);
  });
});

test('several tables are written in one round trip, or none of them', async () => {
  await database.query('create table several_a (place int primary key, words text); create table several_b (place int)');
  const places = (count: number, from = 0) => {
    const out = new CopyRows(0);
    for (let place = from; place < from + count; place++) out.row(2).int4(place).text('слово '.repeat(40));
    return out.end();
  };
  const one = new CopyRows(0).row(1).int4(7).end();
  // more than the socket takes at once
  await database.transaction((sql) => sql.copy([{ into: 'several_a (place, words)', rows: places(5000) }, { into: 'several_b', rows: one }]));
  // refused at its first row, with all the others and a second table behind it
  await expect(database.transaction((sql) => sql.copy([{ into: 'several_a (place, words)', rows: places(5000, 4999) }, { into: 'several_b', rows: one }]))).rejects.toMatchObject({ code: '23505', constraint: 'several_a_pkey' });
  expect(await database.query('select (select count(*)::int from several_a) as a, (select count(*)::int from several_b) as b')).toEqual([{ a: 5000, b: 1 }]);
});
