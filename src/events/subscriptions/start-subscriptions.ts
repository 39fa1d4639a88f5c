import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscription } from '@medplum/fhirtypes';
import { findSubscriber, requesterNow, systemContext } from '../../access/index.ts';
import { log, type Log } from '../../kernel/log.ts';
import { Problem, problemText, type Details } from '../../kernel/problem.ts';
import type { Change, Stored } from '../../store/types.ts';
import { errorName } from '../dispatch.ts';
import { since } from '../feed.ts';
import { releaseLease, renewLease, takeLease, type Lease } from '../lease.ts';
import type { Tail } from '../tail.ts';
import { judgeSubscription, type Accepted } from './judge-subscription.ts';
import { dueSubscriptions, moveOn, postponeNext, readSubscription, setState, type Kept } from './kept-subscription.ts';
import { writeStatus, type SubscriptionParts } from './react-subscription.ts';
import { sendNotification } from './send-notification.ts';

export interface SubscriptionOptions extends SubscriptionParts {
  tail: Tail;
  holder: string;
  log?: Log;
  lease?: number;
  poll?: number;
  /** Milliseconds before each further try; after the last the subscription stands in error. */
  waits?: readonly number[];
  /** Milliseconds that the endpoint has for an answer. */
  timeout?: number;
}

/** About a day and a half in all. */
const usualWaits = [1, 5, 30, 120, 600, 1800, ...Array.from({ length: 36 }, () => 3600)].map((seconds) => seconds * 1000);
const pageSize = 200;
const width = 16;

/**
 * Sends notifications: at least once, of each subscription in order, from a place that is kept in the database. A slow endpoint holds up nobody but
 * itself. Several processes share the subscriptions by leases. Returns the function that stops at the next safe point.
 */
export function startSubscriptions(options: SubscriptionOptions): () => Promise<void> {
  const { entrance } = options;
  const out = options.log ?? log;
  const leaseTime = options.lease ?? 30_000;
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  let woken: () => void = () => undefined;
  const stopWaking = options.tail.onWake(() => woken());

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woke = new Promise<void>((resolve) => (woken = resolve));
      try {
        for (const id of await dueSubscriptions(entrance.db)) {
          if (running.has(id) || running.size >= width) continue;
          running.set(id, run(id).finally(() => running.delete(id)));
        }
      } catch (error) {
        out.warn({ code: errorName(error) }, 'subscriptions stumbled and go on');
      }
      await Promise.race([woke, sleep(options.poll ?? 1000, undefined, { signal: stopping.signal }).catch(() => undefined)]);
    }
    await Promise.all(running.values());
  };

  const run = async (id: string): Promise<void> => {
    try {
      const lease = await takeLease(entrance.db, `subscription:${id}`, options.holder, leaseTime);
      if (!lease) return;
      try {
        while (!stopping.signal.aborted && (await new Delivery(options, id, lease, leaseTime, stopping.signal).page()));
      } finally {
        await releaseLease(entrance.db, lease);
      }
    } catch (error) {
      out.warn({ subscription: id, code: errorName(error) }, 'a subscription stumbled and is tried again');
    }
  };

  const all = loop();
  return async () => {
    stopping.abort();
    stopWaking();
    await all;
  };
}

/** A page of the feed for one subscription, under its lease. */
class Delivery {
  readonly #options: SubscriptionOptions;
  readonly #id: string;
  readonly #lease: Lease;
  readonly #leaseTime: number;
  readonly #stop: AbortSignal;

  constructor(options: SubscriptionOptions, id: string, lease: Lease, leaseTime: number, stop: AbortSignal) {
    this.#options = options;
    this.#id = id;
    this.#lease = lease;
    this.#leaseTime = leaseTime;
    this.#stop = stop;
  }

  /** Delivers what the next page holds; true where there may be more at once. */
  async page(): Promise<boolean> {
    const { entrance, allowed } = this.#options;
    const kept = await readSubscription(entrance.db, this.#id);
    if (kept?.state !== 'active') return false;
    const page = await since(entrance.db, kept.cursor, pageSize);
    if (page === 'too-old') return this.#giveUp('events.subscription-pruned', {});
    if (page.changes.length === 0) return false;
    const concerned = page.changes.filter((change) => change.type === kept.type && change.outcome !== 'deleted');
    if (concerned.length > 0) {
      const stored = await this.#read();
      if (!stored) return false;
      let accepted: Accepted;
      try {
        accepted = judgeSubscription(JSON.parse(stored.content) as Subscription, allowed, entrance.clock.now());
      } catch (error) {
        if (error instanceof Problem && error.code === 'events.subscription-ended') return this.#end(stored);
        if (error instanceof Problem) return this.#giveUp(error.code, error.details);
        throw error;
      }
      for (const change of concerned) if (!(await this.#deliver(kept, accepted, change))) return false;
    }
    return entrance.db.transaction((sql) => moveOn(sql, this.#lease, this.#id, page.cursor, 0));
  }

  /** True where the next change may follow. */
  async #deliver(kept: Kept, accepted: Accepted, change: Change): Promise<boolean> {
    const { entrance } = this.#options;
    if (this.#stop.aborted || !(await renewLease(entrance.db, this.#lease, this.#leaseTime))) return false;
    // asked anew for each: who has lost his rights a moment ago is told nothing any more
    const asked = await findSubscriber(entrance.db, this.#id);
    const requester = asked && (await requesterNow(entrance, asked));
    if (!requester) return this.#giveUp('events.subscription-requester', {});
    const { caller, accesses } = requester;
    let found: Stored | undefined;
    for (const access of accesses) {
      found = await entrance.store.matchVersion({ access, actor: caller.actor.reference, now: entrance.clock.now() }, change, kept.query);
      if (!found) return true;
    }
    const failure = await sendNotification(this.#options, { subscription: this.#id, accepted, caller, change, content: found!.content, stop: this.#stop });
    if (failure === 'stopped') return false;
    if (failure === undefined) return entrance.db.transaction((sql) => moveOn(sql, this.#lease, this.#id, change.cursor, 1));
    const waits = this.#options.waits ?? usualWaits;
    const { tries } = (await readSubscription(entrance.db, this.#id))!;
    const details = { reason: failure, tries: tries + 1 };
    if (waits[tries] === undefined) return this.#giveUp('events.subscription-undelivered', details);
    await entrance.db.transaction((sql) => postponeNext(sql, this.#lease, this.#id, 'events.subscription-undelivered', details, waits[tries]!));
    return false;
  }

  async #read(): Promise<Stored | undefined> {
    const [stored] = await systemContext(this.#options.entrance).store.readMany([`Subscription/${this.#id}`]);
    return stored;
  }

  async #giveUp(code: string, details: Details): Promise<false> {
    const ctx = systemContext(this.#options.entrance);
    await setState(ctx.sql, this.#id, 'error', code, details);
    const stored = await this.#read();
    if (stored) await writeStatus(ctx, stored, { status: 'error', error: problemText(code, details, ctx.language) });
    (this.#options.log ?? log).error({ subscription: this.#id, code }, 'a subscription was given up');
    return false;
  }

  async #end(stored: Stored): Promise<false> {
    const ctx = systemContext(this.#options.entrance);
    await setState(ctx.sql, this.#id, 'off');
    await writeStatus(ctx, stored, { status: 'off' });
    return false;
  }
}
