import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { log } from '../kernel/log.ts';
import { Problem } from '../kernel/problem.ts';
import { asProblem, connection } from './connection.ts';
import { type CopyPart, CopyTogether } from './copy-together.ts';
import { Listener } from './listen.ts';
import './problems.ts';
import type { Database, Sql, Transaction } from './types.ts';

export interface ConnectOptions {
  /** Connections at most, 10 unless told. */
  max?: number;
  /** Milliseconds to wait for a connection before `db.unavailable`, 10,000 unless told. */
  patience?: number;
}

/**
 * A pool on PostgreSQL 15 to 18. Values come back as: int8, numeric, date and time as strings, timestamptz as ISO 8601 UTC with
 * at least milliseconds, bytea as `Buffer`, json parsed, int2, int4 and float8 as numbers.
 * Every statement throws `Problem('db.unavailable')` while the database is away; the pool recovers by itself.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Database> {
  const pool = new pg.Pool({ ...connection(url), max: options.max ?? 10, connectionTimeoutMillis: options.patience ?? 10_000 });
  pool.on('error', (error) => log.warn({ reason: error.message }, 'a database connection was lost'));
  // A connection in use reports its loss twice: to the statement, which throws, and here, where nobody must die of it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const listener = new Listener(connection(url));
  const database: Database = {
    url,
    query: (text, values) => run(pool, text, values),
    transaction: (work) => transaction(pool, work),
    listen: (channel, heard) => listener.listen(channel, heard),
    end: async () => {
      await listener.end();
      await pool.end();
    },
  };
  try {
    await refuseUnsuitable(database);
  } catch (error) {
    await database.end();
    throw error;
  }
  return database;
}

async function refuseUnsuitable(sql: Sql): Promise<void> {
  const [row] = await sql.query<{ number: number; version: string; encoding: string }>(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as version, current_setting('server_encoding') as encoding",
  );
  const major = Math.floor(row!.number / 10_000);
  if (major < 15 || major > 18 || row!.encoding !== 'UTF8') throw new Problem('db.unsuitable-server', { found: `PostgreSQL ${row!.version}, ${row!.encoding}` });
}

/** A failed commit whose answer was lost also ends here: the caller repeats with its idempotency key. */
async function transaction<T>(pool: pg.Pool, work: (sql: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptTransaction(pool, work);
    } catch (error) {
      const { code } = error as { code?: string };
      if (attempt === 3 || (code !== '40001' && code !== '40P01')) throw error;
      await sleep(Math.random() * 10 * 2 ** attempt);
    }
  }
}

async function attemptTransaction<T>(pool: pg.Pool, work: (sql: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asProblem(error);
  });
  let broken: boolean | undefined;
  try {
    await run(client, 'begin');
    const result = await work({ query: (text, values) => run(client, text, values), copy: (parts) => copy(client, parts) });
    // A statement whose error `work` swallowed has spoilt the transaction: COMMIT then takes back without an error of its own.
    const { command } = await client.query('commit').catch((error: unknown) => {
      throw asProblem(error);
    });
    if (command === 'ROLLBACK') throw new Error('the transaction was taken back: a statement in it failed and its error was not passed on');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => (broken = true));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function copy(client: pg.PoolClient, parts: readonly CopyPart[]): Promise<void> {
  try {
    await new Promise<void>((done, failed) => void client.query(new CopyTogether(parts, done, failed)));
  } catch (error) {
    throw asProblem(error);
  }
}

async function run<Row extends object>(on: pg.Pool | pg.PoolClient, text: string, values?: readonly unknown[]): Promise<Row[]> {
  try {
    const name = values && values.length > 0 ? statementName(text) : undefined;
    const result = await on.query<Row>({ text, ...(name && { name }), ...(values && { values: values as unknown[] }) });
    return result.rows;
  } catch (error) {
    throw asProblem(error);
  }
}

/** Texts seen once are not worth a prepared statement on every connection, nor may endless variants of a search fill the server. */
const mostNames = 500;
const names = new Map<string, string>();
const seen = new Map<string, number>();

function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known) return known;
  const times = (seen.get(text) ?? 0) + 1;
  if (times < 3 || names.size >= mostNames) {
    if (seen.size >= 10 * mostNames) seen.clear();
    seen.set(text, times);
    return undefined;
  }
  // By content, so that processes behind one connection pooler mean the same text by the same name.
  const name = `k${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  names.set(text, name);
  seen.delete(text);
  return name;
}
