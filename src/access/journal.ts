import { createHash } from 'node:crypto';
import { shardOf } from '../kernel/id.ts';
import type { Log } from '../kernel/log.ts';
import { Problem } from '../kernel/problem.ts';
import type { Database } from '../db/types.ts';
import type { Role } from './context.ts';

/** What one request did: who, why, whose data, which types. Never clinical content. */
export interface JournalRow {
  at: Date;
  actor: string;
  role: Role;
  account: string;
  purpose: string;
  /** The route (`GET /api/patients/:id/card`) or the FHIR interaction (`search Observation`). */
  action: string;
  patients: readonly string[];
  types: readonly string[];
  status: number;
  request: string;
  breakGlass?: string | undefined;
}

interface Waiting {
  row: JournalRow;
  written: () => void;
  failed: (error: unknown) => void;
}

const largestGroup = 500;
/** A service client that reads the same patient again within this time adds no further line to what the patient reads; the journal itself has every row. */
const repeatMilliseconds = 60 * 60_000;

const columns = `at timestamptz, actor text, role text, account text, purpose text, action text, patients text[], shown text[], shards int[], types text[], status int, request text, break_glass text, shard int`;

/**
 * The journal of access. Rows are committed in groups: a row waits for nothing when nothing is in flight, else for the statement
 * before it. An answer leaves only after its row is committed.
 */
export class Journal {
  readonly #db: Database;
  readonly #log: Log;
  #queue: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  readonly #shown = new Map<string, number>();

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
  }

  /** Resolves when the row is committed. Refuses `access.journal-unavailable`: then the answer must not leave. */
  note(row: JournalRow): Promise<void> {
    return new Promise((written, failed) => {
      this.#queue.push({ row, written, failed });
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when everything noted so far is committed or refused. */
  async drain(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, largestGroup);
      try {
        await this.#insert(group.map((one) => one.row));
        for (const one of group) one.written();
      } catch (error) {
        await this.#oneByOne(group, error);
      }
    }
    this.#flushing = undefined;
  }

  /** A row that cannot be written never takes its neighbours with it. */
  async #oneByOne(group: readonly Waiting[], error: unknown): Promise<void> {
    for (const one of group) {
      try {
        if (group.length === 1) throw error;
        await this.#insert([one.row]);
        one.written();
      } catch (refused) {
        this.#log.error({ request: one.row.request, code: (refused as { code?: string }).code }, 'a journal row was refused');
        one.failed(new Problem('access.journal-unavailable'));
      }
    }
  }

  async #insert(rows: readonly JournalRow[]): Promise<void> {
    await this.#db.query(
      `with given as materialized (select nextval(pg_get_serial_sequence('journal', 'seq')) as seq, g.* from json_to_recordset($1::json) as g(${columns})),
       noted as (insert into journal (seq, shard, at, actor, role, account, purpose, action, patients, types, status, request, break_glass)
                 select seq, shard, at, actor, role, account, purpose, action, patients, types, status, request, break_glass from given)
       insert into journal_patient (patient, seq, shard) select p.id, given.seq, p.shard from given, unnest(given.shown, given.shards) as p(id, shard)`,
      [JSON.stringify(rows.map((row) => this.#asRecord(row)))],
    );
  }

  #asRecord(row: JournalRow): object {
    const patients = [...new Set(row.patients.map(storable))];
    const shown = patients.filter((patient) => this.#newToPatient(row, patient));
    const { breakGlass, ...rest } = row;
    return {
      ...rest,
      action: storable(row.action),
      request: storable(row.request),
      patients,
      shown,
      shards: shown.map(shardOf),
      types: [...new Set(row.types.map(storable))].toSorted(),
      break_glass: breakGlass ?? null,
      shard: shardOf(patients[0] ?? row.account),
    };
  }

  #newToPatient(row: JournalRow, patient: string): boolean {
    if (row.role !== 'system') return true;
    const key = `${row.account} ${patient}`;
    const last = this.#shown.get(key);
    if (last !== undefined && row.at.getTime() - last < repeatMilliseconds) return false;
    if (this.#shown.size >= 100_000) this.#shown.clear();
    this.#shown.set(key, row.at.getTime());
    return true;
  }
}

/** PostgreSQL's text takes neither NUL nor half a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed().slice(0, 300);
}

export function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
