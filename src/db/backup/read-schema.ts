import type { Sql } from '../types.ts';

export interface Table {
  name: string;
  /** Without generated columns, which COPY refuses. */
  columns: string[];
}

/** Tables of Karta, without those that belong to the act of migrating or restoring itself. */
export async function readTables(sql: Sql, except: readonly string[]): Promise<Table[]> {
  return sql.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all ($1::text[])
     group by c.relname, c.relpages order by c.relpages desc, c.relname`,
    [except],
  );
}

/** Whether a sequence has been used, and its last value: what `setval` wants. */
export async function readSequences(sql: Sql): Promise<{ name: string; last: string; called: boolean }[]> {
  const names = await sql.query<{ name: string }>("select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname");
  const sequences = [];
  for (const { name } of names) {
    const [row] = await sql.query<{ last: string; called: boolean }>(`select last_value as last, is_called as called from public.${quoted(name)}`);
    sequences.push({ name, ...row! });
  }
  return sequences;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
