import { basename } from 'node:path';
import { migrate } from '../../db/migrate.ts';
import type { Database } from '../../db/types.ts';
import { notifyOthers } from '../../events/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { Problem, problemText, type Language } from '../../kernel/problem.ts';
import { openStore, type Store } from '../../store/index.ts';
import { importDictionary } from '../../terminology/import-dictionary.ts';
import { findDictionaryFiles, readDictionaryFiles } from '../../terminology/read-dictionary-files.ts';
import { saveDictionary } from '../../terminology/save-dictionary.ts';
import { isImported } from '../../terminology/tables.ts';
import { type Call, Usage } from '../command.ts';
import { openDatabase } from '../open-database.ts';

const usage = {
  ru: `karta import-dictionary ФАЙЛ|ПАПКА…   загрузить справочники НСИ: <OID>_<версия>_passport.json[.gz] и …_partN.json[.gz]
  Справочник загружается целиком или никак, число строк сверяется с паспортом; загруженный раньше узнаётся по SHA-256 и пропускается.
  Версии хранятся рядом; работающая Карта видит новую сразу. Каждая становится ресурсом CodeSystem.`,
  en: `karta import-dictionary FILE|FOLDER…   load dictionaries of NSI: <OID>_<version>_passport.json[.gz] and …_partN.json[.gz]
  A dictionary comes in whole or not at all, its rows are counted against the passport; one loaded earlier is recognised by its SHA-256 and skipped.
  Versions are kept beside each other; a running Karta sees a new one at once. Each becomes a CodeSystem resource.`,
};

/** `karta import-dictionary FILE|FOLDER…`, also while Karta is running. Exit code 1 where any was refused. */
export async function importDictionaryCommand({ args, root, env, language, say, stop }: Call): Promise<number> {
  if (args.length === 0) throw new Usage(usage);
  const config = readConfig(env, root);
  const { database, close } = await openDatabase(config, 'guest', say);
  try {
    await migrate(database);
    const store = await openStore(database, { clock: systemClock, zone: config.zone, committed: () => void notifyOthers(database).catch(() => undefined) });
    return await importDictionaries(args, { database, store, now: systemClock.now(), language, say, stop });
  } finally {
    await close();
  }
}

export interface ImportDictionariesWith {
  database: Database;
  store: Store;
  now: Date;
  language: Language;
  say: Call['say'];
  stop?: AbortSignal;
}

/** Imports what the paths hold into an open database; answers the exit code. */
export async function importDictionaries(paths: readonly string[], { database, store, now, language, say, stop }: ImportDictionariesWith): Promise<number> {
  const refused: string[] = [];
  let imported = 0;
  let known = 0;
  let rows = 0;
  const begun = performance.now();
  const dictionaries = await findDictionaryFiles(paths);
  for (const [i, files] of dictionaries.entries()) {
    // between two dictionaries: what is in stays in, the next call goes on from there
    if (stop?.aborted) break;
    const place = `[${i + 1}/${dictionaries.length}]`;
    try {
      const start = performance.now();
      const { passport, parts, oid, hash } = await readDictionaryFiles(files);
      const title = `${place} ${oid} ${passport.version}`;
      if (await isImported(database, oid, passport.version, hash)) {
        known++;
        say({ ru: `${title}: уже загружен`, en: `${title}: already imported` });
        continue;
      }
      const dictionary = importDictionary(passport, parts, oid);
      await saveDictionary(store, dictionary, hash, now);
      imported++;
      rows += dictionary.concepts.length;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const count = dictionary.concepts.length;
      say({ ru: `${title}: ${dictionary.name}, строк: ${count} из ${passport.rowsCount} по паспорту, ${seconds.replace('.', ',')} с`, en: `${title}: ${dictionary.name}, ${count} rows of ${passport.rowsCount} in the passport, ${seconds} s` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused.push(`${basename(files.passport)}: ${problemText(error.code, error.details, language)}`);
      say(`${place} ${refused.at(-1)}`);
    }
  }
  if (dictionaries.length === 0) {
    say({ ru: 'Среди файлов нет ни одного паспорта справочника.', en: 'No passport of a dictionary among the files.' });
    return 1;
  }
  if (imported > 0) await database.query('analyze dictionary, concept');
  const seconds = (performance.now() - begun) / 1000;
  const rate = Math.round(rows / Math.max(seconds, 0.001));
  say({
    ru: `Загружено справочников: ${imported}, строк: ${rows} (все сверены с паспортами), ${rate} строк/с; уже были: ${known}; отказано: ${refused.length}.`,
    en: `Dictionaries imported: ${imported}, rows: ${rows} (all counted against the passports), ${rate} rows/s; already there: ${known}; refused: ${refused.length}.`,
  });
  for (const line of refused) say(`  ${line}`);
  const left = dictionaries.length - imported - known - refused.length;
  if (left > 0) say({ ru: `Прервано, не дошла очередь: ${left}. Повторите команду: загруженное не трогается.`, en: `Stopped before ${left}. Run the command again: what is in is left alone.` });
  return refused.length > 0 || left > 0 ? 1 : 0;
}
