import { Problem } from '../../kernel/problem.ts';
import { mainColumns } from '../main-columns.ts';
import { paramNumber } from '../token-hash.ts';
import type { Values } from '../values.ts';
import { findParam, type Query } from './query.ts';

/** One key of the order: an SQL expression that is never null, and its type for comparing with the cursor. */
export interface SortKey {
  sql: string;
  type: 'timestamptz' | 'text' | 'float8';
  descending: boolean;
}

/** The order of a search: the keys asked for, then the id, which makes it total. Ids never change, so a page stays stable under writes. */
export function sortKeys(query: Query): SortKey[] {
  const keys = query.sort.map(({ name, descending }) => sortKey(query.type, name, descending));
  return [...keys, { sql: 'r.id', type: 'text', descending: false }];
}

function sortKey(type: string, name: string, descending: boolean): SortKey {
  if (name === '_id') return { sql: 'r.id', type: 'text', descending };
  if (name === '_lastUpdated') return { sql: 'r.updated', type: 'timestamptz', descending };
  const param = findParam(type, name);
  const number = paramNumber(type, name);
  // what lacks the value comes last, whichever way the order goes
  const last = descending ? '-infinity' : 'infinity';
  switch (param.type) {
    case 'date':
      if (name === mainColumns(type).date) return { sql: `coalesce(r.date_lo, '${last}')`, type: 'timestamptz', descending };
      return { sql: `coalesce((select min(d.low) from date_value d where d.rid = r.rid and d.param = ${number}), '${last}')`, type: 'timestamptz', descending };
    case 'string':
      return { sql: `coalesce((select min(t.value) from text_value t where t.rid = r.rid and t.param = ${number}), ${descending ? "''" : "U&'\\+10FFFF'"}) collate "C"`, type: 'text', descending };
    case 'number':
    case 'quantity':
      return { sql: `coalesce((select min(n.low) from number_value n where n.rid = r.rid and n.param = ${number}), '${last}')`, type: 'float8', descending };
    default:
      throw new Problem('store.bad-sort', { parameter: name });
  }
}

/** A cursor holds the sort values of the last row of a page, as text. */
export function writeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The condition "after the cursor", as a disjunction over the keys (keyset paging). */
export function afterCursor(cursor: string, keys: readonly SortKey[], values: Values): string {
  const at = readCursor(cursor, keys.length);
  const places = keys.map((key, index) => `${values.add(at[index])}::${key.type}`);
  const alternatives = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((before, position) => `${before.sql} = ${places[position]}`);
    return `(${[...equal, `${key.sql} ${key.descending ? '<' : '>'} ${places[index]}`].join(' and ')})`;
  });
  return `(${alternatives.join(' or ')})`;
}

function readCursor(cursor: string, length: number): string[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(values) && values.length === length && values.every((value) => typeof value === 'string' && !value.includes('\u0000'))) return values as string[];
  } catch {
    // falls through to the refusal
  }
  throw new Problem('store.bad-cursor');
}
