import type { Sql } from '../db/types.ts';
import { changeKinds, type ChangeKind } from './change-kinds.ts';

/** A row that is otherwise in a newer version of a dictionary; `before` is its name in the older one. */
export interface ChangedRow {
  kind: ChangeKind;
  code: string;
  display: string;
  before: string | null;
}

export interface VersionChanges {
  counts: Readonly<Record<ChangeKind, number>>;
  rows: readonly ChangedRow[];
}

const changed = `select case when a.code is null then 'added' when b.code is null then 'removed' when a.active and not b.active then 'closed' when b.active and not a.active then 'reopened' else 'renamed' end as kind,
    coalesce(b.code, a.code) as code, coalesce(b.display, a.display) as display, a.display as before, coalesce(b.place, a.place) as place
  from (select * from concept where oid = $1 and version = $2) a full join (select * from concept where oid = $1 and version = $3) b on a.code = b.code
  where a.code is null or b.code is null or a.display is distinct from b.display or a.active is distinct from b.active`;

/** What a version says otherwise than another, by code: how many rows of each kind, and a page of them in the dictionary's order. */
export async function compareVersionsOf(sql: Sql, of: { oid: string; from: string; to: string; kind?: ChangeKind | undefined; offset: number; count: number }): Promise<VersionChanges> {
  const found = await sql.query<{ kind: ChangeKind; count: number }>(`select kind, count(*)::int as count from (${changed}) c group by kind`, [of.oid, of.from, of.to]);
  const rows = await sql.query<ChangedRow & object>(
    `select kind, code, display, before from (${changed}) c where $4::text is null or kind = $4 order by array_position(array['added', 'removed', 'renamed', 'closed', 'reopened'], kind), place limit $5 offset $6`,
    [of.oid, of.from, of.to, of.kind ?? null, of.count, of.offset],
  );
  const counts = Object.fromEntries(changeKinds.map((kind) => [kind, found.find((one) => one.kind === kind)?.count ?? 0])) as Record<ChangeKind, number>;
  return { counts, rows };
}
