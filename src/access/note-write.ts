import type { Note, WriteResult } from '../store/types.ts';
import type { Caller, Entrance } from './entrance.ts';
import type { JournalRow } from './journal.ts';

/** What a request has seen: filled by the store as it answers, read by the journal before the answer leaves. */
export interface Seen {
  readonly types: Set<string>;
  readonly patients: Set<string>;
}

/** What the journal is to know of a request. */
export interface Noticed {
  readonly caller: Caller;
  readonly seen: Seen;
  /** What a row of the journal that was committed with a write already says. */
  noted: Seen | undefined;
}

/** The journal's row of a request that has seen so much and ends so; `glass`: by which breaking of glass patients are open to the caller. */
export type Describe = (seen: Seen, status: number, glass: ReadonlyMap<string, string> | undefined) => JournalRow;

/** A row of the journal on its way into the store's transaction. */
export interface Noting {
  /** Undefined where a write of this request has been noted already. */
  begin(): Promise<Note | undefined>;
  /** The write did not come about: the row neither. */
  failed(): void;
}

const statuses: Record<WriteResult['outcome'], number> = { created: 201, updated: 200, unchanged: 200, deleted: 204 };

/**
 * The journal's row of a request that writes, to be committed with its first write: one flush of the log instead of two. What the request
 * shows beyond it makes a row of its own in the end.
 */
export function noteWith(entrance: Entrance, visit: Noticed, describe: Describe, now: Date): Noting {
  return {
    begin: async () => {
      if (visit.noted) return undefined;
      const { actor } = visit.caller;
      const glass = actor.role === 'system' ? undefined : await entrance.relations.brokenGlass(actor, now);
      return {
        table: entrance.journal.table,
        row: (results) => {
          const seen: Seen = { types: new Set(visit.seen.types), patients: new Set(visit.seen.patients) };
          for (const result of results) see(seen, result);
          visit.noted = seen;
          return describe(seen, results.length === 1 ? statuses[results[0]!.outcome] : 200, glass);
        },
      };
    },
    failed: () => (visit.noted = undefined),
  };
}

function see(seen: Seen, result: WriteResult): void {
  const patient = patientOf(result);
  seen.types.add(result.type);
  if (patient !== undefined) seen.patients.add(patient);
}

/** The patient whom a written resource names as its own; where the store has not found it while writing, read without parsing the whole text. */
export function patientOf({ type, id, content, patient }: WriteResult): string | undefined {
  if (type === 'Patient') return id;
  if (patient !== undefined) return patient;
  return /"(?:subject|patient|beneficiary|for)"\s*:\s*\{\s*"reference"\s*:\s*"Patient\/([A-Za-z0-9\-.]{1,64})/.exec(content)?.[1];
}
