import { typeName } from './type-number.ts';
import type { Stored } from './types.ts';

/** A row as the statements select it from `resource r` (or `history r`): the text is served as it lies. */
export interface StoredRow {
  type: number;
  id: string;
  version: number;
  updated: number;
  deleted: boolean;
  content: string;
  compartment: string;
}

export const storedColumns = `r.type, r.id, r.version, (extract(epoch from r.updated) * 1000)::float8 as updated, r.deleted, r.content, r.compartment::text as compartment`;

export function rowToStored(row: StoredRow): Stored {
  return { type: typeName(row.type), id: row.id, version: row.version, updated: new Date(row.updated).toISOString(), deleted: row.deleted, content: row.content };
}
