import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Call, Usage } from '../command.ts';
import { checkFloors } from '../testing/check-floors.ts';
import { addCounts, type Counts, countTests, tellFailures } from '../testing/count-tests.ts';
import { chromiumPackages, findChromium, installChromium, mayInstallChromium } from '../testing/find-chromium.ts';
import { runStep, type StepOptions, type StepResult } from '../testing/run-step.ts';

/**
 * `karta test`: types, lint, dependency rules, then all tests, then the browser tests. The last line is
 * `N passed, N failed, N skipped`: Vitest's totals, with each other step that failed counted as one failure.
 */
export async function test({ args, root, env, say, stop }: Call): Promise<number> {
  if (args.length > 0) throw new Usage({ ru: 'Часть тестов запускает сам vitest: node_modules/.bin/vitest run ПУТЬ', en: 'Vitest itself runs some of the tests: node_modules/.bin/vitest run PATH' });
  const bin = join(root, 'node_modules/.bin');
  const reports = mkdtempSync(join(tmpdir(), 'karta-reports-'));
  // The tools of node_modules begin with `env node`: they get the Node that runs us.
  const options: StepOptions = { root, stop, env: { PATH: `${dirname(process.execPath)}:${env.PATH ?? ''}`, NODE_ENV: 'test' } };
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const tell = (name: string, { ok, seconds, output }: StepResult): void => {
    say(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
    if (ok) return;
    say(output.trimEnd());
    counts = addCounts(counts, { passed: 0, failed: 1, skipped: 0 });
  };
  const vitest = async (name: string, projects: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<void> => {
    const report = join(reports, `${name}.json`);
    const chosen = projects.flatMap((project) => ['--project', project]);
    await runStep(`${bin}/vitest`, ['run', ...chosen, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { ...options, env: { ...options.env, ...more }, show: true });
    counts = addCounts(counts, countTests(report));
    failures.push(...tellFailures(report));
  };
  try {
    // The download waits for the network while the checks keep the processors busy.
    const browser = prepareBrowser(env, options, say);
    const types = await runStep(`${bin}/tsc`, [], options);
    tell('tsc', types);
    const [lint, floors] = await Promise.all([runStep(`${bin}/oxlint`, ['--deny-warnings'], options), checkFloors(bin, options)]);
    tell('oxlint', lint);
    tell('dependency-cruiser', floors);
    await vitest('tests', ['unit', 'db']);
    const chromium = await browser;
    if (chromium) await vitest('e2e', ['e2e'], { KARTA_CHROMIUM: chromium });
    else counts = addCounts(counts, withoutBrowser(root, env));
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
  for (const failure of failures) say(`✗ ${failure}`);
  say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 && !stop.aborted ? 0 : 1;
}

async function prepareBrowser(env: NodeJS.ProcessEnv, options: StepOptions, say: Call['say']): Promise<string | undefined> {
  const found = findChromium(env);
  if (found) return found;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${chromiumPackages.join(' ')}`;
  if (!mayInstallChromium()) {
    say({ ru: `Для тестов в браузере нужен Chromium: sudo sh -c '${command}'`, en: `The browser tests need Chromium: sudo sh -c '${command}'` });
    return undefined;
  }
  say({ ru: 'Устанавливаю Chromium для тестов в браузере…', en: 'Installing Chromium for the browser tests…' });
  const wrong = await installChromium(options);
  if (wrong !== undefined) say({ ru: `Chromium не установился:\n${wrong}\nПовторите: ${command}`, en: `Chromium could not be installed:\n${wrong}\nRepeat: ${command}` });
  return findChromium(env);
}

/** Without a browser its test files are skipped, each as one; where the result decides (CI) that is a failure. */
function withoutBrowser(root: string, env: NodeJS.ProcessEnv): Counts {
  const files = globSync('test/e2e/**/*.e2e.ts', { cwd: root }).length;
  return env.CI ? { passed: 0, failed: files, skipped: 0 } : { passed: 0, failed: 0, skipped: files };
}
