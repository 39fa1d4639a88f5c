import type { Resource } from '@medplum/fhirtypes';
import type { Sql } from '../db/types.ts';
import { compartmentsOf, ownParams, spliceMeta } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { accessPredicate, isOpen, knowsIds, mayWrite } from './access-sql.ts';
import type { Resolved, StoreParts } from './parts.ts';
import { typeName, typeNumber } from './type-number.ts';
import type { Access, Scope, WriteResult } from './types.ts';
import { Values } from './values.ts';
import type { RowToWrite } from './row-to-write.ts';

/** A row as it stands, locked for the writer. */
export interface Existing {
  rid: string;
  type: number;
  id: string;
  version: number;
  deleted: boolean;
  shard: number;
  compartment: string;
  /** Only of rows that are to be deleted. */
  content: string;
  updated: string;
  /** The caller may change the row as it stands. */
  mine: boolean;
}

/** The `Type/id` that an operation changes; undefined where it changes nothing. */
export function keyOf(operation: Resolved): string | undefined {
  if (operation.method === 'put') return `${operation.resource.resourceType}/${operation.resource.id}`;
  return operation.method === 'delete' ? `${operation.type}/${operation.id}` : undefined;
}

/** Refuses two changes of one resource in one request. */
export function refuseTwice(resolved: readonly Resolved[]): void {
  const keys = new Set<string>();
  for (const operation of resolved) {
    const key = keyOf(operation);
    if (key === undefined) continue;
    if (keys.has(key)) throw new Problem('store.twice', { reference: key });
    keys.add(key);
  }
}

/**
 * Locks the rows that are to change, in (type, id) order, so that two writers never wait for each other in a circle. A change leaves the
 * identity of a row alone, so those who only refer to it need not wait for it; who deletes it waits for them.
 */
export async function lockExisting(parts: StoreParts, sql: Sql, access: Access, resolved: readonly Resolved[]): Promise<Map<string, Existing>> {
  const wanted = new Map<string, { type: string; id: string }>();
  for (const operation of resolved) {
    if (operation.method === 'put') wanted.set(keyOf(operation)!, { type: operation.resource.resourceType, id: operation.resource.id });
    if (operation.method === 'delete') wanted.set(keyOf(operation)!, operation);
  }
  if (wanted.size === 0) return new Map();
  const deletes = resolved.some(({ method }) => method === 'delete');
  const values = new Values();
  const all = [...wanted.values()];
  const types = values.add(all.map(({ type }) => typeNumber(type)));
  const ids = values.add(all.map(({ id }) => id));
  const rows = await sql.query<Existing>(
    `select r.rid::text as rid, r.type, r.id, r.version, r.deleted, r.shard, r.compartment::text as compartment, ${deletes ? 'r.content' : "''"} as content, r.updated, ${mine(parts, access, resolved, values)} as mine
     from resource r where (r.type, r.id) in (select * from unnest(${types}::smallint[], ${ids}::text[])) order by r.type, r.id for ${deletes ? 'update' : 'no key update'} of r`,
    values.list,
  );
  return new Map(rows.map((row) => [`${typeName(row.type)}/${row.id}`, row]));
}

/** Which of the rows the caller may change in the way that he asks for. */
function mine(parts: StoreParts, access: Access, resolved: readonly Resolved[], values: Values): string {
  if (isOpen(access)) return 'true';
  const types = new Set(resolved.flatMap((operation) => (operation.method === 'put' ? [operation.resource.resourceType] : operation.method === 'delete' ? [operation.type] : [])));
  const cases = [...types].map((type) => `when ${typeNumber(type)} then ${mayChange(parts, access, type, resolved, values)}`);
  return `(case r.type ${cases.join(' ')} else false end)`;
}

/** What is to go by the right to delete, the rest by the right to update. */
function mayChange(parts: StoreParts, access: Access, type: string, resolved: readonly Resolved[], values: Values): string {
  const gone = resolved.flatMap((operation) => (operation.method === 'delete' && operation.type === type ? [operation.id] : []));
  const kept = resolved.some((operation) => operation.method === 'put' && operation.resource.resourceType === type);
  const may = (act: 'update' | 'delete') => accessPredicate(access, type, parts.hasher, values, { act }) ?? 'true';
  if (gone.length === 0) return may('update');
  return kept ? `case when r.id = any(${values.add(gone)}::text[]) then ${may('delete')} else ${may('update')} end` : may('delete');
}

/** The rows to write, by operation; undefined where nothing changes. Refuses what the versions or the caller's rights do not allow. */
export async function planRows(parts: StoreParts, sql: Sql, scope: Scope, resolved: readonly Resolved[], existing: ReadonlyMap<string, Existing>): Promise<(RowToWrite | undefined)[]> {
  const numbers = await parts.takeNumbers(sql, resolved.filter((operation) => operation.method === 'put' && !existing.has(keyOf(operation)!)).length);
  // upwards, so that the indexes over them grow at their end
  let next = 0;
  const now = parts.clock.now().getTime();
  return resolved.map((operation) => {
    if (operation.method === 'none') return undefined;
    const known = existing.get(keyOf(operation)!);
    checkVersion(scope, operation, known);
    // A version is later than the one before it, whatever a clock that was set back says: histories are read in this order.
    const updated = Math.max(now, known ? Math.floor(Date.parse(known.updated)) + 1 : 0);
    if (operation.method === 'delete') return known && !known.deleted ? tombstone(known, updated) : undefined;
    checkMayWrite(parts, scope, operation, known?.mine && !known.deleted ? known : undefined);
    const { row } = operation;
    const version = (known?.version ?? 0) + 1;
    const text = operation.text ?? JSON.stringify(operation.resource);
    const content = spliceMeta(text, { id: row.id, versionId: String(version), lastUpdated: new Date(updated).toISOString() });
    const outcome = known && !known.deleted ? 'updated' : 'created';
    return { ...row, rid: known ? BigInt(known.rid) : numbers[next++]!, shard: known?.shard ?? row.shard, version, updated, content, outcome, deleted: false };
  });
}

function checkVersion({ access }: Scope, operation: Exclude<Resolved, { method: 'none' }>, known: Existing | undefined): void {
  const reference = keyOf(operation);
  if (operation.method === 'put' && operation.create && known && !known.deleted) throw new Problem('store.exists', { reference });
  // An id that is taken by what he does not see answers as one that is free (decision 0025).
  const taken = known !== undefined && !known.deleted;
  if (operation.method === 'put' && !operation.create && !known?.mine && (taken || !knowsIds(access, operation.resource.resourceType))) throw new Problem('store.not-found', { reference });
  // What may not be changed by this caller answers as absent. Who sees everything is told of what never was as of what is there no more
  // (http://hl7.org/fhir/R4/http.html#delete); to others both are absent.
  if (operation.method === 'delete' && (known ? !known.mine : !isOpen(access))) throw new Problem('store.not-found', { reference });
  // A precondition counts where the request would have been served without it (RFC 9110 §13.2.1), so after the refusals above.
  const { ifMatch } = operation;
  if (ifMatch === undefined || (taken && (ifMatch === 'any' || ifMatch === known.version))) return;
  if (known && ifMatch !== 'any' && ifMatch !== known.version) throw new Problem('store.stale', { reference, current: known.version, given: ifMatch });
  throw new Problem('store.absent', { reference });
}

function checkMayWrite(parts: StoreParts, scope: Scope, { resource, row }: Extract<Resolved, { method: 'put' }>, known: Existing | undefined): void {
  if (isOpen(scope.access)) return;
  const type = resource.resourceType;
  if (!mayWrite(scope.access, type, row.patients, new Set(row.tokens), parts.hasher, known ? 'update' : 'create')) {
    throw new Problem(known ? 'store.not-found' : 'store.forbidden', known ? { reference: `${type}/${row.id}` } : { type });
  }
}

function tombstone(known: Existing, updated: number): RowToWrite {
  const { patients } = compartmentsOf(JSON.parse(known.content) as Resource);
  return {
    generation: ownParams().generation, type: known.type, id: known.id, patient: patients[0], patients, compartment: BigInt(known.compartment), shard: known.shard, literals: [], references: [],
    code: null, dateLow: null, dateHigh: null, value: null, tokens: [], dates: [], numbers: [], texts: [], displays: [],
    rid: BigInt(known.rid), version: known.version + 1, updated, content: '', outcome: 'deleted', deleted: true,
  };
}

/** What an operation answers. */
export function resultOf(operation: Resolved, row: RowToWrite | undefined): WriteResult {
  if (operation.method === 'none') return { ...operation.stored, outcome: 'unchanged' };
  if (!row) {
    const { type, id } = operation as { type: string; id: string };
    return { type, id, version: 0, updated: '', deleted: true, content: '', compartment: '', outcome: 'unchanged' };
  }
  return { type: typeName(row.type), id: row.id, version: row.version, updated: new Date(row.updated).toISOString(), deleted: row.deleted, content: row.content, compartment: String(row.compartment), outcome: row.outcome, ...(row.patient !== undefined && { patient: row.patient }) };
}
