import type { Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import { accessPredicate, accessPredicateForTypes } from './access-sql.ts';
import { rowToStored, storedColumns, type StoredRow } from './stored-row.ts';
import { typeNumber } from './type-number.ts';
import type { Scope, Stored } from './types.ts';
import { Values } from './values.ts';
import type { StoreParts } from './parts.ts';

/** Refuses `store.unknown-type`. */
export function numberOf(type: string): number {
  const number = typeNumber(type);
  if (number === undefined) throw new Problem('store.unknown-type', { type });
  return number;
}

/** The current version. Refuses `store.not-found` (also for what the caller may not see) and `store.gone`. */
export async function readCurrent(parts: StoreParts, scope: Scope, type: string, id: string): Promise<Stored> {
  const values = new Values();
  const number = numberOf(type);
  const where = `r.type = ${number} and r.id = ${values.add(id)}`;
  const access = accessPredicate(scope.access, type, parts.hasher, values, { act: 'read' });
  const row = access === undefined ? await parts.readJoined(number, id) : (await parts.db.query<StoredRow>(`select ${storedColumns} from resource r where ${where} and ${access}`, values.list))[0];
  if (!row) throw new Problem('store.not-found', { reference: `${type}/${id}` });
  if (row.deleted) throw new Problem('store.gone', { reference: `${type}/${id}` });
  return rowToStored(row);
}

/** Several at once, by `Type/id`; what is absent, deleted or not allowed is left out. */
export async function readReferences(parts: StoreParts, sql: Sql, scope: Scope, references: readonly string[]): Promise<Stored[]> {
  const pairs = references.map((reference) => reference.split('/') as [string, string]).filter(([type, id]) => typeNumber(type) !== undefined && id);
  if (pairs.length === 0) return [];
  const values = new Values();
  const types = values.add(pairs.map(([type]) => typeNumber(type)));
  const ids = values.add(pairs.map(([, id]) => id));
  const access = accessPredicateForTypes(scope.access, pairs.map(([type]) => type), parts.hasher, values);
  const rows = await sql.query<StoredRow>(
    `select ${storedColumns} from resource r where (r.type, r.id) in (select * from unnest(${types}::smallint[], ${ids}::text[])) and not r.deleted and ${access} order by r.type, r.id`,
    values.list,
  );
  return rows.map(rowToStored);
}
