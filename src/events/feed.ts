import type { Database, Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import { typeName } from '../store/type-number.ts';
import type { Change, WriteResult } from '../store/types.ts';
import './problems.ts';

/** Channel of the hint that something was committed. */
export const outboxChannel = 'karta_outbox';

/** The place before everything. */
export const feedStart = '0.0';

/** A page of the feed: `cursor` stands after its last change. */
export interface FeedPage {
  changes: Change[];
  cursor: string;
}

interface OutboxRow {
  xid: string;
  seq: string;
  type: number;
  id: string;
  version: number;
  outcome: WriteResult['outcome'];
  patient: string | null;
  actor: string;
  at: string;
}

/** `xid.seq` as its two numbers. */
export function splitCursor(cursor: string): [xid: string, seq: string] {
  const parts = /^(\d{1,20})\.(\d{1,19})$/.exec(cursor);
  if (!parts) throw new Problem('events.bad-cursor');
  return [parts[1]!, parts[2]!];
}

/** Is `a` before `b`? */
export function isBefore(a: string, b: string): boolean {
  const [[axid, aseq], [bxid, bseq]] = [splitCursor(a), splitCursor(b)].map(([xid, seq]) => [BigInt(xid), BigInt(seq)]) as [[bigint, bigint], [bigint, bigint]];
  return axid < bxid || (axid === bxid && aseq < bseq);
}

/**
 * The changes after a cursor, `limit` at most, oldest first; 'too-old' where some of them have been pruned.
 *
 * Only rows below the oldest open transaction are read: a transaction that is still open may yet commit rows with a smaller number, and a
 * cursor that had passed them would never come back. So nothing is missed and nothing is seen twice.
 */
export async function since(sql: Sql, cursor: string, limit = 500): Promise<FeedPage | 'too-old'> {
  const [xid, seq] = splitCursor(cursor);
  const rows = await sql.query<OutboxRow & { pruned: boolean }>(
    `select h.pruned, o.* from (select (xid, seq) > ($1::xid8, $2::bigint) as pruned from feed_horizon) h left join lateral (
       select xid::text as xid, seq::text as seq, type, id, version, outcome, patient, actor, at from outbox
       where (xid, seq) > ($1::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot()) order by outbox.xid, outbox.seq limit $3) o on true`,
    [xid, seq, limit],
  );
  if (rows[0]?.pruned && cursor !== feedStart) return 'too-old';
  const changes = rows.filter((row) => row.xid !== null).map(toChange);
  return { changes, cursor: changes.at(-1)?.cursor ?? cursor };
}

/** The place after everything that can be read now: where a new listener begins. */
export async function headOfFeed(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ cursor: string }>(
    `select coalesce((select xid::text || '.' || seq::text from outbox where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid desc, seq desc limit 1),
       (select xid::text || '.' || seq::text from feed_horizon)) as cursor`,
  );
  return row!.cursor;
}

function toChange(row: OutboxRow): Change {
  return {
    cursor: `${row.xid}.${row.seq}`,
    type: typeName(row.type),
    id: row.id,
    version: row.version,
    outcome: row.outcome,
    patient: row.patient ?? undefined,
    actor: row.actor,
    at: row.at,
  };
}

/** Tells other processes that something was committed. A hint: who misses it finds out by his next look. */
export async function notifyOthers(database: Database): Promise<void> {
  await database.query(`select pg_notify($1, '')`, [outboxChannel]);
}
