import type { Sql } from '../../db/types.ts';
import { shardOf } from '../../kernel/id.ts';
import { typeNumber } from '../../store/index.ts';
import type { Details } from '../../kernel/problem.ts';
import { splitCursor } from '../feed.ts';
import { holdLease, type Lease } from '../lease.ts';

/** How far a subscription is. */
export interface Kept {
  id: string;
  state: 'active' | 'error' | 'off';
  type: string;
  query: string;
  /** All up to here is delivered, or did not concern it. */
  cursor: string;
  sent: number;
  tries: number;
  nextTry: string;
  failed: string | null;
  /** When the last notification was taken. */
  delivered: string | null;
  error: string | null;
  details: Details;
}

const columns = `id, state, type, query, xid::text || '.' || seq::text as cursor, sent::float8 as sent, tries, next_try as "nextTry", failed, delivered, error, details`;

export async function listSubscriptions(sql: Sql): Promise<Kept[]> {
  return sql.query<Kept & object>(`select ${columns} from subscription order by id`);
}

/** How many changes of its type it has still to look at; counted up to `most`. */
export async function backlogOf(sql: Sql, { type, cursor }: Pick<Kept, 'type' | 'cursor'>, most: number): Promise<number> {
  const number = typeNumber(type);
  if (number === undefined) return 0;
  const [xid, seq] = splitCursor(cursor);
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from outbox where (xid, seq) > ($1::xid8, $2::bigint) and type = $3 and outcome <> 'deleted' limit $4) o`,
    [xid, seq, number, most],
  );
  return row!.count;
}

export async function readSubscription(sql: Sql, id: string): Promise<Kept | undefined> {
  const [row] = await sql.query<Kept & object>(`select ${columns} from subscription where id = $1`, [id]);
  return row;
}

/** Those with something to do: in force, and not waiting for their next try. */
export async function dueSubscriptions(sql: Sql): Promise<string[]> {
  return (await sql.query<{ id: string }>(`select id from subscription where state = 'active' and next_try <= clock_timestamp() order by next_try`)).map(({ id }) => id);
}

/** Puts a subscription in force. A known one goes on where it stopped; a new one begins at `cursor`. */
export async function putInForce(sql: Sql, of: { id: string; type: string; query: string; cursor: string }): Promise<void> {
  const [xid, seq] = splitCursor(of.cursor);
  await sql.query(
    `insert into subscription (id, shard, state, type, query, xid, seq) values ($1, $2, 'active', $3, $4, $5::xid8, $6)
     on conflict (id) do update set state = 'active', type = excluded.type, query = excluded.query, tries = 0, next_try = now(), failed = null, error = null, details = '{}'`,
    [of.id, shardOf(of.id), of.type, of.query, xid, seq],
  );
}

/** Takes it out of force; its place is kept, so that it may go on. */
export async function setState(sql: Sql, id: string, state: 'error' | 'off', error?: string, details: Details = {}): Promise<void> {
  await sql.query(`update subscription set state = $2, error = $3, details = $4, failed = case when $2 = 'error' then coalesce(failed, now()) end where id = $1`, [id, state, error ?? null, JSON.stringify(details)]);
}

export async function forget(sql: Sql, id: string): Promise<void> {
  await sql.query(`with gone as (delete from subscription where id = $1) delete from subscriber where id = $1`, [id]);
}

/** Moves the place on, under the lease: who has lost it changes nothing. */
export async function moveOn(sql: Sql, lease: Lease, id: string, cursor: string, sent: number): Promise<boolean> {
  if (!(await holdLease(sql, lease))) return false;
  const [xid, seq] = splitCursor(cursor);
  await sql.query(
    `update subscription set xid = $2::xid8, seq = $3, sent = sent + $4, delivered = case when $4 > 0 then clock_timestamp() else delivered end, tries = 0, failed = null, error = null, details = '{}' where id = $1 and (xid, seq) < ($2::xid8, $3::bigint)`,
    [id, xid, seq, sent],
  );
  return true;
}

/** A try has failed: wait before the next. */
export async function postponeNext(sql: Sql, lease: Lease, id: string, error: string, details: Details, wait: number): Promise<boolean> {
  if (!(await holdLease(sql, lease))) return false;
  await sql.query(
    `update subscription set tries = tries + 1, failed = coalesce(failed, now()), error = $2, details = $3, next_try = clock_timestamp() + $4 * interval '1 millisecond' where id = $1 and state = 'active'`,
    [id, error, JSON.stringify(details), wait],
  );
  return true;
}
