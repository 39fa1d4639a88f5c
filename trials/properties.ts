import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from '../src/apps/testing/run-step.ts';
import { runTrial } from './trial.ts';

const root = join(import.meta.dirname, '..');
/** Tests that give no number of runs of their own make this many; the others get their new values from the next round. */
const runs = 1000;

/** All property tests, round after round, each with dice of its own. A failure prints the seed that repeats it. */
await runTrial('properties', async (trial) => {
  const files = globSync('{src,seeds,test}/**/*.test.{ts,tsx}', { cwd: root }).filter((file) => /from 'fast-check'/.test(readFileSync(join(root, file), 'utf8')));
  if (files.length < 20) throw new Error(`only ${files.length} files with property tests were found`);
  do {
    const seed = Math.trunc(trial.chance() * 2 ** 31);
    const { ok, output } = await runStep(join(root, 'node_modules/.bin/vitest'), ['run', '--project', 'unit', '--project', 'db', '--testTimeout', '600000', ...files], {
      root,
      env: { KARTA_TEST_SEED: String(seed), KARTA_TEST_RUNS: String(runs) },
    });
    trial.count('rounds');
    trial.count('files', files.length);
    if (!ok) trial.flaw(`KARTA_TEST_SEED=${seed} KARTA_TEST_RUNS=${runs}\n${output}`);
  } while (trial.goesOn());
});
