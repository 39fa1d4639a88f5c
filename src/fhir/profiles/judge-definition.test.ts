import type { StructureDefinition } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { officialExamples } from '../../../test/conformance/official-examples.ts';
import { kartaProfiles, kartaRegistry, joinRegistries, judgeDefinition, standardRegistry, validateResource } from '../index.ts';

/** The terminology of the server knows this set. */
const weights = { profile: () => undefined, valueSet: (url: string) => (url === 'http://hl7.org/fhir/ValueSet/ucum-bodyweight' ? { 'http://unitsofmeasure.org': ['g', 'kg', '[lb_av]'] } : undefined) };
const registry = joinRegistries(kartaRegistry, standardRegistry, weights);
const core = 'http://hl7.org/fhir/StructureDefinition/';
const profile = (elements: object[], more: object = {}) =>
  ({ resourceType: 'StructureDefinition', url: 'urn:test:judged', name: 'Judged', status: 'active', kind: 'resource', abstract: false, type: 'Observation', baseDefinition: `${core}Observation`, derivation: 'constraint', differential: { element: elements }, ...more }) as StructureDefinition;
const faults = (definition: StructureDefinition) => judgeDefinition(definition, registry).map(({ expression, rule }) => `${expression.replace('StructureDefinition.', '')} ${rule}`);

describe('a profile is judged when it is written', () => {
  test.each<[string, StructureDefinition, string[]]>([
    ['a type that R4 does not have', profile([], { type: 'Robot' }), ['type profile-type']],
    ['another kind than its type', profile([], { kind: 'primitive-type' }), ['kind profile-kind']],
    ['no base', profile([], { baseDefinition: undefined }), ['baseDefinition profile-base']],
    ['a base that nobody knows', profile([], { baseDefinition: 'urn:nobody' }), ['baseDefinition profile-base']],
    ['a base for another type', profile([], { baseDefinition: `${core}Patient` }), ['baseDefinition profile-base']],
    ['an element that the type does not have', profile([{ path: 'Observation.shoe' }]), ['differential.element[0].path profile-path']],
    ['fewer than it wants', profile([{ path: 'Observation.note', min: 3, max: '2' }]), ['differential.element[0].max profile-cardinality']],
    ['more than the base allows', profile([{ path: 'Observation.status', max: '*' }]), ['differential.element[0].max profile-cardinality']],
    ['a type that the choice does not have', profile([{ path: 'Observation.value[x]', type: [{ code: 'Address' }] }]), ['differential.element[0].type[0].code profile-type']],
    ['a slice of a slice', profile([{ id: 'Observation.component:a/b', path: 'Observation.component', sliceName: 'a/b' }]), ['differential.element[0].sliceName profile-reslicing']],
    ['a slice under two names', profile([{ id: 'Observation.component:a', path: 'Observation.component', sliceName: 'b' }]), ['differential.element[0].id profile-slice-name']],
    ['a discriminator that is no way', profile([{ path: 'Observation.component', slicing: { discriminator: [{ type: 'value', path: "code.where(a = 'b')" }], rules: 'open' } }]), ['differential.element[0].slicing.discriminator[0].path profile-slicing']],
    ['an expression that is no FHIRPath', profile([{ path: 'Observation', constraint: [{ key: 'x-1', severity: 'error', human: 'x', expression: 'code.exists(' }] }]), ['differential.element[0].constraint[0].expression profile-invariant']],
    ['nothing wrong', profile([{ path: 'Observation.component.value[x]', min: 1 }, { path: 'Observation.valueQuantity.unit', min: 1 }, { path: 'Observation.subject.identifier.system', min: 1 }]), []],
  ])('%s', (_, definition, expected) => {
    expect(faults(definition)).toEqual(expected);
  });

  test('Karta’s own and the official ones are sound', () => {
    for (const one of kartaProfiles) expect(judgeDefinition(one, registry), one.url).toEqual([]);
    let judged = 0;
    for (const { file, text } of officialExamples('StructureDefinition')) {
      if (text.length > 100_000) continue;
      expect(judgeDefinition(JSON.parse(text) as StructureDefinition, registry), file).toEqual([]);
      judged++;
    }
    expect(judged).toBeGreaterThan(400);
  });
});

describe('R4’s own profiles and extensions', () => {
  const check = (resource: object, profiles: string[] = []) => validateResource(resource, { registry, profiles: profiles.map((name) => core + name) }).map(({ expression, rule }) => `${expression} ${rule!.replace(core, '')}`);
  const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
  const part = (code: string) => ({ code: loinc(code), valueQuantity: { value: 120, unit: 'мм рт. ст.', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' } });
  const pressure = {
    resourceType: 'Observation', status: 'final', meta: { profile: [`${core}bp`] }, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
    code: loinc('85354-9'), subject: { reference: 'Patient/1' }, effectiveDateTime: '2026-11-22', component: [part('8480-6'), part('8462-4')],
  };

  test('blood pressure, by what a resource claims', () => {
    expect(check(pressure)).toEqual([]);
    expect(check({ ...pressure, component: [part('8480-6')] })).toEqual(['Observation.component bp#Observation.component min', 'Observation.component bp#Observation.component:DiastolicBP min']);
    expect(check({ ...pressure, category: undefined })).toContain('Observation.category vitalsigns#Observation.category min');
    expect(check({ ...pressure, component: undefined, valueQuantity: { ...part('').valueQuantity, code: '{n}' }, meta: { profile: [`${core}bodyweight`] }, code: loinc('29463-7') })).toEqual([expect.stringContaining('bodyweight#Observation.valueQuantity.code binding')]);
  });

  test('an extension holds what it may hold, where it may stand', () => {
    const patient = (extension: object, more: object = {}) => ({ resourceType: 'Patient', extension: [extension], ...more });
    expect(check(patient({ url: `${core}patient-birthPlace`, valueAddress: { city: 'Казань' } }))).toEqual([]);
    expect(check(patient({ url: `${core}patient-birthPlace`, valueString: 'Казань' }))).toEqual(['Patient.extension[0].value.ofType(string) patient-birthPlace#Extension.value[x] type']);
    expect(check(patient({ url: `${core}patient-birthTime`, valueDateTime: '2026-11-22T10:00:00Z' }))).toEqual(['Patient.extension[0] patient-birthTime#context']);
    expect(check({ resourceType: 'Patient', birthDate: '2026-11-22', _birthDate: { extension: [{ url: `${core}patient-birthTime`, valueDateTime: '2026-11-22T10:00:00Z' }] } })).toEqual([]);
    expect(check({ resourceType: 'Patient', modifierExtension: [{ url: `${core}patient-birthPlace`, valueAddress: { city: 'Казань' } }] })).toEqual(['Patient.modifierExtension[0] patient-birthPlace#isModifier']);
    expect(check(patient({ url: 'urn:nobody', valueString: 'x' }))).toEqual([]);
    expect(check({ resourceType: 'Observation', status: 'final', code: { text: 'а' }, contained: [patient({ url: `${core}patient-birthPlace`, valueString: 'Казань' }, { id: 'p' })], subject: { reference: '#p' } })).toEqual(['Observation.contained[0].extension[0].value.ofType(string) patient-birthPlace#Extension.value[x] type']);
  });

  test('the base definition of its own type asks for nothing more, that of another is refused', () => {
    const claims = (name: string) => ({ resourceType: 'Patient', active: true, meta: { profile: [core + name] } });
    expect([check(claims('Patient')), check(claims('DomainResource')), check(claims('Observation'))]).toEqual([[], [], ['Patient Observation']]);
  });
});
