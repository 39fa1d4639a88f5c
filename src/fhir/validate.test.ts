import { describe, expect, test } from 'vitest';
import { model } from './model.ts';
import { rulesInRussian } from './rules-ru.ts';
import { validateResource } from './validate.ts';

const patient = { resourceType: 'Patient', name: [{ family: 'Иванова', given: ['Мария', 'Петровна'] }], gender: 'female', birthDate: '1959-03-14' };
const observation = { resourceType: 'Observation', status: 'final', code: { text: 'Вес' }, valueQuantity: { value: 70.5, unit: 'кг' } };

/** `code expression` of each issue. */
const faults = (resource: unknown) => validateResource(resource).map(({ code, expression }) => `${code} ${expression}`);

test('a valid resource has no issue, a no-break space included', () => {
  expect(faults(patient)).toEqual([]);
  expect(faults({ ...observation, note: [{ text: 'Бисопролол 5\u00a0мг\nутром' }] })).toEqual([]);
});

test('a message names the element and the rule in plain words', () => {
  expect(validateResource({ ...patient, gender: 'жен' })).toEqual([
    {
      severity: 'error',
      code: 'code-invalid',
      expression: 'Patient.gender',
      diagnostics: 'Patient.gender has the code “жен”, which is not one of the codes that http://hl7.org/fhir/ValueSet/administrative-gender requires: male, female, other, unknown.',
      rule: 'binding http://hl7.org/fhir/ValueSet/administrative-gender',
      ru: 'Поле Patient.gender содержит код «жен», которого нет в обязательном наборе http://hl7.org/fhir/ValueSet/administrative-gender: male, female, other, unknown.',
    },
  ]);
});

test('a message of an invariant names the element, the rule and what it asks for', () => {
  expect(validateResource({ ...patient, contact: [{ gender: 'male' }] })).toMatchObject([
    { expression: 'Patient.contact[0]', rule: 'pat-1', code: 'invariant', ru: 'Нарушено правило pat-1 у Patient.contact[0]: У контактного лица есть имя, телефон, адрес или организация.', diagnostics: expect.stringMatching(/^Patient\.contact\[0\] breaks the rule pat-1: SHALL at least contain/) },
  ]);
  // no translation of what no rule is
  const keys = new Set(model().rules.map(({ key }) => key));
  expect(Object.keys(rulesInRussian).filter((key) => !keys.has(key))).toEqual([]);
});

describe('structure', () => {
  test.each([
    ['what is no object', [], 'structure Resource'],
    ['no type', { id: '1' }, 'structure Resource'],
    ['an unknown type', { resourceType: 'Pacient' }, 'structure Resource'],
    ['a type named like a method', { resourceType: 'constructor' }, 'structure Resource'],
    ['an abstract type', { resourceType: 'DomainResource' }, 'structure Resource'],
    ['an unknown element', { ...patient, nmae: [] }, 'structure Patient.nmae'],
    ['an element that is no word', { ...patient, 'first name': 'М' }, 'structure Patient.`first name`'],
    ['a hidden prototype', JSON.parse('{"resourceType":"Patient","__proto__":{"active":true}}'), 'structure Patient.__proto__'],
    ['one value where the element repeats', { ...patient, name: { family: 'И' } }, 'structure Patient.name'],
    ['an array where it does not', { ...patient, gender: ['female'] }, 'structure Patient.gender'],
    ['an empty array', { ...patient, name: [] }, 'structure Patient.name'],
    ['an empty object', { ...patient, name: [{}] }, 'structure Patient.name[0]'],
    ['an empty string', { ...patient, name: [{ given: ['Мария', ''] }] }, 'value Patient.name[0].given[1]'],
    ['a null', { ...patient, birthDate: null }, 'structure Patient.birthDate'],
    ['a null in an array with nothing beside it', { ...patient, name: [{ given: [null] }] }, 'structure Patient.name[0].given[0]'],
    ['an object for a primitive', { ...patient, birthDate: { value: '1959' } }, 'structure Patient.birthDate'],
    ['a primitive for an object', { ...observation, code: 'x' }, 'structure Observation.code'],
    ['two types of a choice', { ...observation, valueString: '70' }, 'structure Observation.value'],
    ['a type that the choice does not have', { ...observation, valueQuantity: undefined, valueAddress: {} }, 'structure Observation.valueAddress'],
    ['a wrong element within a choice', { ...observation, valueQuantity: { values: 1 } }, 'structure Observation.value.ofType(Quantity).values'],
    ['something beside a primitive that is no extension', { ...patient, _birthDate: { foo: 1 } }, 'structure Patient.birthDate.foo'],
    ['something beside an object', { ...patient, _name: [{ id: 'a' }] }, 'structure Patient._name'],
    ['resources within contained ones', { ...patient, contained: [{ resourceType: 'Basic', id: 'a', code: { text: 'x' }, contained: [{ resourceType: 'Basic', id: 'b', code: { text: 'x' } }] }] }, 'invariant Patient.contained[0]'],
    ['an extension with neither value nor extensions', { ...patient, extension: [{ url: 'urn:x' }] }, 'invariant Patient.extension[0]'],
    ['an extension without url', { ...patient, extension: [{ valueString: 'x' }] }, 'required Patient.extension[0].url'],
    ['a period that ends before it starts', { ...patient, name: [{ family: 'И', period: { start: '2026-02', end: '2026-01-31' } }] }, 'invariant Patient.name[0].period'],
    ['a narrative without text', { ...patient, text: { status: 'generated' } }, 'required Patient.text.`div`'],
    ['a narrative that is no div', { ...patient, text: { status: 'generated', div: 'просто текст' } }, 'value Patient.text.`div`'],
  ])('%s is refused', (_, resource, expected) => {
    expect(faults(resource)).toContain(expected);
  });

  test('what is missing is named', () => {
    expect(faults({ resourceType: 'Observation', component: [{ valueString: 'x' }] })).toEqual(['required Observation.component[0].code', 'required Observation.status', 'required Observation.code']);
  });

  test('a primitive may have an id and extensions instead of a value', () => {
    const extension = [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }];
    expect(faults({ ...patient, birthDate: undefined, _birthDate: { extension } })).toEqual([]);
    expect(faults({ resourceType: 'Patient', _birthDate: { extension }, name: [{ given: ['Мария', null], _given: [null, { extension }] }] })).toEqual([]);
    expect(faults({ resourceType: 'Observation', _status: { extension }, code: { text: 'x' }, _valueString: { extension } })).toEqual([]);
  });

  test('hostile nesting and a flood of faults end in a short answer', () => {
    let nested: Record<string, unknown> = { url: 'urn:x', valueString: 'x' };
    for (let depth = 0; depth < 5000; depth++) nested = { url: 'urn:x', extension: [nested] };
    expect(faults({ resourceType: 'Patient', extension: [nested] }).length).toBe(1);
    expect(faults({ resourceType: 'Patient', name: Array.from({ length: 5000 }, () => ({})) }).length).toBe(100);
  });
});

describe('primitive formats', () => {
  const quantity = (value: unknown) => ({ ...observation, valueQuantity: { value } });
  test.each([
    [{ ...patient, birthDate: '14.03.1959' }, 'value Patient.birthDate'],
    [{ ...patient, birthDate: '1959-02-29' }, 'value Patient.birthDate'],
    [{ ...patient, birthDate: '0000' }, 'value Patient.birthDate'],
    [{ ...patient, id: 'a_b' }, 'value Patient.id'],
    [{ ...patient, id: 'a'.repeat(65) }, 'value Patient.id'],
    [{ ...patient, active: 'true' }, 'value Patient.active'],
    [{ ...patient, multipleBirthInteger: 1.5 }, 'value Patient.multipleBirth.ofType(integer)'],
    [{ ...patient, multipleBirthInteger: 2 ** 31 }, 'value Patient.multipleBirth.ofType(integer)'],
    [{ ...patient, language: ' ru' }, 'value Patient.language'],
    [{ ...patient, implicitRules: 'a b' }, 'value Patient.implicitRules'],
    [{ ...patient, name: [{ family: 'И\u0007' }] }, 'value Patient.name[0].family'],
    [{ ...patient, photo: [{ data: 'abc' }] }, 'value Patient.photo[0].data'],
    [{ ...patient, telecom: [{ rank: 0 }] }, 'value Patient.telecom[0].rank'],
    [{ ...observation, effectiveDateTime: '2026-11-21T14:05:00' }, 'value Observation.effective.ofType(dateTime)'],
    [{ ...observation, effectiveInstant: '2026-11-21' }, 'value Observation.effective.ofType(instant)'],
    [quantity('70'), 'value Observation.value.ofType(Quantity).value'],
  ])('%j is refused', (resource, expected) => {
    expect(faults(resource)).toEqual([expected]);
  });

  test.each([['1959'], ['1959-03'], ['1960-02-29']])('the date %s is taken', (birthDate) => {
    expect(faults({ ...patient, birthDate })).toEqual([]);
  });
});

describe('codes and references', () => {
  test('a required coding must come from its value set, one of several is enough', () => {
    const allergy = (coding: unknown[] | undefined) => ({ resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/1' }, clinicalStatus: coding ? { coding } : { text: 'active' } });
    const system = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
    expect(faults(allergy([{ system: 'urn:own', code: 'x' }, { system, code: 'active' }]))).toEqual([]);
    expect(faults(allergy([{ system, code: 'aktiv' }]))).toEqual(['code-invalid AllergyIntolerance.clinicalStatus']);
    expect(faults(allergy([{ system: 'urn:own', code: 'active' }]))).toEqual(['code-invalid AllergyIntolerance.clinicalStatus']);
    expect(faults(allergy(undefined))).toEqual(['code-invalid AllergyIntolerance.clinicalStatus']);
  });

  test.each(['Patient/1', 'Patient/1/_history/2', '#p', 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', 'https://example.org/fhir/Patient/1', 'Patient?identifier=urn:x|1'])('the reference %s is taken', (reference) => {
    expect(faults({ ...observation, subject: { reference }, contained: [{ resourceType: 'Patient', id: 'p', extension: [{ url: 'urn:of', valueReference: { reference: '#' } }] }] })).toEqual([]);
  });

  test.each([
    ['patient/1', /must be a reference like/],
    ['Pacient/1', /which R4 does not know/],
    ['Patient', /must be a reference like/],
    ['Patient/a b', /must be a reference like/],
    ['Practitioner/1', /may refer to Patient, Group, Device, Location, not to Practitioner/],
  ])('the reference %s is refused', (reference, rule) => {
    expect(validateResource({ ...observation, subject: { reference } })).toMatchObject([{ code: 'value', expression: 'Observation.subject.reference', diagnostics: expect.stringMatching(rule) }]);
  });
});

describe('Bundles', () => {
  test('faults are found in the resources within, by their place', () => {
    expect(faults({ resourceType: 'Bundle', type: 'transaction', entry: [{ resource: patient, request: { method: 'POST', url: 'Patient' } }, { resource: { ...patient, gender: 'x' }, request: { method: 'POST', url: 'Patient' } }] })).toEqual([
      'code-invalid Bundle.entry[1].resource.gender',
    ]);
  });

  test.each([
    [{ type: 'transaction', entry: [{ resource: patient }] }, 'invariant Bundle.entry[0].request'],
    [{ type: 'collection', entry: [{ fullUrl: 'urn:uuid:a' }] }, 'invariant Bundle.entry[0]'],
    [{ type: 'collection', total: 1 }, 'invariant Bundle.total'],
    [{ type: 'collection', entry: [{ fullUrl: 'urn:uuid:a', resource: patient }, { fullUrl: 'urn:uuid:a', resource: patient }] }, 'invariant Bundle.entry[1].fullUrl'],
    [{ type: 'document', timestamp: '2026-11-21T14:05:00Z', identifier: { system: 'urn:x', value: '1' }, entry: [{ resource: patient }] }, 'invariant Bundle.entry[0].resource'],
  ])('%j is refused', (bundle, expected) => {
    expect(faults({ resourceType: 'Bundle', ...bundle })).toEqual([expected]);
  });
});
