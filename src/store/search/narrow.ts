import type { Values } from '../values.ts';
import type { Condition } from './condition.ts';

type Table = 'date_value' | 'number_value' | 'text_value';

/** Is there an entry of this row; `of` is its number. The limit keeps it an expression: the planner would make a plain `exists` a join and drive from it. */
export const hasEntry = (table: Table, alias: string, of: string, where: string) => `coalesce((select true from ${table} ${alias} where ${alias}.rid = ${of} and ${where} limit 1), false)`;

/**
 * Rows that have a matching entry in one of the narrow tables. To test a row its own few entries are read by its number; to drive, the
 * numbers of all that match are gathered by the covering index. `where` speaks of the alias that it is given.
 */
export function inNarrow(table: Table, rows: number, where: (values: Values, alias: string) => string): Condition {
  return {
    test: (values) => hasEntry(table, 'n', 'r.rid', where(values, 'n')),
    rows,
    guessed: true,
    exact: true,
    ...drivenByNumbers((values) => `select n.rid from ${table} n where ${where(values, 'n')}`),
  };
}

export function drivenByNumbers(rids: (values: Values) => string): Required<Pick<Condition, 'drive' | 'rids'>> {
  return { rids, drive: (values) => `r.rid = any(array(${rids(values)}))` };
}
