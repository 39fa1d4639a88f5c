import { z } from 'zod';
import { changeKinds, type ChangeKind } from '../../terminology/change-kinds.ts';

/** What goes over the line between the pages of dictionaries and their server: both sides read this file. */

export { changeKinds, type ChangeKind };

const system = z.string().min(1).max(500);
const version = z.string().min(1).max(100);

/** Bytes of an upload, packed. All of НСИ has about 4 MB. */
export const largestUpload = 64 * 1024 * 1024;
export const importBody = z.instanceof(Uint8Array);
export const oneQuery = z.object({ system });
export const tableQuery = z.object({ system, version });
export const pageOfChanges = 100;
export const changesQuery = z.object({ system, from: version, to: version, kind: z.enum(changeKinds).optional(), offset: z.coerce.number().int().min(0).max(1_000_000).default(0) });

/** Where a dictionary comes from: the federal register, the short list that ships, or a CodeSystem of this installation. */
export type Origin = 'nsi' | 'short' | 'own';

export interface DictionaryLine {
  /** Its canonical: `urn:oid:1.2.643.5.1.13.13.11.1005`. */
  system: string;
  oid?: string;
  name: string;
  /** The full name, where it says more. */
  title?: string;
  origin: Origin;
  publisher?: string;
  /** The newest. */
  version: string;
  versions: number;
  rows: number;
  /** Published by its keeper. */
  published?: string;
  /** Came in here. */
  imported?: string;
}

export interface VersionLine {
  version: string;
  rows: number;
  published?: string;
  imported?: string;
  /** The keeper says that there is a newer one. */
  archived: boolean;
}

export interface DictionaryPage extends DictionaryLine {
  hierarchical: boolean;
  description?: string;
  /** Other OIDs under which documents name it. */
  also: readonly string[];
  all: readonly VersionLine[];
}

export interface ChangesAnswer {
  counts: Readonly<Record<ChangeKind, number>>;
  rows: readonly { kind: ChangeKind; code: string; display: string; before: string | null }[];
  /** Rows of the kind that was asked for. */
  total: number;
}

export interface ImportedDictionary {
  oid?: string;
  system?: string;
  version?: string;
  /** Its name, or that of its passport file where it was refused. */
  name: string;
  outcome: 'imported' | 'known' | 'refused';
  rows?: number;
  /** The newest version before it, where there was one. */
  previous?: string;
  /** Why it was refused, in words. */
  refusal?: { code: string; text: string };
}

export interface ImportLine {
  id: string;
  state: 'active' | 'complete' | 'failed';
  by: string;
  total: number;
  done: number;
  current?: string;
  created: string;
  finished?: string;
  results: readonly ImportedDictionary[];
}
