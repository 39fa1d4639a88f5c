import type { Subscription } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { dropBody, reachOut, Unreachable } from '../../kernel/reach-out.ts';
import { Problem } from '../../kernel/problem.ts';
import { judgeSubscription } from './judge-subscription.ts';
import type { SubscriptionParts } from './react-subscription.ts';

/** Whether the endpoint took a notification, in how many milliseconds, and what it said otherwise. */
export interface Tried {
  taken: boolean;
  said: string;
  milliseconds: number;
}

const patience = 10_000;

/**
 * Sends an empty notification, the one that says only that something has changed: nothing of a patient leaves. The subscription's place and
 * state stay as they are. Refuses `events.no-subscription` and what `judgeSubscription` refuses.
 */
export async function testSubscription({ allowed }: SubscriptionParts, ctx: Ctx, id: string): Promise<Tried> {
  const [stored] = await ctx.asSystem().store.readMany([`Subscription/${id}`]);
  if (!stored) throw new Problem('events.no-subscription');
  const { url, headers } = judgeSubscription(JSON.parse(stored.content) as Subscription, allowed, ctx.now);
  const begun = performance.now();
  const tried = (said: string, taken: boolean): Tried => ({ taken, said, milliseconds: Math.round(performance.now() - begun) });
  try {
    const response = await reachOut(url, { method: 'POST', headers: { ...headers }, timeout: patience });
    await dropBody(response);
    return tried(`HTTP ${response.status}`, response.status >= 200 && response.status < 300);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return tried(error.message, false);
  }
}
