import type { Resource } from '@medplum/fhirtypes';
import type { Sql } from '../../db/types.ts';
import { indexResource, searchParams } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { readReferences } from '../read.ts';
import { rowToStored, storedColumns, type StoredRow } from '../stored-row.ts';
import type { Scope, Stored } from '../types.ts';
import { bigints, Values } from '../values.ts';
import type { StoreParts } from '../parts.ts';
import { accessPredicate } from '../access-sql.ts';
import { typeNumber } from '../type-number.ts';
import type { Include } from './query.ts';

/** Most resources that one search may bring beside its matches. */
const includeLimit = 5000;
/** Rounds of `:iterate`; references in a circle end earlier, because nothing new comes. */
const rounds = 5;

/** `_include` and `_revinclude` (http://hl7.org/fhir/R4/search.html#include): each resource once, none that is already a match, none that the caller may not see. */
export async function loadIncludes(parts: StoreParts, sql: Sql, scope: Scope, includes: readonly Include[], matches: readonly Stored[]): Promise<Stored[]> {
  const known = new Set(matches.map(referenceOf));
  const included: Stored[] = [];
  let from: readonly Stored[] = matches;
  for (let round = 0; round < rounds && from.length > 0; round++) {
    const asked = round === 0 ? includes : includes.filter((include) => include.iterate);
    const found: Stored[] = [];
    for (const include of asked) {
      const loaded = include.reverse ? await loadReverse(parts, sql, scope, include, from) : await loadForward(parts, sql, scope, include, from);
      for (const one of loaded) {
        if (known.has(referenceOf(one))) continue;
        known.add(referenceOf(one));
        found.push(one);
      }
      if (included.length + found.length > includeLimit) throw new Problem('store.too-broad', { parameter: include.reverse ? '_revinclude' : '_include', limit: includeLimit });
    }
    included.push(...found);
    from = found;
  }
  return included;
}

function referenceOf(stored: Stored): string {
  return `${stored.type}/${stored.id}`;
}

async function loadForward(parts: StoreParts, sql: Sql, scope: Scope, include: Include, from: readonly Stored[]): Promise<Stored[]> {
  const references = new Set<string>();
  for (const one of from) {
    if (one.type !== include.type) continue;
    for (const entry of indexResource(JSON.parse(one.content) as Resource, { zone: parts.zone })) {
      if (entry.kind !== 'reference' || !entry.target || (include.param !== '*' && entry.param !== include.param)) continue;
      if (include.targetType === undefined || entry.target.startsWith(`${include.targetType}/`)) references.add(entry.target);
    }
  }
  return readReferences(parts, sql, scope, [...references]);
}

async function loadReverse(parts: StoreParts, sql: Sql, scope: Scope, include: Include, from: readonly Stored[]): Promise<Stored[]> {
  const params = include.param === '*' ? [...searchParams(include.type).values()].filter(({ type }) => type === 'reference').map(({ name }) => name) : [include.param];
  const hashes = from.flatMap((one) => params.map((param) => parts.hasher.token(include.type, param, 'reference', referenceOf(one))));
  if (hashes.length === 0) return [];
  const values = new Values();
  const access = accessPredicate(scope.access, include.type, parts.hasher, values);
  const rows = await sql.query<StoredRow>(
    `select ${storedColumns} from resource r where r.type = ${typeNumber(include.type)} and not r.deleted and r.tokens && ${values.add(bigints(hashes))}::bigint[]
       ${access ? `and ${access}` : ''} order by r.id limit ${includeLimit + 1}`,
    values.list,
  );
  return rows.map(rowToStored);
}
