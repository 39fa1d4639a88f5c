import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations, unfinishedRestore } from '../../db/migrate.ts';
import type { Database } from '../../db/types.ts';
import { Problem, problemText } from '../../kernel/problem.ts';
import { openDatabase, type OpenDatabase } from '../open-database.ts';
import type { Finding, Given } from './finding.ts';

/** Opens the database for all checks and says how it stands; nothing is created where Karta was never started. */
export async function checkDatabase({ config }: Given): Promise<{ finding: Finding; opened?: OpenDatabase }> {
  if (!config.databaseUrl && !existsSync(join(config.data, 'postgres'))) {
    return { finding: { ok: false, text: { ru: `База данных ещё не создана (${config.data})`, en: `There is no database yet (${config.data})` }, mend: 'npm start' } };
  }
  try {
    const opened = await openDatabase(config, 'guest', () => undefined);
    return { opened, finding: await schemaFinding(opened.database) };
  } catch (error) {
    const text = (language: 'ru' | 'en'): string => (error instanceof Problem ? problemText(error.code, error.details, language) : String(error));
    return { finding: { ok: false, text: { ru: `База данных: ${text('ru')}`, en: `Database: ${text('en')}` }, mend: mending(error, config.databaseUrl !== undefined, config.data) } };
  }
}

function mending(error: unknown, ownServer: boolean, data: string): string {
  if (error instanceof Problem && error.code === 'db.not-ours') return 'sudo npm run karta -- check';
  return ownServer ? 'sudo systemctl restart postgresql' : `tail -n 20 ${join(data, 'postgres/log')}/*`;
}

async function schemaFinding(database: Database): Promise<Finding> {
  const [server] = await database.query<{ version: string; landed: boolean; half: boolean }>(
    `select current_setting('server_version') as version, to_regclass('migration') is not null as landed, to_regclass('${unfinishedRestore}') is not null as half`,
  );
  const { version, landed, half } = server!;
  if (half) return { ok: false, text: { ru: 'База данных: восстановление из копии не завершено', en: 'Database: a restore was not finished' }, mend: 'npm run karta -- restore DIR' };
  const numbers = landed ? await database.query<{ number: number }>('select number from migration order by number') : [];
  const last = numbers.at(-1)?.number ?? 0;
  const known = readMigrations().at(-1)?.number ?? 0;
  if (last > known) return { ok: false, text: { ru: `База данных новее программы (${last} > ${known})`, en: `The database is newer than the program (${last} > ${known})` }, mend: 'git pull' };
  if (last < known) return { ok: false, text: { ru: `База данных: PostgreSQL ${version}, ждёт обновления схемы (${last} → ${known})`, en: `Database: PostgreSQL ${version}, its schema waits for an update (${last} → ${known})` }, mend: 'npm start' };
  return { ok: true, text: { ru: `База данных: PostgreSQL ${version}, схема ${last}`, en: `Database: PostgreSQL ${version}, schema ${last}` } };
}
