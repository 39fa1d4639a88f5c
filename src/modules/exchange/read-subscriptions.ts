import type { Subscription } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/index.ts';
import { listSubscriptions } from '../../events/index.ts';
import { problemText } from '../../kernel/problem.ts';

/** All subscriptions and how far each is; of its channel only the origin, since paths and headers hold secrets. */
export async function readSubscriptions(ctx: Ctx): Promise<{ subscriptions: object[] }> {
  const kept = await listSubscriptions(ctx.sql);
  const stored = new Map((await ctx.asSystem().store.readMany(kept.map(({ id }) => `Subscription/${id}`))).map(({ id, content }) => [id, JSON.parse(content) as Subscription]));
  return {
    subscriptions: kept.map(({ id, state, type, sent, tries, nextTry, failed, error, details }) => ({
      id, state, type, sent, tries, failed,
      reason: stored.get(id)?.reason,
      to: URL.parse(stored.get(id)?.channel.endpoint ?? '')?.origin,
      nextTry: state === 'active' && tries > 0 ? nextTry : null,
      error: error === null ? null : { code: error, text: problemText(error, details, ctx.language) },
    })),
  };
}
