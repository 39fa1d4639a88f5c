import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { bigintsLiteral, boolArray, byteaArray, float8Array, int2Array, int4Array, int8Array, textArray, timestamptzArray } from './arrays.ts';

const database = await freshDatabase();

async function roundTrip(type: string, encoded: Buffer): Promise<unknown[]> {
  const rows = await database.query<{ value: unknown }>(`select value from unnest($1::${type}[]) with ordinality as sent(value, place) order by place`, [encoded]);
  return rows.map(({ value }) => value);
}

/** Lists with nulls among the values, empty ones included. */
function listOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> {
  return fc.array(fc.option(value, { nil: null }), { maxLength: 30 });
}

function holds<T>(values: fc.Arbitrary<T>, type: string, encode: (values: (T | null)[]) => Buffer, shown: (value: T) => unknown = (value) => value): Promise<void> {
  return fc.assert(
    fc.asyncProperty(listOf(values), async (list) => {
      expect(await roundTrip(type, encode(list))).toEqual(list.map((value) => (value === null ? null : shown(value))));
    }),
    { numRuns: 40 },
  );
}

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));

test('whole numbers of every width arrive as they were sent', async () => {
  await holds(fc.integer({ min: -32768, max: 32767 }), 'int2', int2Array);
  await holds(fc.integer(), 'int4', int4Array);
  await holds(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), 'int8', int8Array, String);
});

test('fractions arrive to the last bit', async () => {
  await holds(fc.double({ noNaN: true }).map((value) => value + 0 || 0), 'float8', float8Array);
});

test('texts in any script, truth values and bytes arrive unchanged', async () => {
  await holds(text, 'text', textArray);
  await holds(fc.boolean(), 'bool', boolArray);
  await holds(fc.uint8Array().map((value) => Buffer.from(value)), 'bytea', byteaArray);
});

test('instants arrive to the millisecond, open ends included', async () => {
  const instant = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }).map((date) => date.getTime());
  await holds(instant, 'timestamptz', timestamptzArray, (value) => new Date(value).toISOString());
  expect(await roundTrip('timestamptz', timestamptzArray([-Infinity, Infinity]))).toEqual(['-infinity', 'infinity']);
});

test('a list in each row of a batch stays with its row', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { maxLength: 5 }), { maxLength: 10 }), async (rows) => {
      const answer = await database.query<{ list: string[] }>('select list::bigint[] as list from unnest($1::text[]) with ordinality as sent(list, place) order by place', [textArray(rows.map(bigintsLiteral))]);
      expect(answer.map(({ list }) => list)).toEqual(rows.map((list) => list.map(String)));
    }),
    { numRuns: 40 },
  );
});
