import type { Sql } from '../../db/types.ts';
import type { Batch } from './contract.ts';

/** Inside the transaction that closes the case: its account is open for export. */
export async function putBill(sql: Sql, bill: { episode: string; shard: number; organization: string; version: number }): Promise<void> {
  await sql.query(
    `insert into case_bill (episode, shard, organization, version, open) values ($1, $2, $3, $4, false)
     on conflict (episode) do update set version = excluded.version, open = false`,
    [bill.episode, bill.shard, bill.organization, bill.version],
  );
}

/** Inside the transaction that reopens it: false where it was exported meanwhile. Waits for an export that holds the row. */
export async function openBill(sql: Sql, bill: { episode: string; shard: number; organization: string; version: number }): Promise<boolean> {
  const rows = await sql.query(
    `insert into case_bill (episode, shard, organization, version, open) values ($1, $2, $3, $4, true)
     on conflict (episode) do update set version = excluded.version, open = true where case_bill.batch is null returning episode`,
    [bill.episode, bill.shard, bill.organization, bill.version],
  );
  return rows.length > 0;
}

/** Which of the cases are in an account: number and moment of each. */
export async function billsOf(sql: Sql, episodes: readonly string[]): Promise<Map<string, { number: number; made: string }>> {
  const rows = await sql.query<{ episode: string; number: number; made: string }>(
    'select b.episode, coalesce(c.number, 0) as number, c.made from case_bill b join case_batch c on c.id = b.batch where b.episode = any($1::text[])',
    [episodes],
  );
  return new Map(rows.map((row) => [row.episode, { number: row.number, made: new Date(row.made).toISOString() }]));
}

/**
 * Takes cases into a batch: those that no other batch has and that were not reopened or closed anew since they were read (`versions`).
 * Answers which; the others are another exporter's. In the order of ids, so that two exporters never wait in a circle.
 */
export async function takeBills(sql: Sql, batch: string, organization: string, cases: readonly { episode: string; shard: number; version: number }[]): Promise<Set<string>> {
  const sorted = cases.toSorted((a, b) => (a.episode < b.episode ? -1 : 1));
  const rows = await sql.query<{ episode: string }>(
    `insert into case_bill (episode, shard, organization, version, open, batch)
     select e, s, $4, v, false, $5 from unnest($1::text[], $2::int[], $3::int[]) as u (e, s, v)
     on conflict (episode) do update set batch = excluded.batch, version = excluded.version
       where case_bill.batch is null and not case_bill.open and case_bill.version <= excluded.version
     returning episode`,
    [sorted.map((one) => one.episode), sorted.map((one) => one.shard), sorted.map((one) => one.version), organization, batch],
  );
  return new Set(rows.map((row) => row.episode));
}

const columns = `id, number, month, payer, state, done, total, services, made`;
const plain = (row: Batch): Batch => ({ ...row, made: new Date(row.made).toISOString() });

/** False where this batch was begun already: asked twice. */
export async function insertBatch(sql: Sql, batch: { id: string; shard: number; organization: string; month: string; payer: string | undefined; made: Date; madeBy: string }): Promise<boolean> {
  const rows = await sql.query(
    `insert into case_batch (id, shard, organization, month, payer, state, done, total, services, made, made_by) values ($1, $2, $3, $4, $5, 'gathering', 0, 0, 0, $6, $7) on conflict do nothing returning id`,
    [batch.id, batch.shard, batch.organization, batch.month, batch.payer ?? null, batch.made.toISOString(), batch.madeBy],
  );
  return rows.length > 0;
}

export async function tellProgress(sql: Sql, id: string, done: number, total: number): Promise<void> {
  await sql.query('update case_batch set done = $2, total = $3 where id = $1', [id, done, total]);
}

/** Gives the batch its number and keeps what was handed out. One at a time within an organization, so that numbers have no gap. */
export async function finishBatch(sql: Sql, id: string, organization: string, content: string, services: number): Promise<void> {
  await sql.query(
    `update case_batch set state = 'ready', content = $3, services = $4, number = (select coalesce(max(number), 0) + 1 from case_batch where organization = $2) where id = $1`,
    [id, organization, content, services],
  );
}

/** The clinic's accounts are numbered one after the other: held until the transaction ends. */
export async function lockAccounts(sql: Sql, organization: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('case_batch ' || $1, 0))`, [organization]);
}

export async function failBatch(sql: Sql, id: string): Promise<void> {
  await sql.query(`update case_batch set state = 'failed' where id = $1 and state = 'gathering'`, [id]);
}

export async function readBatch(sql: Sql, id: string, organization: string): Promise<(Batch & { content: string | null }) | undefined> {
  const [row] = await sql.query<Batch & { content: string | null }>(`select ${columns}, content from case_batch where id = $1 and organization = $2`, [id, organization]);
  return row && { ...plain(row), content: row.content };
}

export async function listBatches(sql: Sql, organization: string): Promise<Batch[]> {
  return (await sql.query<Batch>(`select ${columns} from case_batch where organization = $1 and state = 'ready' order by made desc limit 24`, [organization])).map(plain);
}
