import { describe, expect, test } from 'vitest';
import { validateResource } from './validate.ts';

const faults = (resource: unknown, level?: 'warning') => validateResource(resource, level && { level }).flatMap(({ severity, expression, rule }) => (rule === 'dom-6' ? [] : `${severity} ${expression} ${rule}`));
const patient = { resourceType: 'Patient', id: 'p', active: true };
const collection = (...entry: object[]) => ({ resourceType: 'Bundle', type: 'collection', entry });

describe('what R4 says in words', () => {
  test('an entry’s address is absolute and names its resource', () => {
    expect(faults(collection({ fullUrl: 'https://a.example/Patient/p', resource: patient }, { fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', resource: patient }, { fullUrl: 'https://a.example/people/7', resource: patient }))).toEqual([]);
    expect(faults(collection({ fullUrl: 'https://a.example/Patient/q', resource: patient }))).toEqual(['error Bundle.entry[0].fullUrl fullUrl']);
    expect(faults(collection({ fullUrl: 'Patient/p', resource: patient }))).toEqual(['error Bundle.entry[0].fullUrl fullUrl']);
    expect([faults(collection({ resource: patient })), faults(collection({ resource: patient }), 'warning')]).toEqual([[], ['warning Bundle fullUrl']]);
  });

  test('a document holds what its Composition refers to', () => {
    const composition = { resourceType: 'Composition', id: 'c', status: 'final', type: { text: 'Осмотр' }, date: '2026-11-22', title: 'Осмотр', author: [{ display: 'А. П. Чехов' }], subject: { reference: 'Patient/p' }, section: [{ title: 'а', section: [{ title: 'б', entry: [{ reference: 'Patient/p' }] }] }] };
    const document = (...rest: object[]) => ({ resourceType: 'Bundle', type: 'document', identifier: { system: 'urn:s', value: '1' }, timestamp: '2026-11-22T10:00:00Z', entry: [{ fullUrl: 'https://a.example/Composition/c', resource: composition }, ...rest] });
    expect(faults(document({ fullUrl: 'https://a.example/Patient/p', resource: patient }))).toEqual([]);
    expect(faults(document())).toEqual(['error Bundle document-references']);
    expect(faults(document({ fullUrl: 'https://b.example/Patient/p', resource: patient }))).toEqual(['error Bundle document-references']);
  });

  test('ids of elements and of contained resources are met once', () => {
    expect(faults({ ...patient, name: [{ id: 'a', text: 'А' }, { id: 'b', text: 'Б' }], contact: [{ id: 'a', name: { text: 'В' } }] })).toEqual(['error Patient.contact[0].id id']);
    const contained = [{ resourceType: 'Organization', id: 'o', name: 'А' }, { resourceType: 'Organization', id: 'o', name: 'Б' }];
    expect(faults({ ...patient, contained, managingOrganization: { reference: '#o' } })).toEqual(['error Patient.contained contained-id']);
  });

  test('a size is that of the data, a definition’s url and a set’s code system are absolute', () => {
    const photo = (size: number) => ({ ...patient, photo: [{ contentType: 'text/plain', data: 'aGVs bG8=', size }] });
    expect([faults(photo(5)), faults(photo(6))]).toEqual([[], ['error Patient.photo[0].size size']]);
    const set = { resourceType: 'ValueSet', url: 'ValueSet/a', status: 'active', compose: { include: [{ system: 'codes' }, { system: '#own' }] } };
    expect(faults(set)).toEqual(['error ValueSet.compose.include[0].system system', 'error ValueSet.url url']);
  });

  test('a code system and a URI are absolute: only advised, as old records have otherwise', () => {
    const told = { ...patient, maritalStatus: { coding: [{ system: 'http://hl7.org/fhir/ValueSet/marital-status', code: 'M' }, { system: 'local', code: 'M' }] }, identifier: [{ system: 'urn:ietf:rfc:3986', value: '1.2.643' }] };
    expect([faults(told), faults(told, 'warning')]).toEqual([[], ['warning Patient.maritalStatus.coding[0].system system', 'warning Patient.maritalStatus.coding[1].system system', 'warning Patient.identifier[0].value uri']]);
  });
});

test('what is contained may be shown by the narrative, or named by an extension of a primitive', () => {
  const contained = [{ resourceType: 'Binary', id: 'b', contentType: 'image/png' }];
  expect(faults({ ...patient, contained, text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><img src="#b" alt="а"/></div>' } })).toEqual([]);
  expect(faults({ ...patient, contained, _active: { extension: [{ url: 'urn:x', valueReference: { reference: '#b' } }] } })).toEqual([]);
  expect(faults({ ...patient, contained })).toEqual(['error Patient.contained[0] dom-3']);
});

test('a narrative is one XHTML div whose characters HTML knows', () => {
  const told = (div: string) => faults({ ...patient, text: { status: 'generated', div } });
  expect(told('<div xmlns="http://www.w3.org/1999/xhtml">5&nbsp;мг &lt; 10&#160;мг</div>')).toEqual([]);
  for (const div of ['<div>&foo;</div>', '<div xmlns="urn:x">а</div>', '<div>а</div><div>б</div>']) expect(told(div), div).toEqual(['error Patient.text.`div` txt-1']);
});

test('half a character and a place without value and extensions are refused', () => {
  expect(faults({ ...patient, name: [{ family: '\ud800' }] })).toEqual(['error Patient.name[0].family string']);
  expect(faults({ ...patient, name: [{ _given: [null] }] })).toEqual(['error Patient.name[0].given element']);
});

test('advice, however much, hides no fault', () => {
  const name = Array.from({ length: 150 }, () => ({ resourceType: 'Patient', active: true }));
  expect(faults({ resourceType: 'Bundle', type: 'batch', entry: [...name.map((resource) => ({ resource, request: { method: 'POST', url: 'Patient' } })), { resource: { resourceType: 'Patient', gender: 'x' }, request: { method: 'POST', url: 'Patient' } }] }, 'warning')).toEqual(['error Bundle.entry[150].resource.gender binding http://hl7.org/fhir/ValueSet/administrative-gender']);
});
