import type { Sql } from '../db/types.ts';
import type { Concept, Dictionary, Passport } from './import-dictionary.ts';
import { idOfDictionary, otherOids } from './code-system-of-dictionary.ts';

/** A version of a dictionary as it stands in the database. */
export interface DictionaryVersion {
  oid: string;
  version: string;
  name: string;
  title: string | null;
  imported: Date;
  rows: number;
  /** Further OIDs of the same dictionary. */
  also: string[];
  passport: Passport | null;
  /** Id of its CodeSystem; absent of what was imported before there was one. */
  resource: string | null;
}

const batch = 2000;

/** Of the rows as written below; what was written in an older one is read anew by the next import. */
const format = 2;

/** Whether exactly these files are already in. */
export async function isImported(sql: Sql, oid: string, version: string, hash: Buffer): Promise<boolean> {
  const [row] = await sql.query('select 1 from dictionary where oid = $1 and version = $2 and hash = $3 and format = $4', [oid, version, hash, format]);
  return row !== undefined;
}

/** Writes a version whole, inside the caller's transaction; the same version with other rows replaces it. */
export async function writeDictionary(sql: Sql, dictionary: Dictionary, hash: Buffer, now: Date): Promise<void> {
  const { oid, version, name, title, passport, concepts } = dictionary;
  await sql.query(
    `insert into dictionary (oid, version, name, imported, rows, hash, title, passport, also, format, resource) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (oid, version) do update set name = excluded.name, imported = excluded.imported, rows = excluded.rows, hash = excluded.hash,
       title = excluded.title, passport = excluded.passport, also = excluded.also, format = excluded.format, resource = excluded.resource`,
    [oid, version, name, now, concepts.length, hash, title, JSON.stringify({ ...passport, oid: passport.oid, fields: dictionary.properties }), otherOids(dictionary), format, idOfDictionary(oid, version)],
  );
  await sql.query('delete from concept where oid = $1 and version = $2', [oid, version]);
  for (let start = 0; start < concepts.length; start += batch) {
    const part = concepts.slice(start, start + batch);
    const column = <T>(of: (concept: Concept) => T): T[] => part.map(of);
    await sql.query(
      `insert into concept (oid, version, place, key, code, parent, display, folded, active, abstract, extra, designations, words)
       select $1, $2, $3 + o, key, code, parent, display, folded, active, abstract, extra, designations, words::tsvector
       from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[], $10::bool[], $11::jsonb[], $12::jsonb[], $13::text[])
         with ordinality as t (key, code, parent, display, folded, active, abstract, extra, designations, words, o)`,
      [
        oid, version, start,
        column((c) => c.key), column((c) => c.code), column((c) => c.parent ?? null), column((c) => c.display), column((c) => c.folded), column((c) => c.active), column((c) => c.abstract),
        column((c) => JSON.stringify(c.extra)), column((c) => (c.designations.length > 0 ? JSON.stringify(c.designations) : null)),
        // folded words are runs of letters and digits: nothing in them needs quoting
        column((c) => c.words.join(' ')),
      ],
    );
  }
}

const versionColumns = 'oid, version, name, title, imported, rows, also, passport, resource';

/** All versions that are in. */
export async function readVersions(sql: Sql): Promise<DictionaryVersion[]> {
  return sql.query<DictionaryVersion>(`select ${versionColumns} from dictionary`);
}

/** The newest version of a dictionary: by its number, `2.24` after `2.9`. */
export async function newestVersion(sql: Sql, oid: string): Promise<DictionaryVersion | undefined> {
  const rows = await sql.query<DictionaryVersion>(`select ${versionColumns} from dictionary where oid = $1`, [oid]);
  return rows.sort((a, b) => compareVersions(b.version, a.version))[0];
}

export type IndexedConcept = Pick<Concept, 'code' | 'parent' | 'display' | 'active'>;

/** The rows of one version, as an index in memory takes them: it keeps them, so nothing else is read. */
export async function readConcepts(sql: Sql, oid: string, version: string): Promise<IndexedConcept[]> {
  const rows = await sql.query<Omit<IndexedConcept, 'parent'> & { parent: string | null }>(
    'select code, parent, display, active from concept where oid = $1 and version = $2 order by place',
    [oid, version],
  );
  return rows.map((row) => ({ ...row, parent: row.parent ?? undefined }));
}

/** Orders versions by their numbers: 2.24 after 2.9. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (Number.isNaN(difference)) return a < b ? -1 : a > b ? 1 : 0;
    if (difference !== 0) return difference;
  }
  return 0;
}
