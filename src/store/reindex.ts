import type { Resource } from '@medplum/fhirtypes';
import { bigintsLiteral, float8Array, int8Array, textArray, timestamptzArray } from '../db/arrays.ts';
import type { Sql } from '../db/types.ts';
import { ownParams } from '../fhir/index.ts';
import { displaysOf, type Displays } from './displays.ts';
import { fenced } from './generation-fence.ts';
import { insertNarrowRows } from './narrow-rows.ts';
import { indexRow, type IndexedRow } from './row.ts';
import type { TokenHasher } from './token-hash.ts';
import type { RowToWrite } from './row-to-write.ts';

/** A range of row numbers of a generation: one process works on it at a time, several on several. */
export interface Slice {
  generation: number;
  first: string;
}

/** Numbers in a slice. */
const sliceLength = 50_000;
/** Rows of one transaction: a writer waits for no more. */
const batchSize = 200;

/** The oldest generation that is not complete and that every process has heard of, with the slices that are left. */
export async function findWork(sql: Sql): Promise<{ generation: number; planned: boolean; slices: readonly Slice[] } | undefined> {
  const [row] = await sql.query<{ generation: number; planned: boolean; paused: boolean; firsts: string[] | null }>(
    `select g.number as generation, g.planned is not null as planned, g.paused is not null as paused,
       (select array_agg(first::text order by first) from reindex_slice s where s.generation = g.number and not s.done) as firsts
     from index_generation g where g.complete is null and g.not_before <= now() order by g.number limit 1`,
  );
  // later ones wait for it: a parameter is searchable when all before it are complete
  return row && !row.paused ? { generation: row.generation, planned: row.planned, slices: (row.firsts ?? []).map((first) => ({ generation: row.generation, first })) } : undefined;
}

/**
 * Is every transaction and every statement over that began before the generation did? Whatever comes later carries the fence and sees it, so the
 * rows of older generations can from now on only become fewer.
 */
export async function isQuiet(sql: Sql, generation: number): Promise<boolean> {
  const [row] = await sql.query<{ quiet: boolean }>(
    `select pg_snapshot_xmin(pg_current_snapshot()) > g.xid and not exists (
       select from pg_stat_activity a where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
         and a.backend_xmin is not null and age(a.backend_xmin) >= age(g.xid::xid)) as quiet
     from index_generation g where g.number = $1`,
    [generation],
  );
  return row?.quiet ?? false;
}

/** Divides the numbers of all rows into slices. To be called under a lease, once it is quiet. */
export async function planSlices(sql: Sql, generation: number): Promise<void> {
  await sql.query(
    `insert into reindex_slice (generation, first, last, position)
     select $1, f, f + $2, f from (select coalesce(min(rid), 0) as low, coalesce(max(rid), -1) as high from resource) r, generate_series(low, high, $2::bigint) as f on conflict do nothing`,
    [generation, sliceLength],
  );
  await sql.query(`update index_generation set planned = now() where number = $1 and planned is null`, [generation]);
}

interface OldRow {
  rid: string;
  version: number;
  deleted: boolean;
  shard: number;
  content: string;
}

/**
 * Brings up the next rows of a slice in the caller's transaction, which also holds the slice's lease; true when none is left. A row's version,
 * text and history stay as they are: only what search reads is made anew.
 */
export async function bringUpRows(sql: Sql, parts: { hasher: TokenHasher; displays: Displays; zone: string }, slice: Slice): Promise<boolean> {
  // held by an administrator: nothing more is done here now, and the slice keeps its place
  const [held] = await sql.query(`select 1 from index_generation where number = $1 and paused is not null`, [slice.generation]);
  if (held) return true;
  const found = await sql.query<{ rid: string }>(
    `select r.rid::text as rid from resource r, reindex_slice s, index_generation g
     where s.generation = $1 and s.first = $2::bigint and g.number = $1 and r.rid >= s.position and r.rid < s.last and r.generation < $1
       and (g.types is null or r.type = any(g.types)) order by r.rid limit $3`,
    [slice.generation, slice.first, batchSize],
  );
  const done = found.length < batchSize;
  const rids = found.map(({ rid }) => rid);
  // as every writer, in the order of type and id; who was quicker has brought the row up himself
  const rows = await sql.query<OldRow>(
    `select rid::text as rid, version, deleted, shard, content from resource where rid = any($1::bigint[]) and generation < $2 order by type, id for update`,
    [rids, slice.generation],
  );
  const renewed = rows.filter(({ deleted }) => !deleted).map((row) => indexed(row, parts));
  await parts.displays.keep(sql, displaysOf(renewed));
  await renew(sql, renewed);
  const gone = rows.filter(({ deleted }) => deleted).map(({ rid }) => rid);
  if (gone.length > 0) await sql.query(`update resource set generation = ${fenced([ownParams()])} where rid = any($1::bigint[])`, [gone]);
  await sql.query(
    `update reindex_slice set position = case when $3 then last else $4::bigint + 1 end, brought = brought + $5, done = $3 where generation = $1 and first = $2::bigint`,
    [slice.generation, slice.first, done, rids.at(-1) ?? 0, rows.length],
  );
  return done;
}

function indexed(row: OldRow, { hasher, zone }: { hasher: TokenHasher; zone: string }): RowToWrite {
  const resource = JSON.parse(row.content) as Resource & { id: string };
  return { ...indexRow(resource, hasher, zone), rid: BigInt(row.rid), shard: row.shard, version: row.version, updated: 0, content: '', outcome: 'updated', deleted: false };
}

async function renew(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  if (rows.length === 0) return;
  const rids = int8Array(rows.map(({ rid }) => rid));
  await sql.query(
    `with d as (delete from date_value where rid = any($1::bigint[])), n as (delete from number_value where rid = any($1::bigint[]))
     delete from text_value where rid = any($1::bigint[])`,
    [rids],
  );
  const column = <T>(read: (row: IndexedRow) => T): T[] => rows.map(read);
  await sql.query(
    `update resource r set compartment = n.compartment, code = n.code, date_lo = n.date_lo, date_hi = n.date_hi, value = n.value, generation = ${fenced(rows)}, tokens = n.tokens::bigint[]
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::float8[], $7::text[]) as n(rid, compartment, code, date_lo, date_hi, value, tokens)
     where r.rid = n.rid`,
    [
      rids,
      int8Array(column(({ compartment }) => compartment)),
      int8Array(column(({ code }) => code)),
      timestamptzArray(column(({ dateLow }) => dateLow)),
      timestamptzArray(column(({ dateHigh }) => dateHigh)),
      float8Array(column(({ value }) => value)),
      textArray(column(({ tokens }) => bigintsLiteral(tokens))),
    ],
  );
  await insertNarrowRows(sql, rows);
}

/** Marks a generation complete where nothing of it is left; its slices are no longer needed. */
export async function finishGeneration(sql: Sql, generation: number): Promise<void> {
  await sql.query(
    `with over as (update index_generation g set complete = now() where number = $1 and planned is not null and complete is null
       and not exists (select from reindex_slice s where s.generation = g.number and not s.done) returning number)
     delete from reindex_slice s using over where s.generation = over.number`,
    [generation],
  );
}

/** Holds the bringing up of a generation where it is, or lets it go on. False where it is complete already. */
export async function holdGeneration(sql: Sql, generation: number, paused: boolean): Promise<boolean> {
  const rows = await sql.query(`update index_generation set paused = case when $2 then coalesce(paused, now()) end where number = $1 and complete is null returning 1 as held`, [generation, paused]);
  return rows.length > 0;
}
