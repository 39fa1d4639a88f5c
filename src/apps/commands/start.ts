import { readConfig } from '../../kernel/config.ts';
import { log } from '../../kernel/log.ts';
import { migrate } from '../../db/migrate.ts';
import { type Call, Usage } from '../command.ts';
import { openDatabase } from '../open-database.ts';
import { startServer } from '../server.ts';

/** `karta start`: database, migrations, server; until a signal comes. */
export async function start({ args, root, env, language, say, stop }: Call): Promise<number> {
  if (args.length > 0) throw new Usage({ ru: 'У этой команды нет параметров: настройки берутся из окружения.', en: 'This command has no arguments: its settings come from the environment.' });
  const config = readConfig(env, root);
  const opened = await openDatabase(config, 'owner', say);
  try {
    const applied = await migrate(opened.database);
    if (applied.length > 0) log.info({ applied }, 'migrated');
    const server = await startServer({ config, database: opened.database, root, language, say, stop }).catch((error: unknown) => {
      throw portTaken(error, config.port) ?? error;
    });
    say(`Karta is ready at ${config.url}`);
    for (const line of server.notes) say(line);
    if (!stop.aborted) await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
    await withinSeconds(10, server.close());
    return 0;
  } finally {
    await opened.close();
  }
}

function portTaken(error: unknown, port: number): Usage | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return undefined;
  return new Usage({ ru: `Порт ${port} занят другой программой. Укажите свободный: PORT=${port + 1} npm start`, en: `Another program uses port ${port}. Name a free one: PORT=${port + 1} npm start` });
}

/** A request that does not end must not keep the database from being stopped in order. */
async function withinSeconds(seconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000);
  });
  await Promise.race([work, patience]).finally(() => clearTimeout(timer));
}
