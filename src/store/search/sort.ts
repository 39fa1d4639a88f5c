import { keepingOf } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { mainColumns } from '../main-columns.ts';
import { paramNumber } from '../token-hash.ts';
import type { Values } from '../values.ts';
import { findParam } from './clause.ts';
import type { Query } from './query.ts';

/** One key of the order. What has no value comes last, whichever way the order goes. */
export interface SortKey {
  name: string;
  descending: boolean;
  /** SQL over the row `r`; absent where only the resource itself tells (tokens, references, addresses). */
  sql?: string;
  /** The row's own column, where an index may give its order. */
  column?: 'id' | 'rid' | 'updated' | 'date_lo' | 'type';
  /** The expression may be null; the others never are. */
  nullable: boolean;
  /** The narrow table whose covering index gives this order, where one parameter alone says it. */
  entries?: Entries;
  /** A quantity: its digits alone are no order where units differ (measured-order.ts). */
  measured?: boolean;
  type: 'timestamptz' | 'text' | 'float8' | 'int4' | 'int8';
}

/** Entries of one parameter, in the order of a column. */
export interface Entries {
  table: 'text_value' | 'date_value';
  column: 'value' | 'low';
  param: number;
}

const byId: SortKey = { name: '_id', sql: 'r.id', column: 'id', nullable: false, type: 'text', descending: false };
const byType: SortKey = { name: '_type', sql: 'r.type', column: 'type', nullable: false, type: 'int4', descending: false };

/**
 * The order of a search that asks for none and is driven by an index that tells the numbers of rows: they are put in order before any row is read. A
 * number stays with its resource for good, as the id does.
 */
export const byRow: readonly SortKey[] = [{ name: '_row', sql: 'r.rid', column: 'rid', nullable: false, type: 'int8', descending: false }];

/** The order of a search: the keys asked for, then type and id, which make it total. These never change, so a page stays stable under writes. */
export function sortKeys(query: Pick<Query, 'types' | 'sort'>): SortKey[] {
  const keys = query.sort.map(({ name, descending }) => sortKey(query.types, name, descending));
  const end = query.types.length > 1 ? [byType, byId] : [byId];
  return [...keys, ...end.filter((last) => !keys.some(({ column }) => column === last.column))];
}

function sortKey(types: readonly string[], name: string, descending: boolean): SortKey {
  if (name === '_id') return { ...byId, descending };
  if (name === '_lastUpdated') return { name, sql: 'r.updated', column: 'updated', nullable: false, type: 'timestamptz', descending };
  const param = findParam(types, name);
  // of several values the one that comes first in the order asked for (http://hl7.org/fhir/R4/search.html#sort)
  const end = descending ? 'max' : 'min';
  const numbers = (aspect: string) => types.flatMap((type) => keepingOf(type, name).sources.map((source) => paramNumber(type, source, aspect)));
  const params = (aspect: string) => numbers(aspect).join(', ');
  const entriesIn = (table: Entries['table'], column: Entries['column'], [only, ...others]: readonly number[]) => (only === undefined || others.length > 0 ? {} : { entries: { table, column, param: only } });
  switch (param.type) {
    case 'date': {
      const narrow = `(select ${end}(d.low) from date_value d where d.rid = r.rid and d.param in (${params('')}))`;
      const main = types.map((type) => mainColumns(type)).filter(({ date }) => date === name);
      if (main.length === 0) return { name, sql: narrow, nullable: true, type: 'timestamptz', descending, ...entriesIn('date_value', 'low', numbers('')) };
      if (main.length === types.length && main.every(({ dateIsOne }) => dateIsOne)) return { name, sql: 'r.date_lo', column: 'date_lo', nullable: true, type: 'timestamptz', descending };
      return { name, sql: `coalesce(r.date_lo, ${narrow})`, nullable: true, type: 'timestamptz', descending };
    }
    case 'string':
      return { name, sql: `(select ${end}(t.value) from text_value t where t.rid = r.rid and t.param in (${params(':order')}))`, nullable: true, type: 'text', descending, ...entriesIn('text_value', 'value', numbers(':order')) };
    case 'number':
    case 'quantity':
      return { name, measured: param.type === 'quantity', sql: `(select ${end}(n.low) from number_value n where n.rid = r.rid and n.param in (${params('')}))`, nullable: true, type: 'float8', descending };
    case 'token':
    case 'reference':
    case 'uri':
      return { name, nullable: true, type: 'text', descending };
    default:
      throw new Problem('store.bad-sort', { parameter: name });
  }
}

/** The order of the keys as SQL; a collation stands in the columns themselves. `of`: how the keys are written where they are no longer columns of `r`. */
export function orderSql(keys: readonly SortKey[], of: (key: SortKey, at: number) => string = ({ sql }) => sql!): string {
  return keys.map((key, at) => `${of(key, at)} ${key.descending ? 'desc' : 'asc'}${key.nullable ? ' nulls last' : ''}`).join(', ');
}

/** Sort values of a row as text, in the order of the keys; null where it has none. */
export type Position = readonly (string | null)[];

/** The condition "after this row", as a disjunction over the keys (keyset paging). */
export function afterSql(keys: readonly SortKey[], at: Position, values: Values): string {
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

/** Compares two rows by their positions, as `orderSql` does; keys of numbers and of text alike. */
export function comparePositions(keys: readonly SortKey[], a: Position, b: Position): number {
  for (const [index, key] of keys.entries()) {
    const [one, other] = [a[index] ?? null, b[index] ?? null];
    if (one === other) continue;
    if (one === null || other === null) return one === null ? 1 : -1;
    const order = compareValues(key, one, other);
    if (order !== 0) return key.descending ? -order : order;
  }
  return 0;
}

function compareValues(key: SortKey, one: string, other: string): number {
  if (key.type === 'text') return Buffer.compare(Buffer.from(one), Buffer.from(other));
  const [a, b] = key.type === 'timestamptz' ? [instantOf(one), instantOf(other)] : [Number(one), Number(other)];
  return a - b;
}

function instantOf(text: string): number {
  return text === 'infinity' ? Infinity : text === '-infinity' ? -Infinity : Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}

/** What PostgreSQL would refuse to read is refused here, in words. */
export function checkPosition(keys: readonly SortKey[], at: unknown): Position {
  const fits = (value: unknown, key: SortKey): boolean => (value === null ? key.nullable : typeof value === 'string' && !value.includes('\u0000') && suits(value, key.type));
  if (Array.isArray(at) && at.length === keys.length && keys.every((key, index) => fits(at[index], key))) return at as Position;
  throw new Problem('store.bad-cursor');
}

function suits(value: string, type: SortKey['type']): boolean {
  if (type === 'timestamptz') return /^(-?infinity|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?))$/.test(value);
  if (type === 'int4') return /^\d{1,9}$/.test(value);
  if (type === 'int8') return /^\d{1,18}$/.test(value);
  return type === 'text' || /^-?(\d{1,309}(\.\d{1,40})?(e[+-]?\d{1,3})?|Infinity)$/.test(value);
}
