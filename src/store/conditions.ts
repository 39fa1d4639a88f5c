import type { Resource } from '@medplum/fhirtypes';
import { hash } from 'node:crypto';
import type { Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import { knowsIds, mayEver } from './access-sql.ts';
import { idFor } from './new-id.ts';
import type { Resolved, StoreParts } from './parts.ts';
import { indexRow } from './row.ts';
import { matchRows } from './search/match-rows.ts';
import { typeNumber } from './type-number.ts';
import type { Scope, Stored, WriteOperation } from './types.ts';

/** The condition of an operation, as a search of its type. */
function conditionOf(operation: WriteOperation): { type: string; query: string } | undefined {
  if (operation.method === 'create') return operation.ifNoneExist === undefined ? undefined : { type: operation.resource.resourceType, query: operation.ifNoneExist };
  if (!('where' in operation) || operation.where === undefined) return undefined;
  return { type: operation.method === 'delete' ? operation.type : operation.resource.resourceType, query: operation.where };
}

/** Does the operation say itself what it changes, so that nothing must be looked for? */
export function isPlain(operation: WriteOperation): boolean {
  return conditionOf(operation) === undefined;
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
    if (!condition) {
      resolved.push(resolvePlain(parts, operation));
      continue;
    }
    // Who may not search would find nothing and write a double.
    if (!mayEver(scope.access, condition.type, 'search')) throw new Problem('store.forbidden', { type: condition.type });
    const matches = await matchRows(parts, sql, scope, condition.type, condition.query);
    if (matches.length > 1) throw new Problem('store.several-matches', { type: condition.type });
    if (operation.method === 'update' && matches.length === 0 && operation.resource.id !== undefined && !knowsIds(scope.access, condition.type)) throw new Problem('store.not-found', { reference: `${condition.type}/${operation.resource.id}` });
    resolved.push(resolveFound(parts, operation, matches[0]));
  }
  return resolved;
}

/** An operation without a condition. Nothing is read for it. */
export function resolvePlain(parts: StoreParts, operation: WriteOperation): Resolved {
  if (operation.method === 'delete') {
    if (!('id' in operation)) throw new Error('a conditional deletion is resolved with what it finds');
    return { method: 'delete', type: operation.type, id: operation.id, ifMatch: operation.ifMatch };
  }
  const { resource } = operation;
  if (operation.method === 'update') return put(parts, operation, resource.id!, false);
  return put(parts, operation, operation.keepId && resource.id ? resource.id : idFor(resource), true);
}

function resolveFound(parts: StoreParts, operation: WriteOperation, match: Stored | undefined): Resolved {
  if (operation.method === 'delete') {
    if (match) return { method: 'delete', type: match.type, id: match.id, ifMatch: operation.ifMatch };
    if (operation.ifMatch !== undefined) throw new Problem('store.absent', { reference: operation.type });
    return { method: 'none', stored: { type: operation.type, id: '', version: 0, updated: '', deleted: true, content: '', compartment: '' } };
  }
  const { resource } = operation;
  if (operation.method === 'create') {
    if (match) return { method: 'none', stored: match };
    return put(parts, operation, operation.keepId && resource.id ? resource.id : idFor(resource), true);
  }
  if (match && resource.id && resource.id !== match.id) throw new Problem('store.id-mismatch', { given: resource.id, expected: match.id });
  // What the condition did not find is not written over because it bears the id that was sent.
  return put(parts, operation, match?.id ?? resource.id ?? idFor(resource), !match);
}

function put(parts: StoreParts, operation: Exclude<WriteOperation, { method: 'delete' }>, id: string, create: boolean): Resolved {
  const resource = (operation.resource.id === id ? operation.resource : { ...operation.resource, id }) as Resource & { id: string };
  const row = indexRow(resource, parts.hasher, parts.zone);
  return { method: 'put', resource, text: operation.text, row, create, ifMatch: operation.method === 'update' ? operation.ifMatch : undefined };
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
