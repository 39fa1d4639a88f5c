import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { log } from '../kernel/log.ts';
import { Problem } from '../kernel/problem.ts';
import { choosePlace, type Place, type Say } from './choose-place.ts';
import { type Binaries, embeddedPackage, findBinaries } from './find-binaries.ts';
import { launchPostmaster, type Postmaster, runningPostmaster, stopPostmaster } from './postmaster.ts';

export interface EmbeddedOptions {
  /** The data folder (`KARTA_DATA`); the database lies in its `postgres`. */
  data: string;
  /** npm package with the binaries, where it is not the default one. */
  package?: string;
  /** PostgreSQL settings over Karta's own. */
  settings?: Readonly<Record<string, string>>;
  /** Told where the database lies when that is not the data folder. */
  say?: Say;
}

export interface Embedded {
  /** For `connect`; also understood by libpq. */
  url: string;
  /** Version of the PostgreSQL package. */
  version: string;
  /** The server was running already: its former Karta was killed, or it is shared. */
  adopted: boolean;
  /** Process of the server. */
  pid(): number;
  /** Stops the server in order; a joined one is left running when another Karta holds it. */
  stop(): Promise<void>;
}

/** Session lock of the Karta that owns the server: «karta» in ASCII. It dies with its connection, so it can never go stale. */
const ownerLock = '0x6b61727461';

/**
 * Starts the embedded PostgreSQL and owns it until `stop`: a second Karta on the folder gets `db.in-use`, a server left by a
 * killed Karta is adopted, a server that dies is started again.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const ground = prepare(options);
  const before = runningPostmaster(ground.place)?.pid;
  const held = await own(ground);
  return {
    url: urlOf(held.postmaster.socket, 'karta'),
    version: ground.binaries.version,
    adopted: held.postmaster.pid === before,
    pid: () => held.postmaster.pid,
    stop: async () => {
      held.stopping = true;
      await held.bringing;
      await held.guard.end().catch(() => undefined);
      await stopPostmaster(ground.place, held.postmaster);
    },
  };
}

/** For a command beside the server (backup, check): uses the server that runs, or starts one for as long as the command lasts. */
export async function joinEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const ground = prepare(options);
  const before = runningPostmaster(ground.place)?.pid;
  const { postmaster, guard: first } = await reach(ground);
  await first.end();
  await createDatabase(postmaster.socket);
  return {
    url: urlOf(postmaster.socket, 'karta'),
    version: ground.binaries.version,
    adopted: postmaster.pid === before,
    pid: () => postmaster.pid,
    stop: async () => {
      const guard = await openGuard(postmaster.socket).catch(() => undefined);
      if (!guard) return;
      const free = await tryLock(guard);
      await guard.end();
      if (free) await stopPostmaster(ground.place, postmaster);
    },
  };
}

interface Ground {
  place: Place;
  binaries: Binaries;
  options: EmbeddedOptions;
}

interface Held {
  postmaster: Postmaster;
  guard: pg.Client;
  stopping: boolean;
  /** While the server is away. */
  bringing: Promise<void> | undefined;
}

function prepare(options: EmbeddedOptions): Ground {
  const place = choosePlace(options.data, options.say ?? (() => undefined));
  return { place, binaries: findBinaries(options.package ?? embeddedPackage, place.spare, place.user), options };
}

async function own(ground: Ground): Promise<Held> {
  const held: Held = { ...(await lockServer(ground)), stopping: false, bringing: undefined };
  watch(ground, held);
  await createDatabase(held.postmaster.socket);
  return held;
}

/** A server that went away is brought back; the pool's queries meanwhile answer `db.unavailable`. */
function watch(ground: Ground, held: Held): void {
  held.guard.on('error', () => undefined);
  held.guard.once('end', () => {
    if (held.stopping) return;
    log.warn('the embedded database went away and is started again');
    held.bringing = bringBack(ground, held);
  });
}

/** Does not give up: a full disk or a wrong setting is mended by a person, who need not restart Karta for it. */
async function bringBack(ground: Ground, held: Held): Promise<void> {
  while (!held.stopping) {
    try {
      Object.assign(held, await lockServer(ground));
      watch(ground, held);
      return;
    } catch (error) {
      log.error({ code: error instanceof Problem ? error.code : (error as Error).name }, 'the embedded database could not be started again; it is tried on');
      await sleep(1000);
    }
  }
}

async function lockServer(ground: Ground): Promise<Pick<Held, 'postmaster' | 'guard'>> {
  const { postmaster, guard } = await reach(ground);
  // A killed owner's session ends as soon as the server reads the end of its connection.
  for (let attempt = 0; attempt < 40; attempt++) {
    if (await tryLock(guard)) return { postmaster, guard };
    await sleep(50);
  }
  const holder = await guard.query<{ name: string }>(
    "select application_name as name from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and granted and application_name like 'karta owner %' limit 1",
  );
  await guard.end();
  throw new Problem('db.in-use', { data: ground.options.data, pid: holder.rows[0]?.name.replace('karta owner ', '') ?? '?' });
}

/** The running server or a new one. A server killed a moment ago leaves children who need a little to notice. */
async function reach(ground: Ground): Promise<Pick<Held, 'postmaster' | 'guard'>> {
  for (let attempt = 1; ; attempt++) {
    try {
      const postmaster = runningPostmaster(ground.place) ?? (await launchPostmaster(ground.place, ground.binaries, ground.options.settings ?? {}));
      return { postmaster, guard: await openGuard(postmaster.socket) };
    } catch (error) {
      const again = error instanceof Problem ? error.code === 'db.start-failed' && /lock file|shared memory/.test(String(error.details.reason)) : true;
      if (!again || attempt === 50) throw error;
      await sleep(100);
    }
  }
}

async function openGuard(socket: string): Promise<pg.Client> {
  const guard = new pg.Client({ connectionString: urlOf(socket, 'postgres'), application_name: `karta owner ${process.pid}` });
  guard.on('error', () => undefined);
  await guard.connect();
  return guard;
}

async function tryLock(guard: pg.Client): Promise<boolean> {
  const answer = await guard.query<{ locked: boolean }>(`select pg_try_advisory_lock(${ownerLock}) as locked`);
  return answer.rows[0]!.locked;
}

async function createDatabase(socket: string): Promise<void> {
  const client = await openGuard(socket);
  try {
    const known = await client.query("select 1 from pg_database where datname = 'karta'");
    if (known.rowCount === 0) await client.query('create database karta').catch((error: { code?: string }) => {
      if (error.code !== '42P04' && error.code !== '23505') throw error; // made by another process in this moment
    });
  } finally {
    await client.end();
  }
}

function urlOf(socket: string, database: string): string {
  return `postgresql://karta@/${database}?host=${encodeURIComponent(socket)}&port=5432`;
}
