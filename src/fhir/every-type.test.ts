import { describe, expect, test } from 'vitest';
import { compareIndex } from '../../test/fhirpath-referee.ts';
import { compartmentsOf, referencesOf, resourceTypes, validateResource } from './index.ts';
import type { ElementModel } from './model-types.ts';
import { model } from './model.ts';

type Json = Record<string, unknown>;

const samples: Readonly<Record<string, unknown>> = {
  boolean: true, integer: 7, unsignedInt: 7, positiveInt: 7, decimal: 7.25, string: 'слово', markdown: 'слово', code: 'code', id: 'id-1',
  uri: 'urn:a', url: 'https://example.org/a', canonical: 'https://example.org/c|1', oid: 'urn:oid:1.2.643', uuid: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
  date: '2026-11-21', dateTime: '2026-11-21T14:05:00+03:00', instant: '2026-11-21T14:05:00.000Z', time: '14:05:00', base64Binary: 'AAAA', xhtml: '<div xmlns="http://www.w3.org/1999/xhtml">а</div>',
};

/** A value of a type with everything in it, to a depth; of a choice the variant that the turn gives. */
function made(type: string, element: ElementModel | undefined, depth: number, turn: number): unknown {
  const bound = element?.valueSet ? Object.entries(model().valueSets[element.valueSet]!)[0] : undefined;
  if (type === 'code' && bound) return bound[1][turn % bound[1].length];
  if (type in samples) return samples[type];
  if (type === 'Coding' && bound) return { system: bound[0], code: bound[1][0] };
  if (type === 'CodeableConcept' && bound) return { coding: [{ system: bound[0], code: bound[1][0] }] };
  if (type === 'Reference') return { reference: `${element?.targets?.[turn % element.targets.length] ?? 'Patient'}/${turn + 1}` };
  if (type === 'Extension') return { url: 'urn:x', valueString: 'x' };
  if (type === 'Resource') return { resourceType: 'Basic', id: 'b', code: { text: 'x' } };
  const value: Json = model().types[type]!.kind === 'resource' ? { resourceType: type } : {};
  for (const child of model().types[type]!.elements) {
    if (depth <= 0 && child.min === 0 && child !== model().types[type]!.elements.find(({ name }) => name === 'value')) continue;
    if (['id', 'extension', 'modifierExtension', 'contained'].includes(child.name) && depth < 4) continue;
    const one = child.types[turn % child.types.length]!;
    const item = made(one, child, depth - 1, turn);
    if (typeof item === 'object' && Object.keys(item!).length === 0) continue;
    value[child.choice ? child.name + one[0]!.toUpperCase() + one.slice(1) : child.name] = child.many ? [item] : item;
  }
  return Object.keys(value).length > 0 ? value : made('Extension', undefined, 0, 0) && { extension: [{ url: 'urn:x', valueString: 'x' }] };
}

const turns = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('every type of R4, filled by its definition', () => {
  test('is valid but for rules over several elements', () => {
    for (const type of resourceTypes) {
      for (const turn of turns) expect(validateResource(made(type, undefined, 4, turn)).filter(({ code }) => code !== 'invariant'), `${type} ${turn}`).toEqual([]);
    }
  });

  test('is missed what it must have, and nothing else', () => {
    for (const type of resourceTypes) {
      const issues = validateResource({ resourceType: type }, { invariants: false });
      expect(issues.map(({ expression }) => expression).sort()).toEqual(model().types[type]!.elements.filter(({ min }) => min > 0).map(({ name }) => `${type}.${name === 'contains' || name === 'div' ? `\`${name}\`` : name}`).sort());
    }
  });

  test('is searched by the same values as by the general FHIRPath library', { timeout: 120_000 }, () => {
    let compared = 0;
    const differences: string[] = [];
    for (const type of resourceTypes) {
      for (const turn of turns) {
        const result = compareIndex(made(type, undefined, 4, turn) as { resourceType: string });
        differences.push(...result.differences);
        compared += result.compared;
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(5000);
  });

  test('belongs to a patient where the definition says so', () => {
    for (const type of Object.keys(model().patientCompartment)) {
      const found = turns.some((turn) => compartmentsOf(made(type, undefined, 4, turn) as { resourceType: string; id: string }).patients.length > 0);
      expect(found, type).toBe(true);
    }
  });

  test('tells all its references', () => {
    for (const type of resourceTypes) {
      const resource = made(type, undefined, 4, 1) as { resourceType: string };
      const written = JSON.stringify(type === 'Bundle' ? { ...resource, entry: [] } : resource).match(/"reference":"[A-Z]\w+\/2"/g)?.length ?? 0;
      expect(referencesOf(resource).length, type).toBe(written);
    }
  });
});
