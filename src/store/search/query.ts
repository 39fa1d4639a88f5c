import { searchParams, shareBuilt } from '../../fhir/index.ts';
import type { SearchParam } from '../../fhir/types.ts';
import { Problem } from '../../kernel/problem.ts';
import { typeNumber } from '../type-number.ts';

/** One condition of a search: all must hold; of its values one must (http://hl7.org/fhir/R4/search.html#combining). */
export type Clause =
  | { kind: 'param'; param: SearchParam; modifier: string | undefined; values: readonly string[]; /** as typed, for the self link and errors */ name: string }
  | { kind: 'id'; values: readonly string[]; name: string }
  | { kind: 'updated'; values: readonly string[]; name: string }
  /** `subject:Patient.name=…` */
  | { kind: 'chain'; param: SearchParam; targetType: string | undefined; rest: string; value: string; name: string }
  /** `_has:Observation:patient:code=…` */
  | { kind: 'has'; type: string; param: SearchParam; rest: string; value: string; name: string };

export interface Include {
  reverse: boolean;
  type: string;
  param: string;
  targetType: string | undefined;
  iterate: boolean;
}

export interface Query {
  type: string;
  clauses: readonly Clause[];
  includes: readonly Include[];
  sort: readonly { name: string; descending: boolean }[];
  count: number;
  total: 'none' | 'accurate';
  /** `_summary=count`: no resource is wanted at all. */
  countOnly: boolean;
  summary: 'true' | 'text' | 'data' | undefined;
  elements: readonly string[] | undefined;
  cursor: string | undefined;
  /** What was understood, in order, for the self link. */
  understood: readonly (readonly [string, string])[];
}

const defaultCount = 50;
const largestCount = 1000;

/** Parses the part after `?`. Unknown parameters are refused: a filter that is silently dropped shows too much. */
export function parseQuery(type: string, text: string): Query {
  if (typeNumber(type) === undefined) throw new Problem('store.unknown-type', { type });
  const query = {
    type,
    clauses: [] as Clause[],
    includes: [] as Include[],
    sort: [] as { name: string; descending: boolean }[],
    count: defaultCount,
    total: 'none' as 'none' | 'accurate',
    countOnly: false,
    summary: undefined as Query['summary'],
    elements: undefined as string[] | undefined,
    cursor: undefined as string | undefined,
    understood: [] as (readonly [string, string])[],
  };
  for (const [name, value] of new URLSearchParams(text)) {
    if (value.includes('\u0000')) throw new Problem('store.bad-value', { parameter: name, value: '\\0', expected: '…' });
    if (name !== '_cursor') query.understood.push([name, value]);
    const [head, modifier] = splitName(name);
    switch (head) {
      case '_format':
      case '_pretty':
        break;
      case '_count':
        query.count = Math.min(wholeNumber(name, value), largestCount);
        break;
      case '_cursor':
        query.cursor = value;
        break;
      case '_sort':
        for (const key of value.split(',')) if (key) query.sort.push({ name: key.replace(/^-/, ''), descending: key.startsWith('-') });
        break;
      case '_total':
        if (!['none', 'estimate', 'accurate'].includes(value)) throw new Problem('store.bad-value', { parameter: name, value, expected: 'none, estimate, accurate' });
        query.total = value === 'none' ? 'none' : 'accurate';
        break;
      case '_summary':
        if (value === 'count') query.countOnly = true;
        else if (value === 'true' || value === 'text' || value === 'data') query.summary = value;
        else if (value !== 'false') throw new Problem('store.bad-value', { parameter: name, value, expected: 'true, text, data, count, false' });
        break;
      case '_elements':
        query.elements = value.split(',').filter(Boolean);
        break;
      case '_include':
      case '_revinclude':
        query.includes.push(parseInclude(name, head === '_revinclude', modifier, value));
        break;
      default:
        query.clauses.push(parseClause(type, name, value));
    }
  }
  return query;
}

/** `code:not` → code, not; `subject:Patient.name` is left to the chain. */
function splitName(name: string): [string, string | undefined] {
  const colon = name.indexOf(':');
  return colon === -1 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)];
}

export function findParam(type: string, name: string): SearchParam {
  const param = searchParams(type).get(name);
  const share = shareBuilt(type, param ?? name);
  if (share !== undefined) throw new Problem('store.parameter-building', { type, parameter: name, percent: Math.floor(share * 100) });
  if (!param) throw new Problem('store.unknown-parameter', { type, parameter: name });
  return param;
}

function parseClause(type: string, name: string, value: string): Clause {
  if (name.startsWith('_has:')) {
    const [, from = '', param = '', ...rest] = name.split(':');
    if (typeNumber(from) === undefined || rest.length === 0) throw new Problem('store.unknown-parameter', { type, parameter: name });
    return { kind: 'has', type: from, param: findParam(from, param), rest: rest.join(':'), value, name };
  }
  const dot = name.indexOf('.');
  if (dot !== -1) {
    const [head, targetType] = splitName(name.slice(0, dot));
    const param = findParam(type, head);
    if (param.type !== 'reference') throw new Problem('store.bad-modifier', { parameter: head, modifier: name.slice(dot) });
    return { kind: 'chain', param, targetType, rest: name.slice(dot + 1), value, name };
  }
  const [head, modifier] = splitName(name);
  const values = splitValues(value);
  if (values.length === 0) throw new Problem('store.bad-value', { parameter: name, value, expected: '…' });
  if (head === '_id') return { kind: 'id', values, name };
  if (head === '_lastUpdated') return { kind: 'updated', values, name };
  return { kind: 'param', param: findParam(type, head), modifier, values, name };
}

/** Splits at commas that no backslash escapes (http://hl7.org/fhir/R4/search.html#escaping); empty parts fall away. */
export function splitValues(value: string, separator = ','): string[] {
  const parts = [''];
  for (let at = 0; at < value.length; at++) {
    const letter = value[at]!;
    if (letter === '\\' && at + 1 < value.length) parts[parts.length - 1] += letter + value[++at]!;
    else if (letter === separator) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part !== '').map((part) => (separator === ',' ? part : unescapeValue(part)));
}

export function unescapeValue(value: string): string {
  return value.replace(/\\([\\,|$])/g, '$1');
}

function parseInclude(name: string, reverse: boolean, modifier: string | undefined, value: string): Include {
  const [type = '', param = '', targetType] = value.split(':');
  if (typeNumber(type) === undefined) throw new Problem('store.bad-value', { parameter: name, value, expected: 'Type:parameter' });
  if (param !== '*' && findParam(type, param).type !== 'reference') throw new Problem('store.bad-value', { parameter: name, value, expected: 'Type:parameter' });
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') throw new Problem('store.bad-modifier', { parameter: name, modifier });
  return { reverse, type, param, targetType, iterate: modifier !== undefined };
}

function wholeNumber(parameter: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new Problem('store.bad-value', { parameter, value, expected: '0, 1, 2 …' });
  return Number(value);
}
