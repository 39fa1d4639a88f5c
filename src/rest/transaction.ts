import type { Ctx } from '../access/context.ts';
import { Problem } from '../kernel/problem.ts';
import type { WriteOptions, WriteResult } from '../store/types.ts';
import { answerWrite } from './answer-write.ts';
import type { Entry } from './bundle-entry.ts';
import { answerDelete } from './delete.ts';
import type { Answer, Base, Call } from './call.ts';
import { responseEntryText } from './entry-response.ts';
import { inEntry, planTransaction, type TransactionPlan } from './plan-transaction.ts';
import { route } from './route.ts';
import { yieldOften } from '../kernel/yield-often.ts';

/** How often a transaction is planned anew because another writer came between. */
const attempts = 5;

/** Refusals that mean: what a condition or a patch found at first is no longer so. */
const overtaken = new Set(['store.stale', 'store.absent', 'store.exists', 'store.id-mismatch', 'store.dangling-reference', 'store.not-found', 'store.gone', 'store.twice']);

/**
 * All or nothing: every change in one write of the store, deletions first, then creations, then updates and patches, then the reads, which are
 * part of it (http://hl7.org/fhir/R4/http.html#trules). Answers the entries of the response in the order of the request. `read` answers the
 * entries of the request anew: planning changes them.
 */
export async function runTransaction(base: Base, ctx: Ctx, call: Call, read: () => Entry[]): Promise<string[]> {
  let before: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const plan = await planTransaction(base, ctx, read());
    try {
      return await runPlan(base, ctx, call, plan);
    } catch (error) {
      const again = error instanceof Problem && overtaken.has(error.code) && plan.found !== '' && plan.found !== before && attempt < attempts;
      if (!again) throw error;
      before = plan.found;
    }
  }
}

async function runPlan(base: Base, ctx: Ctx, call: Call, { changes, reads }: TransactionPlan): Promise<string[]> {
  const texts: string[] = Array.from({ length: changes.length + reads.length });
  // An operation may do more than to read, on other ways than the store's: it runs once all is committed.
  const [operations, plain] = [reads.filter(isOperation), reads.filter((entry) => !isOperation(entry))];
  const within = async (store: Pick<Ctx['store'], 'read' | 'search'>) => {
    const inside: Ctx = { ...ctx, store: { ...ctx.store, ...store } };
    for (const entry of plain) texts[entry.index] = responseEntryText(base, await readEntry(base, inside, entry), entry.bodiless);
  };
  const options: WriteOptions = { checked: true, ...(call.idempotencyKey === undefined ? {} : { idempotencyKey: call.idempotencyKey }), ...(plain.length === 0 ? {} : { within }) };
  const results = changes.length === 0 ? [] : await ctx.store.write(changes.map(({ operation }) => operation), options);
  // Nothing was written, or all of it by an earlier call under the same key.
  if (plain.some((entry) => texts[entry.index] === undefined)) await within(ctx.store);
  const pause = yieldOften();
  for (const [position, { entry }] of changes.entries()) {
    texts[entry.index] = responseEntryText(base, answerChange(base, ctx, entry, results[position]!));
    await pause();
  }
  for (const entry of operations) texts[entry.index] = responseEntryText(base, await readEntry(base, ctx, entry));
  return texts;
}

function isOperation({ call }: Entry): boolean {
  return call.path.some((segment) => segment.startsWith('$'));
}

async function readEntry(base: Base, ctx: Ctx, entry: Entry): Promise<Answer> {
  try {
    return await route(base, entry.call)(base, ctx, entry.call);
  } catch (error) {
    throw inEntry(entry, error);
  }
}

function answerChange(base: Base, ctx: Ctx, entry: Entry, result: WriteResult): Answer {
  return entry.call.method === 'DELETE' ? answerDelete(ctx, entry.call, result) : answerWrite(base, ctx, entry.call, result);
}
