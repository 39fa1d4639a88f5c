import { Problem } from '../../kernel/problem.ts';
import { typeNumber } from '../type-number.ts';
import { findParam, type Clause, type Include } from './clause.ts';
import { parseClause, parseInclude } from './parse-clause.ts';

export interface Query {
  /** One type, or those that a search of the whole system spans. */
  types: readonly string[];
  clauses: readonly Clause[];
  includes: readonly Include[];
  sort: readonly { name: string; descending: boolean }[];
  count: number;
  /** Undefined where nothing is asked for: then it is told where it costs nothing. */
  total: 'none' | 'estimate' | 'accurate' | undefined;
  /** `_summary=count`: no resource is wanted at all. */
  countOnly: boolean;
  summary: 'true' | 'text' | 'data' | undefined;
  elements: readonly string[] | undefined;
  cursor: string | undefined;
  /** What was understood, in order, for the self link. */
  understood: readonly (readonly [string, string])[];
  /** What a lenient search left out, with the refusal that a strict one would have given. */
  ignored: readonly { parameter: string; problem: Problem }[];
}

/** As it is being made. */
export type QueryMade = { -readonly [Key in keyof Query]: Query[Key] } & { clauses: Clause[]; includes: Include[] };

export const defaultCount = 50;
export const largestCount = 1000;

const totals = ['none', 'estimate', 'accurate'] as const;
const summaries = ['true', 'text', 'data', 'count', 'false'];

/**
 * Parses the part after `?`. A parameter that is not known is refused, as a filter that is silently dropped shows too much; a caller who asks for
 * `Prefer: handling=lenient` (http://hl7.org/fhir/R4/search.html#errors) is told what was left out instead.
 */
export function parseQuery(types: readonly string[], text: string, options: { handling?: 'strict' | 'lenient'; /** `_type` may stand in it: it has named the types */ system?: boolean } = {}): QueryMade {
  for (const type of types) if (typeNumber(type) === undefined) throw new Problem('store.unknown-type', { type });
  const made = {
    types,
    clauses: [] as Clause[],
    includes: [] as Include[],
    sort: [] as { name: string; descending: boolean }[],
    count: defaultCount,
    total: undefined as Query['total'],
    countOnly: false,
    summary: undefined as Query['summary'],
    elements: undefined as string[] | undefined,
    cursor: undefined as string | undefined,
    understood: [] as (readonly [string, string])[],
    ignored: [] as { parameter: string; problem: Problem }[],
  };
  for (const [name, value] of new URLSearchParams(text)) {
    if (value.includes('\u0000') || name.includes('\u0000')) throw new Problem('store.bad-value', { parameter: name.replaceAll('\u0000', ''), value: '\\0', expected: '…' });
    try {
      const shown = options.system && name === '_type' ? value : readPair(made, name, value);
      if (shown !== undefined) made.understood.push([name, shown]);
    } catch (error) {
      if (options.handling !== 'lenient' || !(error instanceof Problem) || !['store.unknown-parameter', 'store.parameter-building'].includes(error.code)) throw error;
      made.ignored.push({ parameter: name, problem: error });
    }
  }
  if (made.summary === 'text' && made.includes.length > 0) throw new Problem('store.bad-value', { parameter: '_summary', value: 'text', expected: '_summary=true, data (_include, _revinclude)' });
  return made;
}

/** Reads one parameter into the query; answers its value as the self link shows it, undefined where it is not part of the search. */
function readPair(query: QueryMade, name: string, value: string): string | undefined {
  const { types } = query;
  const colon = name.indexOf(':');
  const [head, modifier] = colon === -1 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)];
  const plain = () => {
    if (modifier !== undefined) throw new Problem('store.bad-modifier', { parameter: head, modifier });
  };
  switch (head) {
    case '_format':
    case '_pretty':
      return undefined;
    case '_count':
      plain();
      query.count = Math.min(wholeNumber(name, value), largestCount);
      return String(query.count);
    case '_cursor':
      query.cursor = value;
      return undefined;
    case '_sort':
      plain();
      query.sort = sortOf(types, value);
      return value;
    case '_total':
      plain();
      query.total = totals.find((one) => one === value) ?? badValue(name, value, totals.join(', '));
      return value;
    case '_summary':
      plain();
      if (!summaries.includes(value)) badValue(name, value, summaries.join(', '));
      query.countOnly = value === 'count';
      query.summary = value === 'true' || value === 'text' || value === 'data' ? value : undefined;
      return value;
    case '_elements':
      plain();
      query.elements = value.split(',').filter(Boolean);
      return value;
    case '_include':
    case '_revinclude':
      query.includes.push(parseInclude(name, head === '_revinclude', modifier, value));
      return value;
    default:
      query.clauses.push(parseClause(types, name, value));
      return value;
  }
}

function sortOf(types: readonly string[], value: string): { name: string; descending: boolean }[] {
  const keys = value.split(',').filter(Boolean).map((key) => ({ name: key.replace(/^-/, ''), descending: key.startsWith('-') }));
  for (const { name } of keys) {
    if (name === '_id' || name === '_lastUpdated') continue;
    const { type } = findParam(types, name);
    if (type === 'composite' || type === 'special') throw new Problem('store.bad-sort', { parameter: name });
  }
  if (keys.length > 8) throw new Problem('store.bad-value', { parameter: '_sort', value, expected: '1–8' });
  return keys;
}

function badValue(parameter: string, value: string, expected: string): never {
  throw new Problem('store.bad-value', { parameter, value, expected });
}

function wholeNumber(parameter: string, value: string): number {
  if (!/^\d+$/.test(value)) badValue(parameter, value, '0, 1, 2 …');
  return Number(value);
}
