import { shardOf } from '../kernel/id.ts';
import { Problem } from '../kernel/problem.ts';
import { accountColumns, accountOf, actorOf, normalLogin, type Account, type AccountRow } from './account.ts';
import type { Caller, Entrance, KeptCaller } from './entrance.ts';
import { drawToken, tokenHash, verifySecret } from './secrets.ts';
import { countTry, forgetTries } from './throttle.ts';

const minute = 60_000;
/** How long a session lives without a request, and at most. */
export const idleMilliseconds = 30 * minute;
export const longestMilliseconds = 12 * 60 * minute;
/** How long a caller is believed without asking the database: so long may a session that was ended elsewhere still work. */
const believedMilliseconds = 1_000;

export interface Opened {
  /** The cookie's value: leaves the process once and is kept nowhere. */
  token: string;
  caller: Caller;
  account: Account;
  expires: Date;
}

/** Signs in by login and password. Refuses `access.wrong-credentials` alike for an unknown login, and `access.throttled`. */
export async function signIn(entrance: Entrance, given: { login: string; password: string; address: string }): Promise<Opened> {
  const now = entrance.clock.now();
  const login = normalLogin(given.login);
  await countTry(entrance.db, login, given.address, now);
  const [row] = await entrance.db.query<AccountRow>(`select ${accountColumns} from account where login = $1`, [login]);
  const right = await verifySecret(row?.password_hash, given.password);
  if (!right || !row || row.disabled || (row.demo && !entrance.demo)) {
    throw new Problem('access.wrong-credentials');
  }
  await forgetTries(entrance.db, login, given.address);
  return openSession(entrance, accountOf(row), given.address);
}

/** Opens a session for an account that has proved itself. */
export async function openSession(entrance: Entrance, account: Account, address: string): Promise<Opened> {
  const now = entrance.clock.now();
  const token = drawToken();
  const expires = new Date(now.getTime() + longestMilliseconds);
  await entrance.db.query('insert into session (token, shard, account, created, seen, expires, address) values ($1, $2, $3, $4, $4, $5, $6)', [tokenHash(token), shardOf(account.id), account.id, now, expires, address]);
  return { token, caller: callerOf(account), account, expires };
}

/** Who holds this cookie, or undefined where it is unknown, idle too long or over. `watching`: a live stream asks, which keeps nobody signed in. */
export async function findSession(entrance: Entrance, token: string, watching = false): Promise<Caller | undefined> {
  const now = entrance.clock.now();
  const hash = tokenHash(token);
  const key = `cookie ${hash.toString('base64')}`;
  const kept = entrance.kept.get(key);
  if (!watching && kept && isBelieved(kept, now)) return kept.caller;
  if (!watching) entrance.kept.delete(key);
  const [row] = await entrance.db.query<AccountRow & { expires: Date; seen: Date }>(
    `select ${accountColumns.split(', ').map((column) => `a.${column}`).join(', ')}, s.expires, s.seen from session s join account a on a.id = s.account
     where s.token = $1 and s.expires > $2 and s.seen > $3 and not a.disabled and (not a.demo or $4)`,
    [hash, now, new Date(now.getTime() - idleMilliseconds), entrance.demo],
  );
  if (!row) return undefined;
  // Once a minute is enough for an idle limit of half an hour, and keeps reads from writing.
  if (!watching && new Date(row.seen).getTime() < now.getTime() - minute) await entrance.db.query('update session set seen = $2 where token = $1 and seen < $2', [hash, now]);
  const caller = callerOf(accountOf(row));
  if (!watching) keep(entrance, key, { caller, asked: now.getTime(), ends: new Date(row.expires).getTime() });
  return caller;
}

/** Ends this session. An unknown token is no error: the aim is reached. */
export async function signOut(entrance: Entrance, token: string): Promise<void> {
  const hash = tokenHash(token);
  entrance.kept.delete(`cookie ${hash.toString('base64')}`);
  await entrance.db.query('delete from session where token = $1', [hash]);
  await endApps(entrance, 'session = $1', hash);
}

/** Ends all sessions of an account, e.g. after a device was lost. Other processes follow within a second. */
export async function signOutEverywhere(entrance: Entrance, account: string): Promise<void> {
  for (const [key, kept] of entrance.kept) if (kept.caller.account === account) entrance.kept.delete(key);
  await entrance.db.query('delete from session where account = $1', [account]);
  await endApps(entrance, 'account = $1', account);
}

/** Apps that were let in while the person was there go when he goes; those with leave to work in his absence stay. */
async function endApps(entrance: Entrance, which: 'session = $1' | 'account = $1', value: Buffer | string): Promise<void> {
  const ended = await entrance.db.query<{ account: string; client: string }>(
    `with ended as (delete from app_grant where ${which} and not offline returning id, account, client), tokens as (delete from oauth_entry where grant_id in (select id from ended)) select account, client from ended`,
    [value],
  );
  if (ended.length === 0) return;
  for (const [key, { caller }] of entrance.kept) if (caller.app && ended.some(({ account, client }) => caller.account === account && caller.app!.client === client)) entrance.kept.delete(key);
}

/** Removes what has ended; for a job. Returns how many sessions and tokens went. */
export async function sweepSessions(entrance: Pick<Entrance, 'db' | 'clock'>): Promise<number> {
  const now = entrance.clock.now();
  const sessions = await entrance.db.query('delete from session where expires < $1 or seen < $2 returning 1', [now, new Date(now.getTime() - idleMilliseconds)]);
  const tokens = await entrance.db.query('delete from oauth_entry where expires < $1 returning 1', [now]);
  await entrance.db.query('delete from app_launch where expires < $1', [now]);
  await entrance.db.query(`delete from app_grant g where created < $1 and not exists (select 1 from oauth_entry e where e.kind = 'Grant' and e.grant_id = g.id)`, [new Date(now.getTime() - 60 * minute)]);
  await entrance.db.query('delete from throttle where last < $1', [new Date(now.getTime() - 60 * minute)]);
  await entrance.db.query('delete from first_link where expires < $1', [now]);
  return sessions.length + tokens.length;
}

/** A clock that was set back must not make a caller believed for longer. */
export function isBelieved(kept: KeptCaller, now: Date): boolean {
  const age = now.getTime() - kept.asked;
  return age >= 0 && age < believedMilliseconds && kept.ends > now.getTime();
}

export function keep(entrance: Entrance, key: string, kept: KeptCaller): void {
  if (entrance.kept.size >= 10_000) entrance.kept.delete(entrance.kept.keys().next().value!);
  entrance.kept.set(key, kept);
}

function callerOf(account: Account): Caller {
  return { actor: actorOf(account), account: account.id, access: undefined, language: account.language, by: 'cookie', demo: account.demo };
}
