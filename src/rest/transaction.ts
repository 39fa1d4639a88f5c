import type { Ctx } from '../access/context.ts';
import type { WriteResult } from '../store/types.ts';
import { answerWrite } from './answer-write.ts';
import { runEntry } from './batch.ts';
import type { Entry } from './bundle-entry.ts';
import { answerDelete } from './delete.ts';
import type { Answer, Base, Call } from './call.ts';
import { responseEntryText } from './entry-response.ts';
import { planTransaction } from './plan-transaction.ts';
import { yieldOften } from './yield-often.ts';

/**
 * All or nothing: every change in one write of the store, deletions first, then creations, then updates; the reads see what was written
 * (http://hl7.org/fhir/R4/http.html#trules). Answers the entries of the response in the order of the request.
 */
export async function runTransaction(base: Base, ctx: Ctx, call: Call, entries: readonly Entry[]): Promise<string[]> {
  const { changes, reads } = await planTransaction(base, ctx, entries);
  const results = changes.length === 0 ? [] : await ctx.store.write(changes.map(({ operation }) => operation), call.idempotencyKey === undefined ? {} : { idempotencyKey: call.idempotencyKey });
  const texts: string[] = Array.from({ length: entries.length });
  const pause = yieldOften();
  for (const [position, { entry }] of changes.entries()) {
    texts[entry.index] = responseEntryText(base, answerChange(base, ctx, entry, results[position]!));
    await pause();
  }
  for (const entry of reads) texts[entry.index] = await runEntry(base, ctx, entry.call);
  return texts;
}

function answerChange(base: Base, ctx: Ctx, entry: Entry, result: WriteResult): Answer {
  return entry.call.method === 'DELETE' ? answerDelete(ctx, entry.call, result) : answerWrite(base, ctx, entry.call, result);
}
