import type { Resource } from '@medplum/fhirtypes';
import { hash } from 'node:crypto';
import type { Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import { mayEver } from './access-sql.ts';
import { idFor } from './new-id.ts';
import type { Resolved, StoreParts } from './parts.ts';
import { matchRows } from './search/match-rows.ts';
import { typeNumber } from './type-number.ts';
import type { Scope, Stored, WriteOperation } from './types.ts';

/** The condition of an operation, as a search of its type. */
function conditionOf(operation: WriteOperation): { type: string; query: string } | undefined {
  if (operation.method === 'create') return operation.ifNoneExist === undefined ? undefined : { type: operation.resource.resourceType, query: operation.ifNoneExist };
  if (!('where' in operation) || operation.where === undefined) return undefined;
  return { type: operation.method === 'delete' ? operation.type : operation.resource.resourceType, query: operation.where };
}

/**
 * Resolves conditional interactions (http://hl7.org/fhir/R4/http.html#ccreate, #cond-update): first a claim on each condition is
 * taken and locked, in one order for all writers, then the search runs with a fresh snapshot. Two equal conditions can
 * so never both find nothing.
 */
export async function resolveConditions(parts: StoreParts, sql: Sql, scope: Scope, operations: readonly WriteOperation[]): Promise<Resolved[]> {
  const claims = operations.map(conditionOf).filter((condition) => condition !== undefined).map(({ type, query }) => claimKey(type, query));
  if (claims.length > 0) await takeClaims(sql, claims);
  const resolved: Resolved[] = [];
  for (const operation of operations) {
    const condition = conditionOf(operation);
    // Who may not search would find nothing and write a double.
    if (condition && !mayEver(scope.access, condition.type, 'search')) throw new Problem('store.forbidden', { type: condition.type });
    const matches = condition ? await matchRows(parts, sql, scope, condition.type, condition.query) : [];
    if (matches.length > 1) throw new Problem('store.several-matches', { type: condition!.type });
    resolved.push(resolve(parts, operation, condition !== undefined, matches[0]));
  }
  return resolved;
}

function resolve(parts: StoreParts, operation: WriteOperation, conditional: boolean, match: Stored | undefined): Resolved {
  if (operation.method === 'delete') {
    if ('id' in operation) return { method: 'delete', type: operation.type, id: operation.id, ifMatch: operation.ifMatch };
    return match ? { method: 'delete', type: match.type, id: match.id, ifMatch: undefined } : { method: 'none', stored: { type: operation.type, id: '', version: 0, updated: '', deleted: true, content: '', compartment: '' } };
  }
  const { resource, text } = operation;
  if (operation.method === 'create') {
    if (match) return { method: 'none', stored: match };
    const id = operation.keepId && resource.id ? resource.id : idFor(resource, parts.hasher, parts.zone);
    return { method: 'put', resource: { ...resource, id } as Resource & { id: string }, text, create: true, ifMatch: undefined };
  }
  if (!conditional) return { method: 'put', resource: resource as Resource & { id: string }, text, create: false, ifMatch: operation.ifMatch };
  if (match && resource.id && resource.id !== match.id) throw new Problem('store.id-mismatch', { given: resource.id, expected: match.id });
  const id = match?.id ?? resource.id ?? idFor(resource, parts.hasher, parts.zone);
  return { method: 'put', resource: { ...resource, id } as Resource & { id: string }, text, create: !match && !resource.id, ifMatch: operation.ifMatch };
}

function claimKey(type: string, query: string): bigint {
  const sorted = query.split('&').sort().join('&');
  return hash('sha256', `${typeNumber(type)}?${sorted}`, 'buffer').readBigInt64BE(0);
}

async function takeClaims(sql: Sql, keys: readonly bigint[]): Promise<void> {
  const sorted = [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
  await sql.query(`insert into claim (shard, key) select 0, k from unnest($1::bigint[]) as k order by k on conflict do nothing`, [sorted]);
  await sql.query(`select key from claim where shard = 0 and key = any($1::bigint[]) order by key for update`, [sorted]);
}
