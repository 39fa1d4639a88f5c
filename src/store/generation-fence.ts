import type { Sql } from '../db/types.ts';
import type { IndexedRow } from './row.ts';

/**
 * The generation that rows are stamped with, as SQL that fails where it is no longer the database's: a row extracted by an older set of
 * parameters can so never be written after a newer one began, and the job that brings rows up need look only once. One page of a
 * tiny table is read for it, once in a statement.
 */
export function fenced(rows: readonly Pick<IndexedRow, 'generation'>[]): string {
  return fence(String(oneGeneration(rows)));
}

/** The same for a generation that stands at a place of the statement. */
export function fence(generation: string): string {
  return `(select max(g.number) / (max(g.number) = ${generation}::int)::int from index_generation g)`;
}

export function oneGeneration(rows: readonly Pick<IndexedRow, 'generation'>[]): number {
  const { generation } = rows[0]!;
  if (rows.some((row) => row.generation !== generation)) throw new StaleGeneration();
  return generation;
}

/**
 * The same for rows that go in by several statements: the cursor looks once and holds its snapshot until the end of the transaction, so
 * that whoever waits for the older writers (`isQuiet`) sees this one.
 */
export async function holdFence(sql: Sql, rows: readonly Pick<IndexedRow, 'generation'>[]): Promise<void> {
  await sql.query(`declare generation_fence no scroll cursor for select ${fenced(rows)} as generation; fetch generation_fence`);
}

/** A set of parameters came into force between the extraction of two rows of a batch. */
class StaleGeneration extends Error {}

/** Was a write refused because its rows were extracted by an older set? Then they are to be extracted again. */
export function isStaleGeneration(error: unknown): boolean {
  return error instanceof StaleGeneration || (error as { code?: unknown } | null)?.code === '22012';
}
