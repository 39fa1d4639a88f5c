import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadFhir, membersOf, model } from './model.ts';
import { resourceTypes } from './resource-types.ts';

const folder = mkdtempSync(join(tmpdir(), 'karta-fhir-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the definitions are kept in a compact file, and a damaged one is made anew', () => {
  const file = join(folder, 'deep/er', 'fhir.json');
  loadFhir(file);
  const first = model();
  const { size } = statSync(file);
  expect(size).toBeLessThan(3_000_000);
  loadFhir(file);
  expect(model()).toEqual(first);
  writeFileSync(file, '{"version":');
  loadFhir(file);
  expect(model()).toEqual(first);
  expect(statSync(file).size).toBe(size);
});

test('the list of resource types is that of the definitions', () => {
  expect(resourceTypes).toEqual(Object.keys(model().search).sort());
  expect(resourceTypes).toHaveLength(146);
});

test('every type that an element names exists', () => {
  const { types } = model();
  const missing = Object.entries(types).flatMap(([name, type]) => type.elements.flatMap((element) => element.types.filter((one) => !types[one]).map((one) => `${name}.${element.name}: ${one}`)));
  expect(missing).toEqual([]);
});

test('elements that the package adds to the standard are not known', () => {
  expect([...membersOf('Meta').keys()]).toEqual(['id', 'extension', 'versionId', 'lastUpdated', 'source', 'profile', 'security', 'tag']);
  expect(membersOf('EvidenceVariable.characteristic').has('definitionReference')).toBe(true);
});
