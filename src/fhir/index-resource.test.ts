import { describe, expect, test } from 'vitest';
import { decimalRange, indexResource, resourceTypes, searchParams, type IndexEntry } from './index.ts';

/** The entries of one parameter, without its name. */
function found(resource: { resourceType: string } & Record<string, unknown>, param: string, options?: Parameters<typeof indexResource>[1]): unknown[] {
  return indexResource(resource, options)
    .filter((entry) => entry.param === param)
    .map((entry) => ({ ...entry, param: undefined }));
}

test('every search parameter of R4 is understood, and those without a meaning for search are few', () => {
  for (const type of resourceTypes) indexResource({ resourceType: type });
  const names = resourceTypes.flatMap((type) => [...searchParams(type).values()].map((param) => `${type}.${param.name}`));
  expect(names.length).toBeGreaterThan(2300);
  expect(searchParams('Nothing').size).toBe(0);
  expect(searchParams('constructor').size).toBe(0);
});

test('a parameter tells its type, its targets and what it is composed of', () => {
  expect(searchParams('Observation').get('patient')).toMatchObject({ type: 'reference', expression: 'Observation.subject.where(resolve() is Patient)' });
  expect(searchParams('Observation').get('code')!.expression).toBe('Observation.code');
  expect(searchParams('Observation').get('code-value-quantity')!.components).toEqual([
    { param: 'code', expression: 'code', type: 'token' },
    { param: 'value-quantity', expression: 'value.ofType(Quantity)', type: 'quantity' },
  ]);
  expect([...searchParams('Patient').keys()]).toEqual(expect.arrayContaining(['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source', 'name', 'birthdate']));
});

describe('tokens', () => {
  test('of a concept: each coding with its display, and the text', () => {
    const code = { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }, { code: 'own' }], text: 'Пульс' };
    expect(found({ resourceType: 'Observation', code }, 'code')).toEqual([
      { kind: 'token', system: 'http://loinc.org', code: '8867-4', text: 'Heart rate' },
      { kind: 'token', code: 'own' },
      { kind: 'token', text: 'Пульс' },
    ]);
  });

  test('of identifiers with their types, of contacts, yes and no, and codes with the system that their binding implies', () => {
    const patient = {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:identity:snils:Patient', value: '11223344595', type: { coding: [{ system: 'urn:t', code: 'SNILS' }], text: 'СНИЛС' } }, { value: '7' }],
      telecom: [{ system: 'phone', value: '+7 900 000-00-00' }, { system: 'email', value: 'a@example.org' }],
      active: true,
      gender: 'female',
      deceasedDateTime: '2026-01-01',
      meta: { tag: [{ code: 't' }], security: [{ system: 'urn:karta:label', code: 'delayed' }], profile: ['urn:profile|1'], source: 'urn:source' },
    };
    expect(found(patient, 'identifier')).toEqual([
      { kind: 'token', system: 'urn:identity:snils:Patient', code: '11223344595', text: 'СНИЛС', identifierType: { system: 'urn:t', code: 'SNILS' } },
      { kind: 'token', code: '7' },
    ]);
    expect(found(patient, 'phone')).toEqual([{ kind: 'token', code: '+7 900 000-00-00' }]);
    expect(found(patient, 'email')).toEqual([{ kind: 'token', code: 'a@example.org' }]);
    expect(found(patient, 'telecom')).toHaveLength(2);
    expect(found(patient, 'active')).toEqual([{ kind: 'token', code: 'true' }]);
    expect(found(patient, 'gender')).toEqual([{ kind: 'token', system: 'http://hl7.org/fhir/administrative-gender', code: 'female' }]);
    expect(found(patient, 'deceased')).toEqual([{ kind: 'token', code: 'true' }]);
    expect(found({ resourceType: 'Patient', deceasedBoolean: false }, 'deceased')).toEqual([{ kind: 'token', code: 'false' }]);
    expect(found(patient, '_tag')).toEqual([{ kind: 'token', code: 't' }]);
    expect(found(patient, '_security')).toEqual([{ kind: 'token', system: 'urn:karta:label', code: 'delayed' }]);
    expect(found(patient, '_profile')).toEqual([{ kind: 'uri', value: 'urn:profile|1' }, { kind: 'uri', value: 'urn:profile' }]);
    expect(found(patient, '_source')).toEqual([{ kind: 'uri', value: 'urn:source' }]);
    expect(found(patient, '_id')).toEqual([]);
  });
});

describe('texts', () => {
  test('of names and addresses: the parts and the whole', () => {
    const patient = { resourceType: 'Patient', name: [{ family: 'Иванова', given: ['Мария', null, 'Петровна'], prefix: ['г-жа'] }], address: [{ text: 'Тверь, Садовая, 5', line: ['Садовая, 5'], city: 'Тверь' }] };
    const texts = (param: string) => found(patient, param).map((entry) => (entry as { value: string }).value);
    expect(texts('name')).toEqual(['Иванова Мария Петровна', 'Иванова', 'Мария', 'Петровна', 'г-жа']);
    expect(texts('given')).toEqual(['Мария', 'Петровна']);
    expect(texts('address')).toEqual(['Тверь, Садовая, 5', 'Садовая, 5 Тверь', 'Садовая, 5', 'Тверь']);
    expect(texts('address-city')).toEqual(['Тверь']);
  });
});

describe('dates', () => {
  const date = (low: string | number, high: string | number) => ({ kind: 'date', low: typeof low === 'string' ? Date.parse(low) : low, high: typeof high === 'string' ? Date.parse(high) : high });
  test('a day is taken in the zone that is asked for', () => {
    const patient = { resourceType: 'Patient', birthDate: '1959-03-14' };
    expect(found(patient, 'birthdate')).toEqual([date('1959-03-14T00:00:00+03:00', '1959-03-14T23:59:59.999+03:00')]);
    expect(found(patient, 'birthdate', { zone: 'Asia/Vladivostok' })).toEqual([date('1959-03-14T00:00:00+10:00', '1959-03-14T23:59:59.999+10:00')]);
  });

  test('a period may be open, a schedule counts by its outer limits', () => {
    expect(found({ resourceType: 'Encounter', period: { start: '2026-11-21T10:00:00+03:00' } }, 'date')).toEqual([date('2026-11-21T10:00:00+03:00', Infinity)]);
    expect(found({ resourceType: 'Encounter', period: { end: '2026-11-21T10:00:00+03:00' } }, 'date')).toEqual([date(-Infinity, '2026-11-21T10:00:00.999+03:00')]);
    expect(found({ resourceType: 'Observation', effectiveTiming: { event: ['2026-11-23T10:00:00Z', '2026-11-21T10:00:00Z'] } }, 'date')).toEqual([date('2026-11-21T10:00:00Z', '2026-11-23T10:00:00.999Z')]);
    expect(found({ resourceType: 'Condition', onsetDateTime: '2020', onsetString: 'в детстве' }, 'onset-date')).toHaveLength(1);
  });
});

describe('numbers', () => {
  const observation = (value: unknown) => ({ resourceType: 'Observation', valueQuantity: { value, system: 'http://unitsofmeasure.org', code: 'kg', unit: 'кг' } });
  test('are the value and its unit; the digits that are asked for say how near is near enough', () => {
    expect(found(observation(70.5), 'value-quantity')).toEqual([{ kind: 'quantity', value: 70.5, low: 70.5, high: 70.5, system: 'http://unitsofmeasure.org', code: 'kg', unit: 'кг' }]);
    expect(decimalRange(100)).toEqual({ low: 99.5, high: 100.5 });
    expect(decimalRange(1, '1.00')).toEqual({ low: 0.995, high: 1.005 });
    expect(decimalRange(120, '1.2e2')).toEqual({ low: 115, high: 125 });
  });

  test('a comparator and a range open or widen what is meant', () => {
    const measured = (comparator: string) => found({ resourceType: 'Observation', valueQuantity: { value: 5, comparator } }, 'value-quantity')[0] as { low: number; high: number };
    expect(measured('<=')).toMatchObject({ low: -Infinity, high: 5 });
    expect(measured('<').high).toBeLessThan(5);
    expect(measured('<').high).toBeCloseTo(5, 10);
    expect(measured('>').low).toBeGreaterThan(5);
    expect(found({ resourceType: 'Condition', onsetRange: { low: { value: 5 }, high: { value: 10 } } }, 'onset-age')).toMatchObject([{ low: 5, high: 10 }]);
    expect(found({ resourceType: 'Condition', onsetAge: { value: 5, unit: 'a' } }, 'onset-age')).toMatchObject([{ value: 5, unit: 'a' }]);
    expect(found({ resourceType: 'Observation', valueSampledData: { origin: { value: 10, unit: 'mV' }, factor: 2, data: '1 E 3 -1' } }, 'value-quantity')).toMatchObject([{ low: 8, high: 16, unit: 'mV' }]);
    expect(found({ resourceType: 'RiskAssessment', prediction: [{ probabilityDecimal: 0.25 }] }, 'probability')).toMatchObject([{ kind: 'number', value: 0.25, low: 0.25, high: 0.25 }]);
  });

  test('a place on Earth is read for “near”, any other is not', () => {
    const at = (latitude: number) => found({ resourceType: 'Location', position: { latitude, longitude: 37.6 } }, 'near');
    expect(at(55.75)).toEqual([{ kind: 'position', latitude: 55.75, longitude: 37.6 }]);
    expect(at(155)).toEqual([]);
  });
});

describe('references', () => {
  test('local ones without a version, absolute ones whole, by identifier too', () => {
    const to = (subject: object) => found({ resourceType: 'Observation', subject }, 'subject');
    expect(to({ reference: 'Patient/1/_history/3' })).toEqual([{ kind: 'reference', target: 'Patient/1', targetType: 'Patient' }]);
    expect(to({ reference: 'https://example.org/fhir/Patient/1/_history/3' })).toEqual([{ kind: 'reference', target: 'https://example.org/fhir/Patient/1', targetType: 'Patient' }]);
    expect(to({ reference: 'urn:uuid:1', type: 'Patient' })).toEqual([{ kind: 'reference', target: 'urn:uuid:1', targetType: 'Patient' }]);
    expect(to({ reference: '#p' })).toEqual([]);
    expect(to({ identifier: { system: 'urn:identity:snils:Patient', value: '1' } })).toEqual([{ kind: 'reference', identifier: { system: 'urn:identity:snils:Patient', value: '1' } }]);
  });

  test('a parameter that is for one type leaves out the others', () => {
    const group = { resourceType: 'Observation', subject: { reference: 'Group/1' } };
    expect(found(group, 'patient')).toEqual([]);
    expect(found(group, 'subject')).toHaveLength(1);
    const appointment = { resourceType: 'Appointment', participant: [{ actor: { reference: 'Patient/1' } }, { actor: { reference: 'Location/2' } }] };
    expect(found(appointment, 'location')).toEqual([{ kind: 'reference', target: 'Location/2', targetType: 'Location' }]);
    expect(found(appointment, 'actor')).toHaveLength(2);
  });

  test('a document is found by its composition', () => {
    const bundle = { resourceType: 'Bundle', type: 'document', entry: [{ resource: { resourceType: 'Composition', id: 'c' } }, { resource: { resourceType: 'Patient', id: 'p' } }] };
    expect(found(bundle, 'composition')).toEqual([{ kind: 'reference', target: 'Composition/c', targetType: 'Composition' }]);
    expect(found(bundle, 'message')).toEqual([]);
  });

  test('a condition on a sibling selects', () => {
    const library = { resourceType: 'Library', relatedArtifact: [{ type: 'successor', resource: 'urn:a|2' }, { type: 'predecessor', resource: 'urn:b' }] };
    expect(found(library, 'successor')).toEqual([{ kind: 'reference', target: 'urn:a|2' }, { kind: 'reference', target: 'urn:a' }]);
  });
});

test('composites keep together what stands together', () => {
  const coding = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
  const resource = {
    resourceType: 'Observation',
    code: coding('85354-9'),
    component: [
      { code: coding('8480-6'), valueQuantity: { value: 140 } },
      { code: coding('8462-4'), valueQuantity: { value: 90 } },
      { code: coding('x') },
    ],
  };
  const parts = (param: string) => found(resource, param).map((entry) => (entry as IndexEntry & { kind: 'composite' }).parts.map((part) => part.map((one) => ('code' in one && one.kind === 'token' ? one.code : 'value' in one ? one.value : ''))));
  expect(parts('component-code-value-quantity')).toEqual([[['8480-6'], [140]], [['8462-4'], [90]]]);
  expect(parts('combo-code-value-quantity')).toEqual([[['8480-6'], [140]], [['8462-4'], [90]]]);
  expect(parts('code-value-quantity')).toEqual([]);
});
