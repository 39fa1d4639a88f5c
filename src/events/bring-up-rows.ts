import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/types.ts';
import { log, type Log } from '../kernel/log.ts';
import { refreshMilliseconds } from '../store/index.ts';
import type { Store } from '../store/types.ts';
import { errorName } from './dispatch.ts';
import { holdLease, releaseLease, renewLease, takeLease, type Lease } from './lease.ts';
import type { Tail } from './tail.ts';

export interface BringUpOptions {
  database: Database;
  store: Pick<Store, 'index'>;
  /** Tells of new definitions sooner than the next look. */
  tail?: Tail;
  holder: string;
  log?: Log;
  lease?: number;
  poll?: number;
}

type Work = NonNullable<Awaited<ReturnType<Store['index']['findWork']>>>;

/**
 * Keeps this process's set of search parameters fresh and brings older rows up to a new index generation, slice by slice: every process
 * takes slices under leases, and one that is killed leaves its place in the slice to the next. Returns the function that stops after the
 * batch under way.
 */
export function startBringingUp(options: BringUpOptions): () => Promise<void> {
  const { database, store } = options;
  const out = options.log ?? log;
  const leaseTime = options.lease ?? 15_000;
  const poll = options.poll ?? refreshMilliseconds;
  const stopping = new AbortController();
  let woken: () => void = () => undefined;

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woke = new Promise<void>((resolve) => (woken = resolve));
      let moved = false;
      try {
        await store.index.refresh();
        const work = await store.index.findWork();
        moved = work !== undefined && (await step(work));
      } catch (error) {
        out.warn({ code: errorName(error) }, 'bringing rows up stumbled and goes on');
      }
      if (!moved) await Promise.race([woke, sleep(poll, undefined, { signal: stopping.signal }).catch(() => undefined)]);
    }
  };

  const step = async (work: Work): Promise<boolean> => {
    if (!work.planned) return under(`reindex:${work.generation}`, async (lease) => {
      if (!(await store.index.isQuiet(work.generation))) return false;
      return database.transaction(async (sql) => {
        if (!(await holdLease(sql, lease))) return false;
        await store.index.planSlices(sql, work.generation);
        return true;
      });
    });
    for (const slice of work.slices) {
      if (await under(`reindex:${work.generation}:${slice.first}`, (lease) => workOn(slice, lease))) return true;
    }
    if (work.slices.length > 0) return false; // others are at it
    await store.index.finish(work.generation);
    return true;
  };

  const workOn = async (slice: Work['slices'][number], lease: Lease): Promise<boolean> => {
    let renewed = performance.now();
    for (;;) {
      if (stopping.signal.aborted) return true;
      const done = await database.transaction(async (sql) => ((await holdLease(sql, lease)) ? store.index.bringUp(sql, slice) : 'lost'));
      if (done === 'lost') return false;
      if (done) return true;
      if (performance.now() - renewed < leaseTime / 3) continue;
      renewed = performance.now();
      if (!(await renewLease(database, lease, leaseTime))) return false;
    }
  };

  const under = async (name: string, work: (lease: Lease) => Promise<boolean>): Promise<boolean> => {
    const lease = await takeLease(database, name, options.holder, leaseTime);
    if (!lease) return false;
    try {
      return await work(lease);
    } finally {
      await releaseLease(database, lease);
    }
  };

  const listening = options.tail?.subscribe((changes) => {
    if (changes.some(({ type }) => type === 'SearchParameter')) woken();
  });
  const running = loop();
  return async () => {
    stopping.abort();
    const subscription = await listening;
    if (subscription && subscription !== 'too-old') subscription.stop();
    await running;
  };
}
