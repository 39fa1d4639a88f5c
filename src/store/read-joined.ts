import { Batcher } from '../kernel/batcher.ts';
import { int2Array, textArray } from '../db/arrays.ts';
import type { Sql } from '../db/types.ts';
import { storedColumns, type StoredRow } from './stored-row.ts';

interface Wanted {
  type: number;
  id: string;
}

/** Two statements under way keep the database busy while answers are sent; more would only make the batches smaller. */
const options = { flights: 2, largest: 256 };

/**
 * Reads by id that queue up, joined into one statement. Only for callers to whom the whole type is open: a statement with a predicate of
 * its own stays alone. Answers undefined where there is no such row.
 */
export function joinedReads(db: Sql): (type: number, id: string) => Promise<StoredRow | undefined> {
  const batcher = new Batcher<Wanted, StoredRow | undefined>((wanted) => readTogether(db, wanted), options);
  return (type, id) => batcher.do({ type, id });
}

async function readTogether(db: Sql, wanted: readonly Wanted[]): Promise<(StoredRow | undefined)[]> {
  const rows = await db.query<StoredRow & { place: number }>(
    `select n.place::int, ${storedColumns} from unnest($1::smallint[], $2::text[]) with ordinality as n(type, id, place) join resource r on r.type = n.type and r.id = n.id`,
    [int2Array(wanted.map(({ type }) => type)), textArray(wanted.map(({ id }) => id))],
  );
  const found: (StoredRow | undefined)[] = wanted.map(() => undefined);
  for (const row of rows) found[row.place - 1] = row;
  return found;
}
