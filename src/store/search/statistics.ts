import type { Database } from '../../db/types.ts';

/** How common things are, as PostgreSQL's own statistics know it: enough to choose what drives a search and to tell its cost before it runs. */
export interface Statistics {
  /** Rows of a type, about. */
  ofType(type: number): number;
  /** Rows that carry a token, about; for a rare one the most that it can be. */
  ofToken(token: bigint): number;
  all: number;
}

const freshness = 60_000;

/** Rows that are taken for granted where nothing has been counted yet: a database that small answers anything at once. */
const uncounted = 1000;

interface Counted {
  rows: number;
  types: string | null;
  type_shares: number[] | null;
  tokens: string | null;
  token_shares: number[] | null;
}

/** Reads the statistics that autovacuum or an import left behind, again each minute. They may be old or absent; a search is right without them too. */
export function statisticsReader(db: Database): () => Promise<Statistics> {
  let known: Statistics | undefined;
  let readAt = 0;
  let reading: Promise<Statistics> | undefined;
  return async () => {
    if (known && Date.now() - readAt < freshness) return known;
    reading ??= readStatistics(db).then(
      (fresh) => {
        [known, readAt, reading] = [fresh, Date.now(), undefined];
        return fresh;
      },
      (error: unknown) => {
        reading = undefined;
        throw error;
      },
    );
    // an old answer is good enough while a new one is on its way
    if (!known) return reading;
    reading.catch(() => undefined);
    return known;
  };
}

async function readStatistics(db: Database): Promise<Statistics> {
  const [row] = await db.query<Counted>(
    `select greatest(c.reltuples, 0)::float8 as rows, t.most_common_vals::text as types, t.most_common_freqs as type_shares,
       k.most_common_elems::text as tokens, k.most_common_elem_freqs as token_shares
     from pg_class c
     left join pg_stats t on t.schemaname = current_schema() and t.tablename = 'resource' and t.attname = 'type'
     left join pg_stats k on k.schemaname = current_schema() and k.tablename = 'resource' and k.attname = 'tokens'
     where c.oid = 'resource'::regclass`,
  );
  return statisticsOf(row!);
}

export function statisticsOf({ rows, types, type_shares, tokens, token_shares }: Counted): Statistics {
  const all = rows || uncounted;
  const shares = new Map((types ?? '').slice(1, -1).split(',').map((type, at) => [Number(type), type_shares?.[at] ?? 0]));
  const frequent = new Map((tokens ?? '').slice(1, -1).split(',').map((token, at) => [token, token_shares?.[at] ?? 0]));
  const rest = types ? Math.max(0, 1 - [...shares.values()].reduce((sum, share) => sum + share, 0)) : 1;
  // the list ends with the least and the greatest share of its elements; nothing outside it is more common than the least
  const rare = tokens && token_shares ? Math.min(...token_shares.slice(0, frequent.size)) : 0.05;
  return {
    all,
    ofType: (type) => Math.ceil(all * (shares.get(type) ?? rest)),
    ofToken: (token) => Math.ceil(all * (frequent.get(String(token)) ?? rare)),
  };
}
