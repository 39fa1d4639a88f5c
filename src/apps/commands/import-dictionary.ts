import { basename } from 'node:path';
import { migrate } from '../../db/migrate.ts';
import type { Database } from '../../db/types.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { Problem, problemText, type Language } from '../../kernel/problem.ts';
import { importDictionary } from '../../terminology/import-dictionary.ts';
import { findDictionaryFiles, readDictionaryFiles } from '../../terminology/read-dictionary-files.ts';
import { isImported, saveDictionary } from '../../terminology/tables.ts';
import { type Call, Usage } from '../command.ts';
import { openDatabase } from '../open-database.ts';

const usage = {
  ru: `karta import-dictionary ФАЙЛ|ПАПКА…   загрузить справочники НСИ: <OID>_<версия>_passport.json[.gz] и …_partN.json[.gz]
  Справочник загружается целиком или никак; загруженный раньше узнаётся по SHA-256 и пропускается.`,
  en: `karta import-dictionary FILE|FOLDER…   load dictionaries of NSI: <OID>_<version>_passport.json[.gz] and …_partN.json[.gz]
  A dictionary comes in whole or not at all; one loaded earlier is recognised by its SHA-256 and skipped.`,
};

/** `karta import-dictionary FILE|FOLDER…`, also while Karta is running. Exit code 1 where any was refused. */
export async function importDictionaryCommand({ args, root, env, language, say }: Call): Promise<number> {
  if (args.length === 0) throw new Usage(usage);
  const { database, close } = await openDatabase(readConfig(env, root), 'guest', say);
  try {
    await migrate(database);
    return await importDictionaries(args, { database, now: systemClock.now(), language, say });
  } finally {
    await close();
  }
}

export interface ImportDictionariesWith {
  database: Database;
  now: Date;
  language: Language;
  say: Call['say'];
}

/** Imports what the paths hold into an open database; answers the exit code. */
export async function importDictionaries(paths: readonly string[], { database, now, language, say }: ImportDictionariesWith): Promise<number> {
  let refused = 0;
  const dictionaries = await findDictionaryFiles(paths);
  for (const [i, files] of dictionaries.entries()) {
    const place = `[${i + 1}/${dictionaries.length}]`;
    try {
      const start = performance.now();
      const { passport, parts, hash } = await readDictionaryFiles(files);
      const title = `${place} ${passport.oid} ${passport.version}`;
      if (await isImported(database, passport.oid, passport.version, hash)) {
        say({ ru: `${title}: уже загружен`, en: `${title}: already imported` });
        continue;
      }
      const dictionary = importDictionary(passport, parts);
      await saveDictionary(database, dictionary, hash, now);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      say({ ru: `${title}: ${dictionary.name}, строк: ${dictionary.concepts.length}, ${seconds.replace('.', ',')} с`, en: `${title}: ${dictionary.name}, ${dictionary.concepts.length} rows, ${seconds} s` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused++;
      say(`${place} ${basename(files.passport)}: ${problemText(error.code, error.details, language)}`);
    }
  }
  if (dictionaries.length === 0) say({ ru: 'Среди файлов нет ни одного паспорта справочника.', en: 'No passport of a dictionary among the files.' });
  return refused > 0 || dictionaries.length === 0 ? 1 : 0;
}
