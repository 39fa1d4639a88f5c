import type { Database } from '../../db/types.ts';

/** How common things are, as PostgreSQL's own statistics know it: enough to choose what drives a search and to tell its cost before it runs. */
export interface Statistics {
  /** Rows of a type, about. */
  ofType(type: number): number;
  /** Rows that carry a token, about; for a rare one the most that it can be. */
  ofToken(token: bigint): number;
  /** Is that known of this token, or only that it is no more? */
  knows(token: bigint): boolean;
  /** Rows written within bounds (epoch milliseconds), about; undefined where nothing is known of it. What came since the last count is not in it. */
  written(low: number, high: number): number | undefined;
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
  /** Instants that divide what was written into parts of the same size, and single ones that many rows share; epoch milliseconds. */
  instants: number[] | null;
  common_instants: number[] | null;
  instant_shares: number[] | null;
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
       k.most_common_elems::text as tokens, k.most_common_elem_freqs as token_shares,
       (select array_agg((extract(epoch from at) * 1000)::float8 order by at) from unnest(u.histogram_bounds::text::timestamptz[]) at) as instants,
       (select array_agg((extract(epoch from at) * 1000)::float8 order by n) from unnest(u.most_common_vals::text::timestamptz[]) with ordinality c(at, n)) as common_instants,
       u.most_common_freqs as instant_shares
     from pg_class c
     left join pg_stats t on t.schemaname = current_schema() and t.tablename = 'resource' and t.attname = 'type'
     left join pg_stats k on k.schemaname = current_schema() and k.tablename = 'resource' and k.attname = 'tokens'
     left join pg_stats u on u.schemaname = current_schema() and u.tablename = 'resource' and u.attname = 'updated'
     where c.oid = 'resource'::regclass`,
  );
  return statisticsOf(row!);
}

export function statisticsOf({ rows, types, type_shares, tokens, token_shares, instants, common_instants, instant_shares }: Counted): Statistics {
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
    knows: (token) => frequent.has(String(token)),
    written: (low, high) => {
      if (!instants && !common_instants) return undefined;
      const common = (common_instants ?? []).map((at, place) => ({ at, share: instant_shares?.[place] ?? 0 }));
      const known = common.reduce((sum, { share }) => sum + share, 0);
      const within = common.reduce((sum, { at, share }) => sum + (at >= low && at <= high ? share : 0), 0);
      return Math.ceil(all * (within + Math.max(0, 1 - known) * shareWithin(instants ?? [], low, high)));
    },
  };
}

/** How much lies within, of what these bounds divide into parts of the same size. */
function shareWithin(bounds: readonly number[], low: number, high: number): number {
  const parts = bounds.length - 1;
  const before = (at: number): number => {
    if (at <= bounds[0]!) return 0;
    const next = bounds.findIndex((bound) => bound > at);
    if (next === -1) return parts;
    return next - 1 + (at - bounds[next - 1]!) / (bounds[next]! - bounds[next - 1]!);
  };
  return parts < 1 ? 0 : Math.max(0, before(high) - before(low)) / parts;
}
