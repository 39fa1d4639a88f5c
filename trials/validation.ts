import fc from 'fast-check';
import { loadFhir, validateResource } from '../src/fhir/index.ts';
import { invalidExamples, rulesJudgedDifferently } from '../test/conformance/invalid-examples.ts';
import { mutateResource, mutations } from '../test/conformance/mutate-resource.ts';
import { officialExamples } from '../test/conformance/official-examples.ts';
import { compareRules } from '../test/rules-referee.ts';
import { runTrial } from './trial.ts';

/**
 * The compiled validator: all 5,306 official examples must be valid but for those that the list explains; then mutants, whose every invariant
 * is asked of the general FHIRPath library too.
 */
await runTrial('validation', async (trial) => {
  loadFhir();
  const skipped = new Set(Object.keys(rulesJudgedDifferently));
  const small: { file: string; text: string }[] = [];
  for (const { file, text } of officialExamples()) {
    trial.count('examples');
    const faults = [...new Set(validateResource(JSON.parse(text)).map(({ rule, expression }) => `${rule} ${expression.replaceAll(/\[\d+\]/g, '')}`))];
    if (JSON.stringify(faults) !== JSON.stringify(invalidExamples[file]?.faults ?? [])) trial.flaw(`${file}: ${faults.join(', ')}`);
    if (text.length < 10_000) small.push({ file, text });
  }
  while (trial.goesOn()) {
    const { file, text } = small[Math.floor(trial.chance() * small.length)]!;
    for (const changes of fc.sample(mutations, { numRuns: 8, seed: Math.trunc(trial.chance() * 2 ** 31) })) {
      const mutant = mutateResource(JSON.parse(text) as object, changes) as { resourceType: string };
      trial.count('mutants');
      const issues = validateResource(mutant, { level: 'warning' });
      if (issues.some(({ code }) => code === 'structure' || code === 'value')) continue;
      const { compared, broken, differences } = compareRules(mutant, skipped);
      trial.count('rules asked on both sides', compared);
      trial.count('rules broken', broken);
      for (const difference of differences) trial.flaw(`${file} ${JSON.stringify(changes)}: ${difference}`);
    }
  }
});
