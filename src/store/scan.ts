import { accessPredicate } from './access-sql.ts';
import type { StoreParts } from './parts.ts';
import { rowToStored, storedColumns, type StoredRow } from './stored-row.ts';
import { typeNumber } from './type-number.ts';
import type { Access, ScanOf, Scanned } from './types.ts';
import { Values } from './values.ts';

type PageRow = StoredRow & { later: boolean };

/**
 * What several accesses all open, as of an instant: a row that has changed since is shown in its former version. So a long export
 * shows one state of everything and can go on after any stop, without holding a transaction open.
 */
export async function scanType(parts: StoreParts, accesses: readonly Access[], of: ScanOf): Promise<Scanned> {
  const values = new Values();
  const open = predicates(parts, accesses, of, values);
  const asOf = values.add(of.asOf.toISOString());
  const rows = await parts.db.query<PageRow>(
    `select ${storedColumns}, r.updated > ${asOf}::timestamptz as later from resource r
     where r.type = ${typeNumber(of.type)} and r.id > ${values.add(of.after)} and (r.deleted or ${open}) order by r.id limit ${of.limit}`,
    values.list,
  );
  const former = await formerVersions(parts, accesses, of, rows.filter(({ later }) => later).map(({ id }) => id), false);
  const then = rows.flatMap((row) => (row.later ? (former.get(row.id) ?? []) : row));
  const wanted = then.filter(({ updated }) => !of.since || updated > of.since.getTime());
  // a tombstone says nothing of itself: who could see what was deleted hears of it
  const seen = of.since ? await formerVersions(parts, accesses, of, wanted.filter(({ deleted }) => deleted).map(({ id }) => id), true) : new Map<string, StoredRow>();
  const entries = wanted.filter(({ deleted, id }) => !deleted || seen.has(id)).map(rowToStored);
  return { entries, former: new Set(former.keys()), next: rows.length < of.limit ? undefined : rows.at(-1)!.id };
}

function predicates(parts: StoreParts, accesses: readonly Access[], of: ScanOf, values: Values): string {
  const all = of.patients ? [...accesses, { name: 'patients', rules: [{ types: 'all' as const, patients: of.patients, write: false }] }] : accesses;
  const terms = all.map((access) => accessPredicate(access, of.type, parts.hasher, values)).filter((term) => term !== undefined);
  return terms.length === 0 ? 'true' : `(${terms.join(' and ')})`;
}

/** The last version of each up to the instant (`living`: that was no tombstone), where it is open to the caller. */
async function formerVersions(parts: StoreParts, accesses: readonly Access[], of: ScanOf, ids: readonly string[], living: boolean): Promise<Map<string, StoredRow>> {
  if (ids.length === 0) return new Map();
  const values = new Values();
  const open = predicates(parts, accesses, of, values);
  const rows = await parts.db.query<StoredRow>(
    `select ${storedColumns} from (select distinct on (h.id) h.* from history h where h.type = ${typeNumber(of.type)} and h.id = any(${values.add(ids)}::text[])
       and h.updated <= ${values.add(of.asOf.toISOString())}::timestamptz ${living ? 'and not h.deleted' : ''} order by h.id, h.version desc) r where r.deleted or ${open}`,
    values.list,
  );
  return new Map(rows.map((row) => [row.id, row]));
}
