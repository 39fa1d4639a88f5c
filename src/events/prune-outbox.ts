import type { Database } from '../db/types.ts';
import type { Scheduled } from './jobs.ts';

export interface PruneOptions {
  database: Database;
  /** Names of the reactions that read the outbox: nothing that one of them has still to do is pruned. */
  reactions: readonly string[];
  /** Days that a change is kept for streams that were cut off; 7 unless told. */
  days?: number;
  /** Changes deleted in one transaction. */
  batch?: number;
}

/**
 * Deletes old changes from the outbox, but for what a reaction or a subscription has still to read (one that has failed may be resumed for thirty days),
 * and notes how far, so that an old cursor is told 'too-old' and never misses silently.
 */
export async function pruneOutbox({ database, reactions, days = 7, batch = 10_000 }: PruneOptions): Promise<number> {
  let pruned = 0;
  for (;;) {
    const deleted = await database.transaction(async (sql) => {
      // A reaction without a position has done nothing yet and holds everything back.
      const rows = await sql.query<{ xid: string; seq: string }>(
        `with own as (select count(*) as known, min((p.xid::text::numeric * 1e19) + p.seq) as place from reaction_position p where p.name = any($1::text[])),
              old as (select o.xid, o.seq from outbox o, own where o.at < now() - $2 * interval '1 day' and o.xid < pg_snapshot_xmin(pg_current_snapshot())
                and (cardinality($1::text[]) = 0 or (own.known = cardinality($1::text[]) and (o.xid::text::numeric * 1e19) + o.seq <= own.place))
                and not exists (select from subscription s where (s.xid, s.seq) < (o.xid, o.seq) and (s.state = 'active' or (s.state = 'error' and s.failed > now() - interval '30 days')))
                order by o.xid, o.seq limit $3)
         delete from outbox d using old where d.xid = old.xid and d.seq = old.seq returning d.xid::text as xid, d.seq::text as seq`,
        [reactions, days, batch],
      );
      const last = rows.toSorted((a, b) => Number(BigInt(a.xid) - BigInt(b.xid)) || Number(BigInt(a.seq) - BigInt(b.seq))).at(-1);
      if (last) await sql.query(`update feed_horizon set xid = $1::xid8, seq = $2 where (xid, seq) < ($1::xid8, $2::bigint)`, [last.xid, last.seq]);
      return rows.length;
    });
    pruned += deleted;
    if (deleted < batch) break;
  }
  return pruned;
}

/** The jobs of the floor itself. */
export function eventJobs(options: PruneOptions): readonly Scheduled[] {
  return [
    { name: 'events.prune-outbox', everySeconds: 3600, run: async () => void (await pruneOutbox(options)) },
    {
      name: 'events.prune-job-runs',
      everySeconds: 86_400,
      run: async () => void (await options.database.query(`delete from job_run j where started < now() - interval '30 days' and exists (select from job_run later where later.name = j.name and later.started > j.started)`)),
    },
  ];
}
