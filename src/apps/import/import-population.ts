import type { Text } from '../command.ts';
import { counted } from '../counted.ts';
import { findDoubles } from './find-doubles.ts';
import { importUnits, type FileOutcome, type ImportParts, type Tally } from './import-file.ts';
import { decodeCsv, parseCsv } from './parse-csv.ts';
import { columns, readHeader, readPerson, type Person } from './population-row.ts';
import { bytesOf, type SourceFile } from './read-file.ts';
import { beginFile } from './imported-file.ts';
import type { Unit } from './units.ts';

const names = Object.values(columns).map(([name]) => name);

export const populationHelp: Text = {
  ru: `Прикреплённое население (.csv): строка — человек, первая строка — названия столбцов в любом порядке:
  ${names.join(', ')}
  Обязательны фамилия, имя и дата рождения (14.03.1959 или 1959-03-14). Пол: м, ж. Разделитель «;» или «,», кодировка UTF-8 или windows-1251.
  --dry-run        ничего не записывать: показать неверные строки, контрольные суммы и вероятных двойников
  --with-doubles   завести карты и вероятным двойникам (без этого они перечисляются и не загружаются)
  --clinic Organization/ID   к какой организации прикреплены`,
  en: `The attached population (.csv): a row is a person, the first row names the columns in any order:
  ${Object.values(columns).map((known) => known.at(-1)).join(', ')} (or in Russian: ${names.join(', ')})
  Family and given name and the birth date (14.03.1959 or 1959-03-14) are needed. Gender: m, f. Separator “;” or “,”, UTF-8 or windows-1251.
  --dry-run        write nothing: show wrong rows, check digits and likely doubles
  --with-doubles   make cards for likely doubles too (else they are listed and not imported)
  --clinic Organization/ID   the organisation they are attached to`,
};

export interface PopulationOptions {
  dryRun: boolean;
  withDoubles: boolean;
  clinic?: string;
  say(text: Text | string): void;
}

const listed = 100;

/** Imports the attached population, or only says what would happen. */
export async function importPopulation(parts: ImportParts, file: SourceFile, tally: Tally, options: PopulationOptions): Promise<FileOutcome> {
  const { say } = options;
  if (!options.dryRun && (await beginFile(parts.database, file)).finished !== null) return 'already';
  const [header, ...rows] = parseCsv(decodeCsv(await bytesOf(file, parts.heard)));
  const { places, missing, unknown } = readHeader(header?.cells ?? []);
  if (missing.length > 0) {
    say({ ru: `${file.path}: нет столбцов: ${missing.join(', ')}.`, en: `${file.path}: columns are missing: ${missing.join(', ')}.` });
    tally.refusedCount++;
    return 'stopped';
  }
  if (unknown.length > 0) say({ ru: `Незнакомые столбцы не загружаются: ${unknown.join(', ')}.`, en: `Unknown columns are not imported: ${unknown.join(', ')}.` });
  const persons: Person[] = [];
  let wrong = 0;
  for (const { line, cells } of rows) {
    const read = readPerson(line, cells, places, options.clinic, parts.language);
    if ('person' in read) persons.push(read.person);
    else {
      wrong++;
      tally.refusedCount++;
      for (const reason of read.faults) if (tally.refused.length < 1000) tally.refused.push({ file: file.path, line, reason });
    }
  }
  const doubles = await findDoubles(parts, persons, parts.language);
  if (doubles.length > 0) {
    say({ ru: `Вероятные двойники (${doubles.length}):`, en: `Likely doubles (${doubles.length}):` });
    for (const { line, reason } of doubles.slice(0, listed)) say(`  ${file.path}:${line}: ${reason}`);
    if (doubles.length > listed) say('  …');
  }
  const held = new Set(options.withDoubles ? [] : doubles.map(({ line }) => line));
  const wanted = persons.filter(({ line }) => !held.has(line));
  say({
    ru: `${options.dryRun ? 'Пробный прогон, ничего не записано' : 'Население'}: ${counted(rows.length, 'строка', 'строки', 'строк')}, к загрузке ${wanted.length}, с ошибками ${wrong}, вероятных двойников ${doubles.length}${held.size > 0 ? ' (не загружаются: проверьте их и, если это разные люди, загрузите отдельным файлом с --with-doubles)' : ''}.`,
    en: `${options.dryRun ? 'Dry run, nothing was written' : 'Population'}: ${rows.length} rows, ${wanted.length} to import, ${wrong} with faults, ${doubles.length} likely doubles${held.size > 0 ? ' (not imported: check them and, if they are other people, import them as a file of their own with --with-doubles)' : ''}.`,
  });
  return options.dryRun ? 'imported' : importUnits(parts, file, tally, unitsOf(persons, held));
}

/** All rows are units, held or not, so that the position in the file means the same when the import is taken up again. */
async function* unitsOf(persons: readonly Person[], held: ReadonlySet<number>): AsyncGenerator<Unit> {
  for (const { line, patient } of persons) yield { line, operations: async () => (held.has(line) ? [] : [{ method: 'create', resource: patient }]) };
}
