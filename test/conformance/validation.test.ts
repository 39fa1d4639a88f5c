import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctedRules } from '../../src/fhir/build-rules.ts';
import { compileTest } from '../../src/fhir/fhirpath/compile.ts';
import { model, validateResource } from '../../src/fhir/index.ts';
import { nativeRules } from '../../src/fhir/native-rules.ts';
import { resourceTypeOf } from '../../src/fhir/rules.ts';
import { compareRules } from '../rules-referee.ts';
import { invalidExamples, rulesJudgedDifferently } from './invalid-examples.ts';
import { mutateResource, mutations } from './mutate-resource.ts';
import { exampleOf, officialExamples, sampledExamples } from './official-examples.ts';

const seed = fc.readConfigureGlobal().seed ?? 0;
const examples = sampledExamples(seed);
const skipped = new Set(Object.keys(rulesJudgedDifferently));

/** Each fault once, without the places in arrays. */
const faultsOf = (text: string) => [...new Set(validateResource(JSON.parse(text)).map(({ rule, expression }) => `${rule} ${expression.replaceAll(/\[\d+\]/g, '')}`))];

interface Definition {
  resourceType: string;
  id: string;
  derivation?: string;
  snapshot?: { element: { path: string; constraint?: { key: string; severity: string; expression?: string }[] }[] };
}

describe('the official examples', () => {
  test('are valid but for those that the list explains', () => {
    const listed = Object.keys(invalidExamples).map(exampleOf).filter(({ text }) => text.length < 300_000);
    for (const { file, text } of [...examples, ...listed]) expect(faultsOf(text), file).toEqual(invalidExamples[file]?.faults ?? []);
    expect(listed.length).toBeGreaterThan(20);
  });
});

describe('invariants', () => {
  test('are all those of the official definitions, but for the corrected ones', () => {
    const known = new Set(model().rules.map(({ key, severity, expression }) => `${key} ${severity} ${expression}`));
    const corrected = new Set(Object.keys(correctedRules));
    const missing: string[] = [];
    let compared = 0;
    for (const { text } of officialExamples('StructureDefinition')) {
      const definition = JSON.parse(text) as Definition;
      if (definition.derivation === 'constraint' || !model().types[definition.id]) continue;
      for (const { path, constraint } of definition.snapshot?.element ?? []) {
        for (const { key, severity, expression } of constraint ?? []) {
          if (key === 'ele-1' || corrected.has(`${key} ${path}`)) continue;
          compared++;
          if (!known.has(`${key} ${severity} ${expression}`)) missing.push(`${key} ${path}: ${expression}`);
        }
      }
    }
    // three that the package has as the technical corrections of 4.0.1 have them
    expect(missing.map((one) => one.split(':')[0])).toEqual(['bdl-8 Bundle.entry', 'ras-2 RiskAssessment.prediction', 'tim-9 Timing.repeat']);
    expect(compared).toBeGreaterThan(2000);
  });

  test('are all compiled, but where a type of a choice lacks what the rule asks for', () => {
    const left: string[] = [];
    const attempt = (place: number, type: string, owner: string) => {
      const { key, expression } = model().rules[place]!;
      if (nativeRules[`${key} ${type}`] ?? nativeRules[key]) return;
      try {
        compileTest(expression, type, resourceTypeOf(owner));
      } catch {
        left.push(`${key} ${type}`);
      }
    };
    for (const [name, { rules, elements }] of Object.entries(model().types)) {
      for (const place of rules ?? []) attempt(place, name, name);
      for (const element of elements) for (const place of element.rules ?? []) for (const type of element.types) attempt(place, type, name);
    }
    expect([...new Set(left)].toSorted()).toEqual(['ras-1 decimal', ...['CodeableConcept', 'Money', 'Range', 'Ratio', 'base64Binary', 'string'].map((type) => `sqty-1 ${type}`)]);
  });

  test('answer as the general FHIRPath library answers, on examples and on damaged ones', { timeout: 180_000 }, () => {
    const small = examples.filter(({ text }) => text.length < 6000);
    const asked = { compared: 0, broken: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...small), mutations, ({ text }, changes) => {
        const mutant = mutateResource(JSON.parse(text) as object, changes) as { resourceType: string };
        // rules are not asked of what has the wrong shape
        if (validateResource(mutant, { invariants: false }).some(({ code }) => code === 'structure' || code === 'value')) return;
        const { compared, broken, differences } = compareRules(mutant, skipped);
        asked.compared += compared;
        asked.broken += broken;
        expect(differences).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(asked.compared).toBeGreaterThan(500);
    expect(asked.broken).toBeGreaterThan(5);
  });
});
