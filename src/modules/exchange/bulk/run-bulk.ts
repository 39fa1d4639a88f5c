import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../../../kernel/log.ts';
import { Problem } from '../../../kernel/problem.ts';
import type { BulkOptions } from './bulk-options.ts';
import { activeJobs, endJob, readJob, releaseLease, renewLease, takeLease, type Lease } from '../tables.ts';
import { stepExport } from './run-export.ts';
import { stepImport } from './run-import.ts';

/** Jobs that one process works on at once. */
const width = 2;
export const keptMilliseconds = 24 * 60 * 60_000;

/** Works on bulk jobs, shared with other processes by leases: each step is one transaction with the place after it, so that a kill repeats nothing and leaves nothing out. */
export function startBulk(options: BulkOptions): () => Promise<void> {
  const { entrance } = options;
  const { db } = entrance;
  const out = options.log ?? log;
  const leaseTime = options.lease ?? 30_000;
  const poll = options.poll ?? 1000;
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);

  const run = async (id: string): Promise<void> => {
    const lease = await takeLease(db, `bulk:${id}`, options.holder, leaseTime);
    if (!lease) return;
    // a step may take longer than a lease: it is renewed beside it
    const renewal = setInterval(() => void renewLease(db, lease, leaseTime).catch(() => undefined), leaseTime / 3);
    try {
      while (!stopping.signal.aborted && (await step(id, lease)));
    } finally {
      clearInterval(renewal);
      await releaseLease(db, lease);
    }
  };

  const step = async (id: string, lease: Lease): Promise<boolean> => {
    const job = await readJob(db, id);
    if (job?.state !== 'active') return false;
    try {
      const moved = job.kind === 'export' ? await stepExport(options, job, lease) : await stepImport(options, job, lease, stopping.signal);
      if (moved === 'wait') return false;
      if (!moved) await endJob(db, id, 'complete', new Date(entrance.clock.now().getTime() + keptMilliseconds));
      return moved;
    } catch (error) {
      if (stopping.signal.aborted || !(error instanceof Problem) || error.code.startsWith('db.')) throw error;
      await endJob(db, id, 'failed', new Date(entrance.clock.now().getTime() + 7 * keptMilliseconds), error.code, error.details);
      out.error({ job: id, code: error.code }, 'a bulk job failed');
      return false;
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        for (const id of await activeJobs(db)) {
          if (running.has(id) || running.size >= width) continue;
          const work = run(id).catch((error: unknown) => out.warn({ job: id, code: (error as { code?: string }).code ?? (error as Error).name }, 'a bulk job stumbled and goes on'));
          running.set(id, work.finally(() => running.delete(id)));
        }
      } catch (error) {
        out.warn({ code: (error as { code?: string }).code ?? (error as Error).name }, 'bulk jobs stumbled and go on');
      }
      await pause(poll);
    }
    await Promise.all(running.values());
  };

  const all = loop();
  return async () => {
    stopping.abort();
    await all;
  };
}
