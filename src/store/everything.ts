import { Problem } from '../kernel/problem.ts';
import { accessPredicateTogether } from './access-sql.ts';
import type { StoreParts } from './parts.ts';
import { referrerTokens } from './referrers.ts';
import { rowToStored, storedColumns, type StoredRow } from './stored-row.ts';
import { compartmentNumber } from './token-hash.ts';
import { storedTypes, typeNumber } from './type-number.ts';
import type { EverythingOf, EverythingPage, Scope, Stored } from './types.ts';
import { bigints, timestamp, Values } from './values.ts';

/**
 * Everything in the compartments of these patients, or everything that refers to an encounter, in one statement with the caller's access:
 * Patients first, then by type and id. The cursor is `type.id` of the last entry. Of resources that several patients share each comes once.
 */
export async function readEverything(parts: StoreParts, scope: Scope, of: EverythingOf, page: EverythingPage): Promise<{ entries: Stored[]; next: string | undefined }> {
  const values = new Values();
  const terms = ['not r.deleted'];
  const types = page.types ?? storedTypes;
  if (page.types) terms.push(`r.type = any(${values.add(`{${page.types.map((type) => typeNumber(type)).join(',')}}`)}::smallint[])`);
  if (page.since) terms.push(`r.updated >= ${values.add(page.since.toISOString())}::timestamptz`);
  // Who the patient is has no date of care, and his own date is that of birth.
  if (page.from !== undefined) terms.push(`(r.type = 0 or r.date_hi is null or r.date_hi >= ${values.add(timestamp(page.from))}::timestamptz)`);
  if (page.to !== undefined) terms.push(`(r.type = 0 or r.date_lo is null or r.date_lo <= ${values.add(timestamp(page.to))}::timestamptz)`);
  if (page.after !== undefined) terms.push(afterCursor(page.after, values));
  const access = accessPredicateTogether(scope.access, types, parts.hasher, values);
  if (access) terms.push(access);
  const rest = `and ${terms.join(' and ')} order by r.type, r.id limit ${page.count + 1}`;
  const [first, ...others] = waysTo(parts, of, values).map((way) => `(select ${storedColumns} from resource r where ${way} ${rest})`);
  const rows = await parts.db.query<StoredRow>(others.length === 0 ? first! : `select * from (${[first, ...others].join(' union all ')}) as r order by type, id limit ${page.count + 1}`, values.list);
  const entries = rows.slice(0, page.count);
  const last = entries.at(-1);
  return { entries: entries.map(rowToStored), next: rows.length > page.count && last ? `${last.type}.${last.id}` : undefined };
}

/** By what the rows are found: each by an index of its own, and none twice. */
function waysTo(parts: StoreParts, of: EverythingOf, values: Values): string[] {
  if ('encounter' in of) {
    const compartment = `${values.add(of.compartment)}::bigint`;
    const refers = `${values.add(bigints(referrerTokens(parts.hasher, `Encounter/${of.encounter}`)))}::bigint[]`;
    return [`r.compartment = ${compartment} and r.tokens && ${refers}`, `r.tokens && ${refers} and r.compartment <> ${compartment}`, `r.type = ${typeNumber('Encounter')} and r.id = ${values.add(of.encounter)}`];
  }
  const own = `r.compartment = any(${values.add(bigints(of.patients.map((id) => compartmentNumber('Patient', id))))}::bigint[])`;
  const further = `r.tokens && ${values.add(bigints(of.patients.map((id) => parts.hasher.token('', '', 'compartment', id))))}::bigint[]`;
  return [own, `${further} and not ${own}`];
}

function afterCursor(cursor: string, values: Values): string {
  const found = /^(\d{1,4})\.([A-Za-z0-9\-.]{1,64})$/.exec(cursor);
  if (!found) throw new Problem('store.bad-cursor');
  const type = Number(found[1]);
  return `(r.type > ${type} or (r.type = ${type} and r.id > ${values.add(found[2])}))`;
}
