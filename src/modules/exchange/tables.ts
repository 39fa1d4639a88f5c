import type { Requester } from '../../access/index.ts';
import type { Database, Sql } from '../../db/types.ts';
import { holdLease, releaseLease, renewLease, takeLease, type Lease } from '../../events/index.ts';
import { shardOf } from '../../kernel/id.ts';
import type { Details } from '../../kernel/problem.ts';

export type JobState = 'receiving' | 'active' | 'complete' | 'failed' | 'cancelled';

/** A bulk job as it is kept. */
export interface BulkJob {
  id: string;
  kind: 'export' | 'import';
  state: JobState;
  account: string;
  caller: Requester;
  request: string;
  asked: object;
  created: string;
  place: object;
  done: number;
  refused: number;
  finished: string | null;
  expires: string | null;
  error: string | null;
  details: Details;
}

export interface Piece {
  file: number;
  piece: number;
  kind: 'output' | 'deleted' | 'error' | 'input';
  type: string;
  lines: number;
  bytes: Buffer;
}

export interface FileOfJob {
  file: number;
  kind: Piece['kind'];
  type: string;
  lines: number;
  bytes: number;
}

const columns = `id, kind, state, account, caller, request, asked, created, place, done::float8 as done, refused::float8 as refused, finished, expires, error, details`;

export async function addJob(sql: Sql, job: Pick<BulkJob, 'id' | 'kind' | 'state' | 'account' | 'caller' | 'request' | 'asked'> & { created: Date }): Promise<void> {
  await sql.query(`insert into bulk_job (id, shard, kind, state, account, caller, request, asked, created) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
    job.id, shardOf(job.id), job.kind, job.state, job.account, JSON.stringify(job.caller), job.request, JSON.stringify(job.asked), job.created,
  ]);
}

export async function readJob(sql: Sql, id: string): Promise<BulkJob | undefined> {
  const [row] = await sql.query<BulkJob & object>(`select ${columns} from bulk_job where id = $1`, [id]);
  return row;
}

export async function listJobs(sql: Sql): Promise<BulkJob[]> {
  return sql.query<BulkJob & object>(`select ${columns} from bulk_job order by created desc, id limit 200`);
}

export async function activeJobs(sql: Sql): Promise<string[]> {
  return (await sql.query<{ id: string }>(`select id from bulk_job where state = 'active' order by created`)).map(({ id }) => id);
}

export async function countJobs(sql: Sql, account: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(`select count(*)::int as count from bulk_job where account = $1 and state in ('active', 'receiving')`, [account]);
  return row!.count;
}

/** Moves a job on together with what was done, in one transaction under its lease; false where it is no longer ours or no longer wanted. */
export async function moveJob(database: Database, lease: Lease, id: string, step: { place: object; done: number; refused?: number; pieces?: readonly Piece[] }): Promise<boolean> {
  return database.transaction((sql) => moveJobIn(sql, lease, id, step));
}

/** The same inside a transaction that writes something else, too. */
export async function moveJobIn(sql: Sql, lease: Lease, id: string, { place, done, refused = 0, pieces = [] }: { place: object; done: number; refused?: number; pieces?: readonly Piece[] }): Promise<boolean> {
  if (!(await holdLease(sql, lease))) return false;
  const moved = await sql.query(`update bulk_job set place = $2, done = done + $3, refused = refused + $4 where id = $1 and state = 'active' returning 1 as moved`, [id, JSON.stringify(place), done, refused]);
  if (moved.length === 0) return false;
  await addPieces(sql, id, pieces);
  return true;
}

export async function addPieces(sql: Sql, job: string, pieces: readonly Piece[]): Promise<void> {
  for (const { file, piece, kind, type, lines, bytes } of pieces) {
    await sql.query(`insert into bulk_part (job, file, piece, shard, kind, type, lines, bytes) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [job, file, piece, shardOf(job), kind, type, lines, bytes]);
  }
}

/** Ends a job. What it has made is kept until `expires`; of a failed one so that it can be resumed. */
export async function endJob(sql: Sql, id: string, state: 'complete' | 'failed', expires: Date, error?: string, details: Details = {}): Promise<void> {
  await sql.query(`update bulk_job set state = $2, finished = clock_timestamp(), expires = $3, error = $4, details = $5 where id = $1 and state in ('active', 'receiving')`, [id, state, expires, error ?? null, JSON.stringify(details)]);
}

export async function activate(sql: Sql, id: string, from: 'receiving' | 'failed'): Promise<boolean> {
  const rows = await sql.query(`update bulk_job set state = 'active', finished = null, expires = null, error = null, details = '{}' where id = $1 and state = $2 returning 1 as active`, [id, from]);
  return rows.length > 0;
}

/** Stops a job and removes its files; of what an import has written nothing is taken back. */
export async function cancelJob(sql: Sql, id: string): Promise<void> {
  await sql.query(`update bulk_job set state = 'cancelled', finished = coalesce(finished, clock_timestamp()), expires = clock_timestamp() where id = $1`, [id]);
  await sql.query(`delete from bulk_part where job = $1`, [id]);
}

/** Removes what has expired, and uploads that were broken off. */
export async function sweepJobs(sql: Sql): Promise<void> {
  await sql.query(`delete from bulk_part p using bulk_job j where p.job = j.id and (j.expires < now() or (j.state = 'receiving' and j.created < now() - interval '1 day'))`);
  await sql.query(`delete from bulk_job where expires < now() - interval '30 days' or (state = 'receiving' and created < now() - interval '1 day')`);
}

export async function filesOf(sql: Sql, job: string): Promise<FileOfJob[]> {
  return sql.query<FileOfJob & object>(
    `select file, min(kind) as kind, min(type) as type, sum(lines)::int as lines, sum(length(bytes))::float8 as bytes from bulk_part where job = $1 and kind <> 'input' group by file order by file`,
    [job],
  );
}

/** The files of several jobs. */
export async function filesOfJobs(sql: Sql, jobs: readonly string[]): Promise<(FileOfJob & { job: string })[]> {
  return sql.query<FileOfJob & { job: string }>(
    `select job, file, min(kind) as kind, min(type) as type, sum(lines)::int as lines, sum(length(bytes))::float8 as bytes from bulk_part where job = any($1::text[]) and kind <> 'input' group by job, file order by job, file`,
    [jobs],
  );
}

/** One piece of a file; undefined after the last. */
export async function readPiece(sql: Sql, job: string, file: number, piece: number): Promise<Buffer | undefined> {
  const [row] = await sql.query<{ bytes: Buffer }>(`select bytes from bulk_part where job = $1 and file = $2 and piece = $3`, [job, file, piece]);
  return row?.bytes;
}

/** The transactions that are open now, as the number below which all are over once they have ended. */
export async function openTransactions(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ next: string }>(`select pg_snapshot_xmax(pg_current_snapshot())::text as next`);
  return row!.next;
}

export async function areOver(sql: Sql, below: string): Promise<boolean> {
  const [row] = await sql.query<{ over: boolean }>(
    // after a restore the numbers begin anew, and nothing of before is open
    `select pg_snapshot_xmin(pg_current_snapshot()) >= least($1::xid8, pg_snapshot_xmax(pg_current_snapshot())) as over`,
    [below],
  );
  return row!.over;
}

export { releaseLease, renewLease, takeLease, type Lease };
