/**
 * Microseconds a resource for each pure step of a write, beside plain parsing, on the reference patients: `node bench/fhir.ts`.
 * The limit is for checking and indexing together.
 */
import { join } from 'node:path';
import { compartmentsOf, indexResource, loadFhir, referencesOf, spliceMeta, validateResource } from '../src/fhir/index.ts';
import { bundlesIn } from '../test/reference.ts';

const limit = 40;
const folder = join(process.env.KARTA_REFERENCE ?? join(import.meta.dirname, '../../shared/data'), 'synthea');

const resources = bundlesIn(folder).flatMap((bundle) => bundle.entry!.map(({ resource }) => resource!));
const texts = resources.map((resource) => JSON.stringify(resource));

/** The best of several rounds: the others measure the machine's other work. */
function measure(step: (index: number) => unknown): number {
  let best = Infinity;
  for (let round = 0; round < 7; round++) {
    const start = performance.now();
    for (let index = 0; index < resources.length; index++) step(index);
    best = Math.min(best, ((performance.now() - start) * 1000) / resources.length);
  }
  return best;
}

loadFhir();
const start = performance.now();
loadFhir();
const load = performance.now() - start;

const figures: Record<string, number> = {
  parse: measure((index) => JSON.parse(texts[index]!)),
  'validate shape': measure((index) => validateResource(resources[index], { invariants: false })),
  validate: measure((index) => validateResource(resources[index])),
  index: measure((index) => indexResource(resources[index]!)),
  compartments: measure((index) => compartmentsOf(resources[index]!)),
  references: measure((index) => referencesOf(resources[index]!)),
  splice: measure((index) => spliceMeta(texts[index]!, { id: 'a', versionId: '1', lastUpdated: '2026-11-21T10:00:00.000Z' })),
};
const combined = figures.validate! + figures.index!;
console.log(`${resources.length} resources, warm load ${load.toFixed(0)} ms`);
for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(16)} ${value.toFixed(1).padStart(6)} µs`);
console.log(`check and index  ${combined.toFixed(1).padStart(6)} µs, ${(combined / limit).toFixed(2)} of the limit`);
