import type pg from 'pg';

/** Rows for one table in the binary form of COPY (`CopyRows`). */
export interface CopyPart {
  /** Table and columns: `kept (place, words)`. */
  into: string;
  rows: Uint8Array;
}

/** Bytes of a CopyData message: the server reads a message whole before it looks at its rows. */
const piece = 65_536;

/**
 * Several COPY … FROM STDIN as one simple query, and all their rows behind it without waiting for an answer between them. The server takes the
 * statements of a query one after the other, and where one is refused it ignores the rows that still come (PostgreSQL, “Message Flow”,
 * “COPY Operations”), so nothing needs to be awaited before its answer to the whole.
 */
export class CopyTogether implements pg.Submittable {
  readonly #parts: readonly CopyPart[];
  readonly #done: () => void;
  readonly #failed: (error: Error) => void;

  constructor(parts: readonly CopyPart[], done: () => void, failed: (error: Error) => void) {
    this.#parts = parts;
    this.#done = done;
    this.#failed = failed;
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.#parts.map(({ into }) => `copy ${into} from stdin (format binary)`).join('; '));
    for (const { rows } of this.#parts) {
      for (let at = 0; at < rows.length; at += piece) {
        const bytes = rows.subarray(at, at + piece);
        const head = Buffer.allocUnsafe(5);
        head[0] = 0x64; // CopyData
        head.writeInt32BE(bytes.length + 4, 1);
        stream.write(head);
        stream.write(bytes);
      }
      stream.write(copyDone);
    }
    stream.uncork();
  }

  handleCopyInResponse(): void {
    // the rows are on their way already
  }

  handleCommandComplete(): void {
    // of one of the tables; the end of all is ReadyForQuery
  }

  handleReadyForQuery(): void {
    this.#done();
  }

  handleError(error: Error): void {
    this.#failed(error);
  }
}

const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);
