import { entranceOf, type Ctx } from '../../../access/index.ts';
import { Problem, problemText } from '../../../kernel/problem.ts';
import type { JobLine } from '../contract.ts';
import { activate, cancelJob, filesOfJobs, listJobs, readJob, type BulkJob } from '../tables.ts';
import { progressOf, shareOf } from './progress.ts';
import type { ExportAsked } from './read-export.ts';
import type { ImportAsked } from './read-manifest.ts';

/** All bulk jobs for the administrator: what was asked, how far each is and which files it has, never what they hold. */
export async function readBulkJobs(ctx: Ctx): Promise<{ jobs: JobLine[] }> {
  const jobs = await listJobs(ctx.sql);
  const { account } = entranceOf(ctx);
  const kept = jobs.filter(({ state, expires }) => (state === 'complete' || state === 'failed') && (expires === null || new Date(expires) > ctx.now));
  const files = Map.groupBy(await filesOfJobs(ctx.sql, kept.map(({ id }) => id)), ({ job }) => job);
  return {
    jobs: jobs.map((job) => {
      const share = shareOf(job);
      return {
        id: job.id, kind: job.kind, state: job.state, account: job.account, by: job.caller.actor.name, own: job.account === account, created: job.created, finished: job.finished, expires: job.expires, done: job.done, refused: job.refused,
        progress: progressOf(job, ctx.language), ...(share !== undefined && { share }),
        asked: askedOf(job),
        files: (files.get(job.id) ?? []).map(({ file, kind, type, lines, bytes }) => ({ file, kind: kind as 'output' | 'deleted' | 'error', type, lines, bytes })),
        error: job.error === null ? null : { code: job.error, text: problemText(job.error, job.details, ctx.language) },
      };
    }),
  };
}

/** In words of the page. Of a manifest's addresses only the hosts, since what follows may be a secret; of named patients nothing. */
function askedOf({ kind, asked, request }: BulkJob): JobLine['asked'] {
  if (kind === 'import') {
    const { inputs } = asked as ImportAsked;
    return { inputs: inputs.length, hosts: [...new Set(inputs.map(({ url }) => URL.parse(url)?.host ?? ''))] };
  }
  const { level, types, since } = asked as ExportAsked;
  const every = types.length > 40;
  const group = /\/Group\/([A-Za-z0-9\-.]{1,64})\/\$export/.exec(request)?.[1];
  return { level, every, ...(!every && { types }), ...(since && { since }), ...(group && { group }) };
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
