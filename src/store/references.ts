import type { Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import { accessPredicateForTypes } from './access-sql.ts';
import { readReferences } from './read.ts';
import { localReferences } from './row.ts';
import { typeName, typeNumber } from './type-number.ts';
import type { Scope } from './types.ts';
import { bigints, Values } from './values.ts';
import type { Resolved, StoreParts } from './parts.ts';
import type { RowToWrite } from './write-rows.ts';

/**
 * Every local reference must lead to a resource that exists or is being written here. What the caller may not see counts as absent, so
 * that a write cannot be used to ask what exists. The rows are locked against deletion until the end of the transaction.
 */
export async function checkReferences(parts: StoreParts, sql: Sql, scope: Scope, resolved: readonly Resolved[]): Promise<void> {
  const here = new Set<string>();
  const wanted = new Set<string>();
  for (const operation of resolved) {
    if (operation.method !== 'put') continue;
    here.add(`${operation.resource.resourceType}/${operation.resource.id}`);
    for (const reference of localReferences(operation.resource)) wanted.add(reference);
  }
  const outside = [...wanted].filter((reference) => !here.has(reference));
  if (outside.length === 0) return;
  const pairs = outside.map((reference) => reference.split('/') as [string, string]);
  const values = new Values();
  const types = values.add(pairs.map(([type]) => typeNumber(type)));
  const ids = values.add(pairs.map(([, id]) => id));
  const visible = accessPredicateForTypes(scope.access, pairs.map(([type]) => type), parts.hasher, values);
  const rows = await sql.query<{ type: number; id: string }>(
    `select r.type, r.id from resource r where (r.type, r.id) in (select * from unnest(${types}::smallint[], ${ids}::text[]))
       and not r.deleted and ${visible} order by r.type, r.id for key share of r`,
    values.list,
  );
  const found = new Set(rows.map((row) => `${typeName(row.type)}/${row.id}`));
  const missing = outside.find((reference) => !found.has(reference));
  if (missing) throw new Problem('store.dangling-reference', { reference: missing });
}

/**
 * Deleting what is referenced is a conflict: looked up after the tombstones stand, so that resources deleted together do not hold each
 * other. What refers to it is named only to a caller who may see it.
 */
export async function checkNotReferenced(parts: StoreParts, sql: Sql, scope: Scope, deleted: readonly RowToWrite[]): Promise<void> {
  for (const row of deleted) {
    const reference = `${typeName(row.type)}/${row.id}`;
    const [by] = await sql.query<{ type: number; id: string }>(`select type, id from resource where tokens @> $1::bigint[] and not deleted and rid <> $2 limit 1`, [
      bigints([parts.hasher.token('', '', 'any-reference', reference)]),
      row.rid,
    ]);
    if (!by) continue;
    const [seen] = await readReferences(parts, sql, scope, [`${typeName(by.type)}/${by.id}`]);
    throw new Problem('store.referenced', { reference, by: seen ? `${seen.type}/${seen.id}` : typeName(by.type) });
  }
}
