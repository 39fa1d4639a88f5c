import { createHash } from 'node:crypto';
import { Batcher } from '../kernel/batcher.ts';
import { shardOf } from '../kernel/id.ts';
import type { Log } from '../kernel/log.ts';
import { Problem } from '../kernel/problem.ts';
import { int4Array, textArray, textsLiteral, timestamptzArray } from '../db/arrays.ts';
import type { Database } from '../db/types.ts';
import type { NoteTable } from '../store/types.ts';
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

/** Groups in which rows are committed; two under way, so that one is written while the other waits for the disk. */
const groups = { flights: 2, largest: 500 };
/** A service client that reads the same patient again within this time adds no further line to what the patient reads; the journal itself has every row. */
const repeatMilliseconds = 60 * 60_000;

/**
 * The journal of access. Rows are committed in groups: a row waits for nothing when nothing is in flight, else for one of the groups
 * before it. An answer leaves only after its row is committed.
 */
export class Journal {
  readonly #db: Database;
  readonly #log: Log;
  readonly #batcher: Batcher<JournalRow, Problem | undefined>;
  readonly #shown = new Map<string, number>();
  /** For rows that are committed with a write of the store. */
  readonly table: NoteTable<JournalRow> = { parts: insertParts, values: (rows) => this.#valuesOf(rows) };

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
    this.#batcher = new Batcher((rows) => this.#write(rows), groups);
  }

  /** Resolves when the row is committed. Refuses `access.journal-unavailable`: then the answer must not leave. */
  async note(row: JournalRow): Promise<void> {
    const refused = await this.#batcher.do(row);
    if (refused) throw refused;
  }

  /** Resolves when everything noted so far is committed or refused. */
  drain(): Promise<void> {
    return this.#batcher.drain();
  }

  async #write(rows: readonly JournalRow[]): Promise<readonly (Problem | undefined)[]> {
    try {
      await this.#insert(rows);
      return rows.map(() => undefined);
    } catch (error) {
      return this.#oneByOne(rows, error);
    }
  }

  /** A row that cannot be written never takes its neighbours with it. */
  async #oneByOne(rows: readonly JournalRow[], error: unknown): Promise<(Problem | undefined)[]> {
    const answers: (Problem | undefined)[] = [];
    for (const row of rows) {
      try {
        if (rows.length === 1) throw error;
        await this.#insert([row]);
        answers.push(undefined);
      } catch (refused) {
        this.#log.error({ request: row.request, code: (refused as { code?: string }).code }, 'a journal row was refused');
        answers.push(new Problem('access.journal-unavailable'));
      }
    }
    return answers;
  }

  async #insert(rows: readonly JournalRow[]): Promise<void> {
    await this.#db.query(`with ${this.table.parts(1, 'true')} select 1 as done`, this.table.values(rows));
  }

  #valuesOf(rows: readonly JournalRow[]): Buffer[] {
    const records = rows.map(recordOf);
    const shown = records.flatMap((record, at) => record.patients.filter((patient) => this.#newToPatient(record, patient)).map((patient) => ({ patient, place: at + 1 })));
    return [
      int4Array(records.map(({ shard }) => shard)),
      timestamptzArray(records.map(({ at }) => at.getTime())),
      textArray(records.map(({ actor }) => actor)),
      textArray(records.map(({ role }) => role)),
      textArray(records.map(({ account }) => account)),
      textArray(records.map(({ purpose }) => purpose)),
      textArray(records.map(({ action }) => action)),
      textArray(records.map(({ patients }) => textsLiteral(patients))),
      textArray(records.map(({ types }) => textsLiteral(types))),
      int4Array(records.map(({ status }) => status)),
      textArray(records.map(({ request }) => request)),
      textArray(records.map(({ breakGlass }) => breakGlass ?? null)),
      int4Array(shown.map(({ place }) => place)),
      textArray(shown.map(({ patient }) => patient)),
      int4Array(shown.map(({ patient }) => shardOf(patient))),
    ];
  }

  #newToPatient(row: Pick<JournalRow, 'role' | 'account' | 'at'>, patient: string): boolean {
    if (row.role !== 'system') return true;
    const key = `${row.account} ${patient}`;
    const last = this.#shown.get(key);
    if (last !== undefined && row.at.getTime() - last < repeatMilliseconds) return false;
    if (this.#shown.size >= 100_000) this.#shown.clear();
    this.#shown.set(key, row.at.getTime());
    return true;
  }
}

/** Numbers are drawn first, so that the lines of patients know the row that they belong to: `place` counts the rows of the group. */
function insertParts(first: number, condition: string): string {
  const $ = (place: number): string => `$${first + place}`;
  return `journal_given as materialized (
     select nextval(pg_get_serial_sequence('journal', 'seq')) as seq, g.*
     from unnest(${$(0)}::int[], ${$(1)}::timestamptz[], ${$(2)}::text[], ${$(3)}::text[], ${$(4)}::text[], ${$(5)}::text[], ${$(6)}::text[], ${$(7)}::text[], ${$(8)}::text[], ${$(9)}::int[], ${$(10)}::text[], ${$(11)}::text[])
       with ordinality as g(shard, at, actor, role, account, purpose, action, patients, types, status, request, break_glass, place) where ${condition}),
   journal_noted as (
     insert into journal (seq, shard, at, actor, role, account, purpose, action, patients, types, status, request, break_glass)
     select seq, shard, at, actor, role, account, purpose, action, patients::text[], types::text[], status, request, break_glass from journal_given),
   journal_lines as (
     insert into journal_patient (patient, seq, shard)
     select p.patient, journal_given.seq, p.shard from unnest(${$(12)}::int[], ${$(13)}::text[], ${$(14)}::int[]) as p(place, patient, shard) join journal_given using (place))`;
}

function recordOf(row: JournalRow): JournalRow & { shard: number } {
  const patients = row.patients.length === 0 ? row.patients : [...new Set(row.patients.map(storable))];
  return {
    ...row,
    action: storable(row.action),
    request: storable(row.request),
    patients,
    types: row.types.length < 2 ? row.types : [...new Set(row.types.map(storable))].toSorted(),
    shard: shardOf(patients[0] ?? row.account),
  };
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
