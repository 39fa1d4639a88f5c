import type { Database, Sql } from '../../db/types.ts';
import { Problem, problemText, type Language } from '../../kernel/problem.ts';
import type { Scope, Store, WriteOperation } from '../../store/types.ts';
import { advanceFile, beginFile, finishFile } from './imported-file.ts';
import { outwardReferences } from './outward-references.ts';
import { type PreparedLines, textsOf } from './prepare-lines.ts';
import type { Preparers } from './preparers.ts';
import { type Lines, manyLinesOf, type SourceFile } from './read-file.ts';
import { unitOf, unitsOf, type Unit } from './units.ts';

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
  /** False: structure, cardinality, formats and bindings only. */
  invariants?: boolean;
  /** Threads that prepare the lines of NDJSON; without them each unit is prepared here. */
  preparers?: Preparers;
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

/** Resources of one transaction: many enough to be cheap, few enough not to hold back the feed of changes for others. */
const batchSize = 1000;
/** Batches under way: one is read, checked and indexed while the database writes the one before. */
const flights = 2;
/** Milliseconds that a batch waits, with its rows written, for the one before it to be committed. */
const patience = 3000;
const refusedShown = 1000;

/** Imports a JSON or NDJSON file, or the rest of it. What conforms is written, what does not is listed with its line. */
export async function importFile(parts: ImportParts, file: SourceFile, tally: Tally): Promise<FileOutcome> {
  return file.kind === 'ndjson' && parts.preparers ? importWith(parts, file, tally, (writer, done) => addLines(parts, parts.preparers!, file, writer, done)) : importUnits(parts, file, tally, unitsOf(file, searcher(parts), parts.heard));
}

/** The same for units that are given. */
export function importUnits(parts: ImportParts, file: SourceFile, tally: Tally, units: AsyncIterable<Unit>): Promise<FileOutcome> {
  return importWith(parts, file, tally, async (writer, done) => {
    let number = 0;
    for await (const unit of units) {
      if (number++ < done) continue;
      if (parts.stop?.aborted) break;
      await writer.add(unit);
    }
    return number;
  });
}

/** `addAll` adds what comes after the units that are done, and answers how many units there are. */
async function importWith(parts: ImportParts, file: SourceFile, tally: Tally, addAll: (writer: FileWriter, done: number) => Promise<number>): Promise<FileOutcome> {
  const progress = await beginFile(parts.database, file);
  if (progress.finished !== null) return 'already';
  const writer = new FileWriter(parts, file, tally, progress.position);
  let number: number;
  try {
    number = await addAll(writer, progress.position);
    if (parts.stop?.aborted) return 'stopped';
    await writer.end();
  } finally {
    await writer.settle();
  }
  if (number === 0) throw new Problem('import.no-resources', { file: file.path });
  await finishFile(parts.database, file);
  return progress.position > 0 ? 'resumed' : 'imported';
}

/** Lines are prepared some batches ahead, and written in their order. */
async function addLines(parts: ImportParts, preparers: Preparers, file: SourceFile, writer: FileWriter, done: number): Promise<number> {
  const ahead: { units: () => Unit[]; prepared: Promise<PreparedLines | undefined> }[] = [];
  const writeNext = async (): Promise<void> => {
    const { units, prepared } = ahead.shift()!;
    number += await writer.addPrepared(await prepared, units);
  };
  let number = 0;
  let line = 1;
  for await (const lines of manyLinesOf(file, batchSize, parts.heard)) {
    if (parts.stop?.aborted) return number;
    const first = line;
    line += lines.count;
    const units = () => unitsOfLines(lines, first, searcher(parts));
    const skipped = number < done ? Math.min(done - number, textsOf(lines.bytes).length) : 0;
    number += skipped;
    if (skipped > 0) {
      const rest = units().slice(skipped);
      number += rest.length;
      for (const unit of rest) await writer.add(unit);
      continue;
    }
    const prepared = prepare(parts, preparers, lines);
    prepared.catch(() => undefined); // told where it is waited for
    ahead.push({ units, prepared });
    if (ahead.length > preparers.ahead) await writeNext();
  }
  while (ahead.length > 0 && !parts.stop?.aborted) await writeNext();
  return number;
}

async function prepare({ store, scope, invariants = true }: ImportParts, preparers: Preparers, { bytes, count }: Lines): Promise<PreparedLines | undefined> {
  const [making, extensions] = await Promise.all([store.making(scope, count), invariants ? store.profiles.extensions() : []]);
  return preparers.prepare({ bytes, invariants, extensions, making });
}

function unitsOfLines({ bytes }: Lines, first: number, ctx: Parameters<typeof unitOf>[2]): Unit[] {
  return bytes.toString().split('\n').flatMap((text, index) => (text.trim() === '' ? [] : [unitOf(text, first + index, ctx)]));
}

/** Gathers units into batches and writes them, two at a time; the file's position moves on in their order. */
class FileWriter {
  readonly #parts: ImportParts;
  readonly #file: SourceFile;
  readonly #tally: Tally;
  /** Units before the batch that is being gathered. */
  #position: number;
  #batch: Prepared[] = [];
  #resources = 0;
  #underWay: { done: Promise<void>; keys: ReadonlySet<string> | undefined }[] = [];

  constructor(parts: ImportParts, file: SourceFile, tally: Tally, position: number) {
    this.#parts = parts;
    this.#file = file;
    this.#tally = tally;
    this.#position = position;
  }

  async add(unit: Unit): Promise<void> {
    let operations: WriteOperation[];
    try {
      operations = await unit.operations();
    } catch (error) {
      refuse(this.#parts, this.#file, unit, error, this.#tally);
      await this.end();
      await skipUnit(this.#parts, this.#file, this.#position++);
      return;
    }
    this.#batch.push({ unit, operations });
    this.#resources += operations.length;
    if (this.#resources >= batchSize) await this.#flush();
  }

  /** Adds a batch that was prepared, or its units where that was not possible. Answers how many they are. */
  async addPrepared(prepared: PreparedLines | undefined, units: () => Unit[]): Promise<number> {
    if (prepared === undefined) {
      const each = units();
      for (const unit of each) await this.add(unit);
      return each.length;
    }
    await this.#flush();
    await this.#write(prepared.resources, prepared.keys, (position, before) => writePrepared(this.#parts, this.#file, prepared, units, position, this.#tally, before));
    return prepared.resources;
  }

  /** Writes what is gathered and waits for all that is under way. */
  async end(): Promise<void> {
    await this.#flush();
    await Promise.all(this.#underWay.map(({ done }) => done));
    this.#underWay = [];
  }

  /** Waits for what is under way, however it ends: nothing is written after the import has returned. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#underWay.map(({ done }) => done));
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#resources = 0;
    await this.#write(batch.length, keysOf(batch), (position, before) => writeBatch(this.#parts, this.#file, batch, position, this.#tally, before));
  }

  /** Begins to write so many units when there is room. `work` is told their place and what stands before them. */
  async #write(units: number, keys: ReadonlySet<string> | undefined, work: (position: number, before: Promise<void>) => Promise<void>): Promise<void> {
    const apart = (other: ReadonlySet<string> | undefined) => keys !== undefined && other !== undefined && ![...keys].some((key) => other.has(key));
    while (this.#underWay.length >= flights || this.#underWay.some((one) => !apart(one.keys))) {
      await this.#underWay[0]!.done;
      this.#underWay.shift();
    }
    const done = work(this.#position, this.#underWay.at(-1)?.done ?? Promise.resolve());
    this.#position += units;
    done.catch(() => undefined); // told where it is waited for
    this.#underWay.push({ done, keys });
  }
}

/** What a batch writes, as far as it says so itself: batches that may meet in a resource or in a condition go one after the other. */
function keysOf(batch: readonly Prepared[]): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const { operations } of batch) {
    for (const operation of operations) {
      if (operation.method !== 'create' || operation.ifNoneExist !== undefined) return undefined;
      if (operation.keepId && operation.resource.id !== undefined) keys.add(`${operation.resource.resourceType}/${operation.resource.id}`);
    }
  }
  return keys;
}

export function searcher({ store, scope }: ImportParts): { store: { search: (type: string, query: string) => ReturnType<Store['search']>; profiles: Store['profiles'] } } {
  return { store: { profiles: store.profiles, search: (type, query) => store.search(scope, type, query) } };
}

/** A unit of which nothing is written. */
function skipUnit(parts: ImportParts, file: SourceFile, position: number): Promise<void> {
  return parts.database.transaction((sql) => advanceFile(sql, file, position, { units: 1, written: 0, refused: 1 }));
}

/**
 * Writes a batch with the file's new position in one transaction; where something in it is refused, its halves, down to the unit. The
 * position moves when that of the batch before has: `before`.
 */
async function writeBatch(parts: ImportParts, file: SourceFile, batch: readonly Prepared[], position: number, tally: Tally, before: Promise<void>): Promise<void> {
  const operations = batch.flatMap((prepared) => prepared.operations);
  try {
    const results = await parts.store.write(parts.scope, operations, {
      danglingReferences: 'allow',
      ...(parts.invariants === false && { invariants: false }),
      alongside: (sql) => advance(sql, file, position, batch.length, operations.length, before),
    });
    for (const result of results) tally.byType.set(result.type, (tally.byType.get(result.type) ?? 0) + 1);
    for (const reference of outwardReferences(operations)) if (!tally.outward.has(reference)) tally.outward.set(reference, file.path);
    parts.progressed?.(results.length);
  } catch (error) {
    await before;
    if (error instanceof Late) return writeBatch(parts, file, batch, position, tally, before);
    if (!(error instanceof Problem) || error.code.startsWith('import.') || error.code.startsWith('db.')) throw error;
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await writeBatch(parts, file, batch.slice(0, middle), position, tally, before);
      return writeBatch(parts, file, batch.slice(middle), position + middle, tally, before);
    }
    refuse(parts, file, batch[0]!.unit, error, tally);
    await skipUnit(parts, file, position);
  }
}

/** Inserts rows that were prepared, with the file's new position. What cannot simply be inserted is written unit by unit, which tells why not. */
async function writePrepared(parts: ImportParts, file: SourceFile, prepared: PreparedLines, units: () => Unit[], position: number, tally: Tally, before: Promise<void>): Promise<void> {
  try {
    await parts.store.insert(prepared.rows, (sql) => advance(sql, file, position, prepared.resources, prepared.resources, before));
  } catch (error) {
    if (error instanceof Problem) throw error;
    await before;
    const batch = await Promise.all(units().map(async (unit) => ({ unit, operations: await unit.operations() })));
    return writeBatch(parts, file, batch, position, tally, before);
  }
  for (const [type, count] of prepared.byType) tally.byType.set(type, (tally.byType.get(type) ?? 0) + count);
  for (const reference of prepared.outward) if (!tally.outward.has(reference)) tally.outward.set(reference, file.path);
  parts.progressed?.(prepared.resources);
}

/** Moves the file's position on when the batch before has done so. */
async function advance(sql: Sql, file: SourceFile, position: number, units: number, written: number, before: Promise<void>): Promise<void> {
  if (!(await settles(before, patience))) throw new Late();
  await advanceFile(sql, file, position, { units, written, refused: 0 });
}

/**
 * The batch before is not committed yet. It may be waiting for a row that a third writer holds who waits for ours: the database does not see
 * that circle, for one side of it waits here. So the rows are given back, and written again when the batch before is there.
 */
class Late extends Error {}

async function settles(work: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
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
