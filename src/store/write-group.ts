import { isOpen } from './access-sql.ts';
import type { StoreParts } from './parts.ts';
import { keyOf } from './plan-rows.ts';
import type { Access, WriteResult } from './types.ts';
import { writeBatch, type Unit } from './write-batch.ts';

interface Waiting {
  unit: Unit;
  /** What no two units of a batch may share: resources that they change, keys that they are answered under. */
  keys: readonly string[];
  /** Units of one batch have the same rights, for its statements carry one predicate. */
  rights: Access | 'open';
  done: (results: WriteResult[]) => void;
  failed: (error: unknown) => void;
}

/** Batches under way at the same time: one is committed while the next one is being written. */
const flights = 2;
/** Rows of a batch at most; a larger unit is a batch by itself. */
const largest = 400;
/** Rows that are worth a second batch while one is under way; fewer wait for it and go with what comes meanwhile. */
const worthwhile = 16;

/**
 * Group commit. What comes while nothing is under way is written at once; what comes meanwhile is gathered, so that many callers share
 * a statement and a flush of the log. Nobody ever waits for a clock.
 */
export class WriteGroup {
  readonly #parts: StoreParts;
  #queue: Waiting[] = [];
  #underWay = 0;
  #planned = false;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  write(unit: Unit): Promise<WriteResult[]> {
    return new Promise((done, failed) => {
      const { scope, options, resolved } = unit;
      const keys = resolved.map((operation) => keyOf(operation)!);
      if (options.idempotencyKey !== undefined) keys.push(`key ${scope.actor} ${options.idempotencyKey}`);
      this.#queue.push({ unit, keys, rights: isOpen(scope.access) ? 'open' : scope.access, done, failed });
      this.#plan();
    });
  }

  /** Begins after this turn of the event loop: what came with it goes together. */
  #plan(): void {
    if (this.#planned || !this.#mayBegin()) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      while (this.#mayBegin()) void this.#begin(this.#takeBatch());
    });
  }

  #mayBegin(): boolean {
    if (this.#queue.length === 0 || this.#underWay >= flights) return false;
    if (this.#underWay === 0) return true;
    let rows = 0;
    for (const { unit } of this.#queue) if ((rows += unit.resolved.length) >= worthwhile) return true;
    return false;
  }

  /** The first one waiting and those after it that may go with it. Units of one key keep their order: the second waits for the first. */
  #takeBatch(): Waiting[] {
    const { rights } = this.#queue[0]!;
    const batch: Waiting[] = [];
    const rest: Waiting[] = [];
    const keys = new Set<string>();
    let rows = 0;
    for (const waiting of this.#queue) {
      const fits = batch.length === 0 || (waiting.rights === rights && rows + waiting.unit.resolved.length <= largest && !waiting.keys.some((key) => keys.has(key)));
      for (const key of waiting.keys) keys.add(key);
      if (!fits) rest.push(waiting);
      else {
        batch.push(waiting);
        rows += waiting.unit.resolved.length;
      }
    }
    this.#queue = rest;
    return batch;
  }

  async #begin(batch: readonly Waiting[]): Promise<void> {
    this.#underWay++;
    try {
      const outcomes = await writeBatch(this.#parts, batch.map(({ unit }) => unit));
      batch.forEach(({ done, failed }, index) => {
        const outcome = outcomes[index]!;
        if ('results' in outcome) done(outcome.results);
        else failed(outcome.error);
      });
    } catch (error) {
      for (const { failed } of batch) failed(error);
    } finally {
      this.#underWay--;
      this.#plan();
    }
  }
}
