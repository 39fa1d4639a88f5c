import type { Sql } from '../../db/types.ts';
import { rowToStored, storedColumns, type StoredRow } from '../stored-row.ts';
import type { Scope, SearchResult } from '../types.ts';
import { Values } from '../values.ts';
import type { StoreParts } from '../parts.ts';
import { loadIncludes } from './include.ts';
import { parseQuery, type Query } from './query.ts';
import { matchesComposites, needsRecheck } from './recheck.ts';
import { shape } from './shape.ts';
import { afterCursor, orderSql, sortKeys, writeCursor } from './sort.ts';
import { whereSql } from './where.ts';

type PageRow = StoredRow & { key: (string | null)[] };

/** Type-level search. One statement for the page, one for the total where it is asked for, one for each kind of include. */
export async function searchType(parts: StoreParts, scope: Scope, type: string, text: string): Promise<SearchResult> {
  const query = parseQuery(type, text);
  const sql: Sql = parts.db;
  const total = query.countOnly || query.total === 'accurate' ? await countMatches(parts, sql, scope, query) : undefined;
  if (query.countOnly || query.count === 0) return { matches: [], included: [], total: total ?? (await countMatches(parts, sql, scope, query)), next: undefined, self: selfLink(query) };
  const { rows, next } = await loadPage(parts, sql, scope, query);
  const matches = rows.map(rowToStored);
  const included = query.includes.length > 0 ? await loadIncludes(parts, sql, scope, query.includes, matches) : [];
  const known = total ?? (query.cursor === undefined && next === undefined ? matches.length : undefined);
  return { matches: matches.map((one) => shape(one, query)), included, total: known, next, self: selfLink(query) };
}

async function loadPage(parts: StoreParts, sql: Sql, scope: Scope, query: Query): Promise<{ rows: StoredRow[]; next: string | undefined }> {
  const keys = sortKeys(query);
  const keyText = `array[${keys.map((key) => `(${key.sql})::text`).join(', ')}] as key`;
  const order = orderSql(keys);
  const recheck = needsRecheck(query.clauses);
  const found: PageRow[] = [];
  let cursor = query.cursor;
  for (;;) {
    const values = new Values();
    const where = await whereSql(parts, sql, scope, query.type, query.clauses, values);
    const after = cursor === undefined ? '' : ` and ${afterCursor(cursor, keys, values)}`;
    const rows = await sql.query<PageRow>(`select ${storedColumns}, ${keyText} from resource r where ${where}${after} order by ${order} limit ${query.count + 1}`, values.list);
    found.push(...(recheck ? rows.filter((row) => matchesComposites(row.content, query.clauses, parts.zone, scope.now)) : rows));
    if (rows.length <= query.count || found.length > query.count) break;
    cursor = writeCursor(rows.at(-1)!.key);
  }
  const page = found.slice(0, query.count);
  return { rows: page, next: found.length > query.count ? writeCursor(page.at(-1)!.key) : undefined };
}

async function countMatches(parts: StoreParts, sql: Sql, scope: Scope, query: Query): Promise<number> {
  const values = new Values();
  const where = await whereSql(parts, sql, scope, query.type, query.clauses, values);
  if (!needsRecheck(query.clauses)) {
    const [row] = await sql.query<{ total: number }>(`select count(*)::int as total from resource r where ${where}`, values.list);
    return row!.total;
  }
  const rows = await sql.query<{ content: string }>(`select r.content from resource r where ${where}`, values.list);
  return rows.filter((row) => matchesComposites(row.content, query.clauses, parts.zone, scope.now)).length;
}

function selfLink(query: Query): string {
  const link = new URLSearchParams(query.understood.map(([name, value]) => [name, value]));
  if (query.cursor !== undefined) link.set('_cursor', query.cursor);
  return link.toString();
}

