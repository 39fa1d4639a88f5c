import { typeName } from './type-number.ts';
import { compartmentNumber } from './token-hash.ts';
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
  return { type: typeName(row.type), id: row.id, version: row.version, updated: new Date(row.updated).toISOString(), deleted: row.deleted, content: row.content, compartment: row.compartment };
}

/** Id of the patient whose compartment a resource stands in: the reference in its text whose number the row carries. Nothing is parsed. */
export function patientOf(stored: Stored): string | undefined {
  if (stored.type === 'Patient') return stored.id;
  for (const [, id] of stored.content.matchAll(/"Patient\/([A-Za-z0-9\-.]{1,64})/g)) {
    if (String(compartmentNumber('Patient', id!)) === stored.compartment) return id;
  }
  return undefined;
}
