import fc from 'fast-check';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { describe, expect, test } from 'vitest';
import { model, resourceTypes, searchParams, validateResource } from '../../src/fhir/index.ts';
import { compareIndex } from '../fhirpath-referee.ts';
import { notSearched } from './explained-differences.ts';
import { mutateResource, mutations } from './mutate-resource.ts';
import { exampleCount, officialExamples, sampledExamples } from './official-examples.ts';

const seed = fc.readConfigureGlobal().seed ?? 0;
const examples = sampledExamples(seed);

interface Definition {
  resourceType: string;
  url?: string;
  code: string;
  type: string;
  base?: string[];
  expression?: string;
}

describe('what search reads from the official examples', () => {
  test('is what the general FHIRPath library reads', () => {
    expect(exampleCount).toBe(5306);
    let compared = 0;
    for (const { file, text } of examples) {
      const { differences, compared: values } = compareIndex(JSON.parse(text) as { resourceType: string }, text);
      expect(differences, file).toEqual([]);
      compared += values;
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  test('is so too after values were dropped, doubled and exchanged', () => {
    const small = examples.filter(({ text }) => text.length < 20_000);
    let valid = 0;
    fc.assert(
      fc.property(fc.constantFrom(...small), mutations, ({ text }, changes) => {
        const mutant = mutateResource(JSON.parse(text) as object, changes) as { resourceType: string };
        if (validateResource(mutant).some(({ severity }) => severity === 'error')) return;
        valid++;
        expect(compareIndex(mutant).differences).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    expect(valid).toBeGreaterThan(300);
  });
});

interface Paths {
  path2Type: Readonly<Record<string, string>>;
}

test('the elements are those of 4.0.1: none of another release, none missing', () => {
  const official = new Set(Object.keys((r4 as unknown as Paths).path2Type));
  const own = new Set<string>();
  const walk = (type: string, path: string): void => {
    for (const { name, choice, types } of model().types[type]!.elements) {
      for (const one of types) {
        const member = `${path}.${choice ? name + one[0]!.toUpperCase() + one.slice(1) : name}`;
        if (one === member) walk(one, member);
        // an element that repeats another one's content stands in the official list only there
        else if (!one.includes('.')) own.add(member);
      }
    }
  };
  for (const [type, { kind }] of Object.entries(model().types)) if (kind !== 'primitive' && !type.includes('.')) walk(type, type);
  const general = /^(MoneyQuantity|SimpleQuantity)\.|^\w+\.(id|extension|modifierExtension)$|\.(id|extension|modifierExtension)$|^ElementDefinition\.extension\./;
  expect([...own].filter((path) => !official.has(path) && !general.test(path))).toEqual([]);
  expect([...official].filter((path) => !own.has(path) && !general.test(path) && model().types[path.split('.')[0]!])).toEqual([]);
  expect(own.size).toBeGreaterThan(5000);
});

test('every search parameter that R4 defines for a type is known, but for those that the list names', () => {
  let known = 0;
  const missing: string[] = [];
  const definitions = [...officialExamples()].filter(({ type }) => type === 'SearchParameter').map(({ text }) => JSON.parse(text) as Definition);
  for (const { url, code, type: kind, base = [] } of definitions) {
    if (!url?.startsWith('http://hl7.org/fhir/SearchParameter/') || url.includes('/example')) continue;
    for (const of of base.flatMap((name) => (name === 'Resource' || name === 'DomainResource' ? resourceTypes : [name]))) {
      if (searchParams(of).get(code)?.type === kind) known++;
      else if (!(url in notSearched)) missing.push(`${of}.${code} ${url}`);
    }
  }
  expect(missing).toEqual([]);
  const official = new Set(definitions.flatMap(({ code, base = [] }) => base.map((of) => `${of}.${code}`)));
  const foreign = resourceTypes.flatMap((of) => [...searchParams(of).keys()].filter((code) => ![of, 'Resource', 'DomainResource'].some((base) => official.has(`${base}.${code}`))).map((code) => `${of}.${code}`));
  expect(foreign).toEqual([]);
  expect(known).toBeGreaterThan(2500);
});
