import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem, problemText, type Language } from '../kernel/problem.ts';
import { type Call, type Text, Usage } from './command.ts';
import { commands } from './commands/table.ts';

const root = join(fileURLToPath(import.meta.url), '../../..');

// Half of what a command does before it begins is making programs of their texts. Node keeps them, by their content, where the packages are;
// where this user may not write there it goes without.
enableCompileCache(join(root, 'node_modules/.cache/karta/code'));

/** Russian unless the environment asks for English: a server's bare `C` says nothing about the people. */
function languageOf(env: NodeJS.ProcessEnv): Language {
  return (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').startsWith('en') ? 'en' : 'ru';
}

function help(language: Language): string {
  const lines = Object.entries(commands).map(([name, { args, about }]) => [`  karta ${[name, args].filter(Boolean).join(' ')}`, about[language]] as const);
  const width = Math.max(...lines.map(([usage]) => usage.length)) + 3;
  const title = { ru: 'Карта — электронная медицинская карта для целого региона', en: 'Karta: one electronic health record for a whole region' };
  const settings = {
    ru: 'Настройки (переменные окружения): PORT, KARTA_HOST, KARTA_URL, KARTA_DATA, DATABASE_URL, KARTA_DEMO=off',
    en: 'Settings (environment variables): PORT, KARTA_HOST, KARTA_URL, KARTA_DATA, DATABASE_URL, KARTA_DEMO=off',
  };
  return [title[language], '', ...lines.map(([usage, about]) => usage.padEnd(width) + about), '', settings[language]].join('\n');
}

/** Aborted at the first signal; a second one is ignored, since npm and the terminal often both send it. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => controller.abort(signal));
  if (process.channel) {
    process.once('disconnect', () => controller.abort('disconnect'));
    process.channel.unref();
  }
  return controller.signal;
}

async function run(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  const language = languageOf(process.env);
  const tell = (text: Text | string): string => (typeof text === 'string' ? text : text[language]);
  if (!name || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(`${help(language)}\n`);
    return 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    process.stderr.write(`${tell({ ru: `Нет команды «${name}».`, en: `There is no command “${name}”.` })}\n\n${help(language)}\n`);
    return 2;
  }
  const call: Call = { args, root, env: process.env, language, say: (text) => process.stdout.write(`${tell(text)}\n`), stop: stopSignal() };
  try {
    return await (await entry.load())(call);
  } catch (error) {
    if (error instanceof Usage) process.stderr.write(`${tell(error.text)}\n`);
    else if (error instanceof Problem) process.stderr.write(`${problemText(error.code, error.details, language)}\n`);
    else process.stderr.write(`${tell({ ru: 'Внутренняя ошибка:', en: 'Internal error:' })} ${error instanceof Error ? error.stack : String(error)}\n`);
    return error instanceof Usage ? 2 : 1;
  }
}

process.exit(await run());
