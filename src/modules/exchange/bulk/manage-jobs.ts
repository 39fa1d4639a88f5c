import type { Ctx } from '../../../access/index.ts';
import { Problem, problemText } from '../../../kernel/problem.ts';
import { activate, cancelJob, listJobs, readJob } from '../tables.ts';
import { progressOf } from './progress.ts';

/** All bulk jobs for the administrator: how far each is, never what it holds. */
export async function readBulkJobs(ctx: Ctx): Promise<{ jobs: object[] }> {
  const jobs = await listJobs(ctx.sql);
  return {
    jobs: jobs.map((job) => ({
      id: job.id, kind: job.kind, state: job.state, account: job.account, by: job.caller.actor.name, created: job.created, finished: job.finished, expires: job.expires, done: job.done, refused: job.refused,
      progress: progressOf(job, ctx.language),
      error: job.error === null ? null : { code: job.error, text: problemText(job.error, job.details, ctx.language) },
    })),
  };
}

/** Stops a job. Refuses `exchange.no-job`. */
export async function cancelBulk(ctx: Ctx, id: string): Promise<void> {
  if (!(await readJob(ctx.sql, id))) throw new Problem('exchange.no-job');
  await cancelJob(ctx.sql, id);
}

/** Lets a job that has failed go on from its place. Refuses `exchange.no-job`, `exchange.not-resumable`. */
export async function resumeBulk(ctx: Ctx, id: string): Promise<void> {
  if (!(await readJob(ctx.sql, id))) throw new Problem('exchange.no-job');
  if (!(await activate(ctx.sql, id, 'failed'))) throw new Problem('exchange.not-resumable');
}
