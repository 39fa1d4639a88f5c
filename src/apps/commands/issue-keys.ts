import { openEntrance, systemContext } from '../../access/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { log } from '../../kernel/log.ts';
import { startSigning } from '../../modules/documents/index.ts';
import { openStore } from '../../store/index.ts';
import { type Call, Usage } from '../command.ts';
import { issueKeys } from '../issue-keys.ts';
import { openDatabase } from '../open-database.ts';

/** `karta issue-keys`: keys of the test centre for staff and organisations that have none; may run beside the server. */
export async function issueKeysCommand({ args, root, env, say }: Call): Promise<number> {
  if (args.length > 0) throw new Usage({ ru: 'У этой команды нет параметров.', en: 'This command has no arguments.' });
  const config = readConfig(env, root);
  const opened = await openDatabase(config, 'guest', say);
  try {
    const clock = systemClock;
    const keys = await startSigning(opened.database, config, clock);
    if (!keys) throw new Usage({ ru: 'Нет главного ключа. Создайте его вне папки данных и укажите: KARTA_KEY_FILE=/путь/master.key (openssl rand -base64 32)', en: 'There is no master key. Make one outside the data folder and name it: KARTA_KEY_FILE=/path/master.key (openssl rand -base64 32)' });
    const store = await openStore(opened.database, { clock, zone: config.zone });
    const ctx = systemContext(openEntrance({ db: opened.database, store, clock, log, url: config.url, demo: config.demo }));
    const issued = await issueKeys(ctx, keys);
    say({ ru: `Выдано ключей: ${issued}. Это ключи тестового центра — без юридической силы.`, en: `Keys issued: ${issued}. They are of the test centre and have no legal force.` });
    return 0;
  } finally {
    await opened.close();
  }
}
