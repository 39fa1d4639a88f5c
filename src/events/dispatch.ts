import { setTimeout as sleep } from 'node:timers/promises';
import type { Ctx } from '../access/context.ts';
import type { Database, Sql } from '../db/types.ts';
import { log, type Log } from '../kernel/log.ts';
import { Problem } from '../kernel/problem.ts';
import type { Change } from '../store/types.ts';
import { feedStart, since, splitCursor, type FeedPage } from './feed.ts';
import { countHolders, holdLease, releaseLease, renewLease, takeLease, type Lease } from './lease.ts';
import { dueParked, lineOf, park, postpone, unpark, waitingLines } from './parked.ts';
import type { Tail } from './tail.ts';

/** What the dispatcher asks of a module's `reacts`. */
export interface Reacts {
  readonly name: string;
  readonly types: readonly string[];
  react(ctx: Ctx, change: Change): Promise<void>;
}

export interface DispatchOptions {
  database: Database;
  tail: Tail;
  reactions: readonly Reacts[];
  /** The context of Karta itself for a reaction; made anew for each change. */
  context: (reaction: string) => Ctx;
  /** Name of this process among all, e.g. host and process id. */
  holder: string;
  log?: Log;
  /** Milliseconds that a lease lasts without renewal: how long work stands still after a kill. */
  lease?: number;
  /** Milliseconds between looks without a wake. */
  poll?: number;
  /** Milliseconds to wait before each further try; after the last the change is set aside for a person. */
  waits?: readonly number[];
  /** Changes of different patients that a reaction does side by side. */
  width?: number;
}

const usualWaits = [200, 1000, 5000, 30_000, 120_000, 600_000];
const pageSize = 200;
/** Milliseconds after which a place is saved although nothing was done since: what is read again after a kill concerns nobody. */
const saveEvery = 5000;

/** Where a reaction stands in the feed, and where it would begin again after a kill. */
interface Place {
  cursor: string;
  saved: string;
  savedAt: number;
}

type ReadFeed = (cursor: string) => Promise<FeedPage | 'too-old'>;

/**
 * Gives each reaction the changes that it asked for: at least once, in order within a patient. A change that fails is parked with
 * everything that comes after it in its line and tried again later; nothing else waits for it. Several processes share the
 * reactions by leases. Returns the function that stops at the next safe point.
 */
export function startDispatch(options: DispatchOptions): () => Promise<void> {
  const { database, holder, reactions } = options;
  const out = options.log ?? log;
  const leaseTime = options.lease ?? 15_000;
  const poll = options.poll ?? 1000;
  const stopping = new AbortController();
  const presence = 'dispatcher:';
  const readFeed = readTogether(options);
  let fairShare = reactions.length;
  let running = 0;

  const keepPresence = async (): Promise<void> => {
    let lease: Lease | undefined;
    while (!stopping.signal.aborted) {
      await quietly(async () => {
        if (!lease || !(await renewLease(database, lease, leaseTime))) lease = await takeLease(database, presence + holder, holder, leaseTime);
        fairShare = Math.ceil(reactions.length / Math.max(1, await countHolders(database, presence)));
      });
      await pause(leaseTime / 3);
    }
    if (lease) await quietly(() => releaseLease(database, lease!));
  };

  const runReaction = async (reaction: Reacts): Promise<void> => {
    while (!stopping.signal.aborted) {
      let lease: Lease | undefined;
      if (running < fairShare) {
        running++; // taken before the await, so that this process does not take more than its share at once
        await quietly(async () => {
          lease = await takeLease(database, `reaction:${reaction.name}`, holder, leaseTime);
        });
        if (lease) await quietly(() => work(reaction, lease!));
        if (lease) await quietly(() => releaseLease(database, lease!));
        running--;
      }
      await pause(lease ? poll / 4 : poll);
    }
  };

  /** Works under the lease until it is lost, given up for another process, or the end. */
  const work = async (reaction: Reacts, lease: Lease): Promise<void> => {
    let woken: () => void = () => undefined;
    const stopWaking = options.tail.onWake(() => woken());
    const place = await placeOf(database, reaction.name);
    let renewed = performance.now();
    let lookedAside = -Infinity;
    const keep = async (): Promise<boolean> => {
      if (performance.now() - renewed < leaseTime / 3) return true;
      renewed = performance.now();
      return renewLease(database, lease, leaseTime);
    };
    // A reaction may take longer than a lease: it is renewed beside it.
    const renewal = setInterval(() => void quietly(keep), leaseTime / 3);
    try {
      while (!stopping.signal.aborted && running <= fairShare && (await keep())) {
        const woke = new Promise<void>((resolve) => (woken = resolve));
        let retried = false;
        if (performance.now() - lookedAside >= poll) {
          retried = await retryParked(options, reaction, lease);
          if (!retried) lookedAside = performance.now();
        }
        const moved = await advance(options, reaction, lease, place, readFeed);
        if (moved === 'lost') return;
        // what was parked in this moment has its own time, which may be shorter than the wait for the next look
        if (moved === 'parked') lookedAside = -Infinity;
        if (!moved && !retried) await Promise.race([woke, pause(poll)]);
      }
      if (place.cursor !== place.saved) await save(database, reaction, lease, place, []);
    } finally {
      clearInterval(renewal);
      stopWaking();
    }
  };

  const quietly = async (step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      out.warn({ name: errorName(error) }, 'the dispatcher stumbled and goes on');
      await pause(poll);
    }
  };
  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);

  const all = Promise.all([keepPresence(), ...reactions.map(runReaction)]);
  return async () => {
    stopping.abort();
    await all;
  };
}

async function placeOf(sql: Sql, name: string): Promise<Place> {
  const [row] = await sql.query<{ cursor: string }>(`select xid::text || '.' || seq::text as cursor from reaction_position where name = $1`, [name]);
  const cursor = row?.cursor ?? feedStart;
  return { cursor, saved: cursor, savedAt: performance.now() };
}

/**
 * Reactions that stand at the same place read the feed together, which is where most of them stand. A reading that began before a wake is not
 * joined after it: it may not have seen what the wake is about.
 */
function readTogether({ database, tail }: DispatchOptions): ReadFeed {
  const underWay = new Map<string, Promise<FeedPage | 'too-old'>>();
  tail.onWake(() => underWay.clear());
  return (cursor) => {
    const known = underWay.get(cursor);
    if (known) return known;
    const page = since(database, cursor, pageSize);
    underWay.set(cursor, page);
    const over = () => void (underWay.get(cursor) === page && underWay.delete(cursor));
    page.then(over, over);
    return page;
  };
}

/**
 * Does the next page of the feed. Its end is saved with what was parked, in one transaction under the lease; a page that concerns this
 * reaction in nothing moves it on in memory, and is saved now and then.
 */
async function advance(options: DispatchOptions, reaction: Reacts, lease: Lease, place: Place, readFeed: ReadFeed): Promise<boolean | 'lost' | 'parked'> {
  const { database } = options;
  let page = await readFeed(place.cursor);
  if (page === 'too-old') page = (await since(database, feedStart, pageSize)) as FeedPage;
  const waits = options.waits ?? usualWaits;
  const wanted = page.changes.filter((change) => reaction.types.includes(change.type));
  if (wanted.length === 0) {
    place.cursor = page.cursor;
    if (place.cursor !== place.saved && performance.now() - place.savedAt >= saveEvery && (await save(database, reaction, lease, place, [])) === 'lost') return 'lost';
    return page.changes.length > 0;
  }
  const waiting = await waitingLines(database, reaction.name);
  const parked: { change: Change; tries: number; error: string; wait: number }[] = [];
  await inLines(wanted, options.width ?? 4, async (change) => {
    const line = lineOf(change);
    if (waiting.has(line)) parked.push({ change, tries: 0, error: 'behind', wait: 0 });
    else {
      const error = await attempt(options, reaction, change);
      if (error === undefined) return;
      waiting.add(line);
      parked.push({ change, tries: 1, error, wait: waits[0] ?? 0 });
    }
  });
  place.cursor = page.cursor;
  const saved = await save(database, reaction, lease, place, parked);
  return saved === 'saved' && parked.length > 0 ? 'parked' : saved === 'saved' || saved;
}

async function save(database: Database, reaction: Reacts, lease: Lease, place: Place, parked: Parameters<typeof park>[2]): Promise<'saved' | 'lost'> {
  const { cursor } = place;
  const saved = await database.transaction(async (sql) => {
    if (!(await holdLease(sql, lease))) return 'lost' as const;
    if (parked.length > 0) await park(sql, reaction.name, parked);
    await sql.query(
      `insert into reaction_position as p (name, xid, seq) values ($1, $2::xid8, $3) on conflict (name) do update set xid = excluded.xid, seq = excluded.seq, updated = now()
       where (p.xid, p.seq) < (excluded.xid, excluded.seq)`,
      [reaction.name, ...splitCursor(cursor)],
    );
    return 'saved' as const;
  });
  if (saved === 'saved') Object.assign(place, { saved: cursor, savedAt: performance.now() });
  return saved;
}

/** Tries the first of each waiting line whose time has come. */
async function retryParked(options: DispatchOptions, reaction: Reacts, lease: Lease): Promise<boolean> {
  const { database } = options;
  const waits = options.waits ?? usualWaits;
  const due = await dueParked(database, reaction.name, 50);
  await inLines(due.map(({ change }) => change), options.width ?? 4, async (change) => {
    const tries = due.find((parked) => parked.change === change)!.tries + 1;
    const error = await attempt(options, reaction, change);
    await database.transaction(async (sql) => {
      if (!(await holdLease(sql, lease))) return;
      if (error === undefined) await unpark(sql, reaction.name, change);
      else {
        await postpone(sql, reaction.name, change, tries, error, waits[tries - 1]);
        if (waits[tries - 1] === undefined) (options.log ?? log).error({ reaction: reaction.name, cursor: change.cursor, code: error }, 'a change was set aside: the reaction failed each time');
      }
    });
  });
  return due.length > 0;
}

/** Undefined where the reaction went well; else what to call the failure. */
async function attempt(options: DispatchOptions, reaction: Reacts, change: Change): Promise<string | undefined> {
  try {
    await reaction.react(options.context(reaction.name), change);
    return undefined;
  } catch (error) {
    (options.log ?? log).warn({ reaction: reaction.name, type: change.type, cursor: change.cursor, code: errorName(error) }, 'a reaction failed');
    return errorName(error);
  }
}

/** The code of a refusal, else the class of the error: its text may quote a patient. */
export function errorName(error: unknown): string {
  if (error instanceof Problem) return error.code;
  const code = (error as { code?: unknown } | null)?.code;
  return `${error instanceof Error ? error.name : typeof error}${typeof code === 'string' ? ` ${code}` : ''}`;
}

/** Runs lines side by side, `width` at most, and the changes of a line one after the other. */
async function inLines(changes: readonly Change[], width: number, run: (change: Change) => Promise<void>): Promise<void> {
  const lines = [...Map.groupBy(changes, lineOf).values()];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < lines.length) for (const change of lines[next++]!) await run(change);
  };
  await Promise.all(Array.from({ length: Math.min(width, lines.length) }, worker));
}
