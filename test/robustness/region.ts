import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../src/apps/server.ts';
import type { Config } from '../../src/kernel/config.ts';
import type { Database } from '../../src/db/types.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { freePort } from '../../src/apps/testing/free-port.ts';
import { typeNumber } from '../../src/store/type-number.ts';
import { until } from './http-person.ts';
import { linkScreens, root } from './karta-process.ts';

export interface Region {
  url: string;
  config: Config;
  close(): Promise<void>;
}

/** The whole of Karta with its demo region in this process, on a real port and a migrated database. */
export async function openRegion(database: Database, { clock, zone = 'Europe/Moscow' }: { clock?: Clock; zone?: string } = {}): Promise<Region> {
  const data = mkdtempSync(join(tmpdir(), 'karta-hostile-'));
  await linkScreens(data);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const config: Config = { port, host: '127.0.0.1', url, data, databaseUrl: database.url, demo: true, zone, keyFile: undefined };
  const server = await startServer({ config, database, root, language: 'ru', say: () => undefined, stop: new AbortController().signal, ...(clock ? { clock } : {}) });
  return {
    url,
    config,
    close: async () => {
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Waits until the demo's own work of the background is done, its export and its search parameter: what is compared must stand still. */
export function untilStill(database: Database): Promise<void> {
  return until('the demo stands still', async () => {
    const [row] = await database.query<{ still: boolean }>(
      `select not exists (select 1 from bulk_job where finished is null) and not exists (select 1 from index_generation where complete is null)
         and (select count(*) from own_parameter) = (select count(*) from resource where type = $1 and not deleted) as still`,
      [typeNumber('SearchParameter')],
    );
    return row!.still;
  });
}

/** What must not change where a request is refused: rows and versions of every table but those that note the asking itself. */
export async function fingerprint(sql: Database): Promise<Record<string, unknown>> {
  const notes = ['session', 'journal', 'journal_patient', 'journal_root', 'throttle', 'lease', 'job_run', 'oauth_entry', 'claim', 'reaction_position'];
  const tables = await sql.query<{ name: string; columns: string[] }>(
    `select t.table_name as name, array_agg(c.column_name::text) as columns from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
     where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and not t.table_name = any($1) group by t.table_name order by t.table_name`,
    [notes],
  );
  const found: Record<string, unknown> = {};
  for (const { name, columns } of tables) {
    const version = ['version', 'revision'].find((column) => columns.includes(column));
    const numeric = version && name !== 'dictionary' && name !== 'concept';
    const [row] = await sql.query(`select count(*)::int as rows${numeric ? `, coalesce(max(${version}), 0)::text as newest, coalesce(sum(${version}), 0)::text as versions` : ''} from "${name}"`);
    found[name] = row;
  }
  return found;
}
