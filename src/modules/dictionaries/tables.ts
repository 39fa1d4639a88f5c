import type { Sql } from '../../db/types.ts';
import type { ImportedDictionary, ImportLine } from './contract.ts';

/** Milliseconds after which an import that nobody works on counts as broken off. */
const silence = 60_000;

type Kept = ImportedDictionary & { details?: object };

interface Row {
  id: string;
  state: ImportLine['state'];
  name: string;
  total: number;
  done: number;
  current: string | null;
  results: Kept[];
  created: string | Date;
  finished: string | Date | null;
  silent: boolean;
}

const columns = `id, state, name, total, done, current, results, created, finished, beat < clock_timestamp() - ${silence} * interval '1 millisecond' as silent`;

/** Adds an import unless one is under way: then answers whose. */
export async function addImport(sql: Sql, of: { id: string; actor: string; name: string; total: number; created: Date }): Promise<string | undefined> {
  const [other] = await sql.query<{ name: string }>(
    `with other as (select name from dictionary_import where state = 'active' and beat >= clock_timestamp() - ${silence} * interval '1 millisecond' limit 1),
       added as (insert into dictionary_import (id, state, actor, name, total, created) select $1, 'active', $2, $3, $4, $5 where not exists (select from other))
     select name from other`,
    [of.id, of.actor, of.name, of.total, of.created],
  );
  return other?.name;
}

/** What is read now; also says that somebody is at work. */
export async function beginDictionary(sql: Sql, id: string, current: string): Promise<void> {
  await sql.query(`update dictionary_import set current = $2, beat = clock_timestamp() where id = $1`, [id, current]);
}

export async function addResult(sql: Sql, id: string, result: Kept): Promise<void> {
  await sql.query(`update dictionary_import set done = done + 1, results = results || $2::jsonb, beat = clock_timestamp() where id = $1`, [id, JSON.stringify([result])]);
}

export async function endImport(sql: Sql, id: string, state: 'complete' | 'failed', finished: Date): Promise<void> {
  await sql.query(`update dictionary_import set state = $2, current = null, finished = $3 where id = $1`, [id, state, finished]);
}

/** The last imports, the newest first; one that nobody works on any more has failed. */
export async function listImports(sql: Sql): Promise<Row[]> {
  const rows = await sql.query<Row & object>(`select ${columns} from dictionary_import order by created desc limit 20`);
  return rows.map((row) => (row.state === 'active' && row.silent ? { ...row, state: 'failed' } : row));
}

/** All names, codes and states of a version in its order, for a table. */
export async function readRows(sql: Sql, oid: string, version: string): Promise<{ code: string; display: string; parent: string | null; active: boolean; extra: Record<string, string> }[]> {
  return sql.query(`select code, display, parent, active, extra from concept where oid = $1 and version = $2 order by place`, [oid, version]);
}

/** Whether rows of a version stand below others. */
export async function hasRowsBelow(sql: Sql, oid: string, version: string): Promise<boolean> {
  const [row] = await sql.query<{ below: boolean }>('select exists (select from concept where oid = $1 and version = $2 and parent is not null) as below', [oid, version]);
  return row!.below;
}

/** After many new rows: the database learns how they are spread. */
export async function analyzeRows(sql: Sql): Promise<void> {
  await sql.query('analyze dictionary, concept');
}
