import type { CopyPart } from '../db/copy-together.ts';
import type { OwnParams } from '../fhir/index.ts';
import type { Display } from './token-hash.ts';

/** What a thread of its own needs to make rows as the store would make them; goes over to it as it is. */
export interface RowMaking {
  /** Of the token hashes. */
  key: string;
  zone: string;
  actor: string;
  /** Epoch milliseconds. */
  now: number;
  /** Numbers of the new rows, one for each at least. */
  numbers: readonly bigint[];
  /** What is extracted. */
  params: OwnParams;
}

/** Rows of new resources, ready to be copied in. */
export interface MadeRows {
  generation: number;
  /** Of their codes, each once. */
  displays: readonly Display[];
  tables: CopyPart[];
}
