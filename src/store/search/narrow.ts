import type { Values } from '../values.ts';
import type { Condition } from './condition.ts';

/**
 * Rows that have a matching entry in one of the narrow tables. To test a row its own few entries are read by its number; to drive, the
 * numbers of all that match are gathered by the covering index. `where` speaks of the alias `n`.
 */
export function inNarrow(table: 'date_value' | 'number_value' | 'text_value', rows: number, where: (values: Values) => string): Condition {
  return {
    // the limit keeps it an expression of this row: the planner would make a plain `exists` a join and drive from it
    test: (values) => `coalesce((select true from ${table} n where n.rid = r.rid and ${where(values)} limit 1), false)`,
    rows,
    drive: (values) => `r.rid = any(array(select n.rid from ${table} n where ${where(values)}))`,
  };
}
