import { shardOf } from '../kernel/id.ts';
import { Problem } from '../kernel/problem.ts';
import { createAccount } from './account.ts';
import type { Entrance } from './entrance.ts';
import { drawToken, tokenHash } from './secrets.ts';
import { openSession, type Opened } from './session.ts';

const linkMilliseconds = 24 * 60 * 60_000;

/**
 * The one-time link by which the first administrator comes, for the start to print; undefined where an administrator who may sign in
 * exists. The token stands after `#`, so that it reaches no server log. Each start ends earlier links.
 */
export async function firstLink(entrance: Entrance): Promise<string | undefined> {
  if (await administratorExists(entrance)) return undefined;
  const token = drawToken();
  const now = entrance.clock.now();
  await entrance.db.transaction(async (sql) => {
    await sql.query('delete from first_link');
    await sql.query('insert into first_link (token, shard, created, expires) values ($1, $2, $3, $4)', [tokenHash(token), shardOf('first'), now, new Date(now.getTime() + linkMilliseconds)]);
  });
  return `${entrance.url}/first#${token}`;
}

/** Spends the link: makes the administrator's account and signs him in. The link is spent only if the account was made. */
export async function createFirstAdministrator(entrance: Entrance, given: { token: string; login: string; password: string; name: string; address: string }): Promise<Opened> {
  const account = await entrance.db.transaction(async (sql) => {
    const spent = await sql.query('delete from first_link where token = $1 and expires > $2 returning 1', [tokenHash(given.token), entrance.clock.now()]);
    if (!spent[0]) throw new Problem('access.first-link-used');
    return createAccount(entrance, { login: given.login, password: given.password, name: given.name, role: 'admin' }, sql);
  });
  return openSession(entrance, account, given.address);
}

async function administratorExists(entrance: Entrance): Promise<boolean> {
  const rows = await entrance.db.query(`select 1 from account where role = 'admin' and not disabled and password_hash is not null and (not demo or $1) limit 1`, [entrance.demo]);
  return rows.length > 0;
}
