import type { Subscription } from '@medplum/fhirtypes';
import { findSubscriber, requesterNow, type Entrance } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import { Problem, problemText } from '../../kernel/problem.ts';
import type { Change } from '../../store/types.ts';
import type { Reacts } from '../dispatch.ts';
import { judgeSubscription } from './judge-subscription.ts';
import { headOfFeed } from '../feed.ts';
import { forget, putInForce, readSubscription, setState } from './kept-subscription.ts';

export interface SubscriptionParts {
  entrance: Entrance;
  /** Addresses that may be called (`KARTA_OUTWARD`). */
  allowed: readonly string[];
}

/** What a Subscription says now becomes what is sent: requested → active or error, off → off. Idempotent. */
export function subscriptionReaction(parts: SubscriptionParts): Reacts {
  return {
    name: 'events.subscriptions',
    types: ['Subscription'],
    react: (ctx, change) => react(parts, ctx, change),
  };
}

async function react({ entrance, allowed }: SubscriptionParts, ctx: Ctx, change: Change): Promise<void> {
  const { db } = entrance;
  if (change.outcome === 'deleted') return forget(db, change.id);
  // what Karta itself wrote is the end of an earlier reaction
  if (change.actor === ctx.actor.reference) return;
  const [stored] = await ctx.store.readMany([`Subscription/${change.id}`]);
  // a newer version has its own change
  if (!stored || stored.version !== change.version) return;
  const subscription = JSON.parse(stored.content) as Subscription;
  if (subscription.status === 'off' || subscription.status === 'error') return setState(db, change.id, 'off');
  try {
    const accepted = judgeSubscription(subscription, allowed, entrance.clock.now());
    await checkCriteria(entrance, change.id, accepted);
    await putInForce(db, { id: change.id, type: accepted.type, query: accepted.query, cursor: change.cursor });
    if (subscription.status !== 'active' || subscription.error !== undefined) await writeStatus(ctx, stored, { status: 'active' });
  } catch (error) {
    if (!(error instanceof Problem) || !error.code.startsWith('events.')) throw error;
    await setState(db, change.id, 'error', error.code, error.details);
    await writeStatus(ctx, stored, { status: 'error', error: problemText(error.code, error.details, ctx.language) });
  }
}

/** The criteria are tried as a search of the requester, which costs nothing: it asks for one resource that is not there. */
async function checkCriteria(entrance: Entrance, id: string, { type, query }: { type: string; query: string }): Promise<void> {
  const asked = await findSubscriber(entrance.db, id);
  const requester = asked && (await requesterNow(entrance, asked));
  if (!requester) throw new Problem('events.subscription-requester');
  try {
    const scope = { access: requester.accesses[0]!, actor: requester.caller.actor.reference, now: entrance.clock.now() };
    await entrance.store.search(scope, type, [query, '_id=-', '_summary=count'].filter(Boolean).join('&'));
  } catch (error) {
    if (!(error instanceof Problem) || !error.code.startsWith('store.')) throw error;
    throw new Problem('events.subscription-criteria', { reason: problemText(error.code, error.details, requester.caller.language) });
  }
}

/** Writes the status that Karta has found, unless the resource has been changed meanwhile. */
export async function writeStatus(ctx: Ctx, stored: { id: string; version: number; content: string }, change: { status: 'active' | 'error' | 'off'; error?: string }): Promise<void> {
  const { error: _old, ...rest } = JSON.parse(stored.content) as Subscription;
  try {
    await ctx.store.write([{ method: 'update', resource: { ...rest, ...change }, ifMatch: stored.version }], { danglingReferences: 'allow' });
  } catch (problem) {
    if (!(problem instanceof Problem && (problem.code === 'store.stale' || problem.code === 'store.not-found'))) throw problem;
  }
}

/** Lets a subscription that has failed or was stopped go on from its place: for the administrator. Refuses `events.no-subscription`. */
export async function resumeSubscription({ entrance, allowed }: SubscriptionParts, ctx: Ctx, id: string): Promise<void> {
  const system = ctx.asSystem();
  const kept = await readSubscription(entrance.db, id);
  const [stored] = await system.store.readMany([`Subscription/${id}`]);
  if (!stored) throw new Problem('events.no-subscription');
  const accepted = judgeSubscription(JSON.parse(stored.content) as Subscription, allowed, ctx.now);
  await checkCriteria(entrance, id, accepted);
  // one that was never in force begins with what comes now
  await putInForce(entrance.db, { id, type: accepted.type, query: accepted.query, cursor: kept?.cursor ?? (await headOfFeed(entrance.db)) });
  await writeStatus(system, stored, { status: 'active' });
}

/** Stops a subscription; it keeps its place. Refuses `events.no-subscription`. */
export async function stopSubscription({ entrance }: SubscriptionParts, ctx: Ctx, id: string): Promise<void> {
  const system = ctx.asSystem();
  const [stored] = await system.store.readMany([`Subscription/${id}`]);
  if (!stored || !(await readSubscription(entrance.db, id))) throw new Problem('events.no-subscription');
  await setState(entrance.db, id, 'off');
  await writeStatus(system, stored, { status: 'off' });
}
