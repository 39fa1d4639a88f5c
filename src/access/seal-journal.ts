import { shardOf } from '../kernel/id.ts';
import type { Database } from '../db/types.ts';
import { sha256 } from './journal.ts';

interface SealedRow {
  seq: string;
  at: string;
  actor: string;
  role: string;
  account: string;
  purpose: string;
  action: string;
  patients: string[];
  types: string[];
  status: number;
  request: string;
  break_glass: string | null;
}

interface RootRow {
  id: number;
  first: string;
  last: string;
  rows: number;
  tree: Buffer;
  root: Buffer;
  previous: Buffer;
}

const sealedColumns = `seq::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor, role, account, purpose, action, patients, types, status, request, break_glass`;
/** Rows are read into memory: a backlog of a busy day must not leave a larger process behind. */
const largestRange = 4000;
const beginning = Buffer.alloc(32);

/** Root of the Merkle tree over the leaves, as RFC 6962 §2.1 defines it: a leaf is hashed after 0x00, a node after 0x01. */
export function merkleRoot(leaves: readonly (Buffer | string)[]): Buffer {
  if (leaves.length === 0) return sha256('');
  let level = leaves.map((leaf) => sha256(Buffer.of(0), leaf));
  while (level.length > 1) {
    const next: Buffer[] = [];
    // An odd node rises unchanged: the same as splitting at the largest power of two.
    for (let at = 0; at < level.length; at += 2) next.push(at + 1 < level.length ? sha256(Buffer.of(1), level[at]!, level[at + 1]!) : level[at]!);
    level = next;
  }
  return level[0]!;
}

function leafOf(row: SealedRow): string {
  return JSON.stringify([row.seq, row.at, row.actor, row.role, row.account, row.purpose, row.action, row.patients, row.types, row.status, row.request, row.break_glass]);
}

function chained(previous: Buffer, first: string, last: string, tree: Buffer): Buffer {
  return sha256(previous, `${first}-${last}`, tree);
}

/**
 * Seals what stands in the journal and is not sealed yet: one Merkle root for each range, chained to the previous one. For a job that
 * runs in one process at a time. Returns the number of rows sealed.
 */
export async function sealJournal(db: Database, now: Date): Promise<number> {
  let sealed = 0;
  for (;;) {
    const count = await sealRange(db, now);
    sealed += count;
    if (count < largestRange) return sealed;
  }
}

async function sealRange(db: Database, now: Date): Promise<number> {
  // A short lock waits for the writers in flight: a writer draws its numbers under its own lock on the table, so afterwards no smaller one can appear.
  const end = await db.transaction(async (sql) => {
    await sql.query('lock table journal in share mode');
    return (await sql.query<{ last: string | null }>('select max(seq)::text as last from journal'))[0]?.last ?? null;
  });
  if (end === null) return 0;
  return db.transaction(async (sql) => {
    await sql.query('lock table journal_root in share row exclusive mode');
    const [before] = await sql.query<RootRow>('select id, last::text, root from journal_root order by id desc limit 1');
    const rows = await sql.query<SealedRow>(`select ${sealedColumns} from journal where seq > $1 and seq <= $2 order by journal.seq limit ${largestRange}`, [before?.last ?? '0', end]);
    if (rows.length === 0) return 0;
    const [first, last] = [rows[0]!.seq, rows.at(-1)!.seq];
    const tree = merkleRoot(rows.map(leafOf));
    const previous = before?.root ?? beginning;
    const id = (before?.id ?? 0) + 1;
    await sql.query('insert into journal_root (id, shard, first, last, rows, tree, root, previous, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      id, shardOf('journal'), first, last, rows.length, tree, chained(previous, first, last, tree), previous, now,
    ]);
    return rows.length;
  });
}

/** Checks every seal against the rows. Returns the first range that does not agree, or undefined where all do. */
export async function checkSeals(db: Database): Promise<{ id: number; first: string; last: string } | undefined> {
  let previous: Buffer = beginning;
  for (let id = 1; ; id++) {
    const [range] = await db.query<RootRow>('select id, first::text, last::text, rows, tree, root, previous from journal_root where id = $1', [id]);
    if (!range) return undefined;
    const after = id === 1 ? '0' : (await db.query<{ last: string }>('select last::text from journal_root where id = $1', [id - 1]))[0]!.last;
    const rows = await db.query<SealedRow>(`select ${sealedColumns} from journal where seq > $1 and seq <= $2 order by journal.seq`, [after, range.last]);
    const tree = merkleRoot(rows.map(leafOf));
    const right = rows.length === range.rows && tree.equals(range.tree) && previous.equals(range.previous) && chained(previous, range.first, range.last, tree).equals(range.root);
    if (!right) return { id, first: range.first, last: range.last };
    previous = range.root;
  }
}
