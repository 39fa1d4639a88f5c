import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Problem } from '../kernel/problem.ts';
import { isRoot } from './choose-user.ts';
import { connect } from './database.ts';
import { type Embedded, joinEmbedded, startEmbedded } from './embedded.ts';

const settings = { shared_buffers: '32MB', logging_collector: 'off' };
const folders: string[] = [];
const running: { stop(): Promise<void> }[] = [];
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const embedded of running) await embedded.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newData(under = tmpdir()): string {
  const folder = mkdtempSync(join(under, 'karta-embedded-'));
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}

async function start(data: string): Promise<Embedded> {
  const embedded = await startEmbedded({ data, settings });
  running.push(embedded);
  return embedded;
}

/** A Karta in a process of its own that owns the database until it is killed. */
async function startElsewhere(data: string): Promise<ChildProcess> {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(fileURLToPath(new URL('embedded.ts', import.meta.url)))});
    const { url } = await startEmbedded({ data: ${JSON.stringify(data)}, settings: ${JSON.stringify(settings)} });
    const { connect } = await import(${JSON.stringify(fileURLToPath(new URL('database.ts', import.meta.url)))});
    const database = await connect(url);
    await database.query('create table if not exists kept (id int)');
    await database.query('insert into kept values (1)');
    console.log('ready');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the other Karta did not start')));
  });
  return child;
}

async function kept(embedded: Embedded): Promise<unknown> {
  const database = await connect(embedded.url);
  const rows = await database.query('select count(*)::int as rows from kept');
  await database.end();
  return rows[0];
}

test('starts in an empty folder, keeps what was written over a stop, and checks its pages', async () => {
  const data = newData();
  const embedded = await start(data);
  const database = await connect(embedded.url);
  expect(await database.query("select current_setting('data_checksums') as checksums, current_setting('fsync') as fsync, current_setting('timezone') as zone, current_setting('listen_addresses') as tcp, lower('ЁЖ') as lower")).toEqual([
    { checksums: 'on', fsync: 'on', zone: 'UTC', tcp: '', lower: 'ёж' },
  ]);
  await database.query('create table kept (id int)');
  await database.query('insert into kept values (1)');
  await database.end();
  await embedded.stop();
  expect(existsSync(join(data, 'postgres/cluster/postmaster.pid'))).toBe(false);
  expect(await kept(await start(data))).toEqual({ rows: 1 });
});

test('a second Karta on the folder is refused, and a backup beside the first one joins without stopping it', async () => {
  const data = newData();
  await startElsewhere(data);
  const refusal = await startEmbedded({ data, settings }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Problem);
  expect(refusal).toMatchObject({ code: 'db.in-use', details: { pid: String(children.at(-1)!.pid) } });
  const joined = await joinEmbedded({ data, settings });
  expect(joined.adopted).toBe(true);
  expect(await kept(joined)).toEqual({ rows: 1 });
  await joined.stop();
  expect(await kept(joined)).toEqual({ rows: 1 });
  children.at(-1)!.kill('SIGKILL');
  running.push(await start(data));
});

test('when Karta alone is killed the next one takes over the running database', async () => {
  const data = newData();
  const child = await startElsewhere(data);
  const pid = Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
  child.kill('SIGKILL');
  const embedded = await start(data);
  expect(embedded.adopted).toBe(true);
  expect(embedded.pid()).toBe(pid);
  expect(await kept(embedded)).toEqual({ rows: 1 });
});

test('when both are killed nothing acknowledged is lost', async () => {
  const data = newData();
  const child = await startElsewhere(data);
  child.kill('SIGKILL');
  process.kill(Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
  const embedded = await start(data);
  expect(embedded.adopted).toBe(false);
  expect(await kept(embedded)).toEqual({ rows: 1 });
});

test('a database killed under Karta comes back by itself and queries work again', async () => {
  const embedded = await start(newData());
  const database = await connect(embedded.url);
  await database.query('create table kept as select 1 as id');
  process.kill(embedded.pid(), 'SIGKILL');
  await expect.poll(() => database.query('select id from kept').catch((error: Problem) => error.code), { timeout: 20_000, interval: 20 }).toEqual([{ id: 1 }]);
  await database.end();
});

test('a database that cannot be started again for a while comes back once the reason is gone', async () => {
  const data = newData();
  const embedded = await start(data);
  const database = await connect(embedded.url);
  const own = join(data, 'postgres/cluster/own.conf');
  writeFileSync(own, 'shared_buffers = nonsense\n');
  process.kill(embedded.pid(), 'SIGKILL');
  await expect.poll(() => database.query('select 1 as id').catch((error: Problem) => error.code), { timeout: 60_000, interval: 20 }).toBe('db.unavailable');
  await sleep(1500);
  rmSync(own);
  await expect.poll(() => database.query('select 1 as id').catch((error: Problem) => error.code), { timeout: 20_000, interval: 50 }).toEqual([{ id: 1 }]);
  await database.end();
});

test('while the database is away statements say so at once, and the process lives on', async () => {
  const embedded = await startEmbedded({ data: newData(), settings });
  const database = await connect(embedded.url);
  await embedded.stop();
  await expect(database.query('select 1')).rejects.toMatchObject({ code: 'db.unavailable' });
  await expect(database.transaction((sql) => sql.query('select 1'))).rejects.toMatchObject({ code: 'db.unavailable' });
  await database.end();
});

test('a pid file whose number now belongs to another program does not keep the database from starting', async () => {
  const data = newData();
  const embedded = await startEmbedded({ data, settings });
  await embedded.stop();
  const other = spawn('sleep', ['60'], { stdio: 'ignore', ...(isRoot() && { uid: lstatSync(join(data, 'postgres')).uid }) });
  children.push(other);
  const cluster = join(data, 'postgres/cluster');
  writeFileSync(join(cluster, 'postmaster.pid'), `${other.pid}\n${cluster}\n1700000000\n5432\n${data}/postgres/socket\n\n  1  1\nready   \n`);
  expect((await start(data)).adopted).toBe(false);
});

test('a path too long for a unix socket still works', async () => {
  const data = join(newData(), 'a'.repeat(90));
  const embedded = await start(data);
  expect(new URL(embedded.url.replace('@/', '@host/')).searchParams.get('host')!.length).toBeLessThan(90);
});

test.runIf(isRoot())('as root in a closed folder the database lies where its user can reach it, and Karta says where', async () => {
  const closed = newData();
  chmodSync(closed, 0o700);
  const data = join(closed, '.karta');
  mkdirSync(data);
  const said: string[] = [];
  const embedded = await startEmbedded({ data, settings, say: ({ ru }) => said.push(ru) });
  running.push(embedded);
  const folder = realpathSync(join(data, 'postgres'));
  folders.push(folder);
  expect(folder).toMatch(/^\/var\/lib\/karta\//);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(folder);
  await embedded.stop();
  expect((await start(data)).adopted).toBe(false);
});
