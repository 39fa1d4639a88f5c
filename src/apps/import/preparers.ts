import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LinesToPrepare, PreparedLines } from './prepare-lines.ts';

/** More would only wait: the database writes about as fast as two threads prepare. */
const most = 2;

interface Thread {
  worker: Worker;
  waiting: { done: (prepared: PreparedLines | undefined) => void; failed: (error: Error) => void }[];
}

/**
 * Threads that read, check and index what is imported, so that this one has nothing to do but to pass rows on to the database, which so never
 * waits for it.
 */
export class Preparers {
  readonly #threads: Thread[];
  #failure: Error | undefined;

  constructor(count = Math.min(most, Math.max(1, availableParallelism() - 1))) {
    this.#threads = Array.from({ length: count }, () => this.#start());
  }

  /** Batches that may be in preparation at a time: one under way in each thread and one that it goes on with. */
  get ahead(): number {
    return 2 * this.#threads.length;
  }

  /** Undefined where the lines must be looked at one by one. */
  prepare(lines: LinesToPrepare): Promise<PreparedLines | undefined> {
    const { worker, waiting } = this.#threads.reduce((least, one) => (one.waiting.length < least.waiting.length ? one : least));
    return new Promise((done, failed) => {
      if (this.#failure) return failed(this.#failure);
      waiting.push({ done, failed });
      worker.postMessage(lines);
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const worker = new Worker(new URL('./prepare-worker.ts', import.meta.url), { workerData: { compiled: getCompileCacheDir() } });
    const waiting: Thread['waiting'] = [];
    worker.on('message', (prepared: PreparedLines | undefined) => waiting.shift()!.done(prepared));
    worker.on('error', (error) => {
      this.#failure = error as Error;
      for (const { failed } of waiting.splice(0)) failed(error as Error);
    });
    worker.unref();
    return { worker, waiting };
  }
}
