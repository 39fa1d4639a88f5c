import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../../kernel/problem.ts';
import type { WrappedKey } from './recipient-key.ts';

export interface TableFile {
  table: string;
  columns: string[];
  file: string;
  rows: number;
  /** Of the file as it lies in the folder, compressed and encrypted. */
  bytes: number;
  sha256: string;
}

/** `manifest.json`, written last: a folder without it is no backup. */
export interface Manifest {
  format: 'karta-backup-1';
  /** Version of Karta and of the server that the data came from. */
  karta: string;
  postgres: string;
  takenAt: string;
  migrations: { number: number; name: string; sha256: string }[];
  tables: TableFile[];
  sequences: { name: string; last: string; called: boolean }[];
  /** The key of the files, wrapped for the recipient; absent where the backup is not encrypted. */
  encryption?: WrappedKey;
}

const manifestName = 'manifest.json';

/** The hash over everything above it guards the manifest itself. */
function seal(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const part = join(folder, `${manifestName}.part`);
  const file = await open(part, 'wx', 0o600);
  await file.writeFile(`${JSON.stringify({ ...manifest, seal: seal(manifest) }, undefined, 2)}\n`);
  await file.sync();
  await file.close();
  await rename(part, join(folder, manifestName));
  const directory = await open(folder);
  await directory.sync();
  await directory.close();
}

/** The manifest of a finished backup, checked against its seal. */
export function readManifest(folder: string): Manifest {
  const file = join(folder, manifestName);
  if (!existsSync(file)) throw new Problem('backup.unfinished', { folder });
  try {
    const { seal: sealed, ...manifest } = JSON.parse(readFileSync(file, 'utf8')) as Manifest & { seal: string };
    if (manifest.format === 'karta-backup-1' && seal(manifest) === sealed) return manifest;
  } catch {
    // Not JSON any more: damaged, as below.
  }
  throw new Problem('backup.damaged', { file: manifestName });
}

/** Reads every file of the backup and compares it with the manifest, before anything is restored. */
export async function verifyFiles(folder: string, manifest: Manifest, checked: (file: TableFile) => void): Promise<void> {
  for (const table of manifest.tables) {
    const file = join(folder, table.file);
    const hash = createHash('sha256');
    if (!existsSync(file)) throw new Problem('backup.damaged', { file: table.file });
    await pipeline(createReadStream(file), hash);
    if (hash.digest('hex') !== table.sha256) throw new Problem('backup.damaged', { file: table.file });
    checked(table);
  }
}
