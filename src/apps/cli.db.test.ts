import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { dayOfRequests } from '../../test/day-of-requests.ts';
import { linkScreens } from '../../test/robustness/karta-process.ts';
import { freePort } from './testing/free-port.ts';

const karta = fileURLToPath(new URL('../../bin/karta.mjs', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'karta-cli-'));
chmodSync(base, 0o711);
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) await ended(child, 'SIGTERM');
  rmSync(base, { recursive: true, force: true });
});

// the screens are built once for all tests that start Karta
mkdirSync(join(base, 'data'), { mode: 0o711 });
await linkScreens(join(base, 'data'));
const settings = { PATH: process.env.PATH, HOME: base, LANG: 'ru_RU.UTF-8', KARTA_DATA: join(base, 'data'), KARTA_LOG: 'fatal' };

function call(args: string[], env: NodeJS.ProcessEnv = {}): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [karta, ...args], { encoding: 'utf8', env: { ...settings, ...env } });
  return { code: status, out: stdout, error: stderr };
}

/** Starts Karta and waits for its line. `heard`: told what it writes to its log. */
async function start(port: number, env: NodeJS.ProcessEnv = {}, heard?: (text: string) => void): Promise<ChildProcess> {
  const child = spawn(process.execPath, [karta, 'start'], { stdio: ['ignore', 'pipe', heard ? 'pipe' : 'inherit'], env: { ...settings, ...env, PORT: String(port) } });
  children.push(child);
  if (heard) child.stderr!.setEncoding('utf8').on('data', heard);
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.includes(`Karta is ready at http://localhost:${port}`)) resolve();
    });
    child.once('exit', () => reject(new Error(`Karta ended: ${out}`)));
  });
  return child;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exit;
}

test('without a command, help comes in the user’s language', () => {
  expect(call([])).toMatchObject({ code: 0, out: expect.stringContaining('резервная копия') });
  expect(call(['help'], { LANG: 'en_GB.UTF-8' })).toMatchObject({ code: 0, out: expect.stringContaining('a backup into a new folder') });
  expect(call([], { LANG: 'C' }).out).toContain('резервная копия');
});

test('a wrong command and a wrong call are said in words', () => {
  expect(call(['bakcup'])).toMatchObject({ code: 2, error: expect.stringContaining('Нет команды «bakcup»') });
  expect(call(['backup'])).toMatchObject({ code: 2, error: expect.stringContaining('karta backup DIR') });
  expect(call(['restore', base])).toMatchObject({ code: 1, error: expect.stringContaining('нет законченной резервной копии') });
});

test('Karta starts, is backed up while it runs, stops in order on a signal, and the backup starts elsewhere; its logs name nobody and hold no secret', async () => {
  const port = await freePort();
  let written = '';
  const child = await start(port, { KARTA_LOG: 'trace' }, (text) => (written += text));
  const { secrets, statuses } = await dayOfRequests(`http://localhost:${port}`);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500);
  expect(call(['start'], { PORT: String(await freePort()) })).toMatchObject({ code: 1, error: expect.stringContaining(`процесс ${child.pid}`) });
  expect(call(['backup', join(base, 'copy')])).toMatchObject({ code: 0, out: expect.stringContaining('Копия готова') });
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500);
  expect(await ended(child, 'SIGTERM')).toBe(0);
  expect(existsSync(join(settings.KARTA_DATA, 'postgres/cluster/postmaster.pid'))).toBe(false);
  // Much was asked, and all that can be logged was; of it all, the logs of Karta and of the database hold nothing that was to stay inside.
  expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(4);
  expect(statuses.filter((status) => status >= 400).length).toBeGreaterThan(6);
  expect(written.split('\n').filter((line) => line.includes('"answered"')).length).toBeGreaterThan(statuses.length);
  const logs = join(settings.KARTA_DATA, 'postgres/log');
  const everything = written + readdirSync(logs).map((file) => readFileSync(join(logs, file), 'utf8')).join('');
  expect([...secrets].filter(([, word]) => everything.includes(word)).map(([what]) => what)).toEqual([]);
  const other = { KARTA_DATA: join(base, 'other') };
  expect(call(['restore', join(base, 'copy')], other)).toMatchObject({ code: 0 });
  const checked = call(['check'], other);
  expect(checked.out).toMatch(/✓ База данных: PostgreSQL 18/);
  expect(checked).toMatchObject({ code: 1, out: expect.stringContaining('верните прежний') });
});

test('when npm is told to stop, Karta stops with it and frees the port', async () => {
  const port = await freePort();
  const shell = spawn('/bin/sh', ['-c', `'${process.execPath}' '${karta}' start; true`], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...settings, PORT: String(port), npm_lifecycle_event: 'start' } });
  children.push(shell);
  const health = (): Promise<boolean> => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
  await expect.poll(health, { timeout: 60_000 }).toBe(true);
  await ended(shell, 'SIGTERM');
  await expect.poll(health, { timeout: 60_000 }).toBe(false);
  await expect.poll(() => existsSync(join(settings.KARTA_DATA, 'postgres/cluster/postmaster.pid')), { timeout: 60_000 }).toBe(false);
}, 120_000);

test('after kill -9 the next start works at once', async () => {
  const port = await freePort();
  await ended(await start(port), 'SIGKILL');
  const again = await start(port);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500);
  expect(await ended(again, 'SIGINT')).toBe(0);
});
