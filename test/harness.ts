import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { connect } from '../src/db/database.ts';
import type { Database } from '../src/db/types.ts';

export const templateDatabase = 'karta_template';

/** The same server, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const changed = new URL(url.replace('@/', '@host/'));
  changed.pathname = `/${database}`;
  return changed.toString().replace('@host/', '@/');
}

/**
 * An own migrated database for a test file: `const database = await freshDatabase()` at the top of the file. It is dropped after
 * the file's last test; whoever calls it inside a test calls `end()` himself, and the database goes with that.
 */
export async function freshDatabase(): Promise<Database> {
  return createDatabase(templateDatabase);
}

/** The same without any table of Karta's. */
export async function emptyDatabase(): Promise<Database> {
  return createDatabase('template0');
}

async function createDatabase(template: string): Promise<Database> {
  const server = inject('databaseServer');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name} template ${template}`);
  const database = await connect(urlOfDatabase(server, name));
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => (ended ??= database.end().then(() => onServer(server, `drop database if exists ${name} with (force)`)));
  afterAll(end);
  return { ...database, end };
}

async function onServer(server: string, statement: string): Promise<void> {
  const database = await connect(server, { max: 1 });
  try {
    await database.query(statement);
  } finally {
    await database.end();
  }
}
