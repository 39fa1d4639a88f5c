import type { Transaction } from '../db/types.ts';
import { yieldOften } from '../kernel/yield-often.ts';
import { answerAgain, rememberAnswer } from './answered.ts';
import { isPlain, resolveConditions, resolvePlain } from './conditions.ts';
import { checkShape } from './check-shape.ts';
import { isStaleGeneration } from './generation-fence.ts';
import type { Resolved, StoreParts } from './parts.ts';
import { lockExisting, planRows, refuseTwice, resultOf } from './plan-rows.ts';
import { checkNotReferenced, danglingProblem, outwardReferences, wantReferences } from './references.ts';
import type { Scope, WriteOperation, WriteOptions, WriteResult } from './types.ts';
import { isTaken } from './write-batch.ts';
import { notesOf } from './notes.ts';
import { WriteGroup } from './write-group.ts';
import { isNew } from './row-to-write.ts';
import { Dangling, writeRows } from './write-rows.ts';

/** Milliseconds of checking and indexing at a time: the answers of the database are not left waiting meanwhile. */
const slice = 2;

export type Write = (scope: Scope, operations: readonly WriteOperation[], options?: WriteOptions) => Promise<WriteResult[]>;

/**
 * The one write path: all operations of a request or none. Refuses with `store.*` problems and changes nothing then. Requests that come at the
 * same time are written together and committed together; what needs a transaction of its own (a module's guards beside it, conditions to
 * look for, deletions, which search for what refers to them) has one.
 */
export function openWriter(parts: StoreParts): Write {
  const group = new WriteGroup(parts);
  return async (scope, operations, options = {}) => {
    const pause = yieldOften(slice);
    for (const operation of operations) {
      const looked = checkShape(operation, options, parts.profiles);
      if (looked) await looked;
      const turn = pause();
      if (turn) await turn;
    }
    if (!operations.every(isPlain)) return writeAlone(parts, scope, operations, options, undefined);
    const resolved = await resolvePlainly(parts, operations);
    if (options.alongside || operations.some(({ method }) => method === 'delete')) return writeAlone(parts, scope, operations, options, resolved);
    refuseTwice(resolved);
    return group.write({ scope, operations, resolved, options });
  };
}

/** Before the transaction, so that none stands open while resources are indexed; and in slices, so that many of them do not hold up other callers. */
async function resolvePlainly(parts: StoreParts, operations: readonly WriteOperation[]): Promise<Resolved[]> {
  const pause = yieldOften(slice);
  const resolved: Resolved[] = [];
  for (const operation of operations) {
    resolved.push(resolvePlain(parts, operation));
    const turn = pause();
    if (turn) await turn;
  }
  return resolved;
}

async function writeAlone(parts: StoreParts, scope: Scope, operations: readonly WriteOperation[], options: WriteOptions, plain: Resolved[] | undefined): Promise<WriteResult[]> {
  let resolved = plain;
  for (let attempt = 0; ; attempt++) {
    try {
      return await parts.db.transaction((sql) => writeOnce(parts, sql, scope, operations, options, resolved, attempt > 0));
    } catch (error) {
      // Another writer made the same id: now it is there, and the operations mean a change of it.
      const again = isTaken(error) || isStaleGeneration(error);
      if (!again || attempt === 3) throw error;
      if (!isStaleGeneration(error)) continue;
      await parts.index.refresh();
      if (resolved) resolved = await resolvePlainly(parts, operations);
    }
  }
}

async function writeOnce(parts: StoreParts, sql: Transaction, scope: Scope, operations: readonly WriteOperation[], options: WriteOptions, plain: Resolved[] | undefined, again: boolean): Promise<WriteResult[]> {
  if (options.idempotencyKey !== undefined) {
    const answer = await answerAgain(sql, scope.actor, options.idempotencyKey, operations);
    if (answer) return answer;
  }
  const resolved = plain ?? (await resolveConditions(parts, sql, scope, operations));
  refuseTwice(resolved);
  // An id that is there already makes the insertion fail; it is looked for then, not each time.
  const onlyNew = !again && resolved.every((operation) => operation.method === 'none' || (operation.method === 'put' && operation.create));
  const existing = onlyNew ? new Map() : await lockExisting(parts, sql, scope.access, resolved);
  const rows = await planRows(parts, sql, scope, resolved, existing);
  const changed = rows.filter((row) => row !== undefined);
  const results = resolved.map((operation, index) => resultOf(operation, rows[index]));
  const outward = options.danglingReferences === 'allow' ? [] : outwardReferences(resolved);
  try {
    await writeRows(parts.displays, sql, changed.map((row) => ({ row, actor: scope.actor })), wantReferences(parts, scope.access, outward), notesOf(options, results));
  } catch (error) {
    throw error instanceof Dangling ? danglingProblem(outward, error.found) : error;
  }
  await checkNotReferenced(parts, sql, scope, changed.filter((row) => !isNew(row) && row.deleted));
  await options.alongside?.(sql);
  if (options.idempotencyKey !== undefined) await rememberAnswer(sql, scope.actor, options.idempotencyKey, results, parts.clock.now());
  return results;
}
