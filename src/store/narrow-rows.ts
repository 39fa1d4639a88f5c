import { float8Array, int4Array, int8Array, textArray, timestamptzArray } from '../db/arrays.ts';
import type { Sql } from '../db/types.ts';
import type { RowToWrite } from './row-to-write.ts';

/** The narrow tables of rows just written, whose old narrow rows are gone. */
export async function insertNarrowRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  await sql.query(`with ${narrowTexts(1, '')} select 1 as done`, narrowArrays(rows));
}

/** Parts of a `with`, one for each narrow table; their values (`narrowArrays`) begin at `$first`. */
export function narrowTexts(first: number, where: string): string {
  const $ = (place: number): string => `$${first + place}`;
  return `dates as (insert into date_value (param, shard, rid, low, high) select * from unnest(${$(0)}::int[], ${$(1)}::int[], ${$(2)}::bigint[], ${$(3)}::timestamptz[], ${$(4)}::timestamptz[]) ${where}),
   numbers as (insert into number_value (param, shard, rid, unit, low, high) select * from unnest(${$(5)}::int[], ${$(6)}::int[], ${$(7)}::bigint[], ${$(8)}::bigint[], ${$(9)}::float8[], ${$(10)}::float8[]) ${where}),
   texts as (insert into text_value (param, shard, rid, value) select * from unnest(${$(11)}::int[], ${$(12)}::int[], ${$(13)}::bigint[], ${$(14)}::text[]) ${where})`;
}

export function narrowArrays(rows: readonly RowToWrite[]): Buffer[] {
  const dates = rows.flatMap((row) => row.dates.map((date) => ({ ...date, row })));
  const numbers = rows.flatMap((row) => row.numbers.map((number) => ({ ...number, row })));
  const texts = rows.flatMap((row) => row.texts.map((text) => ({ ...text, row })));
  const owners = (of: readonly { param: number; row: RowToWrite }[]) => [int4Array(of.map(({ param }) => param)), int4Array(of.map(({ row }) => row.shard)), int8Array(of.map(({ row }) => row.rid))];
  return [
    ...owners(dates),
    timestamptzArray(dates.map(({ low }) => low)),
    timestamptzArray(dates.map(({ high }) => high)),
    ...owners(numbers),
    int8Array(numbers.map(({ unit }) => unit)),
    float8Array(numbers.map(({ low }) => low)),
    float8Array(numbers.map(({ high }) => high)),
    ...owners(texts),
    textArray(texts.map(({ value }) => value)),
  ];
}
