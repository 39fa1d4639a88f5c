import fc from 'fast-check';
import { joinRegistries, kartaRegistry, loadFhir, standardRegistry, validateResource } from '../src/fhir/index.ts';
import { breakers } from '../test/conformance/break-structure.ts';
import { compareBreach, overlooked } from '../test/conformance/compare-structure.ts';
import { invalidExamples, rulesJudgedDifferently, refusedBeyondR4, unnoticedBreaches } from '../test/conformance/invalid-examples.ts';
import { mutateResource, mutations } from '../test/conformance/mutate-resource.ts';
import { officialExamples } from '../test/conformance/official-examples.ts';
import { compareRules } from '../test/rules-referee.ts';
import { runTrial } from './trial.ts';

/**
 * The compiled validator: all 5,306 official examples must be valid, their extensions by R4's own definitions too, but for those that the list explains, and so the general validation
 * library must hold them; one rule of structure is broken in each of them, which both must refuse; then mutants, whose every invariant is asked of the general
 * FHIRPath library too, and whose structure of the validation library.
 */
await runTrial('validation', async (trial) => {
  loadFhir();
  const registry = joinRegistries(kartaRegistry, standardRegistry);
  const skipped = new Set(Object.keys(rulesJudgedDifferently));
  const small: { file: string; text: string }[] = [];
  const used = new Set<unknown>();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(trial.chance() * list.length)]!;
  const ways = Object.keys(breakers);
  const breach = (file: string, text: string, hows: readonly string[] = [pick(ways), pick(ways)]): void => {
    for (const how of hows) {
      const result = compareBreach(text, how, pick);
      if (!result) continue;
      trial.count('breaches of structure');
      if (result.explained) {
        used.add(result.explained);
        trial.count('of them not seen by the library, as the list explains');
      }
      if (result.difference !== undefined) trial.flaw(`${file}: ${result.difference}`);
    }
  };
  for (const { file, text } of officialExamples()) {
    trial.count('examples');
    const faults = [...new Set(validateResource(JSON.parse(text), { registry }).map(({ rule, expression }) => `${rule} ${expression.replaceAll(/\[\d+\]/g, '')}`))];
    if (JSON.stringify(faults) !== JSON.stringify(invalidExamples[file]?.faults ?? [])) trial.flaw(`${file}: ${faults.join(', ')}`);
    if (text.length < 10_000) small.push({ file, text });
    if (faults.length > 0 || text.length > 300_000) continue;
    const theirs = overlooked(JSON.parse(text) as object, used);
    if (theirs !== undefined) trial.flaw(`${file}: ${theirs}`);
    breach(file, text);
  }
  while (trial.goesOn()) {
    const { file, text } = pick(small);
    breach(file, text);
    for (const changes of fc.sample(mutations, { numRuns: 8, seed: Math.trunc(trial.chance() * 2 ** 31) })) {
      const mutant = mutateResource(JSON.parse(text) as object, changes) as { resourceType: string };
      trial.count('mutants');
      const theirs = overlooked(mutant, used);
      if (theirs !== undefined) trial.flaw(`${file} ${JSON.stringify(changes)}: ${theirs}`);
      const issues = validateResource(mutant, { level: 'warning' });
      if (issues.some(({ code }) => code === 'structure' || code === 'value')) continue;
      const { compared, broken, differences } = compareRules(mutant, skipped);
      trial.count('rules asked on both sides', compared);
      trial.count('rules broken', broken);
      for (const difference of differences) trial.flaw(`${file} ${JSON.stringify(changes)}: ${difference}`);
    }
  }
  // rare ones are looked for, so that chance does not decide
  for (const one of unnoticedBreaches) {
    for (let attempt = 0; !used.has(one) && attempt < 5000; attempt++) {
      const { file, text } = pick(small);
      breach(file, text, [one.how]);
    }
  }
  const unused = [...unnoticedBreaches, ...refusedBeyondR4].filter((one) => !used.has(one));
  if (unused.length > 0) trial.flaw(`explained and never met: ${JSON.stringify(unused.map(({ because }) => because))}`);
});
