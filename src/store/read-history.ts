import { resourceTypes } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { accessPredicate, accessPredicateForTypes, asksTokens, opensAct } from './access-sql.ts';
import type { StoreParts } from './parts.ts';
import { numberOf } from './read.ts';
import { rowToStored, storedColumns, type StoredRow } from './stored-row.ts';
import { typeNumber } from './type-number.ts';
import type { AccessAct, HistoryPage, Scope, Stored } from './types.ts';
import { timestamp, Values } from './values.ts';

/** One version, current or superseded. Refuses `store.not-found` and, of a version that is a deletion, `store.gone`. */
export async function readVersion(parts: StoreParts, scope: Scope, type: string, id: string, version: number): Promise<Stored> {
  const values = new Values();
  const terms = [`r.type = ${numberOf(type)}`, `r.id = ${values.add(id)}`, `r.version = ${values.add(version)}::int`, ...visible(parts, scope, type, 'read', values)];
  const condition = terms.join(' and ');
  const [row] = await parts.db.query<StoredRow>(`select ${storedColumns} from resource r where ${condition} union all select ${storedColumns} from history r where ${condition}`, values.list);
  const reference = `${type}/${id}/_history/${version}`;
  if (!row) throw new Problem('store.not-found', { reference });
  if (row.deleted) throw new Problem('store.gone', { reference });
  return rowToStored(row);
}

/**
 * Versions of one resource, a type, or everything (http://hl7.org/fhir/R4/http.html#history), newest first unless asked otherwise. Who
 * reads on by the cursor meets each version once, whatever is written meanwhile: a version keeps its instant when it is superseded.
 */
export async function readHistory(parts: StoreParts, scope: Scope, of: { type?: string; id?: string }, page: HistoryPage): Promise<{ entries: Stored[]; next: string | undefined }> {
  const values = new Values();
  const terms: string[] = [];
  if (of.type !== undefined) terms.push(`r.type = ${numberOf(of.type)}`);
  if (of.id !== undefined) terms.push(`r.id = ${values.add(of.id)}`);
  if (page.among) terms.push(amongTerm(page.among, values));
  if (page.since) terms.push(`r.updated >= ${values.add(page.since.toISOString())}::timestamptz`);
  if (page.before !== undefined) terms.push(cursorTerm(page.before, page.oldestFirst === true, values));
  terms.push(...visible(parts, scope, of.type, of.id === undefined ? 'search' : 'read', values));
  const [current, superseded] = page.current ? currentIn(page.current, values) : [[], []];
  const order = page.oldestFirst ? 'order by updated, type desc, id desc, version' : 'order by updated desc, type, id, version desc';
  const limit = page.count + 1;
  const part = (table: string, more: readonly string[]) => {
    const all = [...terms, ...more];
    return `(select ${storedColumns} from ${table} r ${all.length > 0 ? `where ${all.join(' and ')}` : ''} ${order} limit ${limit})`;
  };
  const rows = await parts.db.query<StoredRow>(`select * from (${part('resource', current)} union all ${part('history', superseded)}) as versions ${order} limit ${limit}`, values.list);
  if (of.id !== undefined && rows.length === 0) await demandSome(parts, scope, of.type!, of.id, page);
  const entries = rows.slice(0, page.count);
  const last = entries.at(-1);
  return { entries: entries.map(rowToStored), next: rows.length > page.count && last ? `${last.updated}.${last.type}.${last.version}.${last.id}` : undefined };
}

/** Where nothing fits, is there a history at all that the caller may see? Refuses `store.not-found`. */
async function demandSome(parts: StoreParts, scope: Scope, type: string, id: string, page: HistoryPage): Promise<void> {
  const bare = !page.since && !page.current && !page.among && page.before === undefined;
  if (bare) throw new Problem('store.not-found', { reference: `${type}/${id}` });
  await readHistory(parts, scope, { type, id }, { count: 1 });
}

function amongTerm(references: readonly string[], values: Values): string {
  const pairs = references.map((reference) => reference.split('/') as [string, string]).filter(([type, id]) => typeNumber(type) !== undefined && id);
  return `(r.type, r.id) in (select * from unnest(${values.add(pairs.map(([type]) => typeNumber(type)))}::smallint[], ${values.add(pairs.map(([, id]) => id))}::text[]))`;
}

/** A version is current from its own instant to that of the next one. */
function currentIn({ from, to }: { from: number; to: number }, values: Values): [string[], string[]] {
  const [low, high] = [`${values.add(timestamp(from))}::timestamptz`, `${values.add(timestamp(to))}::timestamptz`];
  const begun = `r.updated <= ${high} and ${low} <= ${high}`;
  const next = 'n.type = r.type and n.id = r.id and n.version = r.version + 1';
  return [[begun], [begun, `coalesce((select n.updated from history n where ${next}), (select n.updated from resource n where ${next})) > ${low}`]];
}

/** The cursor is `milliseconds.type.version.id` of the last entry. */
function cursorTerm(cursor: string, oldestFirst: boolean, values: Values): string {
  const found = /^(\d{1,16}(?:\.\d+)?)\.(\d{1,4})\.(\d{1,9})\.([A-Za-z0-9\-.]{1,64})$/.exec(cursor);
  if (!found) throw new Problem('store.bad-cursor');
  const at = `to_timestamp(${values.add(Number(found[1]) / 1000)}::float8)`;
  const [type, version, id] = [Number(found[2]), Number(found[3]), values.add(found[4])];
  const [earlier, later] = oldestFirst ? ['>', '<'] : ['<', '>'];
  return `r.updated ${earlier}= ${at} and (r.updated ${earlier} ${at} or r.type ${later} ${type} or (r.type = ${type} and (r.id ${later} ${id} or (r.id = ${id} and r.version ${earlier} ${version}))))`;
}

/**
 * What a caller may see of versions: one that was open to him and whose resource still is. So what has been closed by a label, or has moved
 * to another patient, is not read on in its past. A deletion says nothing of itself: it is seen where the version before it is.
 */
function visible(parts: StoreParts, scope: Scope, type: string | undefined, act: AccessAct, values: Values): string[] {
  const open = (alias: string) => (type === undefined ? systemAccess(parts, scope, values, alias) : accessPredicate(scope.access, type, parts.hasher, values, { act, alias }));
  const own = open('r');
  if (own === undefined) return [];
  if (own === 'false') return ['false'];
  const same = (alias: string, of: string) => `${alias}.type = ${of}.type and ${alias}.id = ${of}.id`;
  return [
    `case when r.deleted then exists (select 1 from history d where ${same('d', 'r')} and d.version = r.version - 1 and ${open('d')}) else ${own} end`,
    `exists (select 1 from resource c where ${same('c', 'r')} and case when c.deleted then exists (select 1 from history l where ${same('l', 'c')} and l.version = c.version - 1 and ${open('l')}) else ${open('c')} end)`,
  ];
}

/** History of everything is a search over every type that is open (SMART App Launch 2.2, scopes for requesting FHIR resources). */
function systemAccess(parts: StoreParts, scope: Scope, values: Values, alias: string): string | undefined {
  const rules = scope.access.rules.filter((rule) => opensAct(rule, 'search'));
  if (rules.some((rule) => rule.types === 'all' && rule.patients === 'all' && !asksTokens(rule))) return undefined;
  const named = rules.flatMap((rule) => (rule.types === 'all' ? resourceTypes : rule.types));
  return accessPredicateForTypes(scope.access, named, parts.hasher, values, { act: 'search', alias });
}
