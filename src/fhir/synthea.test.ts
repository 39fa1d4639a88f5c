import type { Bundle, Resource } from '@medplum/fhirtypes';
import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { expect, test, type TestContext } from 'vitest';
import { bundlesIn, referenceFolder } from '../../test/reference.ts';
import { indexResource, parseDateRange, rewriteReferences, searchParams, validateResource, type IndexEntry, type SearchParam } from './index.ts';

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

type Found = Record<string, unknown>;

const contactSystems = new Set(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']);
const dot = (...parts: unknown[]) => parts.map((part) => part ?? '').join('|');

/** What the general library found, as the plain values that must stand in the index: written anew here, without the floor's own functions. */
function expected(kind: SearchParam['type'], value: unknown): string[] {
  const of = (typeof value === 'object' && value !== null ? value : {}) as Found;
  switch (kind) {
    case 'token':
      if (typeof value !== 'object') return [String(value)];
      if ('coding' in of || 'text' in of) return [...((of.coding ?? []) as Found[]).map((coding) => dot(coding.system, coding.code)), ...(of.text === undefined ? [] : [`text ${String(of.text)}`])];
      if ('code' in of || 'display' in of) return [dot(of.system, of.code)];
      if (contactSystems.has(of.system as string)) return of.value === undefined ? [] : [String(of.value)];
      return [dot(of.system, of.value)];
    case 'string': {
      if (typeof value === 'string') return [value];
      const parts = ['family', 'given', 'prefix', 'suffix', 'text', 'line', 'city', 'district', 'state', 'postalCode', 'country'].flatMap((name) => (of[name] ?? []) as string | string[]);
      return parts.filter((part) => typeof part === 'string');
    }
    case 'reference':
      if (typeof value === 'string') return [value];
      if (typeof of.resourceType === 'string') return [];
      return typeof of.reference === 'string' && !of.reference.startsWith('#') ? [of.reference] : [];
    case 'uri':
      return [String(value)];
    case 'date': {
      const [start, end] = typeof value === 'string' ? [value, value] : [of.start, of.end];
      if (start === undefined && end === undefined) return [];
      return [`${start === undefined ? -Infinity : parseDateRange(String(start)).low}`];
    }
    case 'quantity':
      return typeof of.value === 'number' ? [dot(of.value, of.system, of.code)] : [];
    default:
      return [];
  }
}

function actual(kind: SearchParam['type'], entries: readonly IndexEntry[]): string[] {
  return entries.flatMap((entry): string[] => {
    switch (entry.kind) {
      case 'token':
        return entry.code === undefined && entry.system === undefined && entry.text !== undefined ? [`text ${entry.text}`] : [entry.system === undefined ? entry.code! : dot(entry.system, entry.code)];
      case 'string':
      case 'uri':
        return [entry.value];
      case 'reference':
        return entry.target === undefined ? [] : [entry.target];
      case 'date':
        return [`${entry.low}`];
      case 'quantity':
        return [dot(entry.value, entry.system, entry.code)];
      default:
        return [];
    }
  }).filter(() => kind !== 'composite');
}

/** A code is expected plain, and a coding without system with its bar; the index knows the system that a binding implies. */
const plain = (value: string) => value.replace(/^\|/, '');
const withoutSystem = (value: string) => value.slice(value.lastIndexOf('|') + 1);

test('search reads from real resources what the general FHIRPath library reads', { timeout: 120_000 }, (context) => {
  const some = sample(resources(realBundles(context)), 60);
  const compiled = new Map<string, (resource: unknown) => unknown[]>();
  let compared = 0;
  for (const resource of some) {
    const entries = Map.groupBy(indexResource(resource), ({ param }) => param);
    for (const param of searchParams(resource.resourceType).values()) {
      if (param.name === '_id' || param.name === '_lastUpdated' || param.type === 'composite' || param.type === 'special') continue;
      // the library would fetch what resolve() names; the type stands in the reference
      const expression = param.expression.replace(/resolve\(\) is (\w+)/g, "reference.startsWith('$1/')").replace(/^Resource\./, '');
      let run = compiled.get(expression);
      if (!run) compiled.set(expression, (run = compile(expression, r4)));
      const wanted = new Set(run(resource).flatMap((value) => expected(param.type, JSON.parse(JSON.stringify(value)))).map(plain));
      const found = new Set(actual(param.type, entries.get(param.name) ?? []));
      const where = `${resource.resourceType}/${resource.id} ${param.name}`;
      for (const value of wanted) expect([...found].some((one) => one === value || (param.type === 'token' && !value.includes('|') && withoutSystem(one) === value)), `${where}: ${value}`).toBe(true);
      if (param.type === 'string') {
        // beside the parts stands the whole, made of them
        for (const value of found) expect(wanted.has(value) || [...wanted].some((part) => value.includes(part)), `${where}: ${value}`).toBe(true);
      } else if (param.type !== 'uri') expect(found.size, where).toBe(wanted.size);
      compared += wanted.size;
    }
  }
  expect(compared).toBeGreaterThan(5000);
});

/** Every place in a resource, with the object or array that holds it. */
function places(value: unknown, found: { holder: Found; key: string }[] = []): { holder: Found; key: string }[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    if (key !== 'resourceType') found.push({ holder: value as Found, key });
    places((value as Found)[key], found);
  }
  return found;
}

test('whatever is damaged in a real resource, the issue leads to the very element', { timeout: 60_000 }, (context) => {
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
