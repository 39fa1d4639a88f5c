import type { Resource } from '@medplum/fhirtypes';
import { systemClock } from '../src/kernel/clock.ts';
import { Problem } from '../src/kernel/problem.ts';
import { openStore } from '../src/store/index.ts';
import type { Database } from '../src/db/types.ts';
import type { Access, CodeLookup, Scope, SearchOptions, Store } from '../src/store/types.ts';

/** A store to search in: writes with ids of one's own choosing, and answers as ids. */
export interface SearchDesk {
  store: Store;
  scope(access?: Access): Scope;
  /** Writes resources as they are; local references may lead nowhere. */
  put(...resources: object[]): Promise<void>;
  /** Ids of the matches, as `Type/id` where several types are searched; in the order asked for, or else in the alphabet's. */
  ids(type: string | readonly string[] | undefined, query: string, options?: SearchOptions & { access?: Access }): Promise<string[]>;
  refusal(type: string | undefined, query: string, options?: SearchOptions & { access?: Access }): Promise<string>;
}

export const seesAll: Access = { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] };

export async function openSearchDesk(database: Database, codes?: CodeLookup): Promise<SearchDesk> {
  const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow', ...(codes && { codes }) });
  const scope = (access = seesAll): Scope => ({ access, actor: 'Device/test', now: new Date() });
  const search = (type: string | readonly string[] | undefined, query: string, { access, ...options }: SearchOptions & { access?: Access } = {}) => store.search(scope(access), type, query, options);
  return {
    store,
    scope,
    async put(...resources) {
      await store.write(scope(), resources.map((resource) => ({ method: 'update', resource: resource as Resource })), { danglingReferences: 'allow' });
    },
    async ids(type, query, options) {
      const { matches } = await search(type, query, options);
      const found = matches.map((one) => (typeof type === 'string' ? one.id : `${one.type}/${one.id}`));
      return /(^|&)_sort=/.test(query) ? found : found.toSorted();
    },
    async refusal(type, query, options) {
      try {
        await search(type, query, options);
      } catch (error) {
        if (error instanceof Problem) return error.code;
        throw error;
      }
      return 'nothing was refused';
    },
  };
}
