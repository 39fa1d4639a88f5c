import type { Resource } from '@medplum/fhirtypes';
import type { Database, Sql } from '../../db/types.ts';
import { indexResource } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { storedColumns, type StoredRow } from '../stored-row.ts';
import { Values } from '../values.ts';
import type { Candidate } from './condition.ts';
import type { Plan } from './plan.ts';
import { afterSql, byRow, orderSql, type Position, type SortKey } from './sort.ts';

export type PageRow = StoredRow & { key: (string | null)[] };

/** Seconds that one statement of a search may take. */
export const secondsLimit = 10;

/** Runs one statement of a search, bounded in time unless it is sure to be quick. Refuses `store.search-too-long`. */
export async function runSearch<Row extends object>(db: Database | Sql, plan: Pick<Plan, 'quick'>, text: string, values: Values): Promise<Row[]> {
  try {
    if (plan.quick || !('transaction' in db)) return await db.query<Row>(text, values.list);
    return await db.transaction(async (sql) => {
      await sql.query(`set local statement_timeout = ${secondsLimit * 1000}`);
      const rows = await sql.query<Row>(text, values.list);
      // the transaction may be another's, who reads within it
      await sql.query('set local statement_timeout to default');
      return rows;
    });
  } catch (error) {
    if ((error as { code?: string }).code === '57014') throw new Problem('store.search-too-long', { seconds: secondsLimit });
    throw error;
  }
}

/** The rows of a plan that pass its tests, in order, after a position. */
export async function selectRows(db: Database | Sql, plan: Plan, keys: readonly SortKey[], after: Position | undefined, limit: number): Promise<PageRow[]> {
  const values = new Values();
  const columns = `${storedColumns}${keys.map(({ sql }, at) => `, ${sql} as k${at}`).join('')}`;
  const rest = () => `${plan.tests(values)}${after === undefined ? '' : ` and ${afterSql(keys, after, values)}`}`;
  const order = orderSql(keys);
  const inner = plan.rids && keys === byRow
    ? // the fence keeps the order of the numbers, so that no more rows are read than a page needs
      `select ${columns} from (select distinct n.rid from (${plan.rids(values)}) n${after === undefined ? '' : ` where n.rid > ${values.add(after[0])}::bigint`} order by n.rid offset 0) n
         cross join lateral (select * from resource where rid = n.rid offset 0) r where ${rest()} order by n.rid limit ${limit}`
    : plan.ordered
    ? orderedBranches(plan, keys, after).map((branch) => `(select ${columns} from resource r where ${branch(values)} and ${rest()} order by ${order} limit ${limit})`).join(' union all ')
    : `select ${columns} from (${plan.branches.map((branch) => `select * from resource r where ${branch(values)}`).join(' union all ')} offset 0) r where ${rest()} order by ${order} limit ${limit}`;
  const outer = orderSql(keys, (_key, at) => `p.k${at}`);
  return runSearch<PageRow>(db, plan, `select p.*, array[${keys.map((_, at) => `p.k${at}::text`).join(', ')}] as key from (${inner}) p order by ${outer} limit ${limit}`, values);
}

/**
 * An index is entered where the last page ended. What has no value of the key stands at the end of the index, in a stretch of its own; a condition
 * over both would read everything before.
 */
function orderedBranches(plan: Plan, [first]: readonly SortKey[], after: Position | undefined): Plan['branches'] {
  const at = after?.[0];
  if (after === undefined || !first?.sql) return plan.branches;
  const { sql, descending, nullable, type } = first;
  if (at === null || at === undefined) return plan.branches.map((branch) => (values: Values) => `${branch(values)} and ${sql} is null`);
  return plan.branches.flatMap((branch) => [
    (values: Values) => `${branch(values)} and ${sql} ${descending ? '<=' : '>='} ${values.add(at)}::${type}`,
    ...(nullable ? [(values: Values) => `${branch(values)} and ${sql} is null`] : []),
  ]);
}

/** The same rows without order; `limit` where a few more than that say as much. */
export async function countRows(db: Database | Sql, plan: Plan, limit?: number): Promise<number> {
  const values = new Values();
  const rows = `from (${plan.branches.map((branch) => `select * from resource r where ${branch(values)}`).join(' union all ')} offset 0) r where ${plan.tests(values)}`;
  const text = limit === undefined ? `select count(*)::int as total ${rows}` : `select count(*)::int as total from (select 1 ${rows} limit ${limit}) as some`;
  const [row] = await runSearch<{ total: number }>(db, plan, text, values);
  return row!.total;
}

/** A row as a recheck reads it. */
export function candidateOf(content: string, zone: string): Candidate {
  const resource = JSON.parse(content) as Resource;
  let entries: ReturnType<Candidate['entries']> | undefined;
  return { resource, entries: () => (entries ??= indexResource(resource, { zone })) };
}
