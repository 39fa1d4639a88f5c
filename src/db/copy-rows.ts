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
  #at = 0;

  constructor(expectedBytes: number) {
    this.#buffer = Buffer.allocUnsafe(Math.max(1024, expectedBytes));
    signature.copy(this.#buffer);
    this.#buffer.writeInt32BE(0, signature.length); // flags
    this.#buffer.writeInt32BE(0, signature.length + 4); // length of the header's extension
    this.#at = signature.length + 8;
  }

  /** Begins a row; exactly so many values must follow. */
  row(values: number): this {
    this.#need(2);
    this.#at = this.#buffer.writeInt16BE(values, this.#at);
    return this;
  }

  int2(value: number): this {
    this.#need(6);
    this.#at = this.#buffer.writeInt32BE(2, this.#at);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
    return this;
  }

  int4(value: number): this {
    this.#need(8);
    this.#at = this.#buffer.writeInt32BE(4, this.#at);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
    return this;
  }

  int8(value: bigint | null): this {
    if (value === null) return this.#null();
    this.#need(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeBigInt64BE(value, this.#at);
    return this;
  }

  float8(value: number | null): this {
    if (value === null) return this.#null();
    this.#need(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
    return this;
  }

  bool(value: boolean): this {
    this.#need(5);
    this.#at = this.#buffer.writeInt32BE(1, this.#at);
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
    const bytes = this.#buffer.write(value, this.#at + 4);
    this.#buffer.writeInt32BE(bytes, this.#at);
    this.#at += 4 + bytes;
    return this;
  }

  int8Array(values: readonly bigint[]): this {
    if (values.length === 0) {
      this.#need(16);
      for (const part of [12, 0, 0, int8]) this.#at = this.#buffer.writeInt32BE(part, this.#at);
      return this;
    }
    this.#need(24 + 12 * values.length);
    // dimensions, has nulls, element type, length, lower bound
    for (const part of [20 + 12 * values.length, 1, 0, int8, values.length, 1]) this.#at = this.#buffer.writeInt32BE(part, this.#at);
    for (const value of values) {
      this.#at = this.#buffer.writeInt32BE(8, this.#at);
      this.#at = this.#buffer.writeBigInt64BE(value, this.#at);
    }
    return this;
  }

  /** The whole, with its trailer. Nothing may be added afterwards. */
  end(): Buffer {
    this.#need(2);
    this.#at = this.#buffer.writeInt16BE(-1, this.#at);
    return this.#buffer.subarray(0, this.#at);
  }

  #null(): this {
    this.#need(4);
    this.#at = this.#buffer.writeInt32BE(-1, this.#at);
    return this;
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
