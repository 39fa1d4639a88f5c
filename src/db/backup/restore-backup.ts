import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Problem } from '../../kernel/problem.ts';
import { asProblem, connection } from '../connection.ts';
import { migrate, readMigrations, unfinishedRestore } from '../migrate.ts';
import type { Database, Sql } from '../types.ts';
import { decryptStream } from './encrypt-stream.ts';
import { type Manifest, readManifest, type TableFile, verifyFiles } from './manifest.ts';
import { quoted, readTables } from './read-schema.ts';
import { unwrapKey } from './recipient-key.ts';
import { renumberFeed } from './renumber-feed.ts';
import { dropIndexes } from './set-indexes-aside.ts';

export interface RestoreOptions {
  folder: string;
  /** Private key of the recipient, for an encrypted backup. */
  key?: KeyObject;
  /** Told of each step as it is done. */
  done?: (step: { kind: 'verified'; file: TableFile } | { kind: 'restored'; file: TableFile } | { kind: 'indexes'; count: number }) => void;
}

const atOnce = 2;

/**
 * Restores a backup into an empty database of any supported version. Every file is verified first. From the first change to the
 * last the table `restore_unfinished` stands: Karta refuses to start on such a database, and a repeated restore clears it.
 */
export async function restoreBackup(database: Database, options: RestoreOptions): Promise<Manifest> {
  const manifest = readManifest(options.folder);
  const dataKey = keyOf(manifest, options.key);
  refuseOtherProgram(manifest);
  await refuseUsed(database);
  await verifyFiles(options.folder, manifest, (file) => options.done?.({ kind: 'verified', file }));
  await claimEmpty(database);
  await migrate(database, { upTo: manifest.migrations.at(-1)?.number ?? 0, restoring: true });
  const tables = await readTables(database, ['migration', unfinishedRestore]);
  // Rows that migrations themselves wrote come again with the backup.
  if (tables.length > 0) await database.query(`truncate ${tables.map(({ name }) => `public.${quoted(name)}`).join(', ')} cascade`);
  const indexes = await dropIndexes(database);
  await copyAll(database.url, manifest, options, dataKey);
  await indexes.putBack(atOnce);
  options.done?.({ kind: 'indexes', count: indexes.count });
  await database.query('analyze');
  await database.transaction(async (sql) => {
    await renumberFeed(sql);
    for (const { name, last, called } of manifest.sequences) await sql.query('select setval($1::regclass, $2::bigint, $3::boolean)', [`public.${quoted(name)}`, last, called]);
    await sql.query(`drop table ${unfinishedRestore}`);
  });
  return manifest;
}

function keyOf(manifest: Manifest, key: KeyObject | undefined): Buffer | undefined {
  if (!manifest.encryption) return undefined;
  if (!key) throw new Problem('backup.key-needed', {});
  return unwrapKey(manifest.encryption, key);
}

/** The schema is made by our own migrations, so they must be those under which the data were written. */
function refuseOtherProgram(manifest: Manifest): void {
  const own = new Map(readMigrations().map((migration) => [migration.number, migration]));
  const other = manifest.migrations.find(({ number, sha256 }) => own.get(number)?.sha256 !== sha256);
  if (other) throw new Problem('backup.other-program', { migration: other.name, version: manifest.karta });
}

/** Tables of the database; none, or those of a restore that was cut short, else it refuses. */
async function refuseUsed(sql: Sql): Promise<string[]> {
  const tables = (await readTables(sql, [])).map(({ name }) => name);
  if (tables.length > 0 && !tables.includes(unfinishedRestore)) throw new Problem('restore.not-empty', { tables: tables.length });
  return tables;
}

/** Marks the database as being restored; what an earlier restore left half done is removed. */
async function claimEmpty(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    const half = await refuseUsed(sql);
    if (half.length > 0) {
      await sql.query(`drop table ${half.map((name) => `public.${quoted(name)}`).join(', ')} cascade`);
      const sequences = await sql.query<{ name: string }>("select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'");
      for (const { name } of sequences) await sql.query(`drop sequence public.${quoted(name)} cascade`);
    }
    await sql.query(`create table ${unfinishedRestore} (begun timestamptz not null default now())`);
  });
}

async function copyAll(url: string, manifest: Manifest, options: RestoreOptions, dataKey: Buffer | undefined): Promise<void> {
  const waiting = manifest.tables.toSorted((one, other) => other.bytes - one.bytes);
  const work = async (): Promise<void> => {
    const client = new pg.Client({ ...connection(url), application_name: 'karta restore' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        await copyTable(client, file, options.folder, dataKey);
        options.done?.({ kind: 'restored', file });
      }
    } catch (error) {
      throw asProblem(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function copyTable(client: pg.Client, file: TableFile, folder: string, dataKey: Buffer | undefined): Promise<void> {
  await client.query('begin');
  const copy = client.query(copyFrom(`copy public.${quoted(file.table)} (${file.columns.map(quoted).join(', ')}) from stdin`));
  const steps: Transform[] = [...(dataKey ? [decryptStream(dataKey, file.file)] : []), createGunzip()];
  await pipeline([createReadStream(join(folder, file.file)), ...steps, copy]);
  if (copy.rowCount !== file.rows) throw new Problem('backup.damaged', { file: file.file });
  await client.query('commit');
}
