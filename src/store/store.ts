import { randomBytes } from 'node:crypto';
import type { Database, Transaction } from '../db/types.ts';
import { ownParams } from '../fhir/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { isOpen } from './access-sql.ts';
import { holdFence } from './generation-fence.ts';
import { openProfiles } from './known-profiles.ts';
import { Displays } from './displays.ts';
import { openIndex } from './index-set.ts';
import { readEverything } from './everything.ts';
import { readCurrent, readReferences } from './read.ts';
import { readHistory, readVersion } from './read-history.ts';
import { joinedReads } from './read-joined.ts';
import { matchVersion } from './match-version.ts';
import { scanType } from './scan.ts';
import { patientOf } from './stored-row.ts';
import { PageSeal } from './search/cursor.ts';
import { searchStore } from './search/search.ts';
import { statisticsReader } from './search/statistics.ts';
import { TokenHasher } from './token-hash.ts';
import type { CodeLookup, Scope, Store, Stored, WriteOptions } from './types.ts';
import type { StoreParts } from './parts.ts';
import { openWriter } from './write.ts';

/** What a change of these says of other resources is looked up anew. */
const defining: ReadonlySet<string> = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem']);

/** Opens the store on a migrated database. Zone and token key are made at first start and stay with the database. */
export async function openStore(db: Database, options: { clock: Clock; zone: string; /** told after each commit that changed something */ committed?: () => void; /** what `:in`, `:above` … mean */ codes?: CodeLookup }): Promise<Store> {
  const zone = await setting(db, 'zone', () => options.zone);
  const key = await setting(db, 'token-key', () => randomBytes(32).toString('hex'));
  const hasher = new TokenHasher(key);
  const displays = new Displays();
  const index = await openIndex({ db, hasher, displays, zone });
  const profiles = openProfiles({ db, hasher, codes: options.codes });
  const parts: StoreParts = { db, zone, profiles, clock: options.clock, hasher, displays, index, takeNumbers: numberTaker(), statistics: statisticsReader(db), pageSeal: new PageSeal(key), codes: options.codes, readJoined: joinedReads(db) };
  const write = openWriter(parts);
  return {
    index,
    profiles,
    ...readings(parts),
    scan: (accesses, of) => scanType(parts, accesses, of),
    matchVersion: (scope, of, query) => matchVersion(parts, scope, of, query),
    async write(scope, operations, writeOptions) {
      const given: WriteOptions = { ...(scope.access.danglingReferences && { danglingReferences: scope.access.danglingReferences }), ...writeOptions };
      const results = await write(scope, operations, given.within ? { ...given, alongside: (sql) => readWithin(parts, scope, sql, given) } : given);
      if (results.some(({ type }) => defining.has(type))) profiles.forget();
      options.committed?.();
      return results;
    },
    async making(scope, count) {
      if (!isOpen(scope.access)) throw new Error('rows are made only for callers to whom everything is open');
      return { key, zone, actor: scope.actor, now: options.clock.now().getTime(), numbers: await parts.takeNumbers(db, count), params: ownParams() };
    },
    async insert(rows, alongside) {
      await db.transaction(async (sql) => {
        await holdFence(sql, [rows]);
        await displays.keep(sql, rows.displays);
        await sql.copy(rows.tables);
        await alongside(sql);
      });
      options.committed?.();
    },
  };
}

function readings(parts: StoreParts): Omit<Store, 'write' | 'making' | 'insert' | 'index' | 'profiles' | 'matchVersion' | 'scan'> {
  return {
    async read(scope, type, id) {
      return seen(scope, await readCurrent(parts, scope, type, id));
    },
    async readMany(scope, references) {
      return seenAll(scope, await readReferences(parts, parts.db, scope, references));
    },
    async vread(scope, type, id, version) {
      return seen(scope, await readVersion(parts, scope, type, id, version));
    },
    async history(scope, of, page) {
      const found = await readHistory(parts, scope, of, page);
      seenAll(scope, found.entries);
      return found;
    },
    async search(scope, type, query, searchOptions) {
      const found = await searchStore(parts, scope, type, query, searchOptions);
      seenAll(scope, found.matches);
      seenAll(scope, found.included);
      return found;
    },
    async everything(scope, of, page) {
      const found = await readEverything(parts, scope, of, page);
      seenAll(scope, found.entries);
      return found;
    },
  };
}

/** The same readings on the connection of a transaction that has written and is not committed. */
async function readWithin(parts: StoreParts, scope: Scope, sql: Transaction, { alongside, within }: WriteOptions): Promise<void> {
  await alongside?.(sql);
  const inside = readings({ ...parts, db: { ...parts.db, query: (text, values) => sql.query(text, values), transaction: (work) => work(sql) }, readJoined: joinedReads(sql) });
  await within!({
    read: (type, id) => inside.read(scope, type, id),
    readMany: (references) => inside.readMany(scope, references),
    vread: (type, id, version) => inside.vread(scope, type, id, version),
    history: (of, page) => inside.history(scope, of, page),
    search: (type, query, options) => inside.search(scope, type, query, options),
    everything: (of, page) => inside.everything(scope, of, page),
  });
}

/** The stored value, or a first one that all processes then share. */
async function setting(db: Database, key: string, first: () => string): Promise<string> {
  await db.query(`insert into setting (key, value) values ($1, $2) on conflict (key) do nothing`, [key, first()]);
  const [row] = await db.query<{ value: string }>(`select value from setting where key = $1`, [key]);
  return row!.value;
}

/** Takes blocks of a thousand numbers from the sequence; what a process does not use is lost, which costs nothing. */
function numberTaker(): StoreParts['takeNumbers'] {
  const block = 1000n;
  let next = 0n;
  let end = 0n;
  return async (sql, count) => {
    const taken: bigint[] = [];
    while (taken.length < count) {
      if (next >= end) {
        const [row] = await sql.query<{ first: string }>(`select nextval('resource_number')::text as first`);
        const first = BigInt(row!.first);
        // another call may have fetched a block meanwhile: its numbers are used up by that call, ours go on from here
        next = first;
        end = first + block;
      }
      taken.push(next++);
    }
    return taken;
  };
}

function seen(scope: Scope, stored: Stored): Stored {
  if (scope.seen && stored.content) scope.seen(stored.type, patientOf(stored));
  return stored;
}

function seenAll(scope: Scope, found: Stored[]): Stored[] {
  if (scope.seen) for (const one of found) seen(scope, one);
  return found;
}

