import type { Bundle, Resource } from '@medplum/fhirtypes';
import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { expect, test, type TestContext } from 'vitest';
import { compareIndex } from '../../test/fhirpath-referee.ts';
import { bundlesIn, referenceFolder } from '../../test/reference.ts';
import { rewriteReferences, validateResource } from './index.ts';

/** The resources of all Bundles, their references made local as a transaction does. */
function resources(bundles: readonly Bundle[]): Resource[] {
  return bundles.flatMap((bundle) => {
    const local = new Map(bundle.entry!.map(({ fullUrl, resource }) => [fullUrl!, `${resource!.resourceType}/${resource!.id ?? fullUrl!.slice(-36)}`]));
    return bundle.entry!.map(({ resource }) => {
      const copy = structuredClone(resource!);
      rewriteReferences(copy, (reference) => local.get(reference));
      return copy;
    });
  });
}

/** At most so many of each type, spread over all. */
function sample(all: readonly Resource[], most: number): Resource[] {
  const byType = Map.groupBy(all, ({ resourceType }) => resourceType);
  return [...byType.values()].flatMap((some) => some.filter((_, index) => index % Math.max(1, Math.floor(some.length / most)) === 0));
}

function realBundles(context: TestContext): Bundle[] {
  return [...bundlesIn(referenceFolder(context, 'synthea')), ...bundlesIn(referenceFolder(context, 'ips'))];
}

test('real patients and summaries from elsewhere are valid', (context) => {
  const bundles = bundlesIn(referenceFolder(context, 'synthea'));
  expect(bundles).toHaveLength(40);
  for (const bundle of [...bundles, ...bundlesIn(referenceFolder(context, 'ips'))]) expect(validateResource(bundle)).toEqual([]);
  for (const resource of resources(bundles)) expect(validateResource(resource)).toEqual([]);
});

test('search reads from real resources what the general FHIRPath library reads', { timeout: 120_000 }, (context) => {
  let compared = 0;
  for (const resource of sample(resources(realBundles(context)), 60)) {
    const result = compareIndex(resource);
    expect(result.differences).toEqual([]);
    compared += result.compared;
  }
  expect(compared).toBeGreaterThan(5000);
});

type Found = Record<string, unknown>;

/** Every place in a resource, with the object or array that holds it. */
function places(value: unknown, found: { holder: Found; key: string }[] = []): { holder: Found; key: string }[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    if (key !== 'resourceType') found.push({ holder: value as Found, key });
    places((value as Found)[key], found);
  }
  return found;
}

test('whatever is damaged in a real resource, the issue leads to the very element', { timeout: 180_000 }, (context) => {
  let damaged = 0;
  for (const resource of sample(resources(bundlesIn(referenceFolder(context, 'synthea'))), 12)) {
    const count = places(resource).length;
    for (let place = damaged % 7; place < count; place += 7) {
      const copy = structuredClone(resource);
      const { holder, key } = places(copy)[place]!;
      const wasArray = Array.isArray(holder[key]);
      const marker = { nobodyKnows: 'this' };
      holder[key] = wasArray ? [marker] : marker;
      damaged++;
      const issues = validateResource(copy);
      const led = issues.some(({ expression }) => {
        const below = expression.replace(/\.[^.]+$/, '');
        return [expression, below].some((path) => compile(path, r4)(structuredClone(copy)).some((value) => (value as Found).nobodyKnows === 'this'));
      });
      expect(led, `${resource.resourceType} ${key}: ${JSON.stringify(issues)}`).toBe(true);
    }
  }
  expect(damaged).toBeGreaterThan(500);
});
