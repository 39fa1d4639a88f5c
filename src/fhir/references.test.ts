import { describe, expect, test } from 'vitest';
import { compartmentsOf, referencesOf, rewriteReferences } from './index.ts';

describe('references in a resource', () => {
  test('are found with their place, in nested elements, extensions and contained resources', () => {
    const resource = {
      resourceType: 'Encounter',
      subject: { reference: 'Patient/1', display: 'reference' },
      participant: [{ individual: { reference: 'Practitioner/2' } }, { individual: { identifier: { value: 'x' } } }],
      extension: [{ url: 'urn:x', valueReference: { reference: 'Basic/3' } }],
      _status: { extension: [{ url: 'urn:x', valueReference: { reference: 'Basic/5' } }] },
      contained: [{ resourceType: 'Condition', id: 'c', subject: { reference: 'Patient/4' } }],
    };
    expect(referencesOf(resource)).toEqual([
      { path: 'Encounter.subject', reference: 'Patient/1' },
      { path: 'Encounter.participant[0].individual', reference: 'Practitioner/2' },
      { path: 'Encounter.extension[0].value', reference: 'Basic/3' },
      { path: 'Encounter.status.extension[0].value', reference: 'Basic/5' },
      { path: 'Encounter.contained[0].subject', reference: 'Patient/4' },
    ]);
  });

  test('beside primitive values too, where their extensions stand', () => {
    const resource = {
      resourceType: 'Patient',
      birthDate: '1990-01-01',
      _birthDate: { extension: [{ url: 'urn:x', valueReference: { reference: 'urn:uuid:a' } }] },
      name: [{ given: ['A', 'B'], _given: [null, { extension: [{ url: 'urn:y', extension: [{ url: 'z', valueReference: { reference: 'Observation/2' } }] }] }] }],
      _nothing: 'x',
      _gender: null,
    };
    expect(referencesOf(resource)).toEqual([
      { path: 'Patient.birthDate.extension[0].value', reference: 'urn:uuid:a' },
      { path: 'Patient.name[0].given[1].extension[0].extension[0].value', reference: 'Observation/2' },
    ]);
    rewriteReferences(resource, (reference) => (reference === 'urn:uuid:a' ? 'Observation/1' : undefined));
    expect(resource._birthDate.extension[0]!.valueReference.reference).toBe('Observation/1');
  });

  test('within a stored Bundle stay its own', () => {
    const bundle = { resourceType: 'Bundle', entry: [{ fullUrl: 'urn:uuid:a', resource: { resourceType: 'Observation', subject: { reference: 'urn:uuid:b' } } }] };
    expect(referencesOf(bundle)).toEqual([]);
    const before = structuredClone(bundle);
    rewriteReferences(bundle, (reference) => (reference === 'urn:uuid:b' ? 'Patient/1' : undefined));
    expect(bundle).toEqual(before);
  });

  test('are rewritten as a transaction asks: references, links and the narrative, but no plain text', () => {
    const resource = {
      resourceType: 'DocumentReference',
      text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:uuid:a">urn:uuid:a</a><img src=\'urn:uuid:z\'/></div>' },
      identifier: [{ system: 'urn:uuid:a', value: 'urn:uuid:a' }],
      description: 'urn:uuid:a',
      subject: { reference: 'urn:uuid:a', type: 'Patient' },
      author: [{ reference: 'Practitioner?identifier=1' }, { reference: 'urn:uuid:z' }],
      content: [{ attachment: { url: 'urn:uuid:b' } }],
      extension: [{ url: 'urn:x', valueUri: 'urn:uuid:b' }, { url: 'urn:y', valueString: 'urn:uuid:b' }],
    };
    const map = new Map([['urn:uuid:a', 'Patient/1'], ['urn:uuid:b', 'Binary/2'], ['Practitioner?identifier=1', 'Practitioner/3']]);
    rewriteReferences(resource, (reference) => map.get(reference));
    expect(resource).toEqual({
      resourceType: 'DocumentReference',
      text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><a href="Patient/1">urn:uuid:a</a><img src=\'urn:uuid:z\'/></div>' },
      identifier: [{ system: 'Patient/1', value: 'urn:uuid:a' }],
      description: 'urn:uuid:a',
      subject: { reference: 'Patient/1', type: 'Patient' },
      author: [{ reference: 'Practitioner/3' }, { reference: 'urn:uuid:z' }],
      content: [{ attachment: { url: 'Binary/2' } }],
      extension: [{ url: 'urn:x', valueUri: 'Binary/2' }, { url: 'urn:y', valueString: 'urn:uuid:b' }],
    });
  });
});

describe('whose card a resource belongs to', () => {
  test.each([
    [{ resourceType: 'Patient', id: '1', link: [{ other: { reference: 'Patient/2' } }] }, ['1']],
    [{ resourceType: 'Observation', performer: [{ reference: 'Patient/2' }], subject: { reference: 'Patient/1/_history/4' } }, ['1', '2']],
    [{ resourceType: 'Observation', subject: { reference: 'Group/1' } }, []],
    [{ resourceType: 'Observation', subject: { reference: 'https://example.org/Patient/1' } }, []],
    [{ resourceType: 'Coverage', policyHolder: { reference: 'Patient/2' }, beneficiary: { reference: 'Patient/1' } }, ['1', '2']],
    [{ resourceType: 'Appointment', participant: [{ actor: { reference: 'Practitioner/9' } }, { actor: { reference: 'Patient/1' } }, { actor: { reference: 'Patient/2' } }] }, ['1', '2']],
    [{ resourceType: 'Provenance', target: [{ reference: 'Patient/1' }, { reference: 'Observation/1' }, { reference: 'Patient/1' }] }, ['1']],
    [{ resourceType: 'Group', member: [{ entity: { reference: 'Patient/1' } }, { entity: { reference: 'Patient/2' } }] }, ['1', '2']],
    [{ resourceType: 'AllergyIntolerance', recorder: { reference: 'Patient/3' }, patient: { reference: 'Patient/1' } }, ['1', '3']],
    [{ resourceType: 'Organization', id: 'x' }, []],
    [{ resourceType: 'Nothing' }, []],
  ])('%j', (resource, patients) => {
    expect(compartmentsOf(resource)).toEqual({ patients });
  });
});
