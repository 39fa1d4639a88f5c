import type { StructureDefinition } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { validateResource } from '../validate.ts';
import { registryOf } from './registry.ts';

const url = 'urn:test:extension';
const definition = (element: { id: string; path: string; [name: string]: unknown }[], more: Partial<StructureDefinition> = {}): StructureDefinition => ({
  resourceType: 'StructureDefinition', url, name: 'Test', status: 'active', kind: 'complex-type', abstract: false, type: 'Extension', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Extension', derivation: 'constraint', context: [{ type: 'element', expression: 'Patient' }], differential: { element }, ...more,
});
const told = (resource: object, one: StructureDefinition) => validateResource(resource, { registry: registryOf([one]) }).map(({ expression, rule }) => `${expression} ${rule!.replace(/^[^#]*#/, '')}`);
const truth = { url, valueBoolean: true };
const patient = (more: object) => ({ resourceType: 'Patient', active: true, ...more });

test('an extension stands where its definition says: at an element, in another extension, where an expression leads', () => {
  const anywhere = (...context: NonNullable<StructureDefinition['context']>) => definition([], { context });
  const onText = patient({ text: { status: 'generated', div: '<div>а</div>', extension: [truth] } });
  expect(told(onText, anywhere({ type: 'element', expression: 'DomainResource.text' }))).toEqual([]);
  expect(told(onText, anywhere({ type: 'element', expression: 'DomainResource' }))).toEqual(['Patient.text.extension[0] context']);
  const within = (outer: string) => patient({ extension: [{ url: outer, _valueBoolean: { extension: [truth] } }] });
  expect(told(within('urn:test:outer'), anywhere({ type: 'extension', expression: 'urn:test:outer' }))).toEqual([]);
  expect(told(within('urn:test:other'), anywhere({ type: 'extension', expression: 'urn:test:outer' }))).toEqual(['Patient.extension[0].value.ofType(boolean).extension[0] context']);
  const homes = anywhere({ type: 'fhirpath', expression: "Patient.address.where(use = 'home')" });
  expect(told(patient({ address: [{ use: 'home', extension: [truth] }] }), homes)).toEqual([]);
  expect(told(patient({ address: [{ use: 'work', extension: [truth] }], _active: { extension: [truth] } }), homes)).toEqual(['Patient.address[0].extension[0] context', 'Patient.active.extension[0] context']);
});

test('an extension stands no more often than its root says, and only where its rule about the place is met', () => {
  const once = definition([{ id: 'Extension', path: 'Extension', max: '1' }], { contextInvariant: ['active and %extension.value'] });
  expect(told(patient({ extension: [truth] }), once)).toEqual([]);
  expect(told(patient({ extension: [truth, truth] }), once)).toEqual(['Patient.extension[1] max']);
  expect(told(patient({ active: false, extension: [truth] }), once)).toEqual(['Patient.extension[0] contextInvariant']);
});

test('a part that the definition does not name is refused, and so is an extension without an absolute URL', () => {
  const complex = definition([{ id: 'Extension.extension', path: 'Extension.extension', slicing: { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' } }, { id: 'Extension.extension:kind', path: 'Extension.extension', sliceName: 'kind', min: 1 }, { id: 'Extension.extension:kind.url', path: 'Extension.extension.url', fixedUri: 'kind' }]);
  const parts = (...names: string[]) => patient({ extension: [{ url, extension: names.map((name) => ({ url: name, valueString: 'а' })) }] });
  expect(told(parts('kind'), complex)).toEqual([]);
  expect(told(parts('kind', 'kin'), complex)).toEqual(['Patient.extension[0].extension[1] part']);
  expect(told(parts(), complex)).toContain('Patient.extension[0].extension min');
  expect(told(patient({ extension: [{ url: 'kind', valueString: 'а' }] }), complex)).toEqual(['Patient.extension[0].url url']);
});
