import type { Database } from '../db/types.ts';
import { log, type Log } from '../kernel/log.ts';
import type { Change } from '../store/types.ts';
import { headOfFeed, isBefore, notifyOthers, outboxChannel, since } from './feed.ts';

/** Called with changes in order; what it throws ends this subscription only. */
export type Deliver = (changes: readonly Change[]) => void;

/** The live end of the feed: one reader for a process, however many listen. */
export interface Tail {
  /** Something was committed here: look now, and tell the other processes. */
  wake(): void;
  /** Calls back at each look that may have found something: for those who read at their own pace. */
  onWake(look: () => void): () => void;
  /**
   * Delivers what comes after `cursor` (the present end unless told), without gap and without double. Answers the end of the
   * subscription, or 'too-old'.
   */
  subscribe(deliver: Deliver, cursor?: string): Promise<{ cursor: string; stop: () => void } | 'too-old'>;
  stop(): Promise<void>;
}

export interface TailOptions {
  /** Milliseconds between looks when nobody woke the reader. */
  poll?: number;
  log?: Log;
}

/** Milliseconds after a wake in which rows may still stand behind an open transaction. */
const eager = 3000;
const eagerPoll = 40;
/** Milliseconds between looks, however many writers wake: what is committed meanwhile is seen by the next one. */
const shortest = 20;

export async function openTail(database: Database, options: TailOptions = {}): Promise<Tail> {
  const poll = options.poll ?? 500;
  const out = options.log ?? log;
  const subscribers = new Set<Deliver>();
  const lookers = new Set<() => void>();
  let cursor = await headOfFeed(database);
  let wokenAt = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  let again = false;
  let notifying: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    for (;;) {
      const page = await since(database, cursor);
      // Pruning never passes what is this young; after a long stop of the machine it may, and then the present end counts.
      if (page === 'too-old') cursor = await headOfFeed(database);
      if (page === 'too-old' || page.changes.length === 0) return;
      cursor = page.cursor;
      for (const deliver of subscribers) {
        try {
          deliver(page.changes);
        } catch (error) {
          subscribers.delete(deliver);
          out.warn({ name: (error as Error).name }, 'a subscription ended with an error');
        }
      }
    }
  };
  const look = (): void => {
    if (stopped) return;
    clearTimeout(timer);
    for (const looker of lookers) looker();
    if (reading) {
      again = true;
      return;
    }
    const work = subscribers.size > 0 ? read() : Promise.resolve();
    reading = work
      .catch((error: unknown) => out.warn({ name: (error as Error).name }, 'the feed could not be read; it is tried again'))
      .then(() => {
        reading = undefined;
        if (stopped) return;
        timer = setTimeout(look, again ? 0 : Date.now() - wokenAt < eager ? eagerPoll : poll);
        again = false;
      });
  };
  let lookedAt = -Infinity;
  let planned: NodeJS.Timeout | undefined;
  let tell = false;
  const lookNow = (): void => {
    planned = undefined;
    lookedAt = performance.now();
    look();
    if (tell && !notifying && !stopped) notifying = notify();
  };
  /** One notification at a time: while it is under way the next ones are told together. */
  const notify = async (): Promise<void> => {
    while (tell && !stopped) {
      tell = false;
      await notifyOthers(database).catch(() => undefined);
    }
    notifying = undefined;
  };
  const hear = (): void => {
    wokenAt = Date.now();
    if (planned || stopped) return;
    const wait = shortest - (performance.now() - lookedAt);
    if (wait <= 0) lookNow();
    else planned = setTimeout(lookNow, wait);
  };
  const unlisten = await database.listen(outboxChannel, hear);
  look();

  return {
    wake() {
      if (stopped) return;
      tell = true;
      hear();
    },
    onWake(looker) {
      lookers.add(looker);
      return () => lookers.delete(looker);
    },
    async subscribe(deliver, from) {
      let place = from ?? (await headOfFeed(database));
      const waiting: Change[] = [];
      let live = false;
      const take: Deliver = (changes) => {
        if (!live) waiting.push(...changes);
        else {
          const fresh = changes.filter((change) => isBefore(place, change.cursor));
          if (fresh.length > 0) deliver(fresh);
        }
      };
      // The tail's own cursor may stand behind while nobody listened: it starts from here, since the page below covers the rest.
      if (subscribers.size === 0) cursor = place;
      subscribers.add(take);
      for (;;) {
        const page = await since(database, place);
        if (page === 'too-old') {
          subscribers.delete(take);
          return 'too-old';
        }
        if (page.changes.length === 0) break;
        place = page.cursor;
        deliver(page.changes);
      }
      live = true;
      take(waiting);
      look();
      return { cursor: place, stop: () => subscribers.delete(take) };
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(planned);
      await unlisten();
      await reading;
      await notifying;
    },
  };
}
