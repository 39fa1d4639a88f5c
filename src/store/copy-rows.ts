import { CopyRows } from '../db/copy-rows.ts';
import type { CopyPart } from '../db/copy-together.ts';
import type { RowToWrite, WrittenBy } from './row-to-write.ts';

/** New rows, the narrow rows of all that is written, and the outbox, as COPY takes them. */
export function rowsToCopy(created: readonly RowToWrite[], rows: readonly RowToWrite[], written: readonly WrittenBy[]): CopyPart[] {
  const parts: readonly [into: string, rows: Buffer | undefined][] = [
    ['resource (rid, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, id, deleted, tokens, content)', created.length > 0 ? resources(created) : undefined],
    ['date_value (param, shard, rid, low, high)', dates(rows)],
    ['number_value (param, shard, rid, unit, low, high)', numbers(rows)],
    ['text_value (param, shard, rid, value)', texts(rows)],
    ['outbox (shard, type, id, version, outcome, patient, actor, at)', outbox(written)],
  ];
  return parts.flatMap(([into, bytes]) => (bytes ? [{ into, rows: bytes }] : []));
}

function resources(rows: readonly RowToWrite[]): Buffer {
  const out = new CopyRows(rows.reduce((sum, row) => sum + row.content.length * 1.1 + row.tokens.length * 12 + 250, 0));
  for (const row of rows) {
    out.row(15).int8(row.rid).int8(row.compartment).int8(row.code).timestamptz(row.dateLow).timestamptz(row.dateHigh).float8(row.value).timestamptz(row.updated);
    out.int4(row.version).int2(row.generation).int4(row.shard).int2(row.type).text(row.id).bool(row.deleted).int8Array(row.tokens).text(row.content);
  }
  return out.end();
}

function dates(rows: readonly RowToWrite[]): Buffer | undefined {
  const out = new CopyRows(rows.length * 70);
  let any = false;
  for (const { shard, rid, dates: values } of rows) {
    for (const { param, low, high } of values) {
      out.row(5).int4(param).int4(shard).int8(rid).timestamptz(low).timestamptz(high);
      any = true;
    }
  }
  return any ? out.end() : undefined;
}

function numbers(rows: readonly RowToWrite[]): Buffer | undefined {
  const out = new CopyRows(rows.length * 90);
  let any = false;
  for (const { shard, rid, numbers: values } of rows) {
    for (const { param, unit, low, high } of values) {
      out.row(6).int4(param).int4(shard).int8(rid).int8(unit).float8(low).float8(high);
      any = true;
    }
  }
  return any ? out.end() : undefined;
}

function texts(rows: readonly RowToWrite[]): Buffer | undefined {
  const out = new CopyRows(rows.length * 150);
  let any = false;
  for (const { shard, rid, texts: values } of rows) {
    for (const { param, value } of values) {
      out.row(4).int4(param).int4(shard).int8(rid).text(value);
      any = true;
    }
  }
  return any ? out.end() : undefined;
}

function outbox(written: readonly WrittenBy[]): Buffer {
  const out = new CopyRows(written.length * 200);
  for (const { row, actor } of written) {
    out.row(8).int4(row.shard).int2(row.type).text(row.id).int4(row.version).text(row.outcome).text(row.patient ?? null).text(actor).timestamptz(row.updated);
  }
  return out.end();
}
