import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { migrate } from '../../db/migrate.ts';
import { resourceTypes } from '../../fhir/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { Problem, problemText } from '../../kernel/problem.ts';
import { openStore } from '../../store/index.ts';
import { type Call, Usage } from '../command.ts';
import { exportFiles } from '../export/export-files.ts';
import { openDatabase } from '../open-database.ts';

const usage = {
  ru: `karta export ПАПКА [--since 2026-11-21T14:05:00+03:00] [--types Patient,Observation]
  Все ресурсы на одно мгновение, NDJSON по типам; с --since — записанное после него и deleted.ndjson. Прерванную выгрузку продолжает та же команда.
  В файлах — медицинские данные: храните их соответственно.`,
  en: `karta export DIR [--since 2026-11-21T14:05:00+03:00] [--types Patient,Observation]
  All resources as of one instant, NDJSON by type; with --since what was written after it, and deleted.ndjson. The same command goes on with one that was stopped.
  The files hold medical data: keep them accordingly.`,
};

/** `karta export DIR`, also while Karta is running. Exit code 1 where it was stopped. */
export async function exportCommand({ args, root, env, language, say, stop }: Call): Promise<number> {
  const { folder, wish } = read(args);
  if (folder === undefined) {
    say(usage);
    return 0;
  }
  const config = readConfig(env, root);
  const opened = await openDatabase(config, 'guest', say);
  try {
    await migrate(opened.database);
    const store = await openStore(opened.database, { clock: systemClock, zone: config.zone });
    const now = systemClock.now();
    await sleep(1000); // what is stamped up to now is committed by then
    let total = 0;
    const place = await exportFiles(store, folder, wish, {
      now, stop,
      progressed: (type, resources) => {
        total += resources;
        if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${type} ${total.toLocaleString(language)}`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    if (!place) {
      say({ ru: 'Остановлено; та же команда продолжит с этого места.', en: 'Stopped; the same command goes on from here.' });
      return 1;
    }
    for (const [file, { lines }] of Object.entries(place.files)) say(`  ${file.padEnd(36)} ${lines.toLocaleString(language).padStart(10)}`);
    say({ ru: `Выгружено на ${place.asOf}: ${folder}. Для следующей выгрузки: --since ${place.asOf}`, en: `Exported as of ${place.asOf}: ${folder}. For the next one: --since ${place.asOf}` });
    return 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(problemText(error.code, error.details, language));
    return 1;
  } finally {
    await opened.close();
  }
}

function read(args: readonly string[]): { folder: string | undefined; wish: { types: readonly string[]; since: string | undefined } } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: { help: { type: 'boolean', short: 'h' }, since: { type: 'string' }, types: { type: 'string' } } });
  } catch {
    throw new Usage(usage);
  }
  const { values, positionals } = parsed;
  const types = values.types?.split(',').filter(Boolean) ?? resourceTypes;
  const since = values.since === undefined ? undefined : new Date(values.since);
  if (positionals.length > 1 || types.some((type) => !resourceTypes.includes(type)) || Number.isNaN(since?.getTime())) throw new Usage(usage);
  if (!values.help && positionals.length === 0) throw new Usage(usage);
  return { folder: values.help ? undefined : positionals[0], wish: { types, since: since?.toISOString() } };
}
