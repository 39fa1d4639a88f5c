import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../kernel/problem.ts';
import './problems.ts';
import type { Database, Sql } from './types.ts';

export interface Migration {
  number: number;
  /** File name without `.sql`. */
  name: string;
  sha256: string;
  text: string;
}

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Files `NNNN-name.sql` in order of their numbers. */
export function readMigrations(folder: string = migrationsFolder): Migration[] {
  const migrations = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return { number: Number.parseInt(file, 10), name: file.slice(0, -'.sql'.length), sha256: createHash('sha256').update(text).digest('hex'), text };
    });
  migrations.forEach((migration, index) => {
    if (!/^\d{4}-[a-z0-9-]+$/.test(migration.name)) throw new Error(`migration ${migration.name}.sql is not named NNNN-name.sql`);
    if (migrations[index - 1]?.number === migration.number) throw new Error(`migrations ${migrations[index - 1]!.name} and ${migration.name} have one number`);
  });
  return migrations;
}

export interface MigrateOptions {
  migrations?: readonly Migration[];
  /** The last migration to apply; all unless told. */
  upTo?: number;
  /** The caller is the restore that marked this database as unfinished. */
  restoring?: boolean;
}

/**
 * Brings the database to the last migration, each in a transaction of its own, several processes one after the other. Returns
 * the names applied now. Refuses with `db.newer`, `db.migration-changed`, `db.migration-missed`, `db.half-restored`.
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<string[]> {
  const migrations = options.migrations ?? readMigrations();
  const applied: string[] = [];
  await database.transaction(async (sql) => {
    await lock(sql);
    await sql.query('create table if not exists migration (number int primary key, name text not null, sha256 text not null, at timestamptz not null default now())');
    await refuseUnfit(sql, migrations, options.restoring ?? false);
  });
  for (const migration of migrations.filter(({ number }) => number <= (options.upTo ?? Infinity))) {
    await database.transaction(async (sql) => {
      await lock(sql);
      if (await isLanded(sql, migration)) return;
      await sql.query(migration.text);
      await sql.query('insert into migration (number, name, sha256) values ($1, $2, $3)', [migration.number, migration.name, migration.sha256]);
      applied.push(migration.name);
    });
  }
  return applied;
}

async function lock(sql: Sql): Promise<void> {
  await sql.query("select pg_advisory_xact_lock(hashtextextended('karta migration', 0))");
}

async function isLanded(sql: Sql, migration: Migration): Promise<boolean> {
  const landed = await sql.query<{ number: number; sha256: string }>('select number, sha256 from migration where number >= $1 order by number', [migration.number]);
  const own = landed[0]?.number === migration.number ? landed[0] : undefined;
  if (own && own.sha256 !== migration.sha256) throw new Problem('db.migration-changed', { file: `${migration.name}.sql` });
  if (!own && landed.length > 0) throw new Problem('db.migration-missed', { file: `${migration.name}.sql` });
  return own !== undefined;
}

/** A database that this program must not write to. */
async function refuseUnfit(sql: Sql, migrations: readonly Migration[], restoring: boolean): Promise<void> {
  const known = migrations.at(-1)?.number ?? 0;
  const [last] = await sql.query<{ number: number; name: string }>('select number, name from migration order by number desc limit 1');
  if (last && last.number > known) throw new Problem('db.newer', { found: last.name, known });
  const [half] = await sql.query<{ half: boolean }>(`select to_regclass('${unfinishedRestore}') is not null as half`);
  if (half!.half && !restoring) throw new Problem('db.half-restored', {});
}

/** A table that stands while a restore is under way: it goes with the last step. */
export const unfinishedRestore = 'restore_unfinished';
