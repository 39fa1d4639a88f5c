import type { Database, Sql } from '../db/types.ts';
import type { Concept, Dictionary } from './import-dictionary.ts';

/** A version of a dictionary as it stands in the database. */
export interface DictionaryVersion {
  oid: string;
  version: string;
  name: string;
  imported: Date;
  rows: number;
}

const batch = 2000;

/** Whether exactly these files are already in. */
export async function isImported(sql: Sql, oid: string, version: string, hash: Buffer): Promise<boolean> {
  const [row] = await sql.query('select 1 from dictionary where oid = $1 and version = $2 and hash = $3', [oid, version, hash]);
  return row !== undefined;
}

/** Writes a version whole, in one transaction; the same version with other rows replaces it. */
export async function saveDictionary(database: Database, dictionary: Dictionary, hash: Buffer, now: Date, progress?: (rows: number) => void): Promise<void> {
  const { oid, version, name, concepts } = dictionary;
  await database.transaction(async (sql) => {
    await sql.query(
      `insert into dictionary (oid, version, name, imported, rows, hash) values ($1, $2, $3, $4, $5, $6)
       on conflict (oid, version) do update set name = excluded.name, imported = excluded.imported, rows = excluded.rows, hash = excluded.hash`,
      [oid, version, name, now, concepts.length, hash],
    );
    await sql.query('delete from concept where oid = $1 and version = $2', [oid, version]);
    for (let start = 0; start < concepts.length; start += batch) {
      const part = concepts.slice(start, start + batch);
      await sql.query(
        `insert into concept (oid, version, key, code, parent, display, folded, active, extra)
         select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[], $9::jsonb[])`,
        [oid, version, part.map((c) => c.key), part.map((c) => c.code), part.map((c) => c.parent ?? null), part.map((c) => c.display), part.map((c) => c.folded), part.map((c) => c.active), part.map((c) => JSON.stringify(c.extra))],
      );
      progress?.(Math.min(start + batch, concepts.length));
    }
  });
}

/** The newest version of a dictionary: by its number, `2.24` after `2.9`. */
export async function newestVersion(sql: Sql, oid: string): Promise<DictionaryVersion | undefined> {
  const rows = await sql.query<DictionaryVersion>('select oid, version, name, imported, rows from dictionary where oid = $1', [oid]);
  return rows.sort((a, b) => compareVersions(b.version, a.version))[0];
}

/** The rows of one version, as they were read. */
export async function readConcepts(sql: Sql, oid: string, version: string): Promise<Omit<Concept, 'extra'>[]> {
  const rows = await sql.query<Omit<Concept, 'extra' | 'parent'> & { parent: string | null }>(
    'select key, code, parent, display, folded, active from concept where oid = $1 and version = $2',
    [oid, version],
  );
  return rows.map((row) => ({ ...row, parent: row.parent ?? undefined }));
}

/** Orders versions by their numbers: 2.24 after 2.9. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
