import type { Database } from '../../db/types.ts';
import { Problem, problemText, type Language } from '../../kernel/problem.ts';
import type { Scope, Store, WriteOperation } from '../../store/types.ts';
import { advanceFile, beginFile, finishFile } from './imported-file.ts';
import type { SourceFile } from './read-file.ts';
import { outwardReferences, unitsOf, type Unit } from './units.ts';

/** What an import stands on. */
export interface ImportParts {
  database: Database;
  store: Store;
  scope: Scope;
  language: Language;
  /** Told after each transaction. */
  progressed?: (resources: number) => void;
  heard?: (bytes: number) => void;
  /** Aborts between two transactions; the file goes on from there next time. */
  stop?: AbortSignal;
}

export interface Refused {
  file: string;
  line: number;
  reason: string;
}

export interface Tally {
  byType: Map<string, number>;
  refused: Refused[];
  refusedCount: number;
  /** References that led nowhere when they were written, with the file that brought them. */
  outward: Map<string, string>;
}

export type FileOutcome = 'imported' | 'resumed' | 'already' | 'stopped';

interface Prepared {
  unit: Unit;
  operations: WriteOperation[];
}

/** Resources of one transaction: short enough not to hold back the feed of changes for others. */
const batchSize = 400;
const refusedShown = 1000;

/** Imports a JSON or NDJSON file, or the rest of it. What conforms is written, what does not is listed with its line. */
export async function importFile(parts: ImportParts, file: SourceFile, tally: Tally, units: AsyncIterable<Unit> = unitsOf(file, searcher(parts), parts.heard)): Promise<FileOutcome> {
  const progress = await beginFile(parts.database, file);
  if (progress.finished !== null) return 'already';
  let { position } = progress;
  let number = 0;
  let batch: Prepared[] = [];
  const flush = async (): Promise<void> => {
    position = await writeBatch(parts, file, batch, position, tally);
    batch = [];
  };
  for await (const unit of units) {
    if (number++ < progress.position) continue;
    if (parts.stop?.aborted) return 'stopped';
    const prepared = await prepare(parts, file, unit, tally);
    if (prepared) batch.push(prepared);
    else {
      await flush();
      await parts.database.transaction((sql) => advanceFile(sql, file, position, { units: 1, written: 0, refused: 1 }));
      position++;
    }
    if (batch.reduce((sum, { operations }) => sum + operations.length, 0) >= batchSize) await flush();
  }
  await flush();
  if (number === 0) throw new Problem('import.no-resources', { file: file.path });
  await finishFile(parts.database, file);
  return progress.position > 0 ? 'resumed' : 'imported';
}

export function searcher({ store, scope }: ImportParts): { store: { search: (type: string, query: string) => ReturnType<Store['search']> } } {
  return { store: { search: (type, query) => store.search(scope, type, query) } };
}

async function prepare(parts: ImportParts, file: SourceFile, unit: Unit, tally: Tally): Promise<Prepared | undefined> {
  try {
    return { unit, operations: await unit.operations() };
  } catch (error) {
    refuse(parts, file, unit, error, tally);
    return undefined;
  }
}

/** Writes a batch with the file's new position in one transaction; where something in it is refused, its halves, down to the unit. */
async function writeBatch(parts: ImportParts, file: SourceFile, batch: readonly Prepared[], position: number, tally: Tally): Promise<number> {
  if (batch.length === 0) return position;
  const operations = batch.flatMap((prepared) => prepared.operations);
  try {
    const results = await parts.store.write(parts.scope, operations, {
      danglingReferences: 'allow',
      alongside: (sql) => advanceFile(sql, file, position, { units: batch.length, written: operations.length, refused: 0 }),
    });
    for (const result of results) tally.byType.set(result.type, (tally.byType.get(result.type) ?? 0) + 1);
    for (const reference of outwardReferences(operations)) if (!tally.outward.has(reference)) tally.outward.set(reference, file.path);
    parts.progressed?.(results.length);
    return position + batch.length;
  } catch (error) {
    if (!(error instanceof Problem) || error.code.startsWith('import.') || error.code.startsWith('db.')) throw error;
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      return writeBatch(parts, file, batch.slice(middle), await writeBatch(parts, file, batch.slice(0, middle), position, tally), tally);
    }
    refuse(parts, file, batch[0]!.unit, error, tally);
    await parts.database.transaction((sql) => advanceFile(sql, file, position, { units: 1, written: 0, refused: 1 }));
    return position + 1;
  }
}

function refuse(parts: ImportParts, file: SourceFile, unit: Unit, error: unknown, tally: Tally): void {
  if (!(error instanceof Problem)) throw error;
  tally.refusedCount++;
  const reason = problemText(error.code, error.details, parts.language);
  const places = error.issues.length > 0 ? error.issues.slice(0, 20) : [undefined];
  for (const issue of places) {
    if (tally.refused.length >= refusedShown) return;
    const entry = /^Bundle\.entry\[(\d+)\]/.exec(issue?.expression ?? '')?.[1];
    const line = entry === undefined ? unit.line : (unit.lineOfEntry?.(Number(entry)) ?? unit.line);
    tally.refused.push({ file: file.path, line, reason: issue ? `${reason} ${[issue.expression, issue.diagnostics].filter(Boolean).join(': ')}` : reason });
  }
}

/** Which of the references that led nowhere still do: what later files brought is resolved by now. */
export async function unresolvedReferences({ store, scope }: ImportParts, outward: ReadonlyMap<string, string>): Promise<[reference: string, file: string][]> {
  const all = [...outward];
  const found = new Set<string>();
  const local = all.map(([reference]) => reference).filter((reference) => /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(reference));
  for (let start = 0; start < local.length; start += 1000) {
    for (const { type, id } of await store.readMany(scope, local.slice(start, start + 1000))) found.add(`${type}/${id}`);
  }
  return all.filter(([reference]) => !found.has(reference));
}
