import type { Encounter } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { openDraft } from './open-draft.ts';
import { readOne } from './stored.ts';
import { lockDraft, updateDraft, type Draft } from './tables.ts';

/** Puts a draft aside for good: the visit did not take place. Nothing is erased, so that it can be taken back. */
export async function discardDraft(ctx: Ctx, encounter: string): Promise<{ state: Draft['state'] }> {
  return change(ctx, encounter, 'open', 'discarded', 'cancelled');
}

/** Takes a discarding back: every word is there again. */
export async function restoreDraft(ctx: Ctx, encounter: string): Promise<{ state: Draft['state'] }> {
  return change(ctx, encounter, 'discarded', 'open', 'in-progress');
}

async function change(ctx: Ctx, id: string, from: Draft['state'], to: Draft['state'], status: Encounter['status']): Promise<{ state: Draft['state'] }> {
  const { draft } = await openDraft(ctx, id);
  if (ctx.actor.reference !== draft.doctor) throw new Problem('visits.not-the-doctor', { doctor: '' });
  if (draft.state === to) return { state: to };
  // a correction leaves the visit itself as it is
  const encounter = draft.replaces ? undefined : await readOne(ctx, 'Encounter', id);
  const operations: WriteOperation[] = encounter ? [{ method: 'update', resource: { ...encounter, status } }] : [];
  await ctx.store.write(operations, {
    alongside: async (sql) => {
      const locked = await lockDraft(sql, draft.id);
      if (locked?.state !== from) throw new Problem('visits.closed');
      await updateDraft(sql, { ...locked, state: to, version: locked.version + 1 }, ctx.now);
    },
  });
  return { state: to };
}
