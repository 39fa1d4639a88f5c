import type { CopyPart } from './copy-together.ts';

/** Statements on one connection or inside one transaction. */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Statements inside one transaction. */
export interface Transaction extends Sql {
  /** Rows into several tables, in this order, in one round trip. */
  copy(parts: readonly CopyPart[]): Promise<void>;
}

/** A pool of connections to PostgreSQL. Text parameters; a `Buffer` goes as the binary form of its type. */
export interface Database extends Sql {
  /** One transaction; what `work` throws takes it back. Serialisation failures and deadlocks are tried again up to three times. */
  transaction<T>(work: (sql: Transaction) => Promise<T>): Promise<T>;
  /** A hint only: a missed notification loses nothing. Returns the function that stops listening. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  end(): Promise<void>;
  readonly url: string;
}
