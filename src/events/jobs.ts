import { setTimeout as sleep } from 'node:timers/promises';
import type { Ctx } from '../access/context.ts';
import type { Database } from '../db/types.ts';
import { log, type Log } from '../kernel/log.ts';
import { errorName } from './dispatch.ts';
import { holdLease, releaseLease, renewLease, takeLease, type Lease } from './lease.ts';

/** Work on a schedule: what a module's `jobs` are. */
export interface Scheduled {
  readonly name: string;
  readonly everySeconds: number;
  run(ctx: Ctx): Promise<void>;
}

export interface JobsOptions {
  database: Database;
  jobs: readonly Scheduled[];
  context: (job: string) => Ctx;
  holder: string;
  log?: Log;
  lease?: number;
  /** Milliseconds between looks at the schedule; 1 s unless told. */
  poll?: number;
}

/**
 * Runs each job when its time has come, in one process at a time. The schedule counts from the last start, which stands in the
 * database, so that a restart neither skips nor doubles a run. A failure is recorded and the next run comes as planned.
 */
export function startJobs(options: JobsOptions): () => Promise<void> {
  const stopping = new AbortController();
  const out = options.log ?? log;
  const poll = options.poll ?? 1000;
  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);

  const loop = async (job: Scheduled): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await runIfDue(options, job, out);
      } catch (error) {
        out.warn({ job: job.name, code: errorName(error) }, 'a job could not be looked after; it is tried again');
      }
      await pause(Math.min(poll, job.everySeconds * 1000));
    }
  };
  const all = Promise.all(options.jobs.map(loop));
  return async () => {
    stopping.abort();
    await all;
  };
}

const due = `not exists (select from job_run where name = $1 and started > clock_timestamp() - $2 * interval '1 second')`;

async function runIfDue(options: JobsOptions, job: Scheduled, out: Log): Promise<void> {
  const { database, holder } = options;
  const leaseTime = options.lease ?? 30_000;
  const [look] = await database.query<{ due: boolean }>(`select ${due} as due`, [job.name, job.everySeconds]);
  if (!look!.due) return;
  const lease = await takeLease(database, `job:${job.name}`, holder, leaseTime);
  if (!lease) return;
  try {
    // asked again under the lease: another process may just have done it
    const [run] = await database.query<{ started: string }>(
      `insert into job_run (name, started, holder, fencing) select $1, clock_timestamp(), $3, $4::bigint where ${due} returning started::text as started`,
      [job.name, job.everySeconds, holder, lease.fencing],
    );
    if (run) await finish(options, job, lease, run.started, out);
  } finally {
    await releaseLease(database, lease);
  }
}

async function finish(options: JobsOptions, job: Scheduled, lease: Lease, started: string, out: Log): Promise<void> {
  const { database } = options;
  const leaseTime = options.lease ?? 30_000;
  const renewal = setInterval(() => void renewLease(database, lease, leaseTime).catch(() => undefined), leaseTime / 3);
  let error: string | undefined;
  try {
    await job.run(options.context(job.name));
  } catch (thrown) {
    error = errorName(thrown);
    out.error({ job: job.name, code: error }, 'a job failed');
  } finally {
    clearInterval(renewal);
  }
  await database.transaction(async (sql) => {
    if (!(await holdLease(sql, lease))) return;
    await sql.query(`update job_run set finished = clock_timestamp(), error = $3 where name = $1 and started = $2::timestamptz`, [job.name, started, error ?? null]);
  });
}
