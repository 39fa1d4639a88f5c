import { bigintsLiteral, boolArray, float8Array, int2Array, int4Array, int8Array, textArray, timestamptzArray } from '../db/arrays.ts';
import type { Sql } from '../db/types.ts';
import { fenced } from './generation-fence.ts';
import type { IndexedRow } from './row.ts';

/** One row to be written: what was indexed, and the version's own facts. */
export interface RowToWrite extends IndexedRow {
  rid: bigint;
  version: number;
  /** Epoch milliseconds. */
  updated: number;
  content: string;
  outcome: 'created' | 'updated' | 'deleted';
  deleted: boolean;
}

const columns = `rid, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, id, deleted, tokens, content`;

const unnested = `unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::float8[], $7::timestamptz[], $8::int[],
  $9::int[], $10::smallint[], $11::text[], $12::bool[], $13::text[], $14::text[])
  as n(rid, compartment, code, date_lo, date_hi, value, updated, version, shard, type, id, deleted, tokens, content)`;

const selected = (generation: string) => `rid, compartment, code, date_lo, date_hi, value, updated, version, ${generation}, shard, type, id, deleted, tokens::bigint[], content`;

function resourceArrays(rows: readonly RowToWrite[]): Buffer[] {
  return [
    int8Array(rows.map((row) => row.rid)),
    int8Array(rows.map((row) => row.compartment)),
    int8Array(rows.map((row) => row.code)),
    timestamptzArray(rows.map((row) => row.dateLow)),
    timestamptzArray(rows.map((row) => row.dateHigh)),
    float8Array(rows.map((row) => row.value)),
    timestamptzArray(rows.map((row) => row.updated)),
    int4Array(rows.map((row) => row.version)),
    int4Array(rows.map((row) => row.shard)),
    int2Array(rows.map((row) => row.type)),
    textArray(rows.map((row) => row.id)),
    boolArray(rows.map((row) => row.deleted)),
    textArray(rows.map((row) => bigintsLiteral(row.tokens))),
    textArray(rows.map((row) => row.content)),
  ];
}

/** Writes new rows in one statement. */
export async function insertRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(`insert into resource (${columns}) select ${selected(fenced(rows))} from ${unnested}`, resourceArrays(rows));
}

/** Moves the current versions to the history and writes the new ones over them. The shard of a row is never updated. */
export async function replaceRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  if (rows.length === 0) return;
  const rids = int8Array(rows.map((row) => row.rid));
  await sql.query(
    `insert into history (shard, type, id, version, compartment, updated, deleted, tokens, content)
     select shard, type, id, version, compartment, updated, deleted, tokens, content from resource where rid = any($1::bigint[])`,
    [rids],
  );
  await sql.query(
    `with d as (delete from date_value where rid = any($1::bigint[])), n as (delete from number_value where rid = any($1::bigint[]))
     delete from text_value where rid = any($1::bigint[])`,
    [rids],
  );
  await sql.query(
    `update resource r set compartment = n.compartment, code = n.code, date_lo = n.date_lo, date_hi = n.date_hi, value = n.value, updated = n.updated,
       version = n.version, generation = ${fenced(rows)}, deleted = n.deleted, tokens = n.tokens::bigint[], content = n.content
     from ${unnested} where r.rid = n.rid`,
    resourceArrays(rows),
  );
}

/** The narrow tables of rows just written. */
export async function insertNarrowRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  const dates = rows.flatMap((row) => row.dates.map((date) => ({ ...date, row })));
  const numbers = rows.flatMap((row) => row.numbers.map((number) => ({ ...number, row })));
  const texts = rows.flatMap((row) => row.texts.map((text) => ({ ...text, row })));
  const owners = (of: readonly { param: number; row: RowToWrite }[]) => [int4Array(of.map(({ param }) => param)), int4Array(of.map(({ row }) => row.shard)), int8Array(of.map(({ row }) => row.rid))];
  if (dates.length > 0)
    await sql.query(`insert into date_value (param, shard, rid, low, high) select * from unnest($1::int[], $2::int[], $3::bigint[], $4::timestamptz[], $5::timestamptz[])`, [
      ...owners(dates),
      timestamptzArray(dates.map(({ low }) => low)),
      timestamptzArray(dates.map(({ high }) => high)),
    ]);
  if (numbers.length > 0)
    await sql.query(`insert into number_value (param, shard, rid, unit, low, high) select * from unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[])`, [
      ...owners(numbers),
      int8Array(numbers.map(({ unit }) => unit)),
      float8Array(numbers.map(({ low }) => low)),
      float8Array(numbers.map(({ high }) => high)),
    ]);
  if (texts.length > 0)
    await sql.query(`insert into text_value (param, shard, rid, value) select * from unnest($1::int[], $2::int[], $3::bigint[], $4::text[])`, [...owners(texts), textArray(texts.map(({ value }) => value))]);
}

/** Appends to the outbox; who listens is not the store's matter. */
export async function appendOutbox(sql: Sql, rows: readonly RowToWrite[], actor: string): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `insert into outbox (shard, type, id, version, outcome, patient, actor, at)
     select shard, type, id, version, outcome, patient, $7, at
     from unnest($1::int[], $2::smallint[], $3::text[], $4::int[], $5::text[], $6::text[], $8::timestamptz[]) as n(shard, type, id, version, outcome, patient, at)`,
    [
      int4Array(rows.map((row) => row.shard)),
      int2Array(rows.map((row) => row.type)),
      textArray(rows.map((row) => row.id)),
      int4Array(rows.map((row) => row.version)),
      textArray(rows.map((row) => row.outcome)),
      textArray(rows.map((row) => row.patient ?? null)),
      actor,
      timestamptzArray(rows.map((row) => row.updated)),
    ],
  );
}
