import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../kernel/config.ts';
import { readOwnKey } from '../../db/backup/recipient-key.ts';
import { restoreBackup } from '../../db/backup/restore-backup.ts';
import { type Call, Usage } from '../command.ts';
import { counted } from '../counted.ts';
import { openDatabase } from '../open-database.ts';

/** `karta restore DIR [--key KEY.pem]` into the database that KARTA_DATA or DATABASE_URL names, which must be empty. */
export async function restore({ args, root, env, say }: Call): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { key: { type: 'string' } } });
  const [folder] = positionals;
  if (!folder || positionals.length > 1) throw new Usage({ ru: 'Назовите папку копии: karta restore DIR [--key KEY.pem]', en: 'Name the folder of the backup: karta restore DIR [--key KEY.pem]' });
  const key = values.key === undefined ? undefined : readOwnKey(values.key);
  const config = readConfig(env, root);
  const opened = await openDatabase(config, 'owner', say);
  try {
    const manifest = await restoreBackup(opened.database, {
      folder: resolve(folder),
      ...(key && { key }),
      done: (step) => {
        if (step.kind === 'verified') say({ ru: `  проверено: ${step.file.file}`, en: `  verified: ${step.file.file}` });
        else if (step.kind === 'restored') say({ ru: `  восстановлено: ${step.file.table}, ${counted(step.file.rows, 'строка', 'строки', 'строк')}`, en: `  restored: ${step.file.table}, ${step.file.rows} rows` });
        else say({ ru: `  построено: ${counted(step.count, 'индекс', 'индекса', 'индексов')}`, en: `  built: ${step.count} indexes` });
      },
    });
    const taken = manifest.takenAt.slice(0, 16).replace('T', ' ');
    say({ ru: `Восстановлена копия от ${taken} UTC. Запуск: karta start.`, en: `Restored the backup of ${taken} UTC. To start: karta start.` });
    const masterKey = join(config.data, 'master.key');
    if (!config.keyFile && !existsSync(masterKey)) {
      say({ ru: `До запуска положите прежний мастер-ключ в ${masterKey} (или назовите его в KARTA_KEY_FILE): без него ключи подписи не открыть.`, en: `Before that put the former master key into ${masterKey} (or name it in KARTA_KEY_FILE): the signing keys do not open without it.` });
    }
    return 0;
  } finally {
    await opened.close();
  }
}
