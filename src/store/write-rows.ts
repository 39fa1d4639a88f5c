import type { Sql } from '../db/types.ts';
import { generation, type IndexedRow } from './row.ts';
import { bigints, timestamp } from './values.ts';

/** One row to be written: what was indexed, and the version's own facts. */
export interface RowToWrite extends IndexedRow {
  rid: string;
  version: number;
  updated: string;
  content: string;
  outcome: 'created' | 'updated' | 'deleted';
  deleted: boolean;
}

const columns = `rid, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, id, deleted, tokens, content`;

const unnested = `unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::float8[], $7::timestamptz[], $8::int[],
  $9::int[], $10::smallint[], $11::text[], $12::bool[], $13::text[], $14::text[])
  as n(rid, compartment, code, date_lo, date_hi, value, updated, version, shard, type, id, deleted, tokens, content)`;

const selected = `rid, compartment, code, date_lo, date_hi, value, updated, version, ${generation}, shard, type, id, deleted, tokens::bigint[], content`;

function resourceArrays(rows: readonly RowToWrite[]): unknown[] {
  return [
    rows.map((row) => row.rid),
    rows.map((row) => row.compartment),
    rows.map((row) => row.code),
    rows.map((row) => (row.dateLow === null ? null : timestamp(row.dateLow))),
    rows.map((row) => (row.dateHigh === null ? null : timestamp(row.dateHigh))),
    rows.map((row) => row.value),
    rows.map((row) => row.updated),
    rows.map((row) => row.version),
    rows.map((row) => row.shard),
    rows.map((row) => row.type),
    rows.map((row) => row.id),
    rows.map((row) => row.deleted),
    rows.map((row) => bigints(row.tokens)),
    rows.map((row) => row.content),
  ];
}

/** Writes new rows in one statement. */
export async function insertRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(`insert into resource (${columns}) select ${selected} from ${unnested}`, resourceArrays(rows));
}

/** Moves the current versions to the history and writes the new ones over them. The shard of a row is never updated. */
export async function replaceRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  if (rows.length === 0) return;
  const rids = rows.map((row) => row.rid);
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
       version = n.version, generation = ${generation}, deleted = n.deleted, tokens = n.tokens::bigint[], content = n.content
     from ${unnested} where r.rid = n.rid`,
    resourceArrays(rows),
  );
}

/** The narrow tables of rows just written. */
export async function insertNarrowRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  const dates = rows.flatMap((row) => row.dates.map((date) => ({ ...date, shard: row.shard, rid: row.rid })));
  const numbers = rows.flatMap((row) => row.numbers.map((number) => ({ ...number, shard: row.shard, rid: row.rid })));
  const texts = rows.flatMap((row) => row.texts.map((text) => ({ ...text, shard: row.shard, rid: row.rid })));
  if (dates.length > 0)
    await sql.query(
      `insert into date_value (param, low, high, shard, rid) select * from unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::bigint[])`,
      [dates.map((d) => d.param), dates.map((d) => timestamp(d.low)), dates.map((d) => timestamp(d.high)), dates.map((d) => d.shard), dates.map((d) => d.rid)],
    );
  if (numbers.length > 0)
    await sql.query(
      `insert into number_value (param, unit, low, high, shard, rid) select * from unnest($1::int[], $2::bigint[], $3::float8[], $4::float8[], $5::int[], $6::bigint[])`,
      [numbers.map((n) => n.param), numbers.map((n) => n.unit), numbers.map((n) => n.low), numbers.map((n) => n.high), numbers.map((n) => n.shard), numbers.map((n) => n.rid)],
    );
  if (texts.length > 0)
    await sql.query(`insert into text_value (param, value, shard, rid) select * from unnest($1::int[], $2::text[], $3::int[], $4::bigint[])`, [
      texts.map((t) => t.param),
      texts.map((t) => t.value),
      texts.map((t) => t.shard),
      texts.map((t) => t.rid),
    ]);
}

/** Appends to the outbox; who listens is not the store's matter. */
export async function appendOutbox(sql: Sql, rows: readonly RowToWrite[], actor: string): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `insert into outbox (shard, type, id, version, outcome, patient, actor, at)
     select shard, type, id, version, outcome, patient, $7, at
     from unnest($1::int[], $2::smallint[], $3::text[], $4::int[], $5::text[], $6::text[], $8::timestamptz[]) as n(shard, type, id, version, outcome, patient, at)`,
    [
      rows.map((row) => row.shard),
      rows.map((row) => row.type),
      rows.map((row) => row.id),
      rows.map((row) => row.version),
      rows.map((row) => row.outcome),
      rows.map((row) => row.patient ?? null),
      actor,
      rows.map((row) => row.updated),
    ],
  );
}
