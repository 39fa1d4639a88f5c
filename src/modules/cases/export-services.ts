import type { Ctx } from '../../access/context.ts';
import { shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import { FileAnswer } from '../module.ts';
import { writeTable } from './bill-services.ts';
import type { Batch, ServicesQuery } from './contract.ts';
import { clinicOf, gatherServices } from './gather-services.ts';
import type { CaseParts } from './parts.ts';
import { failBatch, finishBatch, insertBatch, lockAccounts, readBatch, takeBills, tellProgress } from './tables.ts';

/**
 * Exports the month's services that no account has yet, as a numbered batch whose table is kept. Two exporters at once get different
 * cases, or the later one nothing; the same `id` again answers the same batch. How far it is stands in the batch while it runs.
 */
export async function exportServices(ctx: Ctx, parts: CaseParts, input: ServicesQuery & { id: string }): Promise<Batch> {
  const organization = clinicOf(ctx);
  const begun = await insertBatch(ctx.sql, { ...input, payer: input.payer, shard: shardOf(organization), organization, made: ctx.now, madeBy: ctx.actor.reference });
  if (!begun) return batchOf(ctx, input.id);
  try {
    const { billable } = await gatherServices(ctx, parts, input, (done, total) => tellProgress(ctx.sql, input.id, done, total));
    await ctx.store.write([], {
      alongside: async (sql) => {
        await lockAccounts(sql, organization);
        const cases = billable.map(({ loaded }) => ({ episode: loaded.episode.id, shard: shardOf(loaded.patient), version: loaded.version }));
        const taken = await takeBills(sql, input.id, organization, cases);
        if (taken.size === 0) throw new Problem('cases.nothing-to-export');
        const rows = billable.filter(({ loaded }) => taken.has(loaded.episode.id)).flatMap((one) => one.rows);
        await finishBatch(sql, input.id, organization, writeTable(rows), rows.length);
      },
    });
  } catch (error) {
    await failBatch(ctx.sql, input.id);
    throw error;
  }
  return batchOf(ctx, input.id);
}

/** How far a batch is, or that it is ready. */
export async function batchOf(ctx: Ctx, id: string): Promise<Batch> {
  const batch = await readBatch(ctx.sql, id, clinicOf(ctx));
  if (!batch) throw new Problem('cases.no-batch');
  const { content: _, ...plain } = batch;
  return plain;
}

/** The table of a batch, to the letter as it was handed out first. */
export async function tableOf(ctx: Ctx, id: string): Promise<FileAnswer> {
  const batch = await readBatch(ctx.sql, id, clinicOf(ctx));
  if (!batch) throw new Problem('cases.no-batch');
  if (batch.state !== 'ready' || batch.content === null) throw new Problem('cases.batch-not-ready');
  return new FileAnswer(new TextEncoder().encode(batch.content), 'text/csv; charset=utf-8', `услуги-${batch.month}-счёт-${batch.number}.csv`);
}
