import type { Resource } from '@medplum/fhirtypes';
import type { Sql } from '../db/types.ts';
import { compartmentsOf, ownParams, spliceMeta, validateResource } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { accessPredicate, mayWrite } from './access-sql.ts';
import { answerAgain, rememberAnswer } from './answered.ts';
import { checkDefinition } from './own-parameters.ts';
import { resolveConditions } from './conditions.ts';
import { checkNotReferenced, checkReferences } from './references.ts';
import type { Resolved, StoreParts } from './parts.ts';
import { isStaleGeneration } from './generation-fence.ts';
import { indexRow, type IndexedRow } from './row.ts';
import { typeName, typeNumber } from './type-number.ts';
import type { Scope, WriteOperation, WriteOptions, WriteResult } from './types.ts';
import { Values } from './values.ts';
import { appendOutbox, insertNarrowRows, insertRows, replaceRows, type RowToWrite } from './write-rows.ts';

interface Existing {
  rid: string;
  type: number;
  id: string;
  version: number;
  deleted: boolean;
  shard: number;
  compartment: string;
  content: string;
  updated: string;
  mine: boolean;
}

/**
 * The one write path: all operations or none, in one transaction. Refuses with `store.*` problems and changes nothing then.
 * Rows are locked in (type, id) order, so that two writers never wait for each other in a circle.
 */
export async function writeOperations(parts: StoreParts, scope: Scope, operations: readonly WriteOperation[], options: WriteOptions = {}): Promise<WriteResult[]> {
  for (const operation of operations) checkShape(operation);
  for (let attempt = 0; ; attempt++) {
    try {
      return await writeOnce(parts, scope, operations, options);
    } catch (error) {
      if (isStaleGeneration(error) && attempt < 3) {
        await parts.index.refresh();
        continue;
      }
      // Another writer made the same id in this moment: now it is there, and the operations mean a change of it.
      const { code, constraint } = error as { code?: string; constraint?: string };
      if (code !== '23505' || constraint !== 'resource_id' || attempt === 3) throw error;
    }
  }
}

function writeOnce(parts: StoreParts, scope: Scope, operations: readonly WriteOperation[], options: WriteOptions): Promise<WriteResult[]> {
  return parts.db.transaction(async (sql) => {
    if (options.idempotencyKey !== undefined) {
      const answer = await answerAgain(sql, scope.actor, options.idempotencyKey, operations);
      if (answer) return answer;
    }
    const resolved = await resolveConditions(parts, sql, scope, operations);
    const rows = await plan(parts, sql, scope, resolved);
    const changed = rows.filter((row): row is RowToWrite => row !== undefined);
    const created = changed.filter((row) => row.outcome === 'created' && row.version === 1);
    const replaced = changed.filter((row) => !created.includes(row));
    if (options.danglingReferences !== 'allow') await checkReferences(parts, sql, scope, resolved);
    await insertRows(sql, created);
    await replaceRows(sql, replaced);
    await insertNarrowRows(sql, changed.filter((row) => !row.deleted));
    await checkNotReferenced(parts, sql, scope, replaced.filter((row) => row.deleted));
    await appendOutbox(sql, changed, scope.actor);
    await options.alongside?.(sql);
    const results = resolved.map((operation, index) => result(operation, rows[index]));
    if (options.idempotencyKey !== undefined) await rememberAnswer(sql, scope.actor, options.idempotencyKey, results, parts.clock.now());
    return results;
  });
}

function checkShape(operation: WriteOperation): void {
  if (operation.method === 'delete') {
    if (typeNumber(operation.type) === undefined) throw new Problem('store.unknown-type', { type: operation.type });
    return;
  }
  const issues = validateResource(operation.resource).filter((issue) => issue.severity === 'error');
  if (issues.length > 0) throw new Problem('store.invalid', {}, issues);
  if (operation.resource.resourceType === 'SearchParameter') checkDefinition(operation.resource);
}

async function plan(parts: StoreParts, sql: Sql, scope: Scope, resolved: readonly Resolved[]): Promise<(RowToWrite | undefined)[]> {
  const keys = new Set<string>();
  for (const operation of resolved) {
    if (operation.method === 'none') continue;
    const key = keyOf(operation);
    if (keys.has(key)) throw new Problem('store.twice', { reference: key });
    keys.add(key);
  }
  const existing = await lockExisting(parts, sql, scope, resolved);
  const numbers = await parts.takeNumbers(sql, resolved.filter((operation) => operation.method === 'put' && !existing.has(keyOf(operation))).length);
  const now = parts.clock.now().getTime();
  return resolved.map((operation) => {
    if (operation.method === 'none') return undefined;
    const known = existing.get(keyOf(operation));
    checkVersion(operation, known);
    // A version is later than the one before it, whatever a clock that was set back says: histories are read in this order.
    const updated = Math.max(now, known ? Math.floor(Date.parse(known.updated)) + 1 : 0);
    if (operation.method === 'delete') return known && !known.deleted ? tombstone(known, updated) : undefined;
    const row = indexRow(operation.resource, parts.hasher, parts.zone);
    checkMayWrite(parts, scope, operation.resource.resourceType, row, known?.mine && !known.deleted ? known : undefined);
    if (known && !known.mine && !known.deleted) throw new Problem('store.not-found', { reference: keyOf(operation) });
    const version = (known?.version ?? 0) + 1;
    const text = operation.text ?? JSON.stringify(operation.resource);
    const content = spliceMeta(text, { id: row.id, versionId: String(version), lastUpdated: new Date(updated).toISOString() });
    const outcome = known && !known.deleted ? 'updated' : 'created';
    return { ...row, rid: known ? BigInt(known.rid) : numbers.pop()!, shard: known?.shard ?? row.shard, version, updated, content, outcome, deleted: false };
  });
}

function keyOf(operation: Resolved): string {
  if (operation.method === 'put') return `${operation.resource.resourceType}/${operation.resource.id}`;
  return operation.method === 'delete' ? `${operation.type}/${operation.id}` : '';
}

/** Locks the rows that are to change. `mine`: the caller may write the row as it stands. */
async function lockExisting(parts: StoreParts, sql: Sql, scope: Scope, resolved: readonly Resolved[]): Promise<Map<string, Existing>> {
  const wanted = new Map<string, { type: string; id: string }>();
  for (const operation of resolved) {
    if (operation.method === 'put') wanted.set(keyOf(operation), { type: operation.resource.resourceType, id: operation.resource.id });
    if (operation.method === 'delete') wanted.set(keyOf(operation), operation);
  }
  if (wanted.size === 0) return new Map();
  const values = new Values();
  const all = [...wanted.values()];
  const types = values.add(all.map(({ type }) => typeNumber(type)));
  const ids = values.add(all.map(({ id }) => id));
  const mine = [...new Set(all.map(({ type }) => type))].map((type) => `when ${typeNumber(type)} then ${mayChange(parts, scope, type, resolved, values)}`);
  const rows = await sql.query<Existing>(
    `select r.rid::text as rid, r.type, r.id, r.version, r.deleted, r.shard, r.compartment::text as compartment, r.content, r.updated, (case r.type ${mine.join(' ')} else false end) as mine
     from resource r where (r.type, r.id) in (select * from unnest(${types}::smallint[], ${ids}::text[])) order by r.type, r.id for update of r`,
    values.list,
  );
  return new Map(rows.map((row) => [`${typeName(row.type)}/${row.id}`, row]));
}

/** The rows of a type that the caller may change in the way that he asks for: what is to go by the right to delete, the rest by the right to update. */
function mayChange(parts: StoreParts, scope: Scope, type: string, resolved: readonly Resolved[], values: Values): string {
  const gone = resolved.flatMap((operation) => (operation.method === 'delete' && operation.type === type ? [operation.id] : []));
  const kept = resolved.some((operation) => operation.method === 'put' && operation.resource.resourceType === type);
  const may = (act: 'update' | 'delete') => accessPredicate(scope.access, type, parts.hasher, values, { act }) ?? 'true';
  if (gone.length === 0) return may('update');
  return kept ? `case when r.id = any(${values.add(gone)}::text[]) then ${may('delete')} else ${may('update')} end` : may('delete');
}

function checkVersion(operation: Exclude<Resolved, { method: 'none' }>, known: Existing | undefined): void {
  const reference = keyOf(operation);
  if (operation.method === 'put' && operation.create && known && !known.deleted) throw new Problem('store.exists', { reference });
  // what may not be changed by this caller answers as absent
  if (known && !known.mine && (operation.method === 'delete' || operation.ifMatch !== undefined)) throw new Problem('store.not-found', { reference });
  if (operation.ifMatch !== undefined && operation.ifMatch !== known?.version) {
    if (!known) throw new Problem('store.not-found', { reference });
    throw new Problem('store.stale', { reference, current: known.version, given: operation.ifMatch });
  }
  if (operation.method === 'delete' && !known) throw new Problem('store.not-found', { reference });
}

function checkMayWrite(parts: StoreParts, scope: Scope, type: string, row: IndexedRow, known: Existing | undefined): void {
  if (!mayWrite(scope.access, type, row.patients, new Set(row.tokens), parts.hasher, known ? 'update' : 'create')) {
    throw new Problem(known ? 'store.not-found' : 'store.forbidden', known ? { reference: `${type}/${row.id}` } : { type });
  }
}

function tombstone(known: Existing, updated: number): RowToWrite {
  const { patients } = compartmentsOf(JSON.parse(known.content) as Resource);
  return {
    generation: ownParams().generation, type: known.type, id: known.id, patient: patients[0], patients, compartment: BigInt(known.compartment), shard: known.shard,
    code: null, dateLow: null, dateHigh: null, value: null, tokens: [], dates: [], numbers: [], texts: [],
    rid: BigInt(known.rid), version: known.version + 1, updated, content: '', outcome: 'deleted', deleted: true,
  };
}

function result(operation: Resolved, row: RowToWrite | undefined): WriteResult {
  if (operation.method === 'none') return { ...operation.stored, outcome: 'unchanged' };
  if (!row) {
    const { type, id } = operation as { type: string; id: string };
    return { type, id, version: 0, updated: '', deleted: true, content: '', compartment: '', outcome: 'unchanged' };
  }
  return { type: typeName(row.type), id: row.id, version: row.version, updated: new Date(row.updated).toISOString(), deleted: row.deleted, content: row.content, compartment: String(row.compartment), outcome: row.outcome };
}
