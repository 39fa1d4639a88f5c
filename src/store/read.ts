import type { Sql } from '../db/types.ts';
import { resourceTypes } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { accessPredicate, accessPredicateForTypes, asksTokens, opensAct } from './access-sql.ts';
import { rowToStored, storedColumns, type StoredRow } from './stored-row.ts';
import { typeNumber } from './type-number.ts';
import type { Scope, Stored } from './types.ts';
import { Values } from './values.ts';
import type { StoreParts } from './parts.ts';

function numberOf(type: string): number {
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

/** One version, current or superseded. The caller must be allowed to see the current one, as far as there is one. */
export async function readVersion(parts: StoreParts, scope: Scope, type: string, id: string, version: number): Promise<Stored> {
  const values = new Values();
  const where = `r.type = ${numberOf(type)} and r.id = ${values.add(id)} and r.version = ${values.add(version)}::int`;
  const access = accessPredicate(scope.access, type, parts.hasher, values, { act: 'read' });
  const condition = `${where}${access ? ` and ${access}` : ''}`;
  const [row] = await parts.db.query<StoredRow>(
    `select ${storedColumns} from resource r where ${condition} union all select ${storedColumns} from history r where ${condition}`,
    values.list,
  );
  const reference = `${type}/${id}/_history/${version}`;
  if (!row) throw new Problem('store.not-found', { reference });
  if (row.deleted) throw new Problem('store.gone', { reference });
  return rowToStored(row);
}

/**
 * Versions, newest first, of one resource, a type, or everything (http://hl7.org/fhir/R4/http.html#history). Each version is tested
 * with the caller's access by its own labels and compartment. The cursor is `milliseconds.type.id.version` of the last entry.
 */
export async function readHistory(
  parts: StoreParts,
  scope: Scope,
  of: { type?: string; id?: string },
  page: { count: number; before?: string; since?: Date },
): Promise<{ entries: Stored[]; next: string | undefined }> {
  const values = new Values();
  const terms: string[] = [];
  if (of.type !== undefined) terms.push(`r.type = ${numberOf(of.type)}`);
  if (of.id !== undefined) terms.push(`r.id = ${values.add(of.id)}`);
  if (page.since) terms.push(`r.updated >= ${values.add(page.since.toISOString())}::timestamptz`);
  if (page.before !== undefined) terms.push(beforeCursor(page.before, values));
  const access = of.type === undefined ? systemAccess(parts, scope, values) : accessPredicate(scope.access, of.type, parts.hasher, values, { act: of.id === undefined ? 'search' : 'read' });
  if (access) terms.push(access);
  const where = terms.length > 0 ? `where ${terms.join(' and ')}` : '';
  const order = 'order by updated desc, type, id, version desc';
  const limit = page.count + 1;
  const rows = await parts.db.query<StoredRow>(
    `select * from ((select ${storedColumns} from resource r ${where} ${order} limit ${limit}) union all (select ${storedColumns} from history r ${where} ${order} limit ${limit})) as versions ${order} limit ${limit}`,
    values.list,
  );
  if (of.id !== undefined && rows.length === 0 && page.before === undefined && !page.since) throw new Problem('store.not-found', { reference: `${of.type}/${of.id}` });
  const entries = rows.slice(0, page.count);
  const last = entries.at(-1);
  return { entries: entries.map(rowToStored), next: rows.length > page.count && last ? `${last.updated}.${last.type}.${last.version}.${last.id}` : undefined };
}

function beforeCursor(cursor: string, values: Values): string {
  const found = /^(\d{1,16}(?:\.\d+)?)\.(\d{1,4})\.(\d{1,9})\.([A-Za-z0-9\-.]{1,64})$/.exec(cursor);
  if (!found) throw new Problem('store.bad-cursor');
  const at = `to_timestamp(${values.add(Number(found[1]) / 1000)}::float8)`;
  const [type, version, id] = [Number(found[2]), Number(found[3]), values.add(found[4])];
  return `(r.updated < ${at} or (r.updated = ${at} and (r.type > ${type} or (r.type = ${type} and (r.id > ${id} or (r.id = ${id} and r.version < ${version}))))))`;
}

/** History of everything is a search over every type that is open (SMART App Launch 2.2, scopes for requesting FHIR resources). */
function systemAccess(parts: StoreParts, scope: Scope, values: Values): string | undefined {
  const rules = scope.access.rules.filter((rule) => opensAct(rule, 'search'));
  if (rules.some((rule) => rule.types === 'all' && rule.patients === 'all' && !asksTokens(rule))) return undefined;
  const named = rules.flatMap((rule) => (rule.types === 'all' ? resourceTypes : rule.types));
  return accessPredicateForTypes(scope.access, named, parts.hasher, values, { act: 'search' });
}
