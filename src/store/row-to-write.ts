import type { IndexedRow } from './row.ts';

/** One row to be written: what was indexed, and the version's own facts. */
export interface RowToWrite extends IndexedRow {
  rid: bigint;
  version: number;
  /** Epoch milliseconds. */
  updated: number;
  content: string;
  outcome: 'created' | 'updated' | 'deleted';
  deleted: boolean;
}

/** A row with who wrote it. */
export interface WrittenBy {
  row: RowToWrite;
  actor: string;
}

export function isNew(row: RowToWrite): boolean {
  return row.outcome === 'created' && row.version === 1;
}
