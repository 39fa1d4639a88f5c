import { globSync } from 'node:fs';
import { runStep, type StepOptions, type StepResult } from './run-step.ts';

interface Cruise {
  modules: { source: string; dependencies: { resolved: string; dependencyTypes: string[] }[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string; severity: string }; cycle?: { name: string }[] }[] };
}

/**
 * The dependency rules of `.dependency-cruiser.cjs` over all of `src`. Fails also when the tool saw less than there is: with a
 * parser that does not know our TypeScript it sees nothing and is content.
 */
export async function checkFloors(bin: string, options: StepOptions): Promise<StepResult> {
  const result = await runStep(`${bin}/depcruise`, ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'], options);
  let cruise: Cruise;
  try {
    cruise = JSON.parse(result.output) as Cruise;
  } catch {
    return { ...result, ok: false };
  }
  const wrong = cruise.summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ from, to, rule, cycle }) => `${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`);
  wrong.push(...blindSpots(cruise, options.root));
  return { ...result, ok: wrong.length === 0, output: wrong.join('\n') };
}

function blindSpots(cruise: Cruise, root: string): string[] {
  const seen = new Set(cruise.modules.map(({ source }) => source));
  const missed = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter((file) => !file.endsWith('.d.ts') && !seen.has(file));
  const inner = cruise.modules.flatMap(({ source, dependencies }) => (source.startsWith('src/') ? dependencies.filter(({ resolved }) => resolved.startsWith('src/')) : []));
  const wrong = missed.map((file) => `not-seen: ${file}`);
  if (inner.length < seen.size / 3) wrong.push(`not-seen: ${inner.length} imports among ${seen.size} modules are too few to be all`);
  if (!inner.some(({ dependencyTypes }) => dependencyTypes.includes('type-only'))) wrong.push('not-seen: type imports');
  return wrong;
}
