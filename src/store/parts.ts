import type { Resource } from '@medplum/fhirtypes';
import type { Database, Sql } from '../db/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Displays } from './displays.ts';
import type { StoreIndex } from './index-set.ts';
import type { IndexedRow } from './row.ts';
import type { TokenHasher } from './token-hash.ts';
import type { StoredRow } from './stored-row.ts';
import type { PageSeal } from './search/cursor.ts';
import type { Statistics } from './search/statistics.ts';
import type { CodeLookup, KnownProfiles, Stored } from './types.ts';

/** What every part of the store stands on. */
export interface StoreParts {
  db: Database;
  hasher: TokenHasher;
  /** The displays of codes. */
  displays: Displays;
  zone: string;
  clock: Clock;
  /** Value sets and hierarchies of codes; without it `:in`, `:not-in`, `:above` and `:below` of tokens are refused. */
  codes: CodeLookup | undefined;
  /** What resources are held against before they are written. */
  profiles: KnownProfiles;
  /** What rows are indexed by, and since when. */
  index: StoreIndex;
  /** `count` numbers that no other row has, fetched on the writer's own connection: a second one could be waited for in a circle. */
  takeNumbers(sql: Sql, count: number): Promise<bigint[]>;
  /** How common things are, about. */
  statistics(): Promise<Statistics>;
  pageSeal: PageSeal;
  /** The current row of a type whose every row is open to the caller; joined with other such reads. */
  readJoined(type: number, id: string): Promise<StoredRow | undefined>;
}

/** An operation after its conditions are resolved: a plain change of one resource, or an answer that changes nothing. */
export type Resolved =
  | { method: 'put'; resource: Resource & { id: string }; text: string | undefined; row: IndexedRow; create: boolean; ifMatch: number | 'any' | undefined }
  | { method: 'delete'; type: string; id: string; ifMatch: number | 'any' | undefined }
  | { method: 'none'; stored: Stored };
