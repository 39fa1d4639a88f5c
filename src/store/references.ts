import type { Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import { accessPredicateForTypes, isOpen } from './access-sql.ts';
import { referrerTokens } from './referrers.ts';
import { typeName, typeNumber } from './type-number.ts';
import type { Access, Scope } from './types.ts';
import { bigints, Values } from './values.ts';
import type { Resolved, StoreParts } from './parts.ts';
import { keyOf } from './plan-rows.ts';
import type { RowToWrite } from './row-to-write.ts';

/**
 * Resources that must be there for a write: every local reference must lead to a resource that exists or is being written here. What the
 * caller may not see counts as absent, so that a write cannot be used to ask what exists. The rows are locked against deletion until the
 * end of the transaction.
 */
export interface WantedReferences {
  readonly count: number;
  readonly types: readonly number[];
  readonly ids: readonly string[];
  /** The predicate over `resource r` of what the caller sees, whose values begin after so many others. */
  visible(before: number): string;
  readonly visibleValues: readonly unknown[];
  /** `Type/id` of rows. */
  named(rows: readonly (readonly [type: number, id: string])[]): ReadonlySet<string>;
}

/** The references of one request that lead out of it. */
export function outwardReferences(resolved: readonly Resolved[]): string[] {
  const here = new Set(resolved.map(keyOf));
  const outward = new Set<string>();
  for (const operation of resolved) {
    if (operation.method === 'put') for (const reference of operation.row.references) if (!here.has(reference)) outward.add(reference);
  }
  return [...outward];
}

export function wantReferences(parts: StoreParts, access: Access, references: Iterable<string>): WantedReferences {
  const pairs = [...new Set(references)].map((reference) => reference.split('/') as [string, string]);
  const compile = (before: number): { text: string; values: readonly unknown[] } => {
    if (isOpen(access) || pairs.length === 0) return { text: 'true', values: [] };
    const values = new Values(before);
    return { text: accessPredicateForTypes(access, pairs.map(([type]) => type), parts.hasher, values), values: values.list };
  };
  return {
    count: pairs.length,
    types: pairs.map(([type]) => typeNumber(type)!),
    ids: pairs.map(([, id]) => id),
    visible: (before) => compile(before).text,
    visibleValues: compile(0).values,
    named: (rows) => new Set(rows.map(([type, id]) => `${typeName(type)}/${id}`)),
  };
}

/** Those of the wanted that are there, locked against deletion. */
export async function findReferences(sql: Sql, wanted: WantedReferences): Promise<ReadonlySet<string>> {
  if (wanted.count === 0) return new Set();
  const rows = await sql.query<{ type: number; id: string }>(
    `select r.type, r.id from resource r where (r.type, r.id) in (select * from unnest($1::smallint[], $2::text[])) and not r.deleted and ${wanted.visible(2)} order by r.type, r.id for key share of r`,
    [wanted.types, wanted.ids, ...wanted.visibleValues],
  );
  return wanted.named(rows.map(({ type, id }) => [type, id]));
}

/** The refusal of a request some of whose references were not found. */
export function danglingProblem(references: readonly string[], found: ReadonlySet<string>): Problem | undefined {
  const missing = references.find((reference) => !found.has(reference));
  return missing === undefined ? undefined : new Problem('store.dangling-reference', { reference: missing });
}

/**
 * Deleting what is referenced is a conflict: looked up after the tombstones stand, so that resources deleted together do not hold each
 * other. A caller is told of a referrer that he may see, as if there were no others; only where he may see none is it said that there is
 * one (docs/decisions/0023-what-holds-a-record.md).
 */
export async function checkNotReferenced(parts: StoreParts, sql: Sql, scope: Scope, deleted: readonly RowToWrite[]): Promise<void> {
  for (const row of deleted) {
    const reference = `${typeName(row.type)}/${row.id}`;
    const values = new Values();
    const referrers = `resource r where r.tokens && ${values.add(bigints(referrerTokens(parts.hasher, reference)))}::bigint[] and not r.deleted and r.rid <> ${values.add(row.rid)}`;
    const types = await sql.query<{ type: number }>(`select distinct r.type from ${referrers}`, values.list);
    if (types.length === 0) continue;
    const access = isOpen(scope.access) ? 'true' : accessPredicateForTypes(scope.access, types.map(({ type }) => typeName(type)), parts.hasher, values);
    const [seen] = await sql.query<{ type: number; id: string }>(`select r.type, r.id from ${referrers} and ${access} order by r.type, r.id limit 1`, values.list);
    throw seen ? new Problem('store.referenced', { reference, by: `${typeName(seen.type)}/${seen.id}` }) : new Problem('store.referenced-unseen', { reference });
  }
}
