import type { Resource } from '@medplum/fhirtypes';
import { compartmentParams, compartmentTypes, indexParam, resourceTypes } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import type { StoreParts } from '../parts.ts';
import { rowToStored } from '../stored-row.ts';
import type { Scope, SearchOptions, SearchResult } from '../types.ts';
import type { Frame } from './condition.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { loadIncludes } from './include.ts';
import { measuredOrder } from './measured-order.ts';
import { passes, planSearch, readLimit, type Plan } from './plan.ts';
import { parseQuery, type Query } from './query.ts';
import { resolveClauses, type Resolved } from './resolve.ts';
import { candidateOf, countRows, selectRows, type PageRow } from './run.ts';
import { shape } from './shape.ts';
import { byRow, comparePositions, sortKeys, type SortKey } from './sort.ts';

/** Rows that are counted one by one where an estimate is enough. */
const countedLimit = 10_000;

/** Rows that are put in order here, by what only the resources tell. */
const sortLimit = 10_000;

/**
 * A search of one type, of several or of the whole system (http://hl7.org/fhir/R4/http.html#search): one statement for the page, one for the total where it is asked
 * for, one for each round of includes.
 */
export async function searchStore(parts: StoreParts, scope: Scope, type: string | readonly string[] | undefined, text: string, options: SearchOptions = {}): Promise<SearchResult> {
  const asked = askedFor(parts, scope, type, text, options);
  const query = parseQuery(asked.types, asked.query, { handling: asked.handling, system: asked.system });
  if (asked.compartment) query.clauses = [{ kind: 'compartment', ...asked.compartment, name: asked.compartment.owner }, ...query.clauses];
  if (asked.cursor !== undefined) query.cursor = asked.cursor;
  const frame: Frame = { parts, sql: parts.db, scope, types: query.types, statistics: await parts.statistics(), base: options.base, codes: parts.codes };
  const resolved = await resolveClauses(frame, query.clauses);
  const found = { total: undefined as number | undefined, self: asked.sealed ? new URLSearchParams([['_cursor', new URLSearchParams(text).get('_cursor')!]]).toString() : selfLink(query), types: query.types, ignored: query.ignored };
  if (query.countOnly || query.count === 0) return { ...found, matches: [], included: [], total: await countMatches(frame, query, resolved), next: undefined };
  const keys = await measuredOrder(frame, sortKeys(query));
  const { rows, next } = keys.every(({ sql }) => sql !== undefined) ? await loadPage(frame, query, resolved, keys) : await loadSorted(frame, query, resolved, keys);
  const matches = rows.map(rowToStored);
  const included = query.includes.length > 0 ? await loadIncludes(frame, query.includes, matches) : [];
  if (query.total === 'none') found.total = undefined;
  else if (query.cursor === undefined && next === undefined) found.total = matches.length;
  else if (query.total !== undefined) found.total = await countMatches(frame, query, resolved);
  return {
    ...found,
    matches: matches.map((one) => shape(one, query, 'match')),
    included: included.map((one) => shape(one, query, 'include')),
    next: next !== undefined && (options.sealed || asked.sealed) ? parts.pageSeal.seal({ types: query.types, query: criteria(query), cursor: next, handling: asked.handling, ...(asked.compartment && { compartment: asked.compartment }) }, scope.now) : next,
  };
}

interface Asked {
  types: readonly string[];
  query: string;
  cursor?: string;
  handling: 'strict' | 'lenient';
  compartment?: { owner: string; id: string };
  /** More than one type could have been meant. */
  system: boolean;
  sealed: boolean;
}

/** The search that is meant: what a sealed cursor carries, or what stands in the address. */
function askedFor(parts: StoreParts, scope: Scope, type: string | readonly string[] | undefined, text: string, options: SearchOptions): Asked {
  const pairs = new URLSearchParams(text);
  const page = pairs.has('_cursor') ? parts.pageSeal.open(pairs.get('_cursor')!, scope.now) : undefined;
  if (page) return { ...page, system: true, sealed: true };
  const { compartment } = options;
  const handling = options.handling ?? 'strict';
  const common = { handling, sealed: false, ...(compartment && { compartment }) };
  if (compartment && !compartmentTypes.includes(compartment.owner)) throw new Problem('store.unknown-type', { type: compartment.owner });
  if (typeof type === 'string') return { types: [type], query: text, system: false, ...common };
  const member = (one: string) => !compartment || compartmentParams(compartment.owner, one).length > 0;
  const named = type ?? pairs.getAll('_type').flatMap((list) => list.split(',')).filter(Boolean);
  const types = [...new Set(named.length > 0 ? named : resourceTypes)].filter(member);
  if (types.length === 0) throw new Problem('store.bad-value', { parameter: '_type', value: named.join(','), expected: compartment?.owner ?? 'Type' });
  return { types, query: text, system: true, ...common };
}

/** Rows of a page, and the cursor of the next. */
interface Page {
  rows: PageRow[];
  next: string | undefined;
}

async function loadPage(frame: Frame, query: Query, resolved: Resolved, asked: readonly SortKey[]): Promise<Page> {
  const begun = query.cursor === undefined ? undefined : readCursor(query.cursor, asked);
  const order = begun?.keys ?? asked;
  const plan = planSearch(frame, query.clauses, resolved.conditions, { order, page: query.count }, resolved.confined);
  const keys = begun === undefined && query.sort.length === 0 && plan.rids ? byRow : order;
  const found: PageRow[] = [];
  let after = begun?.after;
  let read = 0;
  for (;;) {
    const limit = plan.rechecks.length > 0 ? Math.max(query.count + 1, 200) : query.count + 1;
    const rows = await selectRows(frame.sql, plan, keys, after, limit);
    found.push(...certain(frame, plan, rows));
    read += rows.length;
    if (rows.length < limit || found.length > query.count) break;
    if (read > 10 * readLimit) throw new Problem('store.search-too-costly', { rows: read, limit: 10 * readLimit });
    after = rows.at(-1)!.key;
  }
  const rows = found.slice(0, query.count);
  return { rows, next: found.length > query.count ? writeCursor(keys, rows.at(-1)!.key) : undefined };
}

function certain(frame: Frame, plan: Plan, rows: PageRow[]): PageRow[] {
  return plan.rechecks.length === 0 ? rows : rows.filter(({ content }) => passes(plan, candidateOf(content, frame.parts.zone)));
}

/** A page in the order of tokens, references or addresses, which the index keeps as hashes only: all matches are read and put in order here. */
async function loadSorted(frame: Frame, query: Query, resolved: Resolved, keys: readonly SortKey[]): Promise<Page> {
  const inSql = keys.filter(({ sql }) => sql !== undefined);
  const plan = planSearch(frame, query.clauses, resolved.conditions, { order: [], page: undefined }, resolved.confined);
  const all = await selectRows(frame.sql, plan, inSql, undefined, sortLimit + 1);
  if (all.length > sortLimit) throw new Problem('store.too-broad', { parameter: '_sort', limit: sortLimit });
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor, keys).after;
  const placed = certain(frame, plan, all).map((row): PageRow => {
    const resource = JSON.parse(row.content) as Resource;
    let at = 0;
    return { ...row, key: keys.map((key) => (key.sql === undefined ? valueToSort(resource, key, frame.parts.zone) : row.key[at++]!)) };
  });
  const rest = placed.filter(({ key }) => after === undefined || comparePositions(keys, key, after) > 0).toSorted((a, b) => comparePositions(keys, a.key, b.key));
  const rows = rest.slice(0, query.count);
  return { rows, next: rest.length > query.count ? writeCursor(keys, rows.at(-1)!.key) : undefined };
}

/** Of several values the first in the order asked for, as for every other key. */
function valueToSort(resource: Resource, { name, descending }: SortKey, zone: string): string | null {
  const values = indexParam(resource, name, { zone }).flatMap((entry) => {
    if (entry.kind === 'token') return [entry.code ?? entry.text ?? ''];
    if (entry.kind === 'reference') return [entry.target ?? entry.identifier?.value ?? ''];
    return entry.kind === 'uri' ? [entry.value] : [];
  });
  const sorted = values.map((value) => value.replaceAll('\u0000', '')).filter((value) => value !== '').toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return (descending ? sorted.at(-1) : sorted[0]) ?? null;
}

/** How many match. An estimate counts so far as a person would and then trusts the statistics, unless the caller's view is narrower than theirs. */
async function countMatches(frame: Frame, query: Query, resolved: Resolved): Promise<number> {
  const plan = planSearch(frame, query.clauses, resolved.conditions, { order: [], page: undefined }, resolved.confined);
  if (plan.rechecks.length > 0) {
    const rows = await selectRows(frame.sql, plan, sortKeys({ types: query.types, sort: [] }), undefined, readLimit + 1);
    if (rows.length > readLimit) throw new Problem('store.search-too-costly', { rows: rows.length, limit: readLimit });
    return certain(frame, plan, rows).length;
  }
  const sees = frame.scope.access.rules.some((rule) => rule.types === 'all' && rule.patients === 'all' && !rule.withoutLabels?.length && !rule.withTokens?.length && !rule.everyTokens?.length);
  if (query.total !== 'estimate' || query.countOnly || !sees) return countRows(frame.sql, plan);
  const counted = await countRows(frame.sql, plan, countedLimit + 1);
  return counted <= countedLimit ? counted : Math.max(counted, Math.round(plan.matches));
}

/** What was understood, as a query. */
function criteria(query: Query): string {
  return new URLSearchParams(query.understood.map(([name, value]) => [name, value])).toString();
}

function selfLink(query: Query): string {
  const link = new URLSearchParams(criteria(query));
  if (query.cursor !== undefined) link.set('_cursor', query.cursor);
  return link.toString();
}
