import { parseArgs } from 'node:util';
import { notifyOthers } from '../../events/index.ts';
import { migrate } from '../../db/migrate.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { Problem, problemText, type Language } from '../../kernel/problem.ts';
import { openStore } from '../../store/index.ts';
import { type Call, Usage } from '../command.ts';
import { counted } from '../counted.ts';
import { importFile, unresolvedReferences, type FileOutcome, type ImportParts, type Tally } from '../import/import-file.ts';
import { Preparers } from '../import/preparers.ts';
import { ProgressBar } from '../import/progress-bar.ts';
import { inspectFile, type SourceFile } from '../import/read-file.ts';
import { importPopulation, populationHelp } from '../import/import-population.ts';
import { openDatabase } from '../open-database.ts';

const listed = 50;
/** Bytes of a file for which it is worth to begin threads. */
const worthThreads = 1024 * 1024;

const usage = {
  ru: `karta import ФАЙЛ…   загрузить FHIR JSON (ресурс, Bundle), NDJSON, прикреплённое население в CSV; каждый и в .gz
  Файл, загруженный раньше, узнаётся по SHA-256 и пропускается; прерванный продолжается с того же места.
  Ресурс сохраняет свой id, занятый id — отказ; записи Bundle вида transaction получают новые id. Ничего не объединяется молча.
  Ссылки, которые никуда не ведут, принимаются и перечисляются в отчёте.
  --full    проверить и инварианты (правила между полями); ссылки, которые никуда не ведут, — отказ (код 1)

${populationHelp.ru}`,
  en: `karta import FILE…   load FHIR JSON (a resource, a Bundle), NDJSON, the attached population as CSV; each also as .gz
  A file imported earlier is recognised by its SHA-256 and skipped; an interrupted one goes on where it stopped.
  A resource keeps its id, a taken id is refused; entries of a transaction Bundle get new ids. Nothing is merged silently.
  References that lead nowhere are accepted and listed in the report.
  --full    check the invariants too (rules between elements); references that lead nowhere are a fault (exit code 1)

${populationHelp.en}`,
};

/** `karta import FILE…`, also while Karta is running. Exit code 1 where anything was refused. */
export async function importCommand(call: Call): Promise<number> {
  const { args, root, env, language, say, stop } = call;
  const { values, positionals } = parse(args);
  if (values.help) {
    say(usage);
    return 0;
  }
  if (positionals.length === 0) throw new Usage(usage);
  const files: SourceFile[] = [];
  for (const path of positionals) files.push(await inspectFile(path));
  const config = readConfig(env, root);
  // they load what they need while the database starts
  const preparers = files.some(({ kind, bytes }) => kind === 'ndjson' && bytes > worthThreads) ? new Preparers() : undefined;
  const opened = await openDatabase(config, 'guest', say);
  try {
    const { database } = opened;
    await migrate(database);
    const store = await openStore(database, { clock: systemClock, zone: config.zone, committed: () => void notifyOthers(database).catch(() => undefined) });
    const bar = new ProgressBar(files.reduce((sum, { bytes }) => sum + bytes, 0), language);
    const parts: ImportParts = {
      database,
      store,
      scope: { access: { name: 'import', rules: [{ types: 'all', patients: 'all', write: true }] }, actor: 'Device/karta-import', now: systemClock.now() },
      language,
      progressed: (resources) => bar.progressed(resources),
      heard: (bytes) => bar.heard(bytes),
      stop,
      invariants: values.full ?? false,
      ...(preparers && { preparers }),
    };
    const tally: Tally = { byType: new Map(), refused: [], refusedCount: 0, outward: new Map() };
    const outcomes = new Map<FileOutcome | 'failed', number>();
    for (const file of files) {
      if (stop.aborted) break;
      const outcome = await importOne(parts, file, tally, values, call, bar);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    bar.clear();
    const unresolved = await unresolvedReferences(parts, tally.outward);
    report(call, tally, outcomes, bar, unresolved);
    return (values.full && unresolved.length > 0) || tally.refusedCount > 0 || outcomes.has('failed') || outcomes.has('stopped') ? 1 : 0;
  } finally {
    await preparers?.end();
    await opened.close();
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, 'dry-run': { type: 'boolean' }, full: { type: 'boolean' }, 'with-doubles': { type: 'boolean' }, clinic: { type: 'string' } },
    });
  } catch {
    throw new Usage(usage);
  }
}

type Values = ReturnType<typeof parse>['values'];

async function importOne(parts: ImportParts, file: SourceFile, tally: Tally, values: Values, { say }: Call, bar: ProgressBar): Promise<FileOutcome | 'failed'> {
  try {
    let outcome: FileOutcome;
    if (file.kind === 'csv') {
      outcome = await importPopulation(parts, file, tally, {
        dryRun: values['dry-run'] ?? false,
        withDoubles: values['with-doubles'] ?? false,
        ...(values.clinic === undefined ? {} : { clinic: values.clinic }),
        say: (text) => {
          bar.clear();
          say(text);
        },
      });
    } else if (values['dry-run']) throw new Usage({ ru: '--dry-run есть только для CSV.', en: '--dry-run is for CSV only.' });
    else outcome = await importFile(parts, file, tally);
    bar.clear();
    if (outcome === 'already') say({ ru: `${file.path}: уже загружен, пропущен.`, en: `${file.path}: already imported, skipped.` });
    if (outcome === 'resumed') say({ ru: `${file.path}: загрузка продолжена с прежнего места.`, en: `${file.path}: went on where it had stopped.` });
    if (outcome === 'stopped') say({ ru: `${file.path}: остановлено; та же команда продолжит с этого места.`, en: `${file.path}: stopped; the same command goes on from here.` });
    return outcome;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    bar.clear();
    say(`${file.path}: ${problemText(error.code, error.details, parts.language)}`);
    return 'failed';
  }
}

function report({ say, language }: Call, tally: Tally, outcomes: ReadonlyMap<string, number>, bar: ProgressBar, unresolved: readonly [string, string][]): void {
  const total = [...tally.byType.values()].reduce((sum, count) => sum + count, 0);
  const { seconds, perSecond } = bar.rate();
  const number = (value: number, digits = 0) => value.toLocaleString(language, { maximumFractionDigits: digits });
  for (const [type, count] of [...tally.byType].sort(([a], [b]) => a.localeCompare(b))) say(`  ${type.padEnd(28)} ${number(count).padStart(10)}`);
  listRefused(tally, language, say);
  if (unresolved.length > 0) {
    say({ ru: `Ссылок, которые никуда не ведут: ${number(unresolved.length)}`, en: `References that lead nowhere: ${number(unresolved.length)}` });
    for (const [reference, file] of unresolved.slice(0, listed)) say(`  ${reference}  (${file})`);
    if (unresolved.length > listed) say('  …');
  }
  const done = (outcomes.get('imported') ?? 0) + (outcomes.get('resumed') ?? 0);
  const skipped = outcomes.get('already') ?? 0;
  say({
    ru: `Загружено: ${counted(total, 'ресурс', 'ресурса', 'ресурсов')} из ${counted(done, 'файла', 'файлов', 'файлов')}, ${number(seconds, 1)}\u00a0с, ${number(perSecond)} в секунду. Пропущено загруженных раньше: ${skipped}. Отказов: ${number(tally.refusedCount)}.`,
    en: `Imported: ${number(total)} resources from ${done} files in ${number(seconds, 1)} s, ${number(perSecond)} a second. Skipped as imported earlier: ${skipped}. Refused: ${number(tally.refusedCount)}.`,
  });
}

function listRefused(tally: Tally, language: Language, say: Call['say']): void {
  if (tally.refused.length === 0) return;
  say({ ru: 'Не загружено:', en: 'Not imported:' });
  for (const { file, line, reason } of tally.refused.slice(0, listed)) say(`  ${file}:${line}: ${reason}`);
  if (tally.refused.length > listed) say(language === 'ru' ? '  … остальные — после исправления этих' : '  … the others after these are mended');
}
