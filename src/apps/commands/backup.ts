import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../kernel/config.ts';
import { readRecipientKey } from '../../db/backup/recipient-key.ts';
import { takeBackup } from '../../db/backup/take-backup.ts';
import { type Call, Usage } from '../command.ts';
import { counted } from '../counted.ts';
import { openDatabase } from '../open-database.ts';

/** `karta backup DIR [--to KEY.pem]`, also while Karta is running. */
export async function backup({ args, root, env, say }: Call): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { to: { type: 'string' } } });
  const [folder] = positionals;
  if (!folder || positionals.length > 1) throw new Usage({ ru: 'Назовите новую папку: karta backup DIR [--to KEY.pem]', en: 'Name a new folder: karta backup DIR [--to KEY.pem]' });
  const recipient = values.to === undefined ? undefined : readRecipientKey(values.to);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const opened = await openDatabase(readConfig(env, root), 'guest', say);
  try {
    const manifest = await takeBackup(opened.database.url, {
      folder: resolve(folder),
      version,
      ...(recipient && { recipient }),
      done: ({ table, rows }) => say({ ru: `  ${table}: ${counted(rows, 'строка', 'строки', 'строк')}`, en: `  ${table}: ${rows} rows` }),
    });
    const bytes = manifest.tables.reduce((sum, table) => sum + table.bytes, 0);
    const megabytes = (bytes / 1e6).toFixed(1);
    say({
      ru: `Копия готова: ${resolve(folder)}, ${counted(manifest.tables.length, 'таблица', 'таблицы', 'таблиц')}, ${megabytes.replace('.', ',')} МБ${manifest.encryption ? ', зашифрована' : '. Она не зашифрована: храните её как саму базу'}.`,
      en: `The backup is ready: ${resolve(folder)}, ${manifest.tables.length} tables, ${megabytes} MB${manifest.encryption ? ', encrypted' : '. It is not encrypted: keep it as safe as the database'}.`,
    });
    say({
      ru: 'Мастер-ключ (KARTA_KEY_FILE или master.key в папке данных) в копию не входит: храните его отдельно, без него ключи подписи не открыть.',
      en: 'The master key (KARTA_KEY_FILE, or master.key in the data folder) is not part of it: keep it elsewhere, the signing keys do not open without it.',
    });
    return 0;
  } finally {
    await opened.close();
  }
}
