import type { Resource } from '@medplum/fhirtypes';
import { indexParam, referencesOf, resourceTypes, searchParams } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { accessPredicate, accessPredicateForTypes } from '../access-sql.ts';
import { readReferences } from '../read.ts';
import { referenceHashes } from '../kept-hashes.ts';
import { referrerTokens } from '../referrers.ts';
import { rowToStored, storedColumns, type StoredRow } from '../stored-row.ts';
import { typeNumber } from '../type-number.ts';
import type { Stored } from '../types.ts';
import { bigints, Values } from '../values.ts';
import type { Include } from './clause.ts';
import { hasherOf, type Frame } from './condition.ts';

/** Most resources that one search may bring beside its matches. */
export const includeLimit = 5000;
/** Rounds of `:iterate`; references in a circle end earlier, because nothing new comes. */
const rounds = 5;

/**
 * `_include` and `_revinclude` (http://hl7.org/fhir/R4/search.html#include): each resource once, none that is already a match, none that the caller may not see.
 * What all of a round's includes refer to is read by one statement.
 */
export async function loadIncludes(frame: Frame, includes: readonly Include[], matches: readonly Stored[]): Promise<Stored[]> {
  const known = new Set(matches.map(referenceOf));
  const included: Stored[] = [];
  let from: readonly Stored[] = matches;
  for (let round = 0; round < rounds && from.length > 0; round++) {
    const asked = round === 0 ? includes : includes.filter((include) => include.iterate);
    const forward = asked.filter((include) => !include.reverse);
    const loaded = await loadForward(frame, forward, from, known);
    for (const include of asked) if (include.reverse) loaded.push(...(await loadReverse(frame, include, from)));
    const found: Stored[] = [];
    for (const one of loaded) {
      if (known.has(referenceOf(one))) continue;
      known.add(referenceOf(one));
      found.push(one);
    }
    if (included.length + found.length > includeLimit) throw tooMany(asked.some(({ reverse }) => reverse));
    included.push(...found);
    from = found;
  }
  return included;
}

function tooMany(reverse: boolean): Problem {
  return new Problem('store.too-broad', { parameter: reverse ? '_revinclude' : '_include', limit: includeLimit });
}

function referenceOf(stored: Stored): string {
  return `${stored.type}/${stored.id}`;
}

async function loadForward(frame: Frame, includes: readonly Include[], from: readonly Stored[], known: ReadonlySet<string>): Promise<Stored[]> {
  const references = new Set<string>();
  for (const one of from) {
    const asked = includes.filter(({ type }) => type === '*' || type === one.type);
    if (asked.length === 0) continue;
    const resource = JSON.parse(one.content) as Resource;
    for (const { param, targetType } of asked) {
      for (const target of targetsIn(frame, resource, param)) {
        if (!known.has(target) && (targetType === undefined || target.startsWith(`${targetType}/`))) references.add(target);
      }
    }
  }
  if (references.size > includeLimit) throw tooMany(false);
  return references.size === 0 ? [] : readReferences(frame.parts, frame.sql, frame.scope, [...references]);
}

/** Local references that a parameter reads; of `*` all that any parameter could. */
function targetsIn(frame: Frame, resource: Resource, param: string): string[] {
  if (param === '*') return referencesOf(resource).map(({ reference }) => reference.replace(/\/_history\/.*$/, ''));
  return indexParam(resource, param, { zone: frame.parts.zone }).flatMap((entry) => (entry.kind === 'reference' && entry.target !== undefined ? [entry.target] : []));
}

async function loadReverse(frame: Frame, include: Include, from: readonly Stored[]): Promise<Stored[]> {
  const hasher = hasherOf(frame);
  const targets = from.filter(({ type }) => include.targetType === undefined || include.targetType === type).map(referenceOf);
  if (targets.length === 0) return [];
  const values = new Values();
  const everywhere = include.type === '*';
  const tokens = everywhere ? targets.flatMap((target) => referrerTokens(hasher, target)) : paramsOf(include).flatMap((param) => referenceHashes(hasher, [include.type], param, targets));
  const access = everywhere
    ? accessPredicateForTypes(frame.scope.access, resourceTypes, hasher, values, { act: 'search', hidden: true })
    : `r.type = ${typeNumber(include.type)} and ${accessPredicate(frame.scope.access, include.type, hasher, values, { hidden: true }) ?? 'true'}`;
  const rows = await frame.sql.query<StoredRow>(
    `select ${storedColumns} from (select * from resource r where r.tokens && ${values.add(bigints(tokens))}::bigint[] offset 0) r where not r.deleted and ${access} order by r.type, r.id limit ${includeLimit + 1}`,
    values.list,
  );
  if (rows.length > includeLimit) throw tooMany(true);
  return rows.map(rowToStored);
}

function paramsOf({ type, param }: Include): string[] {
  return param === '*' ? [...searchParams(type).values()].filter((one) => one.type === 'reference').map(({ name }) => name) : [param];
}
