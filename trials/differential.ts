import fc from 'fast-check';
import { loadFhir, validateResource } from '../src/fhir/index.ts';
import { mutateResource, mutations } from '../test/conformance/mutate-resource.ts';
import { officialExamples } from '../test/conformance/official-examples.ts';
import { compareIndex } from '../test/fhirpath-referee.ts';
import { runTrial } from './trial.ts';

/** Mutants of one example in one round. */
const mutants = 8;

/**
 * The compiled search extraction against the general FHIRPath library: all 5,306 official examples as they are, then mutants of them, round
 * after round. What the list of explained differences does not name is a flaw.
 */
await runTrial('differential', async (trial) => {
  loadFhir();
  const explained = new Map<string, number>();
  const compare = (what: string, text: string): void => {
    const { compared, differences, explained: because } = compareIndex(JSON.parse(text) as { resourceType: string }, text);
    trial.count('values read alike', compared);
    for (const reason of because) explained.set(reason, (explained.get(reason) ?? 0) + 1);
    for (const difference of differences) trial.flaw(`${what}: ${difference}`);
  };
  const small: { file: string; text: string }[] = [];
  for (const { file, text } of officialExamples()) {
    trial.count('examples');
    compare(file, text);
    if (text.length < 50_000) small.push({ file, text });
  }
  while (trial.goesOn()) {
    const { file, text } = small[Math.floor(trial.chance() * small.length)]!;
    const seed = Math.trunc(trial.chance() * 2 ** 31);
    for (const changes of fc.sample(mutations, { numRuns: mutants, seed })) {
      const mutant = mutateResource(JSON.parse(text) as object, changes) as { resourceType: string };
      trial.count('mutants');
      // only what is valid is ever read
      if (validateResource(mutant).some(({ severity }) => severity === 'error')) continue;
      trial.count('valid mutants');
      compare(`${file} ${JSON.stringify(changes)}`, JSON.stringify(mutant));
    }
  }
  for (const [reason, times] of explained) console.log(`  explained ${times} times: ${reason}`);
});
