import { createHash, randomUUID } from 'node:crypto';
import { Problem } from '../kernel/problem.ts';
import type { Database } from '../db/types.ts';

/**
 * Guessing passwords is slowed three ways: one person at one place, one account from anywhere (looser, so that nobody can lock a
 * doctor out cheaply), and one address over all accounts (looser still: a clinic shares one).
 */
const limits = { pair: 5, account: 30, address: 100 } as const;
const longestSeconds = 900;

function keys(login: string, address: string): { key: Buffer; free: number }[] {
  const key = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return [
    { key: key(`pair\0${login}\0${address}`), free: limits.pair },
    { key: key(`account\0${login}`), free: limits.account },
    { key: key(`address\0${address}`), free: limits.address },
  ];
}

/** No wait: long ago, since another sign-in of the same moment may carry a time that is a millisecond earlier. */
const noWait = 'to_timestamp(0)';
/** No wait is longer than this: one that seems to be was begun by a clock that has been set back since. */
const waiting = `t.until > $3 and t.until <= $3 + interval '${longestSeconds} s'`;

/**
 * Counts a try **before** the password is looked at, so that a hundred at once count a hundred. Throws `access.throttled` with the
 * seconds to wait; after the wait one try is free, and the next wait is twice as long. A quiet quarter of an hour forgets the count.
 */
export async function countTry(db: Database, login: string, address: string, now: Date): Promise<void> {
  for (const { key, free } of keys(login, address)) {
    const attempt = randomUUID();
    const [row] = await db.query<{ until: Date; allowed: boolean }>(
      `insert into throttle as t (key, shard, failures, until, last, attempt) values ($1, $2, 1, ${noWait}, $3::timestamptz, $5)
       on conflict (key) do update set
         failures = case when ${waiting} then t.failures when t.last < $3 - interval '${longestSeconds} s' then 1 else t.failures + 1 end,
         attempt = case when ${waiting} then t.attempt else $5 end,
         last = case when ${waiting} then t.last else $3 end,
         until = case when ${waiting} then t.until
                      when t.last < $3 - interval '${longestSeconds} s' or t.failures + 1 < $4::int then ${noWait}
                      else $3 + make_interval(secs => least(${longestSeconds}, 30 * power(2, least(t.failures + 1 - $4::int, 5)))) end
       returning until, attempt = $5 as allowed`,
      [key, key.readUInt16BE(0), now, free, attempt],
    );
    if (!row?.allowed) throw new Problem('access.throttled', { seconds: Math.max(1, Math.ceil((new Date(row!.until).getTime() - now.getTime()) / 1000)) });
  }
}

/** A right password forgets the tries of this person; those of the address fade by themselves. */
export async function forgetTries(db: Database, login: string, address: string): Promise<void> {
  const [pair, account, fromAddress] = keys(login, address);
  await db.query('delete from throttle where key in ($1, $2)', [pair!.key, account!.key]);
  // The successful try was counted too.
  await db.query('update throttle set failures = greatest(0, failures - 1) where key = $1', [fromAddress!.key]);
}
