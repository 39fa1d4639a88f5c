import type { Sql } from '../db/types.ts';

/** Milliseconds within which every process looks at the set of parameters again. */
export const refreshMilliseconds = 1000;

/**
 * Begins a new index generation and answers its number. From its commit on no row can be written with an older one. `types`: whose rows
 * are to be extracted anew, undefined for all. `known`: something of the kind was searchable before, so rows are left as
 * they are until every process has heard that it is not.
 */
export async function raiseGeneration(sql: Sql, of: { extraction: number; types: readonly number[] | undefined; kinds: readonly string[]; known: boolean; /** nobody writes yet: where there are no rows there is nothing to do */ first?: boolean }): Promise<number> {
  const [row] = await sql.query<{ number: number }>(
    `insert into index_generation (number, extraction, types, kinds, not_before, planned, complete)
     select max(number) + 1, $1, $2::smallint[], $3::text[], now() + $4 * interval '1 millisecond', case when empty then now() end, case when empty then now() end
     from index_generation, (select $5::bool and not exists (select from resource where $2::smallint[] is null or type = any($2::smallint[])) as empty) e group by empty returning number`,
    [of.extraction, of.types ?? null, of.kinds, of.known ? 2 * refreshMilliseconds : 0, of.first ?? false],
  );
  return row!.number;
}
