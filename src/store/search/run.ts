import type { Resource } from '@medplum/fhirtypes';
import type { Database, Sql } from '../../db/types.ts';
import { indexResource } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { storedColumns, type StoredRow } from '../stored-row.ts';
import { Values } from '../values.ts';
import type { Candidate } from './condition.ts';
import type { Plan } from './plan.ts';
import { hasEntry } from './narrow.ts';
import { afterSql, byRow, orderSql, type Entries, type Position, type SortKey } from './sort.ts';

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
  return plan.entries ? rowsByEntries(db, plan, plan.entries, keys, after, limit) : selectRowsOnce(db, plan, keys, after, limit);
}

/** In the order of a narrow table, as far as the page needs; then the rows that have nothing there. */
async function rowsByEntries(db: Database | Sql, plan: Plan, { table, column, param }: Entries, [first, ...others]: readonly SortKey[], after: Position | undefined, limit: number): Promise<PageRow[]> {
  const rows: PageRow[] = [];
  if (first === undefined) return rows;
  if (after?.[0] !== null) {
    const values = new Values();
    const { descending } = first;
    // of several entries of a row the first in this order stands for it, of equal ones the one that lies first
    const earlier = hasEntry(table, 'o', 'n.rid', `o.param = ${param} and (o.${column} ${descending ? '>' : '<'} n.${column} or (o.${column} = n.${column} and o.ctid < n.ctid))`);
    const from = after === undefined ? '' : ` and n.${column} ${descending ? '<=' : '>='} ${values.add(after[0])}::${first.type}`;
    const keys = [{ ...first, sql: 'n.k', nullable: false }, ...others];
    const columns = `${storedColumns}${keys.map(({ sql }, at) => `, ${sql} as k${at}`).join('')}`;
    const inner = `select ${columns} from (select n.rid, n.${column} as k from ${table} n where n.param = ${param}${from} and not ${earlier} order by n.${column} ${descending ? 'desc' : 'asc'}) n
      cross join lateral (select * from resource where rid = n.rid offset 0) r where ${plan.tests(values)}${after === undefined ? '' : ` and ${afterSql(keys, after, values)}`} order by ${orderSql(keys)} limit ${limit}`;
    rows.push(...(await runSearch<PageRow>(db, plan, withKeys(inner, keys), values)));
    if (rows.length === limit) return rows;
  }
  const tests = (values: Values) => `${plan.tests(values)} and not ${hasEntry(table, 'o', 'r.rid', `o.param = ${param}`)}`;
  const without = { ...plan, tests, quick: false };
  const rest = await selectRowsOnce(db, without, others, after?.[0] === null ? after.slice(1) : undefined, limit - rows.length);
  return [...rows, ...rest.map((row) => ({ ...row, key: [null, ...row.key] }))];
}

function withKeys(inner: string, keys: readonly SortKey[]): string {
  return `select p.*, array[${keys.map((_, at) => `p.k${at}::text`).join(', ')}] as key from (${inner}) p order by ${orderSql(keys, (_key, at) => `p.k${at}`)}`;
}

async function selectRowsOnce(db: Database | Sql, plan: Plan, keys: readonly SortKey[], after: Position | undefined, limit: number): Promise<PageRow[]> {
  const values = new Values();
  const columns = `${storedColumns}${keys.map(({ sql }, at) => `, ${sql} as k${at}`).join('')}`;
  const rest = () => `${plan.tests(values)}${after === undefined ? '' : ` and ${afterSql(keys, after, values)}`}`;
  const order = orderSql(keys);
  const inner = plan.rids && keys === byRow
    ? // the fence keeps the order of the numbers, so that no more rows are read than a page needs
      `select ${columns} from (select distinct n.rid from (${plan.rids(values)}) n${after === undefined ? '' : ` where n.rid > ${values.add(after[0])}::bigint`} order by n.rid offset 0) n
         cross join lateral (select * from resource where rid = n.rid offset 0) r where ${rest()} order by n.rid limit ${limit}`
    : plan.ordered
    ? orderedBranches(plan, keys, after).map((branch) => `(select ${columns} from resource r where ${branch.rows(values)} and ${rest()} order by ${branch.order ?? order} limit ${limit})`).join(' union all ')
    : `select ${columns} from (${plan.branches.map((branch) => `select * from resource r where ${branch(values)}`).join(' union all ')} offset 0) r where ${rest()} order by ${order} limit ${limit}`;
  return runSearch<PageRow>(db, plan, `${withKeys(inner, keys)} limit ${limit}`, values);
}

/** Rows of an index in its order; `order` where it must be written otherwise than the search's own, so that the planner sees that the index gives it. */
interface OrderedBranch {
  rows: Plan['branches'][number];
  order?: string;
}

/**
 * An index is entered where the last page ended. What has no value of the key stands in a stretch of its own, so that nothing before has to be read; and
 * read from its other end the index gives such rows first, though there are none.
 */
function orderedBranches(plan: Plan, keys: readonly SortKey[], after: Position | undefined): OrderedBranch[] {
  const [first] = keys;
  const at = after?.[0];
  const { sql, descending, nullable, type } = first ?? {};
  if (!sql || (after === undefined && (descending || !nullable))) return plan.branches.map((rows) => ({ rows }));
  const nulls = plan.branches.map((branch): OrderedBranch => ({ rows: (values) => `${branch(values)} and ${sql} is null` }));
  if (after !== undefined && (at === null || at === undefined)) return nulls;
  const order = descending || !nullable ? undefined : orderSql(keys).replace(' nulls last', ' nulls first');
  const valued = plan.branches.map((branch): OrderedBranch => {
    const from = (values: Values) => (at === null || at === undefined ? '' : ` and ${sql} ${descending ? '<=' : '>='} ${values.add(at)}::${type}`);
    return { rows: (values) => `${branch(values)}${order === undefined ? '' : ` and ${sql} is not null`}${from(values)}`, ...(order !== undefined && { order }) };
  });
  return nullable ? [...valued, ...nulls] : valued;
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
