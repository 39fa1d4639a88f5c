import type { Sql } from '../db/types.ts';
import type { Change } from '../store/types.ts';
import { shardOf } from '../kernel/id.ts';
import { splitCursor } from './feed.ts';

/** Order is kept within a line: changes of one patient, else of one resource. */
export function lineOf(change: Change): string {
  return change.patient ?? `${change.type}/${change.id}`;
}

export interface Parked {
  change: Change;
  tries: number;
}

/** Puts changes aside that could not be done now; one that stands there already stays as it is. */
export async function park(sql: Sql, name: string, changes: readonly { change: Change; tries: number; error: string; wait: number }[]): Promise<void> {
  if (changes.length === 0) return;
  const cursors = changes.map(({ change }) => splitCursor(change.cursor));
  await sql.query(
    `insert into reaction_parked (name, xid, seq, shard, line, change, tries, next_try, error)
     select $1, x, s, h, l, c, t, clock_timestamp() + w * interval '1 millisecond', e
     from unnest($2::text[]::xid8[], $3::bigint[], $4::int[], $5::text[], $6::text[]::jsonb[], $7::int[], $8::int[], $9::text[]) as n(x, s, h, l, c, t, w, e)
     on conflict do nothing`,
    [
      name,
      cursors.map(([xid]) => xid),
      cursors.map(([, seq]) => seq),
      changes.map(({ change }) => shardOf(change.patient ?? change.id)),
      changes.map(({ change }) => lineOf(change)),
      changes.map(({ change }) => JSON.stringify(change)),
      changes.map(({ tries }) => tries),
      changes.map(({ wait }) => wait),
      changes.map(({ error }) => error),
    ],
  );
}

/** Lines that wait: what comes later in them waits behind. */
export async function waitingLines(sql: Sql, name: string): Promise<Set<string>> {
  const rows = await sql.query<{ line: string }>(`select distinct line from reaction_parked where name = $1 and set_aside is null`, [name]);
  return new Set(rows.map(({ line }) => line));
}

/** The first of each waiting line, where its time has come. */
export async function dueParked(sql: Sql, name: string, limit: number): Promise<Parked[]> {
  return sql.query<Parked & object>(
    `select change, tries from (select distinct on (line) change, tries, next_try from reaction_parked where name = $1 and set_aside is null order by line, xid, seq) p
     where next_try <= clock_timestamp() order by next_try limit $2`,
    [name, limit],
  );
}

export async function unpark(sql: Sql, name: string, { cursor }: Change): Promise<void> {
  await sql.query(`delete from reaction_parked where name = $1 and xid = $2::xid8 and seq = $3`, [name, ...splitCursor(cursor)]);
}

/** Another try failed: wait longer, or set aside for a person after the last. */
export async function postpone(sql: Sql, name: string, { cursor }: Change, tries: number, error: string, wait: number | undefined): Promise<void> {
  await sql.query(
    `update reaction_parked set tries = $4, error = $5, next_try = clock_timestamp() + coalesce($6::int, 0) * interval '1 millisecond',
       set_aside = case when $6::int is null then clock_timestamp() end where name = $1 and xid = $2::xid8 and seq = $3`,
    [name, ...splitCursor(cursor), tries, error, wait ?? null],
  );
}

/** A change that a reaction gave up on, for the page of the administrator. */
export interface SetAside {
  reaction: string;
  change: Change;
  tries: number;
  error: string;
  at: string;
}

export async function listSetAside(sql: Sql, limit = 100): Promise<SetAside[]> {
  return sql.query<SetAside & object>(`select name as reaction, change, tries, error, set_aside as at from reaction_parked where set_aside is not null order by set_aside desc limit $1`, [limit]);
}

/** Tries what was set aside once more, after its cause is mended. */
export async function tryAgain(sql: Sql, reaction: string, cursor: string): Promise<boolean> {
  const rows = await sql.query(
    `update reaction_parked set set_aside = null, tries = 0, next_try = clock_timestamp() where name = $1 and xid = $2::xid8 and seq = $3 and set_aside is not null returning 1 as mended`,
    [reaction, ...splitCursor(cursor)],
  );
  return rows.length > 0;
}
