import type { StructureDefinition } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { validateResource } from '../validate.ts';
import { joinRegistries, registryOf } from './registry.ts';

const url = 'urn:test:profile';
const core = 'http://hl7.org/fhir/StructureDefinition/';

/** A profile of Observation with these elements, by id. */
function profile(elements: Record<string, object>, more: Partial<StructureDefinition> = {}): StructureDefinition {
  const element = Object.entries(elements).map(([id, rest]) => ({ id, path: id.replaceAll(/:[^.]+/g, ''), ...(/:([^.]+)$/.test(id) ? { sliceName: /:([^.]+)$/.exec(id)![1] } : {}), ...rest }));
  return { resourceType: 'StructureDefinition', url, name: 'Test', title: 'Проба', status: 'active', kind: 'resource', abstract: false, type: 'Observation', baseDefinition: `${core}Observation`, derivation: 'constraint', differential: { element }, ...more };
}

const observation = { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] }, subject: { reference: 'Patient/1' } };

/** `expression rule` of each fault, the url of the profile left out. */
function faults(resource: object, definition: StructureDefinition, ...others: StructureDefinition[]): string[] {
  const registry = registryOf([definition, ...others]);
  return validateResource(resource, { registry, profiles: [definition.url] }).map(({ expression, rule }) => `${expression} ${rule!.replace(/^[^#]*#/, '')}`);
}

describe('one element', () => {
  test.each<[string, Record<string, object>, object, string[]]>([
    ['must be there', { 'Observation.subject': { min: 1 } }, { subject: undefined }, ['Observation.subject Observation.subject min']],
    ['must not be there', { 'Observation.note': { max: '0' } }, { note: [{ text: 'а' }] }, ['Observation.note Observation.note max']],
    ['stands at most once', { 'Observation.note': { max: '1' } }, { note: [{ text: 'а' }, { text: 'б' }] }, ['Observation.note Observation.note max']],
    ['is asked for only where its parent is', { 'Observation.method.text': { min: 1 } }, {}, []],
    ['is asked for in each parent', { 'Observation.component.interpretation': { min: 1 } }, { component: [{ code: { text: 'а' }, interpretation: [{ text: 'б' }] }, { code: { text: 'а' } }] }, ['Observation.component[1].interpretation Observation.component.interpretation min']],
    ['is exactly so', { 'Observation.status': { fixedCode: 'amended' } }, {}, ['Observation.status Observation.status fixed']],
    ['has no more than what is fixed', { 'Observation.code': { fixedCodeableConcept: observation.code } }, { code: { ...observation.code, text: 'АД' } }, ['Observation.code Observation.code fixed']],
    ['holds a pattern among more', { 'Observation.code': { patternCodeableConcept: observation.code } }, { code: { coding: [{ code: 'x' }, { ...observation.code.coding[0], display: 'АД' }], text: 'АД' } }, []],
    ['lacks a part of the pattern', { 'Observation.code': { patternCodeableConcept: observation.code } }, { code: { coding: [{ code: '85354-9' }] } }, ['Observation.code Observation.code pattern']],
    ['is of a type that is left', { 'Observation.value[x]': { type: [{ code: 'Quantity' }] } }, { valueString: '70' }, ['Observation.value.ofType(string) Observation.value[x] type']],
    ['refers to a type that is left', { 'Observation.subject': { type: [{ code: 'Reference', targetProfile: [`${core}Patient`] }] } }, { subject: { reference: 'Group/1' } }, ['Observation.subject.reference Observation.subject target']],
    ['comes from a narrower set', { 'Observation.status': { binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/composition-status' } } }, { status: 'registered' }, ['Observation.status Observation.status binding http://hl7.org/fhir/ValueSet/composition-status']],
    ['is short', { 'Observation.note.text': { maxLength: 2 } }, { note: [{ text: 'абв' }] }, ['Observation.note[0].text Observation.note.text maxLength']],
    ['is within limits of its unit', { 'Observation.value[x]': { minValueQuantity: { value: 3, system: 'http://unitsofmeasure.org', code: 'kg' } } }, { valueQuantity: { value: 2999, system: 'http://unitsofmeasure.org', code: 'g' } }, ['Observation.value.ofType(Quantity) Observation.value[x] minValueQuantity']],
    ['is long enough', { 'Observation.note.text': { extension: [{ url: `${core}minLength`, valueInteger: 3 }] } }, { note: [{ text: 'аб' }] }, ['Observation.note[0].text Observation.note.text minLength']],
    ['is within limits', { 'Observation.value[x]': { minValueInteger: 3 } }, { valueInteger: 2 }, ['Observation.value.ofType(integer) Observation.value[x] minValueInteger']],
    ['obeys a rule of the profile', { Observation: { constraint: [{ key: 't-1', severity: 'error', human: 'Named', expression: "code.coding.exists(system = 'http://loinc.org') implies issued.exists()" }] } }, {}, ['Observation t-1']],
    ['obeys a rule that asks for units', { Observation: { constraint: [{ key: 't-2', severity: 'error', human: 'Under a tonne', expression: "value.ofType(Quantity) < 1000 'kg'" }] } }, { valueQuantity: { value: 2_000_000, system: 'http://unitsofmeasure.org', code: 'g' } }, ['Observation t-2']],
    ['obeys a rule that only the general library can ask', { Observation: { constraint: [{ key: 't-3', severity: 'error', human: 'Two codes', expression: "code.coding.code.join(',').matches('.+,.+')" }] } }, {}, ['Observation t-3']],
    ['is named by its own type', { 'Observation.valueQuantity': { min: 1 } }, { valueString: '70' }, ['Observation.valueQuantity Observation.valueQuantity min', 'Observation.value.ofType(string) Observation.value[x] type']],
  ])('%s', (_, elements, change, expected) => {
    expect(faults({ ...observation, ...change }, profile(elements))).toEqual(expected);
  });
});

test('a code of another set than an extensible one is a warning, beyond the greatest set an error, words alone neither', () => {
  const set = 'http://hl7.org/fhir/ValueSet/composition-status';
  const bound = (binding: object) => profile({ 'Observation.method': { binding: { strength: 'extensible', valueSet: set, ...binding } } });
  const check = (method: object, definition: StructureDefinition) => validateResource({ ...observation, method }, { registry: registryOf([definition]), profiles: [url], level: 'warning' }).flatMap(({ expression, severity, rule }) => (rule === 'dom-6' ? [] : `${severity} ${expression}`));
  const other = { coding: [{ system: 'urn:c', code: 'x' }] };
  expect(check(other, bound({}))).toEqual(['warning Observation.method']);
  expect(check({ text: 'на глаз' }, bound({}))).toEqual([]);
  expect(check({ coding: [{ system: 'http://hl7.org/fhir/composition-status', code: 'final' }] }, bound({}))).toEqual([]);
  expect(check(other, bound({ extension: [{ url: `${core}elementdefinition-maxValueSet`, valueCanonical: set }] }))).toEqual(['error Observation.method']);
});

test('a code beyond an extensible set of R4 itself is a warning where sets are known', () => {
  const registry = { profile: () => undefined, valueSet: (set: string) => (set === 'http://hl7.org/fhir/ValueSet/observation-interpretation' ? { 'urn:i': ['H'] } : undefined) };
  const told = (interpretation: object, level?: 'warning') => validateResource({ ...observation, interpretation: [interpretation] }, { registry, ...(level && { level }) }).filter(({ rule }) => rule?.startsWith('binding'));
  expect(told({ coding: [{ system: 'urn:i', code: 'X' }] }, 'warning')).toMatchObject([{ severity: 'warning', expression: 'Observation.interpretation[0]' }]);
  expect([told({ coding: [{ system: 'urn:i', code: 'H' }] }, 'warning'), told({ text: 'высоко' }, 'warning'), told({ coding: [{ system: 'urn:i', code: 'X' }] })]).toEqual([[], [], []]);
});

describe('slices', () => {
  const loinc = (code: string) => ({ code: { coding: [{ system: 'http://loinc.org', code }] }, valueQuantity: { value: 120 } });
  const pressure = (rules: 'open' | 'closed' | 'openAtEnd', ordered = false) =>
    profile({
      'Observation.component': { slicing: { discriminator: [{ type: 'pattern', path: 'code' }], rules, ordered } },
      'Observation.component:high': { min: 1, max: '1' },
      'Observation.component:high.code': { patternCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] } },
      'Observation.component:high.value[x]': { min: 1 },
      'Observation.component:low': { max: '1' },
      'Observation.component:low.code': { patternCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] } },
    });
  const [high, low, other] = [loinc('8480-6'), loinc('8462-4'), loinc('8867-4')];

  test.each<[string, ReturnType<typeof pressure>, object[], string[]]>([
    ['open: others may stand anywhere', pressure('open'), [other, low, high], []],
    ['closed: no others', pressure('closed'), [high, other], ['Observation.component[1] Observation.component closed']],
    ['open at the end: others only last', pressure('openAtEnd'), [high, other, low], ['Observation.component[2] Observation.component openAtEnd']],
    ['ordered', pressure('open', true), [low, high], ['Observation.component[1] Observation.component ordered']],
    ['too few of one', pressure('open'), [low], ['Observation.component Observation.component:high min']],
    ['too many of one', pressure('open'), [high, low, low], ['Observation.component Observation.component:low max']],
    ['what holds within one', pressure('open'), [{ code: high.code }, low], ['Observation.component[0].value Observation.component:high.value[x] min']],
  ])('%s', (_, definition, component, expected) => {
    expect(faults({ ...observation, component }, definition)).toEqual(expected);
  });

  test('by a value that a pattern above it says', () => {
    const definition = profile({
      'Observation.category': { slicing: { discriminator: [{ type: 'value', path: 'coding.code' }, { type: 'value', path: 'coding.system' }], rules: 'closed' } },
      'Observation.category:vital': { min: 1, patternCodeableConcept: { coding: [{ system: 'urn:c', code: 'vital' }] } },
    });
    const category = (code: string) => [{ coding: [{ system: 'urn:c', code }] }];
    expect(faults({ ...observation, category: category('vital') }, definition)).toEqual([]);
    expect(faults({ ...observation, category: category('x') }, definition)).toEqual(['Observation.category[0] Observation.category closed', 'Observation.category Observation.category:vital min']);
  });

  test('by what a base has said of the slice', () => {
    const parent = profile({
      'Observation.component': { slicing: { discriminator: [{ type: 'value', path: 'code.text' }], rules: 'open' } },
      'Observation.component:one': {},
      'Observation.component:one.code.text': { fixedString: 'один' },
    }, { url: 'urn:test:parent' });
    const child = profile({ 'Observation.component:one': { min: 1 }, 'Observation.component:one.value[x]': { min: 1 } }, { baseDefinition: 'urn:test:parent' });
    const component = [{ code: { text: 'два' } }, { code: { text: 'один' } }];
    expect(faults({ ...observation, component }, child, parent)).toEqual(['Observation.component[1].value Observation.component:one.value[x] min']);
    expect(faults({ ...observation, component: component.slice(0, 1) }, child, parent)).toEqual(['Observation.component Observation.component:one min']);
  });

  test('where the differential has no ids: what follows a slice belongs to it', () => {
    const definition = profile({}, { differential: { element: [
      { path: 'Observation.component', slicing: { discriminator: [{ type: 'value', path: 'code.text' }], rules: 'closed' } },
      { path: 'Observation.component', sliceName: 'one', min: 1 },
      { path: 'Observation.component.code.text', fixedString: 'один' },
      { path: 'Observation.component', sliceName: 'two' },
      { path: 'Observation.component.code.text', fixedString: 'два' },
      { path: 'Observation.component.value[x]', min: 1 },
    ] } });
    const component = [{ code: { text: 'один' } }, { code: { text: 'два' } }];
    expect(faults({ ...observation, component }, definition)).toEqual(['Observation.component[1].value Observation.component:two.value[x] min']);
  });

  test('by those discriminators of which a slice says something, also that there is no value', () => {
    const definition = profile({
      'Observation.component': { slicing: { discriminator: [{ type: 'value', path: 'code.text' }, { type: 'value', path: 'dataAbsentReason.text' }], rules: 'closed' } },
      'Observation.component:silent': {},
      'Observation.component:silent.code.text': { fixedString: 'один' },
      'Observation.component:none': {},
      'Observation.component:none.code.text': { fixedString: 'два' },
      'Observation.component:none.dataAbsentReason.text': { max: '0' },
    });
    const one = (text: string) => ({ code: { text }, dataAbsentReason: { text: 'нет' } });
    expect(faults({ ...observation, component: [one('один'), { code: { text: 'два' } }, one('два')] }, definition)).toEqual(['Observation.component[2] Observation.component closed']);
  });

  test('by the type of a choice within, by the value of an extension', () => {
    const bytype = profile({ 'Observation.component': { slicing: { discriminator: [{ type: 'type', path: 'value' }], rules: 'closed' } }, 'Observation.component:words': { min: 1 }, 'Observation.component:words.valueString': { min: 1, type: [{ code: 'string' }] } });
    const component = [{ code: { text: 'а' }, valueString: 'б' }];
    expect(faults({ ...observation, component }, bytype)).toEqual([]);
    expect(faults({ ...observation, component: [{ code: { text: 'а' }, valueInteger: 1 }] }, bytype)).toEqual(['Observation.component[0] Observation.component closed', 'Observation.component Observation.component:words min']);
    const kind = { type: [{ code: 'Extension', profile: ['urn:test:kind'] }] };
    const byExtension = profile({ 'Observation.component': { slicing: { discriminator: [{ type: 'value', path: "extension('urn:test:kind').value" }], rules: 'closed' } }, 'Observation.component:one': { min: 1 }, 'Observation.component:one.extension:kind': kind, 'Observation.component:one.extension:kind.valueCode': { fixedCode: 'one' } });
    const told = (valueCode: string) => faults({ ...observation, component: [{ ...component[0], extension: [{ url: 'urn:test:kind', valueCode }] }] }, byExtension);
    expect([told('one'), told('two').at(0)]).toEqual([[], 'Observation.component[0] Observation.component closed']);
  });

  test('by presence', () => {
    const definition = profile({
      'Observation.component': { slicing: { discriminator: [{ type: 'exists', path: 'dataAbsentReason' }], rules: 'open' } },
      'Observation.component:absent': {},
      'Observation.component:absent.dataAbsentReason': { min: 1 },
      'Observation.component:absent.value[x]': { max: '0' },
      'Observation.component:present': {},
      'Observation.component:present.dataAbsentReason': { max: '0' },
      'Observation.component:present.value[x]': { min: 1 },
    });
    const component = [{ code: { text: 'а' }, dataAbsentReason: { text: 'нет' } }, { code: { text: 'б' } }];
    expect(faults({ ...observation, component }, definition)).toEqual(['Observation.component[1].value Observation.component:present.value[x] min']);
  });

  test('by the type of a choice', () => {
    const definition = profile({ 'Observation.value[x]': { slicing: { discriminator: [{ type: 'type', path: '$this' }], rules: 'closed' } }, 'Observation.value[x]:valueQuantity': { type: [{ code: 'Quantity' }] }, 'Observation.value[x]:valueQuantity.unit': { min: 1 } });
    expect(faults({ ...observation, valueQuantity: { value: 1 } }, definition)).toEqual(['Observation.value.ofType(Quantity).unit Observation.value[x]:valueQuantity.unit min']);
    expect(faults({ ...observation, valueString: 'а' }, definition)).toEqual(['Observation.value.ofType(string) Observation.value[x] closed']);
  });

  test('by the type that a reference leads to, contained ones too', () => {
    const definition = profile({
      'Observation.performer': { slicing: { discriminator: [{ type: 'type', path: 'resolve()' }], rules: 'open' } },
      'Observation.performer:doctor': { min: 1, type: [{ code: 'Reference', targetProfile: [`${core}Practitioner`] }] },
    });
    const contained = [{ resourceType: 'Practitioner', id: 'd', active: true }];
    expect(faults({ ...observation, contained, performer: [{ reference: 'Organization/1' }, { reference: '#d' }] }, definition)).toEqual([]);
    expect(faults({ ...observation, performer: [{ reference: 'Organization/1' }] }, definition)).toEqual(['Observation.performer Observation.performer:doctor min']);
  });

  test('by the profile that a contained resource follows', () => {
    const named = profile({ 'Practitioner.name': { min: 1 } }, { url: 'urn:test:named', type: 'Practitioner', baseDefinition: `${core}Practitioner` });
    const definition = profile({
      'Observation.performer': { slicing: { discriminator: [{ type: 'profile', path: 'resolve()' }], rules: 'open' } },
      'Observation.performer:named': { min: 1, type: [{ code: 'Reference', targetProfile: ['urn:test:named'] }] },
    });
    const withDoctor = (doctor: object) => ({ ...observation, contained: [{ resourceType: 'Practitioner', id: 'd', ...doctor }], performer: [{ reference: '#d' }] });
    expect(faults(withDoctor({ name: [{ family: 'А' }] }), definition, named)).toEqual([]);
    expect(faults(withDoctor({ active: true }), definition, named)).toEqual(['Observation.performer Observation.performer:named min']);
  });
});

describe('profiles and their bases', () => {
  const base = profile({ 'Observation.component': { slicing: { discriminator: [{ type: 'value', path: 'code.text' }], rules: 'open' } }, 'Observation.subject': { min: 1 } }, { url: 'urn:test:base', title: 'Основа' });
  const derived = profile({ 'Observation.component:one': { min: 1 }, 'Observation.component:one.code.text': { fixedString: 'один' } }, { baseDefinition: 'urn:test:base' });

  test('both hold, and slices may be added to what the base has sliced', () => {
    expect(faults({ ...observation, component: [{ code: { text: 'один' } }] }, derived, base)).toEqual([]);
    expect(faults({ ...observation, subject: undefined }, derived, base)).toEqual(['Observation.component Observation.component:one min', 'Observation.subject Observation.subject min']);
  });

  test('what a resource claims in meta.profile is held against it, with its version', () => {
    const claims = { ...observation, subject: undefined, meta: { profile: ['urn:test:base|2.0'] } };
    expect(validateResource(claims, { registry: registryOf([base]) })).toMatchObject([{ expression: 'Observation.subject', severity: 'error', rule: 'urn:test:base#Observation.subject min', ru: expect.stringContaining('(профиль «Основа»)') }]);
    expect(validateResource(claims)).toEqual([]);
  });

  test('a claim with a version means that very version', () => {
    const versions = registryOf([{ ...base, version: '1.0' }, profile({}, { url: 'urn:test:base', version: '2.0' })]);
    const told = (claim: string) => validateResource({ ...observation, subject: undefined, meta: { profile: [claim] } }, { registry: versions, level: 'warning' }).flatMap(({ severity, rule }) => (rule === 'dom-6' ? [] : `${severity} ${rule!.replace(/^.*#/, '')}`));
    expect(['urn:test:base', 'urn:test:base|1.0', 'urn:test:base|2.0', 'urn:test:base|3.0'].map(told)).toEqual([[], ['error Observation.subject min'], [], ['warning profile']]);
  });

  test('an unknown profile is a warning that names it', () => {
    const claims = { ...observation, meta: { profile: ['urn:unknown'] } };
    expect(validateResource(claims, { registry: registryOf([]) })).toEqual([]);
    expect(validateResource(claims, { registry: registryOf([]), level: 'warning' })).toContainEqual(expect.objectContaining({ severity: 'warning', rule: 'profile', diagnostics: expect.stringContaining('urn:unknown') }));
  });

  test('a profile for another type is refused', () => {
    expect(faults({ resourceType: 'Basic', code: { text: 'а' } }, base)).toEqual(['Basic urn:test:base']);
  });

  test('one that is derived from itself is no endless way', () => {
    expect(faults(observation, profile({ 'Observation.subject': { min: 1 } }, { baseDefinition: url }))).toEqual([]);
  });

  test('several registries are asked in turn', () => {
    const both = joinRegistries(registryOf([base]), registryOf([derived]));
    expect([both.profile('urn:test:base')?.url, both.profile(url)?.url, both.profile('urn:x')]).toEqual(['urn:test:base', url, undefined]);
  });

  test('resources in a Bundle follow what they claim, by their place', () => {
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', resource: { ...observation, subject: undefined, meta: { profile: ['urn:test:base'] } } }] };
    expect(validateResource(bundle, { registry: registryOf([base]) }).map(({ expression }) => expression)).toEqual(['Bundle.entry[0].resource.subject']);
  });
});
