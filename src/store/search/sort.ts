import { Problem } from '../../kernel/problem.ts';
import { mainColumns } from '../main-columns.ts';
import { paramNumber } from '../token-hash.ts';
import type { Values } from '../values.ts';
import { findParam, type Query } from './query.ts';

/** One key of the order: an SQL expression, and its type for comparing with the cursor. What has no value comes last, whichever way the order goes. */
export interface SortKey {
  sql: string;
  /** The expression may be null; the others never are. */
  nullable: boolean;
  type: 'timestamptz' | 'text' | 'float8';
  descending: boolean;
}

/** The order of a search: the keys asked for, then the id, which makes it total. Ids never change, so a page stays stable under writes. */
export function sortKeys(query: Query): SortKey[] {
  const keys = query.sort.map(({ name, descending }) => sortKey(query.type, name, descending));
  return [...keys, { sql: 'r.id', nullable: false, type: 'text', descending: false }];
}

function sortKey(type: string, name: string, descending: boolean): SortKey {
  if (name === '_id') return { sql: 'r.id', nullable: false, type: 'text', descending };
  if (name === '_lastUpdated') return { sql: 'r.updated', nullable: false, type: 'timestamptz', descending };
  const param = findParam(type, name);
  const number = paramNumber(type, name);
  switch (param.type) {
    case 'date':
      if (name === mainColumns(type).date) return { sql: 'r.date_lo', nullable: true, type: 'timestamptz', descending };
      return { sql: `(select min(d.low) from date_value d where d.rid = r.rid and d.param = ${number})`, nullable: true, type: 'timestamptz', descending };
    case 'string':
      return { sql: `(select min(t.value) from text_value t where t.rid = r.rid and t.param = ${number})`, nullable: true, type: 'text', descending };
    case 'number':
    case 'quantity':
      return { sql: `(select min(n.low) from number_value n where n.rid = r.rid and n.param = ${number})`, nullable: true, type: 'float8', descending };
    default:
      throw new Problem('store.bad-sort', { parameter: name });
  }
}

/** The order of the keys as SQL; a collation stands in the columns themselves. */
export function orderSql(keys: readonly SortKey[]): string {
  return keys.map((key) => `${key.sql} ${key.descending ? 'desc' : 'asc'}${key.nullable ? ' nulls last' : ''}`).join(', ');
}

/** A cursor holds the sort values of the last row of a page, as text; null where it had none. */
export function writeCursor(values: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The condition "after the cursor", as a disjunction over the keys (keyset paging). */
export function afterCursor(cursor: string, keys: readonly SortKey[], values: Values): string {
  const at = readCursor(cursor, keys);
  const places = keys.map((key, index) => (at[index] === null ? undefined : `${values.add(at[index])}::${key.type}`));
  const alternatives = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((before, position) => (places[position] === undefined ? `${before.sql} is null` : `${before.sql} = ${places[position]}`));
    // nothing comes after what has no value
    if (places[index] === undefined) return undefined;
    const further = `${key.sql} ${key.descending ? '<' : '>'} ${places[index]}`;
    return `(${[...equal, key.nullable ? `(${further} or ${key.sql} is null)` : further].join(' and ')})`;
  });
  return `(${alternatives.filter((one) => one !== undefined).join(' or ')})`;
}

function readCursor(cursor: string, keys: readonly SortKey[]): (string | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits = (value: unknown, key: SortKey): boolean => (value === null ? key.nullable : typeof value === 'string' && !value.includes('\u0000') && suits(value, key.type));
    if (Array.isArray(values) && values.length === keys.length && keys.every((key, index) => fits(values[index], key))) return values as (string | null)[];
  } catch {
    // falls through to the refusal
  }
  throw new Problem('store.bad-cursor');
}

/** What PostgreSQL would refuse to read is refused here, in words. */
function suits(value: string, type: SortKey['type']): boolean {
  if (type === 'timestamptz') return /^(-?infinity|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?))$/.test(value);
  return type === 'text' || /^-?(\d{1,309}(\.\d{1,40})?(e[+-]?\d{1,3})?|Infinity)$/.test(value);
}
