/**
 * Rows in the binary form of `copy … from stdin (format binary)` (PostgreSQL, COPY, “Binary Format”): nothing is turned into text and read
 * again, and the server takes many rows into a page at once.
 */
const signature = Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1');
/** Microseconds from 1970 to 2000, where PostgreSQL begins to count. */
const epoch = 946_684_800_000_000n;
const int8 = 20;

export class CopyRows {
  #buffer: Buffer;
  /** Over the same bytes: the engine writes through a view many times faster than Buffer does, bigint above all. */
  #view: DataView;
  #at = 0;

  constructor(expectedBytes: number) {
    // memory of its own, not a slice of the pool: it may be handed to another thread
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(1024, expectedBytes));
    this.#view = viewOf(this.#buffer);
    signature.copy(this.#buffer);
    this.#at = signature.length;
    this.#int32(0); // flags
    this.#int32(0); // length of the header's extension
  }

  /** Begins a row; exactly so many values must follow. */
  row(values: number): this {
    this.#need(2);
    this.#int16(values);
    return this;
  }

  int2(value: number): this {
    this.#need(6);
    this.#int32(2);
    this.#int16(value);
    return this;
  }

  int4(value: number): this {
    this.#need(8);
    this.#int32(4);
    this.#int32(value);
    return this;
  }

  int8(value: bigint | null): this {
    if (value === null) return this.#null();
    this.#need(12);
    this.#int32(8);
    this.#int64(value);
    return this;
  }

  float8(value: number | null): this {
    if (value === null) return this.#null();
    this.#need(12);
    this.#int32(8);
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
    return this;
  }

  bool(value: boolean): this {
    this.#need(5);
    this.#int32(1);
    this.#at = this.#buffer.writeUInt8(value ? 1 : 0, this.#at);
    return this;
  }

  /** From milliseconds since 1970, whole ones; ±Infinity is PostgreSQL's `infinity`. */
  timestamptz(value: number | null): this {
    if (value === null) return this.#null();
    if (value === Infinity) return this.int8(0x7fff_ffff_ffff_ffffn);
    if (value === -Infinity) return this.int8(-0x8000_0000_0000_0000n);
    return this.int8(BigInt(Math.round(value)) * 1000n - epoch);
  }

  text(value: string | null): this {
    if (value === null) return this.#null();
    this.#need(4 + 3 * value.length); // UTF-8 takes three bytes for a UTF-16 unit at most
    const bytes = this.#shortAscii(value) ? value.length : this.#buffer.write(value, this.#at + 4);
    this.#int32(bytes);
    this.#at += bytes;
    return this;
  }

  /** Ids and codes: writing them here takes less than the way into the engine's own function. */
  #shortAscii(value: string): boolean {
    if (value.length > 48) return false;
    const start = this.#at + 4;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) return false;
      this.#buffer[start + index] = code;
    }
    return true;
  }

  int8Array(values: readonly bigint[]): this {
    if (values.length === 0) {
      this.#need(16);
      for (const part of [12, 0, 0, int8]) this.#int32(part);
      return this;
    }
    this.#need(24 + 12 * values.length);
    // dimensions, has nulls, element type, length, lower bound
    for (const part of [20 + 12 * values.length, 1, 0, int8, values.length, 1]) this.#int32(part);
    for (const value of values) {
      this.#int32(8);
      this.#int64(value);
    }
    return this;
  }

  /** The whole, with its trailer. Nothing may be added afterwards. */
  end(): Buffer {
    this.#need(2);
    this.#int16(-1);
    return this.#buffer.subarray(0, this.#at);
  }

  #null(): this {
    this.#need(4);
    this.#int32(-1);
    return this;
  }

  #int16(value: number): void {
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  #int32(value: number): void {
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  #int64(value: bigint): void {
    this.#view.setBigInt64(this.#at, value);
    this.#at += 8;
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
    this.#view = viewOf(larger);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
