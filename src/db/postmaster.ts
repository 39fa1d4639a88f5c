import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, appendFileSync, chmodSync, chownSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../kernel/problem.ts';
import { type Place, socketFolder } from './choose-place.ts';
import type { Binaries } from './find-binaries.ts';
import { postgresSettings, settingsText } from './postgres-settings.ts';

/** A PostgreSQL server process that runs. */
export interface Postmaster {
  pid: number;
  /** Folder of its unix socket. */
  socket: string;
}

const cluster = (place: Place): string => join(place.folder, 'cluster');
const pidFile = (place: Place): string => join(cluster(place), 'postmaster.pid');
const startLog = (place: Place): string => join(place.folder, 'log', 'start.log');

/** The server of this folder, if one is ready; its pid file says so (src/include/utils/pidfile.h: pid, folder, start, port, socket, address, memory, status). */
export function runningPostmaster(place: Place): Postmaster | undefined {
  if (!existsSync(pidFile(place))) return undefined;
  const lines = readFileSync(pidFile(place), 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (!isPostgres(pid) || lines[7]?.trim() !== 'ready') return undefined;
  return { pid, socket: lines[4]! };
}

/** Starts the server, or finds the one that another process has just started. Data and log belong to the database's user. */
export async function launchPostmaster(place: Place, binaries: Binaries, settings: Readonly<Record<string, string>>): Promise<Postmaster> {
  await createCluster(place, binaries);
  refuseOtherMajor(place, binaries);
  writeOwned(place, join(cluster(place), 'karta.conf'), settingsText({ ...postgresSettings(), ...settings }));
  dropForeignPidFile(place);
  const socket = socketFolder(place);
  const child = run(place, binaries, 'postgres', ['-D', cluster(place), '-k', socket]);
  const patience = Date.now() + 120_000; // recovery after a crash may read a long journal
  while (Date.now() < patience) {
    const running = runningPostmaster(place);
    if (running) return running;
    if (child.ended()) throw startFailed(place);
    await sleep(5);
  }
  throw startFailed(place);
}

/** Fast shutdown: open transactions are taken back, data written. Resolves when the server is gone. */
export async function stopPostmaster(place: Place, { pid, socket }: Postmaster): Promise<void> {
  const signal = (name: NodeJS.Signals): boolean => {
    try {
      return process.kill(pid, name);
    } catch {
      return false;
    }
  };
  signal('SIGINT');
  for (let waited = 0; isPostgres(pid) && existsSync(pidFile(place)); waited += 10) {
    if (waited === 60_000) signal('SIGQUIT');
    await sleep(10);
  }
  try {
    rmdirSync(socket);
  } catch {
    // Already gone, or something else lies in it.
  }
}

/** initdb beside its final name, so that a first start cut short leaves nothing half made. */
async function createCluster(place: Place, binaries: Binaries): Promise<void> {
  makeOwned(place, join(place.folder, 'log'));
  if (existsSync(cluster(place))) return;
  const part = join(place.folder, `cluster-${process.pid}.part`);
  rmSync(part, { recursive: true, force: true });
  const child = run(place, binaries, 'initdb', ['-D', part, '-U', 'karta', '-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums', '--auth=trust', '--no-instructions']);
  while (!child.ended()) await sleep(5);
  if (child.ended() !== 'ok') {
    rmSync(part, { recursive: true, force: true });
    throw startFailed(place);
  }
  appendFileSync(join(part, 'postgresql.conf'), "\ninclude 'karta.conf'\ninclude_if_exists 'own.conf'\n");
  try {
    renameSync(part, cluster(place));
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(cluster(place))) throw error;
  }
}

function refuseOtherMajor(place: Place, binaries: Binaries): void {
  const found = Number.parseInt(readFileSync(join(cluster(place), 'PG_VERSION'), 'utf8'), 10);
  if (found !== binaries.major) throw new Problem('db.other-major', { folder: cluster(place), found, wanted: binaries.major });
}

/**
 * PostgreSQL itself clears a pid file whose process is gone. What it cannot know: that the number now belongs to some other
 * program of the same user, as happens after a power cut.
 */
function dropForeignPidFile(place: Place): void {
  if (!existsSync(pidFile(place))) return;
  const pid = Number(readFileSync(pidFile(place), 'utf8').split('\n')[0]);
  if (isAlive(pid) && !isPostgres(pid)) rmSync(pidFile(place), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Alive and, where /proc tells, a PostgreSQL that is not a zombie. */
function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

/** Runs one of the programs apart from our terminal, so that Ctrl+C reaches Karta alone and Karta stops the database in order. */
function run(place: Place, binaries: Binaries, program: string, options: readonly string[]): { ended(): 'ok' | 'failed' | undefined } {
  // A file of its own for each start: the orphans of a killed server still write into the one they were given, and their last words are not the reason of this start.
  rmSync(startLog(place), { force: true });
  const log = openSync(startLog(place), 'a');
  const child = spawn(join(binaries.bin, program), options, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...(binaries.libraries && { LD_LIBRARY_PATH: binaries.libraries, DYLD_LIBRARY_PATH: binaries.libraries }) },
    ...(place.user && { uid: place.user.uid, gid: place.user.gid }),
  });
  closeSync(log);
  let ended: 'ok' | 'failed' | undefined;
  child.on('exit', (code) => (ended = code === 0 ? 'ok' : 'failed'));
  child.on('error', (error) => {
    appendFileSync(startLog(place), `${error.message}\n`);
    ended = 'failed';
  });
  child.unref();
  return { ended: () => ended };
}

function startFailed(place: Place): Problem {
  const lines = existsSync(startLog(place)) ? readFileSync(startLog(place), 'utf8').split('\n').filter((line) => line.trim() !== '') : [];
  const reason = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? 'no answer';
  return new Problem('db.start-failed', { reason: reason.replace(/^.*?(FATAL|PANIC):\s*/, ''), log: startLog(place) });
}

function makeOwned(place: Place, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (place.user) chownSync(folder, place.user.uid, place.user.gid);
}

function writeOwned(place: Place, file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o600);
  if (place.user) chownSync(file, place.user.uid, place.user.gid);
}
