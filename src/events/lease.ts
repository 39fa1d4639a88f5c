import type { Sql } from '../db/types.ts';

/** The right to do a piece of work until a deadline of the database's clock. `fencing` is larger than every earlier holder's. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fencing: string;
}

/** Takes a lease that is free or has run out; undefined where another holds it. */
export async function takeLease(sql: Sql, name: string, holder: string, milliseconds: number): Promise<Lease | undefined> {
  const [row] = await sql.query<{ fencing: string }>(
    `insert into lease as l (name, holder, deadline, fencing) values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond', 1)
     on conflict (name) do update set holder = excluded.holder, deadline = excluded.deadline, fencing = l.fencing + 1
     where l.deadline <= clock_timestamp() returning fencing::text as fencing`,
    [name, holder, milliseconds],
  );
  return row && { name, holder, fencing: row.fencing };
}

/** Prolongs a lease that is still held; false where it has run out, even if nobody took it since. */
export async function renewLease(sql: Sql, lease: Lease, milliseconds: number): Promise<boolean> {
  const rows = await sql.query(
    `update lease set deadline = clock_timestamp() + $4 * interval '1 millisecond'
     where name = $1 and holder = $2 and fencing = $3::bigint and deadline > clock_timestamp() returning 1 as renewed`,
    [lease.name, lease.holder, lease.fencing, milliseconds],
  );
  return rows.length > 0;
}

/** Gives a lease back at once. */
export async function releaseLease(sql: Sql, lease: Lease): Promise<void> {
  await sql.query(`update lease set deadline = clock_timestamp() where name = $1 and holder = $2 and fencing = $3::bigint`, [lease.name, lease.holder, lease.fencing]);
}

/**
 * Locks the lease's row for the rest of the transaction and says whether it is still held: what is written in the same transaction is
 * fenced, a former holder who wakes up late can write nothing.
 */
export async function holdLease(sql: Sql, lease: Lease): Promise<boolean> {
  const rows = await sql.query(`select 1 as held from lease where name = $1 and holder = $2 and fencing = $3::bigint and deadline > clock_timestamp() for update`, [
    lease.name,
    lease.holder,
    lease.fencing,
  ]);
  return rows.length > 0;
}

/** How many processes are at work under this kind of name, this one included: each says so by a lease of its own. */
export async function countHolders(sql: Sql, prefix: string): Promise<number> {
  const [row] = await sql.query<{ count: string }>(`select count(*)::text as count from lease where starts_with(name, $1) and deadline > clock_timestamp()`, [prefix]);
  return Number(row!.count);
}
