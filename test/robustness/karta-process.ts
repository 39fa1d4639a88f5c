import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildScreens } from '../../src/apps/build-screens.ts';
import { freePort } from '../../src/apps/testing/free-port.ts';

export const root = join(import.meta.dirname, '../..');
export const program = join(root, 'src/apps/cli.ts');

/** A real `karta start`, to be killed. */
export interface KartaProcess {
  url: string;
  child: ChildProcess;
  /** Ends it by this signal and waits until it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** A new data folder that the database's user can pass through, with the screens built once for all such folders. */
export async function newDataFolder(): Promise<{ data: string; remove: () => Promise<void> }> {
  const base = mkdtempSync(join(tmpdir(), 'karta-robust-'));
  chmodSync(base, 0o711);
  const data = join(base, 'data');
  mkdirSync(data, { mode: 0o711 });
  await linkScreens(data);
  return {
    data,
    remove: async () => {
      await endPostmaster(data, 'SIGQUIT');
      rmSync(base, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Two test files may want the screens at once: the first builds, the other waits for it. */
export async function linkScreens(data: string): Promise<void> {
  const folder = join(root, 'dist/web');
  const lock = join(root, 'dist/web.lock');
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 90_000) rmSync(lock, { recursive: true, force: true });
      await sleep(100);
    }
  }
  try {
    await buildScreens({ root, folder });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  if (!existsSync(join(data, 'web'))) symlinkSync(folder, join(data, 'web'));
}

/** Starts Karta and waits for its line. It ends with the process that started it. */
export async function startKarta(data: string, env: NodeJS.ProcessEnv = {}): Promise<KartaProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [program, 'start'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'ru_RU.UTF-8', KARTA_LOG: 'fatal', KARTA_DATA: data, ...env, PORT: String(port) },
  });
  let out = '';
  child.stderr!.on('data', (bytes: Buffer) => (out += bytes.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      if (out.includes('Karta is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`Karta ended with ${code}: ${out}`)));
  });
  return {
    url: `http://localhost:${port}`,
    child,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

/** Process of the embedded database of a data folder, as its pid file says. */
export function postmasterOf(data: string): number | undefined {
  const file = join(data, 'postgres/cluster/postmaster.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

export async function endPostmaster(data: string, signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
  const pid = postmasterOf(data);
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
    for (let waited = 0; waited < 5000; waited += 20, await sleep(20)) process.kill(pid, 0);
  } catch {
    // Gone, which is what was wanted.
  }
}
