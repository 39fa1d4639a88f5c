import type { Resource } from '@medplum/fhirtypes';
import { accessPredicate } from './access-sql.ts';
import { isStaleGeneration } from './generation-fence.ts';
import type { StoreParts } from './parts.ts';
import { indexRow } from './row.ts';
import { insertNarrowRows } from './narrow-rows.ts';
import { matchRows } from './search/match-rows.ts';
import { rowToStored, storedColumns, type StoredRow } from './stored-row.ts';
import { typeNumber } from './type-number.ts';
import type { Scope, Stored } from './types.ts';
import { Values } from './values.ts';
import { replaceRows } from './write-rows.ts';

/** Carries the answer out of a transaction that must leave nothing behind. */
class TakenBack extends Error {
  readonly found: Stored | undefined;
  constructor(found: Stored | undefined) {
    super('taken back');
    this.found = found;
  }
}

/**
 * Does a version meet a query? The current one is searched as it stands. A superseded one is put back inside a transaction that is taken back, so that
 * the one search engine decides over it, too: who comes late hears of what was so when it was written, not only of what has stayed so.
 */
export async function matchVersion(parts: StoreParts, scope: Scope, of: { type: string; id: string; version: number }, query: string): Promise<Stored | undefined> {
  const values = new Values();
  const predicate = accessPredicate(scope.access, of.type, parts.hasher, values);
  const id = values.add(of.id);
  const where = `r.type = ${typeNumber(of.type)} and r.id = ${id}${predicate ? ` and ${predicate}` : ''}`;
  const [current] = await parts.db.query<StoredRow & { rid: string; shard: number }>(`select ${storedColumns}, r.rid::text as rid, r.shard from resource r where ${where} and not r.deleted`, values.list);
  if (!current || current.version < of.version) return undefined;
  const asked = [query, `_id=${of.id}`].filter(Boolean).join('&');
  if (current.version === of.version) {
    const [found] = await matchRows(parts, parts.db, scope, of.type, asked);
    if (found?.version === of.version) return found;
    const [now] = await parts.db.query<{ version: number }>(`select version from resource where type = $1 and id = $2`, [typeNumber(of.type), of.id]);
    return now?.version === of.version ? undefined : matchVersion(parts, scope, of, query);
  }
  const [old] = await parts.db.query<StoredRow>(`select ${storedColumns} from history r where r.type = $1 and r.id = $2 and r.version = $3`, [typeNumber(of.type), of.id, of.version]);
  if (!old || old.deleted) return undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      await parts.db.transaction(async (sql) => {
        const resource = JSON.parse(old.content) as Resource & { id: string };
        const row = { ...indexRow(resource, parts.hasher, parts.zone), rid: BigInt(current.rid), shard: current.shard, version: old.version, updated: old.updated, content: old.content, outcome: 'updated' as const, deleted: false };
        await sql.query(`select 1 from resource where rid = $1 for update`, [current.rid]);
        await replaceRows(sql, [row]);
        await insertNarrowRows(sql, [row]);
        const [found] = await matchRows(parts, sql, scope, of.type, asked);
        throw new TakenBack(found && rowToStored(old));
      });
    } catch (error) {
      if (error instanceof TakenBack) return error.found;
      if (!isStaleGeneration(error) || attempt === 3) throw error;
      await parts.index.refresh();
    }
  }
}
