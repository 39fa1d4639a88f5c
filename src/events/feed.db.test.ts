import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { connect } from '../db/database.ts';
import type { Sql } from '../db/types.ts';
import type { Change } from '../store/types.ts';
import { feedStart, headOfFeed, since } from './feed.ts';
import { pruneOutbox } from './prune-outbox.ts';
import { openTail } from './tail.ts';

const database = await freshDatabase();
const writers = await connect(database.url, { max: 24 });
afterAll(() => writers.end());

/** One change as the store appends it. */
async function append(sql: Sql, id: string, patient: string | null = null, daysAgo = 0): Promise<void> {
  await sql.query(`insert into outbox (shard, type, id, version, outcome, patient, actor, at) values (0, 0, $1, 1, 'created', $2, 'Device/test', now() - $3 * interval '1 day')`, [id, patient, daysAgo]);
}

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000, interval: 10 });
const ids = async (cursor = feedStart): Promise<string[]> => (await readAll(cursor, 10)).map(({ id }) => id);

async function clear(): Promise<void> {
  await database.query('truncate outbox');
  await database.query(`update feed_horizon set xid = '0', seq = 0`);
}

async function readAll(cursor: string, limit: number): Promise<Change[]> {
  const changes: Change[] = [];
  for (let place = cursor; ; ) {
    const page = await since(database, place, limit);
    if (page === 'too-old' || page.changes.length === 0) return changes;
    changes.push(...page.changes);
    place = page.cursor;
  }
}

describe('the feed of changes', () => {
  it('shows each change once, in one order to everybody, however writers overlap', async () => {
    const plan = fc.array(
      fc.record({ start: fc.integer({ min: 0, max: 40 }), between: fc.integer({ min: 0, max: 30 }), rows: fc.integer({ min: 1, max: 5 }), fails: fc.boolean() }),
      { minLength: 5, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 7 }), async (transactions, limit) => {
        await clear();
        const committed: string[] = [];
        const seen: Change[] = [];
        let done = false;
        const reader = (async () => {
          for (let place = feedStart; ; ) {
            const page = await since(database, place, limit);
            if (page === 'too-old') throw new Error('nothing was pruned');
            seen.push(...page.changes);
            place = page.cursor;
            if (page.changes.length > 0) continue;
            // a transaction of another test on the same server may hold the last rows back for a moment
            if (done && seen.length >= committed.length) return;
            await sleep(1);
          }
        })();
        const delivered: Change[] = [];
        const tail = await openTail(database, { poll: 5 });
        const subscription = await tail.subscribe((changes) => delivered.push(...changes), feedStart);
        await Promise.all(
          transactions.map(async ({ start, between, rows, fails }, number) => {
            await sleep(start);
            const own = Array.from({ length: rows }, (_, row) => `t${number}-${row}`);
            await writers
              .transaction(async (sql) => {
                for (const id of own) {
                  await append(sql, id);
                  await sleep(between / rows);
                }
                if (fails) throw new Error('taken back');
              })
              .then(() => committed.push(...own))
              .catch(() => undefined);
            tail.wake();
          }),
        );
        done = true;
        await reader;
        await eventually(() => delivered.length).toBe(committed.length);
        expect(seen.map(({ id }) => id).sort()).toEqual(committed.toSorted());
        expect(delivered.map(({ cursor }) => cursor)).toEqual(seen.map(({ cursor }) => cursor));
        expect(await readAll(feedStart, 100)).toEqual(seen);
        if (subscription !== 'too-old') subscription.stop();
        await tail.stop();
      }),
      { numRuns: 25 },
    );
  });

  it('holds back what an older open transaction may still overtake', async () => {
    await clear();
    let commit: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    let began: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (began = resolve));
    const slow = writers.transaction(async (sql) => {
      await append(sql, 'slow');
      began();
      await held;
    });
    await started;
    await append(database, 'quick');
    expect(await readAll(feedStart, 10)).toEqual([]);
    commit();
    await slow;
    await eventually(() => ids()).toEqual(['slow', 'quick']);
  });

  it('takes up a stream where it was cut off', async () => {
    await clear();
    await append(database, 'before');
    await eventually(() => ids()).toEqual(['before']);
    const place = await headOfFeed(database);
    await append(database, 'while away');
    await eventually(() => ids(place)).toEqual(['while away']);
    const tail = await openTail(database, { poll: 10 });
    const got: string[] = [];
    await tail.subscribe((changes) => got.push(...changes.map(({ id }) => id)), place);
    expect(got).toEqual(['while away']);
    await append(database, 'live');
    tail.wake();
    await eventually(() => got).toEqual(['while away', 'live']);
    await tail.stop();
  });

  it('reaches another process without its looking', async () => {
    const here = await openTail(database, { poll: 60_000 });
    const there = await openTail(database, { poll: 60_000 });
    const got: string[] = [];
    await there.subscribe((changes) => got.push(...changes.map(({ id }) => id)));
    await append(database, 'news');
    here.wake();
    await eventually(() => got).toEqual(['news']);
    await Promise.all([here.stop(), there.stop()]);
  });

  it('says “too old” where changes have been pruned, and prunes nothing that a reaction has still to do', async () => {
    await clear();
    for (const id of ['a', 'b', 'c']) await append(database, id, null, 30);
    await append(database, 'fresh');
    await eventually(() => ids()).toEqual(['a', 'b', 'c', 'fresh']);
    const first = (await readAll(feedStart, 10))[0]!.cursor;
    expect(await pruneOutbox({ database, reactions: ['index'] })).toBe(0);
    const [xid, seq] = (await readAll(feedStart, 10))[1]!.cursor.split('.');
    await database.query(`insert into reaction_position (name, xid, seq) values ('index', $1::xid8, $2)`, [xid, seq]);
    expect(await pruneOutbox({ database, reactions: ['index'] })).toBe(2);
    expect(await since(database, first)).toBe('too-old');
    expect(await ids(`${xid}.${seq}`)).toEqual(['c', 'fresh']);
    expect(await pruneOutbox({ database, reactions: [] })).toBe(1);
    expect(await ids()).toEqual(['fresh']);
    await clear();
  });

  it('refuses a place that is none', async () => {
    await expect(since(database, 'yesterday')).rejects.toMatchObject({ code: 'events.bad-cursor' });
  });
});
