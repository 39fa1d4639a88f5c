import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Problem } from '../../kernel/problem.ts';
import { asProblem, connection } from '../connection.ts';
import { unfinishedRestore } from '../migrate.ts';
import type { Sql } from '../types.ts';
import { encryptStream } from './encrypt-stream.ts';
import { type Manifest, type TableFile, writeManifest } from './manifest.ts';
import { quoted, readSequences, readTables, type Table } from './read-schema.ts';
import { wrapKey } from './recipient-key.ts';

export interface BackupOptions {
  /** New or empty. */
  folder: string;
  /** Version of Karta, for the manifest. */
  version: string;
  /** Public key of who may restore; the files are not encrypted without it. */
  recipient?: KeyObject;
  /** Told after each table. */
  done?: (table: TableFile) => void;
}

/** Tables at a time: one for each core of a small machine, and the server has work besides. */
const atOnce = 2;

/**
 * A copy of every table as of one moment, while others go on writing: all connections read under one exported snapshot. The
 * manifest is written last, so a backup cut short is none.
 */
export async function takeBackup(url: string, options: BackupOptions): Promise<Manifest> {
  prepareFolder(options.folder);
  const clients: pg.Client[] = [];
  const open = async (begin: string): Promise<pg.Client> => {
    const client = new pg.Client({ ...connection(url), application_name: 'karta backup' });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    await client.query('begin isolation level repeatable read read only');
    await client.query(begin);
    return client;
  };
  try {
    const leader = await open('set local statement_timeout = 0');
    const { rows } = await leader.query<{ snapshot: string; version: string; at: string }>("select pg_export_snapshot() as snapshot, current_setting('server_version') as version, now() as at");
    const { snapshot, version, at } = rows[0]!;
    const sql = sqlOf(leader);
    const migrations = await sql.query<Manifest['migrations'][number]>('select number, name, sha256 from migration order by number');
    const waiting = await readTables(sql, ['migration', unfinishedRestore]);
    const dataKey = options.recipient && randomBytes(32);
    const tables: TableFile[] = [];
    const work = async (): Promise<void> => {
      const client = await open(`set transaction snapshot '${snapshot}'`);
      for (let table = waiting.shift(); table; table = waiting.shift()) {
        const written = await copyTable(client, table, options.folder, dataKey);
        tables.push(written);
        options.done?.(written);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    // Sequences know no snapshots: read after the tables they are at or beyond every number in them.
    const sequences = await readSequences(sql);
    tables.sort((one, other) => (one.table < other.table ? -1 : 1));
    const manifest: Manifest = {
      format: 'karta-backup-1', karta: options.version, postgres: version, takenAt: at, migrations, tables, sequences,
      ...(dataKey && { encryption: wrapKey(dataKey, options.recipient!) }),
    };
    await writeManifest(options.folder, manifest);
    return manifest;
  } catch (error) {
    throw asProblem(error);
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new Problem('backup.folder-not-empty', { folder });
}

function sqlOf(client: pg.Client): Sql {
  return { query: async <Row extends object>(text: string, values?: readonly unknown[]) => (await client.query<Row>(text, values as unknown[])).rows };
}

async function copyTable(client: pg.Client, table: Table, folder: string, dataKey: Buffer | undefined): Promise<TableFile> {
  const file = `${table.name}.copy.gz${dataKey ? '.enc' : ''}`;
  const copy = client.query(copyTo(`copy public.${quoted(table.name)} (${table.columns.map(quoted).join(', ')}) to stdout`));
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new PassThrough();
  measure.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  const steps: Transform[] = [createGzip({ level: 3 }), ...(dataKey ? [encryptStream(dataKey, file)] : []), measure];
  await pipeline([copy, ...steps, createWriteStream(join(folder, file), { flags: 'wx', mode: 0o600, flush: true })]);
  return { table: table.name, columns: table.columns, file, rows: copy.rowCount, bytes, sha256: hash.digest('hex') };
}
