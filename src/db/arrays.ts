/**
 * Arrays in PostgreSQL's binary form, for `insert … select from unnest($1::bigint[], $2::text[])`: one parameter for a column of
 * a whole batch, read by the server without parsing text. Layout: src/backend/utils/adt/arrayfuncs.c, array_recv.
 */

const oids = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, float8: 701, timestamptz: 1184 } as const;

const headerLength = 20;

/** `size` is the sum of the values' bytes; null takes none. */
function frame(oid: number, count: number, size: number, hasNull: boolean): Buffer {
  const buffer = Buffer.allocUnsafe(count === 0 ? 12 : headerLength + 4 * count + size);
  buffer.writeInt32BE(count === 0 ? 0 : 1, 0); // dimensions
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeUInt32BE(oid, 8);
  if (count > 0) {
    buffer.writeInt32BE(count, 12);
    buffer.writeInt32BE(1, 16); // lower bound
  }
  return buffer;
}

function fixed<T>(oid: number, width: number, values: readonly (T | null)[], write: (buffer: Buffer, value: T, at: number) => void): Buffer {
  let nulls = 0;
  for (const value of values) if (value === null) nulls++;
  const buffer = frame(oid, values.length, width * (values.length - nulls), nulls > 0);
  let at = headerLength;
  for (const value of values) {
    buffer.writeInt32BE(value === null ? -1 : width, at);
    at += 4;
    if (value === null) continue;
    write(buffer, value, at);
    at += width;
  }
  return buffer;
}

export const int2Array = (values: readonly (number | null)[]): Buffer => fixed(oids.int2, 2, values, (buffer, value, at) => buffer.writeInt16BE(value, at));

export const int4Array = (values: readonly (number | null)[]): Buffer => fixed(oids.int4, 4, values, (buffer, value, at) => buffer.writeInt32BE(value, at));

export const int8Array = (values: readonly (bigint | null)[]): Buffer => fixed(oids.int8, 8, values, (buffer, value, at) => buffer.writeBigInt64BE(value, at));

export const float8Array = (values: readonly (number | null)[]): Buffer => fixed(oids.float8, 8, values, (buffer, value, at) => buffer.writeDoubleBE(value, at));

export const boolArray = (values: readonly (boolean | null)[]): Buffer => fixed(oids.bool, 1, values, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at));

/** Microseconds from 1970 to 2000, where PostgreSQL begins to count. */
const epoch = 946_684_800_000_000n;

/** From milliseconds since 1970, whole ones; ±Infinity is PostgreSQL's `infinity`. */
export const timestamptzArray = (values: readonly (number | null)[]): Buffer =>
  fixed(oids.timestamptz, 8, values, (buffer, value, at) => {
    if (value === Infinity) buffer.writeBigInt64BE(0x7fff_ffff_ffff_ffffn, at);
    else if (value === -Infinity) buffer.writeBigInt64BE(-0x8000_0000_0000_0000n, at);
    else buffer.writeBigInt64BE(BigInt(Math.round(value)) * 1000n - epoch, at);
  });

export function textArray(values: readonly (string | null)[]): Buffer {
  let size = 0;
  let hasNull = false;
  const lengths = values.map((value) => {
    if (value === null) {
      hasNull = true;
      return -1;
    }
    const length = Buffer.byteLength(value);
    size += length;
    return length;
  });
  const buffer = frame(oids.text, values.length, size, hasNull);
  let at = headerLength;
  values.forEach((value, index) => {
    buffer.writeInt32BE(lengths[index]!, at);
    at += 4;
    if (value !== null) at += buffer.write(value, at);
  });
  return buffer;
}

export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  let size = 0;
  let hasNull = false;
  for (const value of values) {
    if (value === null) hasNull = true;
    else size += value.length;
  }
  const buffer = frame(oids.bytea, values.length, size, hasNull);
  let at = headerLength;
  for (const value of values) {
    buffer.writeInt32BE(value?.length ?? -1, at);
    at += 4;
    if (value === null) continue;
    buffer.set(value, at);
    at += value.length;
  }
  return buffer;
}

/**
 * The text form of one bigint[]. `unnest` flattens nested arrays, so a batch with an array in each row passes
 * `textArray(rows.map(bigintsLiteral))` and selects `row::bigint[]`.
 */
export function bigintsLiteral(values: readonly bigint[]): string {
  return `{${values.join(',')}}`;
}

/** The text form of one text[], for the same use as `bigintsLiteral`. */
export function textsLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}
