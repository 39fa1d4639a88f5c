import type { Subscription } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/index.ts';
import { backlogOf, listSubscriptions } from '../../events/index.ts';
import { problemText } from '../../kernel/problem.ts';
import { mostBacklog, type SubscriptionLine } from './contract.ts';

/** All subscriptions and how far each is; of its channel only the origin, since paths and headers hold secrets. */
export async function readSubscriptions(ctx: Ctx): Promise<{ subscriptions: SubscriptionLine[] }> {
  const kept = new Map((await listSubscriptions(ctx.sql)).map((one) => [one.id, one]));
  const { matches } = await ctx.asSystem().store.search('Subscription', '_count=1000');
  const lines = matches.map(async ({ id, content }): Promise<SubscriptionLine> => {
    const { status, criteria, reason, channel, error: said } = JSON.parse(content) as Subscription;
    const about = { id, criteria, type: criteria.split('?')[0]!.replace('/', ''), ...(reason && { reason }), ...originOf(channel.endpoint) };
    const one = kept.get(id);
    // one that never came into force has no place yet: its resource says why
    if (!one) return { ...about, state: status, sent: 0, tries: 0, delivered: null, failed: null, nextTry: null, backlog: 0, error: said ? { code: 'events.subscription', text: said } : null };
    const { state, sent, tries, delivered, failed, nextTry, error, details } = one;
    return {
      ...about, state, sent, tries, delivered, failed,
      nextTry: state === 'active' && tries > 0 ? nextTry : null,
      backlog: state === 'off' ? 0 : await backlogOf(ctx.sql, one, mostBacklog),
      error: error === null ? null : { code: error, text: problemText(error, details, ctx.language) },
    };
  });
  return { subscriptions: await Promise.all(lines) };
}

function originOf(endpoint: string | undefined): { to?: string } {
  const origin = URL.parse(endpoint ?? '')?.origin;
  return origin === undefined ? {} : { to: origin };
}
