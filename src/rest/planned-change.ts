import type { CallerStore } from '../access/context.ts';
import type { LinkPlace } from '../fhir/index.ts';
import type { Entry } from './bundle-entry.ts';

/** A change of a transaction before its references are resolved. */
export interface Change {
  entry: Entry;
  method: 'DELETE' | 'POST' | 'PUT' | 'PATCH';
  type: string;
  /** Known from the address, or from a condition that has found its resource; else given by `giveIds`. */
  id: string | undefined;
  condition: string | undefined;
  /** Where its resource has references and links, once it is known to be valid. */
  links: readonly LinkPlace[];
  /** Version that a patch was made of. */
  made?: number;
}

/** Who can search, as far as a condition needs it, and knows what resources are held against. */
export interface Searcher {
  store: Pick<CallerStore, 'search' | 'profiles'>;
}
