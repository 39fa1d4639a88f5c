import type { Database } from '../types.ts';
import { quoted } from './read-schema.ts';

export interface IndexesAside {
  count: number;
  /** Builds them again, some at a time, then the foreign keys. */
  putBack(atOnce: number): Promise<void>;
}

/** Drops indexes and foreign keys for a bulk load: building an index once is far quicker than filling it row by row. */
export async function dropIndexes(database: Database): Promise<IndexesAside> {
  const indexes = await database.query<{ name: string; definition: string }>(
    `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace and not exists (select from pg_constraint where conindid = i.indexrelid) order by pg_relation_size(i.indrelid) desc`,
  );
  const keys = await database.query<{ name: string; table: string; definition: string }>(
    `select conname as name, conrelid::regclass::text as table, pg_get_constraintdef(oid) as definition from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  for (const key of keys) await database.query(`alter table ${key.table} drop constraint ${quoted(key.name)}`);
  for (const { name } of indexes) await database.query(`drop index public.${quoted(name)}`);
  return {
    count: indexes.length,
    putBack: async (atOnce) => {
      const waiting = indexes.map(({ definition }) => definition);
      const work = async (): Promise<void> => {
        for (let definition = waiting.shift(); definition; definition = waiting.shift()) await database.query(definition);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      for (const key of keys) await database.query(`alter table ${key.table} add constraint ${quoted(key.name)} ${key.definition}`);
    },
  };
}
