import type { Resource } from '@medplum/fhirtypes';
import { installOwnParams, ownParams, spliceMeta } from '../fhir/index.ts';
import { checkShape } from './check-shape.ts';
import { rowsToCopy } from './copy-rows.ts';
import { displaysOf } from './displays.ts';
import type { MadeRows, RowMaking } from './made-rows.ts';
import { indexRow } from './row.ts';
import type { RowToWrite } from './row-to-write.ts';
import { TokenHasher } from './token-hash.ts';

let hasher: { key: string; hasher: TokenHasher } | undefined;

/**
 * Checks and indexes new resources and makes their rows, without a database: the same that `write` does with a create. Throws the `Problem` of
 * the first one that is not valid. Ids are not compared with one another: what is there twice is refused by the database. Answers
 * every literal reference in the resources too, as written.
 */
export function makeRows(creates: readonly { resource: Resource & { id: string }; text: string }[], making: RowMaking, options: { invariants: boolean }): { made: MadeRows; literals: ReadonlySet<string> } {
  if (ownParams().generation !== making.params.generation) installOwnParams(making.params);
  if (hasher?.key !== making.key) hasher = { key: making.key, hasher: new TokenHasher(making.key) };
  const lastUpdated = new Date(making.now).toISOString();
  const rows = creates.map(({ resource, text }): RowToWrite => {
    void checkShape({ method: 'create', resource }, options); // nothing to wait for without stored profiles
    const row = indexRow(resource, hasher!.hasher, making.zone);
    const content = spliceMeta(text, { id: resource.id, versionId: '1', lastUpdated });
    return Object.assign(row, { rid: 0n, version: 1, updated: making.now, content, outcome: 'created' as const, deleted: false });
  });
  // in the order in which every writer inserts (write-rows.ts); numbers go up with it, so that their indexes only grow at the end
  const created = rows.toSorted((a, b) => a.type - b.type || (a.id < b.id ? -1 : 1));
  created.forEach((row, index) => (row.rid = making.numbers[index]!));
  const literals = new Set<string>();
  for (const row of rows) for (const literal of row.literals) literals.add(literal);
  const displays = [...new Set(displaysOf(rows))];
  return { made: { generation: making.params.generation, displays, tables: rowsToCopy(created, created, rows.map((row) => ({ row, actor: making.actor }))) }, literals };
}
