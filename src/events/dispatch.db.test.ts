import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import type { Ctx } from '../access/context.ts';
import { typeNumber } from '../store/type-number.ts';
import type { Change } from '../store/types.ts';
import { startDispatch, type DispatchOptions, type Reacts } from './dispatch.ts';
import { startJobs } from './jobs.ts';
import { holdLease, renewLease, takeLease } from './lease.ts';
import { listSetAside, tryAgain } from './parked.ts';
import { openTail } from './tail.ts';

const database = await freshDatabase();
// Reactions of these tests work on what they are handed and on tables of their own.
const context = () => ({}) as Ctx;

await database.query('create table done (reaction text, id text, version int, holder text, at timestamptz default clock_timestamp())');

async function append(...changes: [patient: string | null, id: string, version: number][]): Promise<void> {
  for (const [patient, id, version] of changes) {
    await database.query(`insert into outbox (shard, type, id, version, outcome, patient, actor, at) values (0, $4, $1, $2, 'updated', $3, 'Device/test', now())`, [id, version, patient, typeNumber('Observation')]);
  }
}
const doneBy = async (reaction: string) =>
  (await database.query<{ id: string; version: number }>('select id, version from done where reaction = $1 order by at', [reaction])).map(({ id, version }) => `${id} v${version}`);

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000, interval: 20 });

function noting(name: string, fails: (change: Change) => boolean = () => false, pause = 0, holder = 'here'): Reacts {
  return {
    name,
    types: ['Observation'],
    async react(_ctx, change) {
      if (pause) await sleep(pause);
      if (fails(change)) throw new TypeError('with a name of a patient in its text');
      await database.query('insert into done (reaction, id, version, holder) values ($1, $2, $3, $4)', [name, change.id, change.version, holder]);
    },
  };
}

/** As if the time of every lease had run out: what a killed process held is free at once. */
const runOut = () => database.query('update lease set deadline = clock_timestamp()');

async function dispatching(options: Partial<DispatchOptions> & Pick<DispatchOptions, 'reactions'>): Promise<() => Promise<void>> {
  const tail = await openTail(database, { poll: 50 });
  const stop = startDispatch({ database, tail, context, holder: 'here', lease: 5000, poll: 50, waits: [20, 20], ...options });
  return async () => {
    await stop();
    await tail.stop();
  };
}

beforeEach(async () => {
  await database.query('truncate outbox, reaction_position, reaction_parked, lease, job_run, done');
});

describe('reactions', () => {
  it('get what they asked for, in order, and go on where they stopped', async () => {
    await append(['p1', 'a', 1], ['p1', 'a', 2], ['p1', 'b', 1]);
    await database.query(`insert into outbox (shard, type, id, version, outcome, patient, actor, at) values (0, 0, 'p1', 1, 'created', 'p1', 'Device/test', now())`);
    let stop = await dispatching({ reactions: [noting('index')] });
    await eventually(() => doneBy('index')).toEqual(['a v1', 'a v2', 'b v1']);
    await stop();
    await append(['p1', 'a', 3]);
    stop = await dispatching({ reactions: [noting('index')] });
    await eventually(() => doneBy('index')).toEqual(['a v1', 'a v2', 'b v1', 'a v3']);
    await sleep(200);
    expect(await doneBy('index')).toHaveLength(4);
    await stop();
  });

  it('keep the order within a patient over a failure, and other patients do not wait', async () => {
    let others = 0;
    await append(['p1', 'a', 1], ['p2', 'x', 1], ['p1', 'a', 2], ['p2', 'x', 2]);
    // fails until the other patient's last change has been reached: whoever waited for it would wait for ever
    const fails = ({ id }: Change) => (id === 'x' ? (others++, false) : others < 2);
    const stop = await dispatching({ reactions: [noting('index', fails)], waits: Array.from({ length: 500 }, () => 20) });
    await eventually(async () => (await doneBy('index')).length).toBe(4);
    const done = await doneBy('index');
    expect([done[0], ...['x', 'a'].map((id) => done.filter((one) => one.startsWith(id)))]).toEqual(['x v1', ['x v1', 'x v2'], ['a v1', 'a v2']]);
    await stop();
  });

  it('set a change aside that never succeeds: visible, without its text, and repeatable; what comes after it is done', async () => {
    let broken = true;
    await append(['p1', 'poison', 1], ['p1', 'a', 1]);
    const stop = await dispatching({ reactions: [noting('index', ({ id }) => broken && id === 'poison')] });
    await eventually(() => doneBy('index')).toEqual(['a v1']);
    const [aside] = await listSetAside(database);
    expect(aside).toMatchObject({ reaction: 'index', tries: 3, error: 'TypeError', change: { id: 'poison', patient: 'p1' } });
    broken = false;
    expect(await tryAgain(database, 'index', aside!.change.cursor)).toBe(true);
    await eventually(() => doneBy('index')).toEqual(['a v1', 'poison v1']);
    expect(await listSetAside(database)).toEqual([]);
    await stop();
  });

  it('are shared by two processes, and taken over when one goes', async () => {
    const names = ['r1', 'r2', 'r3', 'r4'];
    const one = await dispatching({ holder: 'one', lease: 2000, reactions: names.map((name) => noting(name, undefined, 0, 'one')) });
    const two = await dispatching({ holder: 'two', lease: 2000, reactions: names.map((name) => noting(name, undefined, 0, 'two')) });
    const holders = async () =>
      (await database.query<{ holder: string; count: string }>(`select holder, count(*) from lease where name like 'reaction:%' and deadline > clock_timestamp() group by holder order by holder`)).map(({ holder, count }) => `${holder} ${count}`);
    await eventually(holders).toEqual(['one 2', 'two 2']);
    await append(['p1', 'a', 1]);
    await eventually(async () => (await database.query('select 1 from done')).length).toBe(4);
    await one();
    await eventually(holders).toEqual(['two 4']);
    await append(['p1', 'a', 2]);
    await eventually(async () => (await database.query('select 1 from done')).length).toBe(8);
    await two();
  });

  it('happen at least once where the process is killed between the reaction and its noting', async () => {
    await append(['p1', 'a', 1], ['p1', 'a', 2]);
    const child = fork(fileURLToPath(new URL('./killed-dispatcher.ts', import.meta.url)), [database.url], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const [reacted] = (await once(child, 'message')) as [string];
    expect(reacted).toBe('a v1');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await doneBy('index')).toEqual(['a v1']);
    await runOut();
    const stop = await dispatching({ reactions: [noting('index')] });
    await eventually(() => doneBy('index')).toEqual(['a v1', 'a v1', 'a v2']);
    await stop();
  });
});

describe('leases', () => {
  it('let a late former holder write nothing', async () => {
    const former = (await takeLease(database, 'work', 'one', 60_000))!;
    expect(await takeLease(database, 'work', 'two', 60_000)).toBeUndefined();
    await runOut();
    const present = (await takeLease(database, 'work', 'two', 60_000))!;
    expect(BigInt(present.fencing)).toBeGreaterThan(BigInt(former.fencing));
    expect(await renewLease(database, former, 60_000)).toBe(false);
    expect(await database.transaction((sql) => holdLease(sql, former))).toBe(false);
    expect(await database.transaction((sql) => holdLease(sql, present))).toBe(true);
  });
});

describe('jobs', () => {
  it('run once for all processes, are recorded, and a failure spoils nothing', async () => {
    let runs = 0;
    const jobs = [
      { name: 'count', everySeconds: 3600, run: async () => void runs++ },
      { name: 'fail', everySeconds: 3600, run: () => Promise.reject(new RangeError('text of a patient')) },
    ];
    const stops = ['one', 'two', 'three'].map((holder) => startJobs({ database, jobs, context, holder, poll: 20 }));
    await eventually(async () => (await database.query('select 1 from job_run where finished is not null')).length).toBe(2);
    await sleep(200);
    await Promise.all(stops.map((stop) => stop()));
    expect(runs).toBe(1);
    expect(await database.query('select name, error from job_run order by name')).toEqual([
      { name: 'count', error: null },
      { name: 'fail', error: 'RangeError' },
    ]);
  });

  it('run again when their time has come', async () => {
    let runs = 0;
    const stop = startJobs({ database, jobs: [{ name: 'often', everySeconds: 0.05, run: async () => void runs++ }], context, holder: 'one', poll: 10 });
    await eventually(() => runs).toBeGreaterThan(2);
    await stop();
  });
});
