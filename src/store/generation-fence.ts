import type { IndexedRow } from './row.ts';

/**
 * The generation that rows are stamped with, as SQL that fails where it is no longer the database's: a row extracted by an older set of
 * parameters can so never be written after a newer one began, and the job that brings rows up need look only once. One page of a
 * tiny table is read for it, once in a statement.
 */
export function fenced(rows: readonly Pick<IndexedRow, 'generation'>[]): string {
  const { generation } = rows[0]!;
  if (rows.some((row) => row.generation !== generation)) throw new StaleGeneration();
  return `(select max(g.number) / (max(g.number) = ${generation})::int from index_generation g)`;
}

/** A set of parameters came into force between the extraction of two rows of a batch. */
class StaleGeneration extends Error {}

/** Was a write refused because its rows were extracted by an older set? Then they are to be extracted again. */
export function isStaleGeneration(error: unknown): boolean {
  return error instanceof StaleGeneration || (error as { code?: unknown } | null)?.code === '22012';
}
