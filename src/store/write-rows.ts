import { bigintsLiteral, boolArray, float8Array, int2Array, int4Array, int8Array, textArray, timestamptzArray } from '../db/arrays.ts';
import type { Sql, Transaction } from '../db/types.ts';
import { rowsToCopy } from './copy-rows.ts';
import { displaysOf, type Displays } from './displays.ts';
import { fence, fenced, holdFence, oneGeneration } from './generation-fence.ts';
import { narrowArrays, narrowTexts } from './narrow-rows.ts';
import { findReferences, type WantedReferences } from './references.ts';
import { noteParts, type NoteToWrite } from './notes.ts';
import { isNew, type RowToWrite, type WrittenBy } from './row-to-write.ts';

/** From so many new rows on COPY is cheaper than a statement with arrays, in spite of its further round trips. */
const copyFromRows = 64;

/** References of the rows that lead nowhere; then nothing was written, and the transaction must be taken back. */
export class Dangling extends Error {
  readonly found: ReadonlySet<string>;

  constructor(found: ReadonlySet<string>) {
    super('references lead nowhere');
    this.found = found;
  }
}

/**
 * Writes rows with all that belongs to them: history of what they replace, narrow rows, outbox. New rows alone are one statement, which is a
 * transaction by itself. Throws `Dangling` where `wanted` is not all there.
 */
export async function writeRows(displays: Displays, sql: Sql & Partial<Pick<Transaction, 'copy'>>, written: readonly WrittenBy[], wanted: WantedReferences, notes: readonly NoteToWrite[]): Promise<void> {
  const rows = written.map(({ row }) => row);
  if (rows.length === 0) return;
  await displays.keep(sql, displaysOf(rows));
  // In one order for all writers: two who make the same ids do not wait for each other in a circle.
  const created = rows.filter(isNew).sort((a, b) => a.type - b.type || (a.id < b.id ? -1 : 1));
  if (created.length < rows.length) await replaceRows(sql, rows.filter((row) => !isNew(row)));
  if (sql.copy && rows.length >= copyFromRows) {
    await holdFence(sql, rows);
    const found = await findReferences(sql, wanted);
    if (found.size < wanted.count) throw new Dangling(found);
    await sql.copy(rowsToCopy(created, rows, written));
    const { text, values } = noteParts(notes, 1, 'true');
    if (text) await sql.query(`with nothing as (select)${text} select 1 as done`, values);
  } else await insertRows(sql, created, rows, written, wanted, notes);
}

const unnested = `unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::float8[], $7::timestamptz[], $8::int[],
  $9::int[], $10::smallint[], $11::text[], $12::bool[], $13::text[], $14::text[])
  as n(rid, compartment, code, date_lo, date_hi, value, updated, version, shard, type, id, deleted, tokens, content)`;

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

/** Each part stands behind the gate: it is closed where a wanted reference is not there, and then nothing is inserted. */
function insertText(visible: string, first: number, notes: string): string {
  const $ = (place: number): string => `$${first + place}`;
  return `with refs as materialized (select r.type, r.id from resource r where (r.type, r.id) in (select * from unnest($15::smallint[], $16::text[])) and not r.deleted and ${visible} order by r.type, r.id for key share of r),
   gate as materialized (select count(*) = $17::int as open from refs),
   resources as (insert into resource (rid, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, id, deleted, tokens, content)
     select rid, compartment, code, date_lo, date_hi, value, updated, version, ${fence($(23))}, shard, type, id, deleted, tokens::bigint[], content from ${unnested} where (select open from gate)),
   ${narrowTexts(first, 'where (select open from gate)')},
   told as (insert into outbox (shard, type, id, version, outcome, patient, actor, at)
     select * from unnest(${$(15)}::int[], ${$(16)}::smallint[], ${$(17)}::text[], ${$(18)}::int[], ${$(19)}::text[], ${$(20)}::text[], ${$(21)}::text[], ${$(22)}::timestamptz[]) where (select open from gate))${notes}
   select open, case when not open then (select json_agg(json_build_array(type, id)) from refs) end as found from gate`;
}

/** The texts for callers to whom everything is open, put together once: with a note and without. */
const openTexts = new Map<string, string>();

function openText(notes: string): string {
  let text = openTexts.get(notes);
  if (text === undefined) openTexts.set(notes, (text = insertText('true', 18, notes)));
  return text;
}

async function insertRows(sql: Sql, created: readonly RowToWrite[], rows: readonly RowToWrite[], written: readonly WrittenBy[], wanted: WantedReferences, notes: readonly NoteToWrite[]): Promise<void> {
  const first = 18 + wanted.visibleValues.length;
  const visible = wanted.visible(17);
  const noted = noteParts(notes, first + 24, '(select open from gate)');
  const text = visible === 'true' ? openText(noted.text) : insertText(visible, first, noted.text);
  const values = [...resourceArrays(created), wanted.types, wanted.ids, wanted.count, ...wanted.visibleValues, ...narrowArrays(rows), ...outboxArrays(written), oneGeneration(rows), ...noted.values];
  const [gate] = await sql.query<{ open: boolean; found: [number, string][] | null }>(text, values);
  if (!gate!.open) throw new Dangling(wanted.named(gate!.found ?? []));
}

/** For the outbox; who listens is not the store's matter. */
function outboxArrays(written: readonly WrittenBy[]): Buffer[] {
  return [
    int4Array(written.map(({ row }) => row.shard)),
    int2Array(written.map(({ row }) => row.type)),
    textArray(written.map(({ row }) => row.id)),
    int4Array(written.map(({ row }) => row.version)),
    textArray(written.map(({ row }) => row.outcome)),
    textArray(written.map(({ row }) => row.patient ?? null)),
    textArray(written.map(({ actor }) => actor)),
    timestamptzArray(written.map(({ row }) => row.updated)),
  ];
}

/**
 * Moves the current versions to the history, takes their narrow rows away and writes the new versions over them, in one statement: its
 * parts all read what stood before it. The shard of a row is never updated.
 */
export async function replaceRows(sql: Sql, rows: readonly RowToWrite[]): Promise<void> {
  await sql.query(
    `with past as (insert into history (shard, type, id, version, compartment, updated, deleted, tokens, content)
       select shard, type, id, version, compartment, updated, deleted, tokens, content from resource where rid = any($1::bigint[])),
     dates as (delete from date_value where rid = any($1::bigint[])), numbers as (delete from number_value where rid = any($1::bigint[])), texts as (delete from text_value where rid = any($1::bigint[]))
     update resource r set compartment = n.compartment, code = n.code, date_lo = n.date_lo, date_hi = n.date_hi, value = n.value, updated = n.updated,
       version = n.version, generation = ${fenced(rows)}, deleted = n.deleted, tokens = n.tokens::bigint[], content = n.content
     from ${unnested} where r.rid = n.rid`,
    resourceArrays(rows),
  );
}
