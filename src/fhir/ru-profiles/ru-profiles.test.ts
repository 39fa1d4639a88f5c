import fc from 'fast-check';
import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { describe, expect, test } from 'vitest';
import { checkEnp, checkInn, checkOgrn, checkSnils, enpCheckDigit, snilsCheckDigits } from '../../kernel/identifiers.ts';
import { validateResource } from '../validate.ts';
import { kartaProfileOf, kartaProfiles, kartaRegistry } from './index.ts';

const profile = 'urn:karta:profile:Patient';
const snils = { system: 'urn:identity:snils:Patient', value: '11223344595' };
const patient = {
  resourceType: 'Patient',
  meta: { profile: [profile] },
  extension: [{ url: 'urn:karta:district', valueString: '7' }],
  identifier: [snils, { system: 'urn:identity:passport-rf:Patient', value: '45 08 123456' }, { system: 'urn:elsewhere', value: 'x' }],
  name: [{ use: 'official', family: 'Иванова', given: ['Мария', 'Петровна'] }, { use: 'old', family: 'Серова' }],
  gender: 'female',
  birthDate: '1959-03-14',
};

const rules = (resource: unknown) => validateResource(resource, { registry: kartaRegistry }).map(({ expression, rule }) => `${expression} ${rule}`);

describe('the profile of a patient', () => {
  test('takes a title page', () => {
    expect(rules(patient)).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    ['a mistyped СНИЛС', { identifier: [{ ...snils, value: '11223344596' }] }, ['Patient.identifier[0] karta-snils']],
    ['a СНИЛС with hyphens', { identifier: [{ ...snils, value: '112-233-445 95' }] }, ['Patient.identifier[0] karta-snils']],
    ['two СНИЛС', { identifier: [snils, snils] }, [`Patient.identifier ${profile}#Patient.identifier:snils max`]],
    ['a СНИЛС without number', { identifier: [{ system: snils.system }] }, ['Patient.identifier[0] karta-snils', `Patient.identifier[0].value ${profile}#Patient.identifier:snils.value min`]],
    ['no official name', { name: [{ family: 'Иванова' }] }, [`Patient.name ${profile}#Patient.name:official min`]],
    ['an official name without family', { name: [{ use: 'official', given: ['Мария'] }] }, [`Patient.name[0].family ${profile}#Patient.name:official.family min`]],
    ['no birth date', { birthDate: undefined }, [`Patient.birthDate ${profile}#Patient.birthDate min`]],
    ['a district that is no text', { extension: [{ url: 'urn:karta:district', valueInteger: 7 }] }, ['Patient.extension[0].value.ofType(integer) urn:karta:district#Extension.value[x] type']],
    ['two districts', { extension: [patient.extension[0], patient.extension[0]] }, [`Patient.extension ${profile}#Patient.extension:district max`]],
    ['a person as the clinic', { managingOrganization: { type: 'Organization', reference: 'https://example.org/fhir/Organization/1' }, generalPractitioner: [{ reference: 'Organization/1' }] }, [`Patient.generalPractitioner[0].reference ${profile}#Patient.generalPractitioner target`]],
  ])('refuses %s', (_, change, expected) => {
    expect(rules({ ...patient, ...change })).toEqual(expected);
  });

  test('says what is wrong in both languages', () => {
    const [issue] = validateResource({ ...patient, identifier: [{ ...snils, value: '1' }] }, { registry: kartaRegistry });
    expect(issue).toMatchObject({
      ru: 'Нарушено правило karta-snils у Patient.identifier[0]: СНИЛС состоит из 11 цифр без пробелов и дефисов, две последние — контрольные (профиль «Пациент»).',
      diagnostics: expect.stringContaining('breaks the rule karta-snils: A СНИЛС has 11 digits'),
    });
  });
});

test('every shipped profile is itself a valid resource, with its own url and a name for programs', () => {
  for (const definition of kartaProfiles) expect(validateResource(definition, { level: 'warning' }).filter(({ rule }) => rule !== 'dom-6'), definition.url).toEqual([]);
  expect(new Set(kartaProfiles.map(({ url }) => url)).size).toBe(kartaProfiles.length);
  expect(['Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Encounter', 'DocumentReference', 'Composition', 'Bundle'].map(kartaProfileOf)).not.toContain(undefined);
});

/** The expression of a rule, as the profile carries it. */
function expressionOf(key: string): string {
  for (const { differential } of kartaProfiles) for (const { constraint } of differential!.element) for (const one of constraint ?? []) if (one.key === key) return one.expression!;
  throw new Error(`no profile has ${key}`);
}

/** The value as the profile judges it. */
function judges(system: string, type: 'Patient' | 'Organization', key: string): (value: string) => boolean {
  const resource = (value: string) => (type === 'Patient' ? { ...patient, identifier: [{ system, value }] } : { resourceType: 'Organization', meta: { profile: ['urn:karta:profile:Organization'] }, name: 'А', identifier: [{ system, value }] });
  return (value) => !validateResource(resource(value), { registry: kartaRegistry }).some(({ rule }) => rule === key);
}

describe('check digits in FHIRPath', () => {
  const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
  const near = <T extends string>(right: fc.Arbitrary<T>, length: number) => fc.oneof(right, digits(length));

  const innDigit = (text: string, weights: readonly number[]) => (weights.reduce((sum, weight, at) => sum + weight * Number(text[at]), 0) % 11) % 10;

  test.each([
    ['СНИЛС', 'karta-snils', 'urn:identity:snils:Patient', 'Patient', near(digits(9).map((nine) => nine + snilsCheckDigits(nine)), 11), (value: string) => checkSnils(value).valid],
    ['ЕНП', 'karta-enp', 'urn:identity:enp:Patient', 'Patient', near(digits(15).map((fifteen) => fifteen + enpCheckDigit(fifteen)), 16), (value: string) => checkEnp(value).valid],
    ['ОГРН', 'karta-ogrn', 'urn:identity:ogrn', 'Organization', near(digits(12).map((twelve) => `${twelve}${(Number(twelve) % 11) % 10}`), 13), (value: string) => checkOgrn(value).valid],
    ['ОГРНИП', 'karta-ogrn', 'urn:identity:ogrn', 'Organization', near(digits(14).map((some) => `${some}${(Number(some) % 13) % 10}`), 15), (value: string) => checkOgrn(value).valid],
    ['ИНН of an organisation', 'karta-inn', 'urn:identity:inn', 'Organization', near(digits(9).map((nine) => nine + innDigit(nine, [2, 4, 10, 3, 5, 9, 4, 6, 8])), 10), (value: string) => checkInn(value).valid],
    ['ИНН of an entrepreneur', 'karta-inn', 'urn:identity:inn', 'Organization', near(digits(10).map((ten) => {
      const eleven = ten + innDigit(ten, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
      return eleven + innDigit(eleven, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
    }), 12), (value: string) => checkInn(value).valid],
  ] as const)('of a %s are those that the desk checks', (_, key, system, type, numbers, valid) => {
    const judge = judges(system, type, key);
    fc.assert(fc.property(numbers, (value) => {
      expect(judge(value)).toBe(valid(value));
    }), { numRuns: 300 });
  });

  test.each([
    ['karta-snils', '11223344595', '11223344596'],
    ['karta-enp', `123456789012345${enpCheckDigit('123456789012345')}`, '1234567890123450'],
    ['karta-ogrn', '1027700132195', '1027700132196'],
    ['karta-inn', '7707083893', '7707083894'],
  ])('%s can be asked by any other validator', (key, right, wrong) => {
    const run = compile({ base: 'Identifier', expression: expressionOf(key) }, r4) as (focus: unknown) => unknown[];
    expect([run({ value: right }), run({ value: wrong })]).toEqual([[true], [false]]);
  });
});
