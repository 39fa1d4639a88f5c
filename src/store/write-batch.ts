import type { Sql, Transaction } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import { answersTo, keepAnswers } from './answered.ts';
import { isStaleGeneration } from './generation-fence.ts';
import type { Resolved, StoreParts } from './parts.ts';
import { lockExisting, planRows, resultOf, type Existing } from './plan-rows.ts';
import { danglingProblem, outwardReferences, wantReferences } from './references.ts';
import type { Scope, WriteOperation, WriteOptions, WriteResult } from './types.ts';
import { indexRow } from './row.ts';
import type { WrittenBy } from './row-to-write.ts';
import { notesOf, type NoteToWrite } from './notes.ts';
import { Dangling, writeRows } from './write-rows.ts';

/** A request to write, all or nothing, whose operations say themselves what they change. */
export interface Unit {
  scope: Scope;
  operations: readonly WriteOperation[];
  resolved: readonly Resolved[];
  options: WriteOptions;
}

export type Outcome = { results: WriteResult[] } | { error: unknown };

/** From so many rows on a batch has a transaction, in which each table is written by COPY. */
const largeBatch = 64;

/** The id is there already (another writer was first), or the database chose this transaction to end a circle of waiting. */
export function isTaken(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '40001' || code === '40P01' || (code === '23505' && constraint === 'resource_id') || error instanceof KeyTaken;
}

/** Another transaction has answered one of the keys. */
class KeyTaken extends Error {}

/**
 * Writes several units, of callers with the same rights, in one transaction. Units do not touch each other: none changes what another
 * one changes, and one that is refused is taken out while the others go on.
 */
export async function writeBatch(parts: StoreParts, units: readonly Unit[]): Promise<Outcome[]> {
  const outcomes = new Map<Unit, Outcome>();
  for (let attempt = 0; outcomes.size < units.length; attempt++) {
    const left = units.filter((unit) => !outcomes.has(unit));
    try {
      for (const [unit, outcome] of await attemptBatch(parts, left, attempt > 0)) outcomes.set(unit, outcome);
    } catch (error) {
      if (error instanceof Dangling) refuseDangling(left, error, outcomes);
      else if (isTaken(error) && attempt < 3) continue;
      else if (isStaleGeneration(error) && attempt < 3) await extractAgain(parts, left);
      else if (left.length === 1 || isAway(error)) for (const unit of left) outcomes.set(unit, { error });
      else for (const unit of left) outcomes.set(unit, (await writeBatch(parts, [unit]))[0]!);
    }
  }
  return units.map((unit) => outcomes.get(unit)!);
}

/** Other parameters are in force since the rows were extracted. */
async function extractAgain(parts: StoreParts, units: readonly Unit[]): Promise<void> {
  await parts.index.refresh();
  for (const unit of units) unit.resolved = unit.resolved.map((operation) => (operation.method === 'put' ? { ...operation, row: indexRow(operation.resource, parts.hasher, parts.zone) } : operation));
}

/** While the database is away nobody knows whether a commit reached it: nothing is tried again, the callers do so with their keys. */
function isAway(error: unknown): boolean {
  return error instanceof Problem && error.code.startsWith('db.');
}

function refuseDangling(units: readonly Unit[], { found }: Dangling, outcomes: Map<Unit, Outcome>): void {
  for (const unit of units) {
    const error = danglingProblem(referencesOf(unit), found);
    if (error) outcomes.set(unit, { error });
  }
}

function referencesOf(unit: Unit): string[] {
  return unit.options.danglingReferences === 'allow' ? [] : outwardReferences(unit.resolved);
}

async function attemptBatch(parts: StoreParts, units: readonly Unit[], again: boolean): Promise<Map<Unit, Outcome>> {
  const keyed = units.flatMap((unit) => (unit.options.idempotencyKey === undefined ? [] : [{ unit, actor: unit.scope.actor, key: unit.options.idempotencyKey, operations: unit.operations }]));
  // An id that is there already makes the insertion fail; it is looked for then, not each time.
  const reads = again || units.some(({ resolved }) => resolved.some((operation) => operation.method !== 'put' || !operation.create));
  const size = units.reduce((sum, { resolved }) => sum + resolved.length, 0);
  if (!reads && keyed.length === 0 && size < largeBatch) return writeUnits(parts, parts.db, units, new Map());
  return parts.db.transaction(async (sql) => {
    const existing = reads ? await lockExisting(parts, sql, units[0]!.scope.access, units.flatMap(({ resolved }) => resolved)) : new Map<string, Existing>();
    if (keyed.length === 0) return writeUnits(parts, sql, units, existing);
    const outcomes = new Map<Unit, Outcome>();
    for (const [{ unit }, answer] of await answersTo(sql, keyed)) outcomes.set(unit, answer instanceof Problem ? { error: answer } : { results: answer });
    const fresh = await writeUnits(parts, sql, units.filter((unit) => !outcomes.has(unit)), existing);
    const answers = keyed.flatMap((request) => {
      const outcome = fresh.get(request.unit);
      return outcome && 'results' in outcome ? [{ ...request, results: outcome.results }] : [];
    });
    if (answers.length > 0 && !(await keepAnswers(sql, answers, parts.clock.now()))) throw new KeyTaken();
    return new Map([...outcomes, ...fresh]);
  });
}

async function writeUnits(parts: StoreParts, sql: Sql | Transaction, units: readonly Unit[], existing: ReadonlyMap<string, Existing>): Promise<Map<Unit, Outcome>> {
  const outcomes = new Map<Unit, Outcome>();
  const written: WrittenBy[] = [];
  const references = new Set<string>();
  const notes: NoteToWrite[] = [];
  for (const unit of units) {
    try {
      const rows = await planRows(parts, sql, unit.scope, unit.resolved, existing);
      for (const row of rows) if (row) written.push({ row, actor: unit.scope.actor });
      for (const reference of referencesOf(unit)) references.add(reference);
      const results = unit.resolved.map((operation, index) => resultOf(operation, rows[index]));
      if (rows.some(Boolean)) notes.push(...notesOf(unit.options, results));
      outcomes.set(unit, { results });
    } catch (error) {
      if (!(error instanceof Problem) || isAway(error)) throw error;
      outcomes.set(unit, { error });
    }
  }
  if (written.length > 0) await writeRows(parts.displays, sql, written, wantReferences(parts, units[0]!.scope.access, references), notes);
  return outcomes;
}
