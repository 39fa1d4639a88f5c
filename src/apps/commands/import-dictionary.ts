import { basename } from 'node:path';
import type { Database } from '../../db/types.ts';
import { Problem, problemText } from '../../kernel/problem.ts';
import { importDictionary } from '../../terminology/import-dictionary.ts';
import { findDictionaryFiles, readDictionaryFiles } from '../../terminology/read-dictionary-files.ts';
import { isImported, saveDictionary } from '../../terminology/tables.ts';

/** What the command line gives: an open database, and where lines go. */
export interface ImportDictionaryWith {
  database: Database;
  now: Date;
  write(line: string): void;
}

/**
 * `karta import-dictionary FILE|FOLDER…`: imports dictionaries in the format of НСИ. Each goes in whole or not at all; one already
 * imported is recognised by its hash. Answers the exit code: 0, or 1 where any was refused.
 */
export async function importDictionaryCommand(args: readonly string[], given: ImportDictionaryWith): Promise<number> {
  if (args.length === 0) {
    given.write('karta import-dictionary FILE|FOLDER…   files <OID>_<version>_passport.json[.gz] and …_partN.json[.gz]');
    return 1;
  }
  let refused = 0;
  const dictionaries = await findDictionaryFiles(args);
  for (const [i, files] of dictionaries.entries()) {
    const place = `[${i + 1}/${dictionaries.length}]`;
    try {
      const start = performance.now();
      const { passport, parts, hash } = await readDictionaryFiles(files);
      const title = `${place} ${passport.oid} ${passport.version}`;
      if (await isImported(given.database, passport.oid, passport.version, hash)) {
        given.write(`${title}: already imported`);
        continue;
      }
      const dictionary = importDictionary(passport, parts);
      await saveDictionary(given.database, dictionary, hash, given.now);
      given.write(`${title}: ${dictionary.name}, ${dictionary.concepts.length} rows, ${((performance.now() - start) / 1000).toFixed(1)} s`);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused++;
      given.write(`${place} ${basename(files.passport)}: ${problemText(error.code, error.details, 'ru')}`);
    }
  }
  if (dictionaries.length === 0) given.write('No passport found among the files.');
  return refused > 0 || dictionaries.length === 0 ? 1 : 0;
}
