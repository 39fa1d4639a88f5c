import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Call, Usage } from '../command.ts';
import { runStep } from '../testing/run-step.ts';

/** `karta trial [NAME…] [--minutes M] [--seed N]`: each file of `trials/` that the name names, one after the other, each for its minutes. */
export async function trial({ args, root, stop }: Call): Promise<number> {
  const names = readdirSync(join(root, 'trials')).filter((file) => file.endsWith('.ts') && file !== 'trial.ts').map((file) => basename(file, '.ts')).toSorted();
  const usage = new Usage({ ru: `karta trial [${names.join('|')}] [--minutes M] [--seed N]`, en: `karta trial [${names.join('|')}] [--minutes M] [--seed N]` });
  const { chosen, options } = parse(args, usage);
  if (chosen.some((name) => !names.includes(name))) throw usage;
  let failed = 0;
  for (const name of chosen.length > 0 ? chosen : names) {
    if (stop.aborted) break;
    const { ok } = await runStep(process.execPath, [join(root, 'trials', `${name}.ts`), ...options], { root, stop, show: true, env: { KARTA_LOG: 'fatal' } });
    if (!ok) failed++;
  }
  return failed === 0 && !stop.aborted ? 0 : 1;
}

function parse(args: readonly string[], usage: Usage): { chosen: string[]; options: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { seed: { type: 'string' }, minutes: { type: 'string' } } });
    return { chosen: positionals, options: Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]) };
  } catch {
    throw usage;
  }
}
