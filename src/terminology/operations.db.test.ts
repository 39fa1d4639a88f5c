import type { Bundle, CodeSystem, ConceptMap, OperationOutcome, Parameters, TerminologyCapabilities, ValueSet } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { openTerminologyApi, propertyOf, valueOf } from '../../test/terminology-api.ts';
import { model } from '../fhir/model.ts';
import { validateResource } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { ValueSets } from './value-set.ts';

const api = await openTerminologyApi(await freshDatabase());
const { ask, send } = api;
/** What a refusal carries. */
type Refused = Pick<OperationOutcome, 'issue'>;
const expand = (query: Record<string, string | string[]>, at = 'ValueSet') => ask<ValueSet & Refused>(at, 'expand', query);
const codes = (valueSet: ValueSet) => valueSet.expansion?.contains?.map(({ code }) => code) ?? [];
const post = async (address: string, parameter: Parameters['parameter']) => (await send('POST', address, { resourceType: 'Parameters', parameter })).json<Parameters & Refused>();
const put = async (resource: { resourceType: string; id: string }) => {
  const answer = await send('PUT', `/${resource.resourceType}/${resource.id}`, resource);
  expect([200, 201], answer.body).toContain(answer.statusCode);
};

const colours: CodeSystem & { id: string } = {
  resourceType: 'CodeSystem', id: 'colours', url: 'urn:test:colours', version: '1', name: 'Colours', title: 'Цвета', status: 'active', content: 'complete', caseSensitive: true, hierarchyMeaning: 'is-a', language: 'ru',
  property: [{ code: 'warm', type: 'boolean' }, { code: 'inactive', uri: 'http://hl7.org/fhir/concept-properties#inactive', type: 'boolean' }],
  concept: [
    { code: 'any', display: 'Любой', property: [{ code: 'notSelectable', valueBoolean: true }], concept: [
      { code: 'red', display: 'Красный', designation: [{ language: 'en', value: 'Red' }], property: [{ code: 'warm', valueBoolean: true }], concept: [{ code: 'scarlet', display: 'Алый', property: [{ code: 'warm', valueBoolean: true }] }] },
      { code: 'blue', display: 'Синий', definition: 'Как небо', property: [{ code: 'warm', valueBoolean: false }] },
      { code: 'puce', display: 'Блошиный', property: [{ code: 'inactive', valueBoolean: true }] },
    ] },
  ],
};
const paint = (compose: ValueSet['compose'], more: Partial<ValueSet> = {}): ValueSet & { id: string } => ({ resourceType: 'ValueSet', id: 'paint', url: 'urn:test:paint', status: 'active', ...more, ...(compose && { compose }) });
/** The codes that a compose gives, or the code of the refusal. */
const composed = async (compose: NonNullable<ValueSet['compose']>): Promise<(string | undefined)[] | string> => {
  const answer = await post('/ValueSet/$expand', [{ name: 'valueSet', resource: paint(compose) }]);
  return answer.issue ? answer.issue[0]!.code : codes(answer as unknown as ValueSet);
};
await put(colours);
const system = 'urn:test:colours';

describe("R4's own terminology", () => {
  test('value sets are expanded: a whole system, a subtree, several at once, what is left out', async () => {
    expect(codes(await expand({ url: 'http://hl7.org/fhir/ValueSet/administrative-gender' }))).toEqual(['male', 'female', 'other', 'unknown']);
    const inactive = await expand({ url: 'http://hl7.org/fhir/ValueSet/inactive' });
    expect(codes(inactive)).toContain('CRT');
    expect(codes(inactive)).not.toContain('_ActMoodPredicate');
    const kin = codes(await expand({ url: 'http://hl7.org/fhir/ValueSet/relatedperson-relationshiptype' }));
    expect(kin).toEqual(expect.arrayContaining(['MTH', 'N']));
    expect((await expand({ url: 'http://hl7.org/fhir/ValueSet/marital-status' })).expansion!.total).toBe(11);
    expect(codes(await expand({ url: 'http://hl7.org/fhir/ValueSet/patient-contactrelationship' }))).not.toContain('O');
  });

  test('an answer is a valid ValueSet, without its narrative, told again the same', async () => {
    const [first, again] = [await expand({ url: 'http://hl7.org/fhir/ValueSet/observation-status' }), await expand({ url: 'http://hl7.org/fhir/ValueSet/observation-status' })];
    expect(validateResource(first)).toEqual([]);
    expect(first).not.toHaveProperty('text');
    expect({ ...first.expansion, timestamp: '' }).toEqual({ ...again.expansion, timestamp: '' });
    expect(first).not.toHaveProperty('compose');
    expect((await expand({ url: 'http://hl7.org/fhir/ValueSet/observation-status', includeDefinition: 'true' })).compose).toBeDefined();
  });

  test('a version that is not here is not here', async () => {
    expect(codes(await expand({ url: 'http://hl7.org/fhir/ValueSet/observation-status|4.0.1' }))).toContain('final');
    expect((await expand({ url: 'http://hl7.org/fhir/ValueSet/observation-status', valueSetVersion: '3.0.0' })).issue[0]!.code).toBe('not-found');
  });

  test('the value sets that validation binds to have the codes that it holds them to', async () => {
    const bound = Object.entries(model().valueSets);
    expect(bound.length).toBeGreaterThan(150);
    const sets = new ValueSets(api.definitions);
    for (const [url, systems] of bound) {
      const valueSet = await api.definitions.valueSet(url);
      const members = await sets.members(valueSet!);
      const expected = Object.entries(systems).flatMap(([of, list]) => list.map((code) => `${of}|${code}`));
      expect(new Set(members.keys()), url).toEqual(new Set(expected));
    }
  });

  test('the others are worked out, or refused for a reason that is named', async () => {
    const sample = api.definitions.standard.canonicals('ValueSet').filter((_, at) => at % 7 === 0);
    expect(sample.length).toBeGreaterThan(180);
    const sets = new ValueSets(api.definitions);
    const refusals: string[] = [];
    for (const url of sample) {
      try {
        expect((await sets.members((await api.definitions.valueSet(url))!)).size, url).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refusals.push(error.code);
      }
    }
    expect(refusals.filter((code) => code !== 'terminology.unknown-system' && code !== 'terminology.not-enumerable')).toEqual([]);
    expect(refusals.length).toBeLessThan(sample.length / 8);
  });

  test('what is not held is said to be unknown, never answered empty', async () => {
    const snomed = await expand({ url: 'http://hl7.org/fhir/ValueSet/body-site' });
    expect(snomed.issue[0]).toMatchObject({ code: 'not-found', details: { text: expect.stringContaining('http://snomed.info/sct') } });
    const units = await expand({ url: 'http://hl7.org/fhir/ValueSet/ucum-units' });
    expect(units.issue[0]!.code).toBe('too-costly');
    const loinc = await ask('CodeSystem', 'validate-code', { url: 'http://loinc.org', code: '8480-6' });
    expect([valueOf(loinc, 'result'), valueOf(loinc, 'message')]).toEqual([false, expect.stringContaining('http://loinc.org')]);
  });

  test('units, languages and media types are checked by their grammar', async () => {
    const good = async (url: string, code: string) => valueOf(await ask('CodeSystem', 'validate-code', { url, code }), 'result');
    expect(await Promise.all(['mm[Hg]', '10*9/L', 'xyzzy', 'мг', ''].filter(Boolean).map((code) => good('http://unitsofmeasure.org', code)))).toEqual([true, true, false, false]);
    expect([await good('urn:ietf:bcp:47', 'ru-RU'), await good('urn:ietf:bcp:47', 'qq-no')]).toEqual([true, false]);
    expect([await good('urn:ietf:bcp:13', 'application/pdf'), await good('urn:ietf:bcp:13', 'pdf')]).toEqual([true, false]);
  });
});

describe('value sets as users compose them', () => {
  test('filters, lists and references to other value sets', async () => {
    await put(paint({ include: [{ system, concept: [{ code: 'red', display: 'Огненный' }, { code: 'green' }] }] }));
    const is = (property: string, op: 'is-a' | '=' | 'in' | 'regex' | 'not-in' | 'exists' | 'descendent-of' | 'is-not-a' | 'generalizes', value: string) => composed({ include: [{ system, filter: [{ property, op, value }] }] });
    expect(await is('concept', 'is-a', 'red')).toEqual(['red', 'scarlet']);
    expect(await is('concept', 'descendent-of', 'any')).toEqual(['red', 'scarlet', 'blue', 'puce']);
    expect(await is('concept', 'is-not-a', 'red')).toEqual(['any', 'blue', 'puce']);
    expect(await is('concept', 'generalizes', 'scarlet')).toEqual(['any', 'red', 'scarlet']);
    expect(await is('concept', 'in', 'blue, puce')).toEqual(['blue', 'puce']);
    expect(await is('code', 'regex', '[a-z]{4}')).toEqual(['blue', 'puce']);
    expect(await is('warm', '=', 'true')).toEqual(['red', 'scarlet']);
    expect(await is('warm', 'exists', 'false')).toEqual(['any', 'puce']);
    expect(await is('code', 'regex', '(((')).toBe('processing');
    expect(await is('taste', '=', 'sweet')).toBe('processing');
    expect(await composed({ include: [{ system, concept: [{ code: 'red' }, { code: 'green' }] }] })).toEqual(['red']);
    expect(await composed({ include: [{ valueSet: ['urn:test:paint'] }] })).toEqual(['red']);
    expect(await composed({ include: [{ system, valueSet: ['urn:test:paint', 'urn:test:colours?fhir_vs=isa/red'] }] })).toEqual(['red']);
    expect(await composed({ include: [{ system }], exclude: [{ system, filter: [{ property: 'concept', op: 'is-a', value: 'red' }] }] })).toEqual(['any', 'blue', 'puce']);
    expect(await composed({ inactive: false, include: [{ system }, { system: 'urn:nobody:knows', concept: [{ code: 'x' }] }] })).toEqual(['any', 'red', 'scarlet', 'blue', 'x']);
    expect(await composed({ include: [{ system: 'urn:nobody:knows' }] })).toBe('not-found');
    expect(await composed({ include: [{ valueSet: ['urn:nobody:knows'] }] })).toBe('not-found');
  });

  test('a value set that another contains counts there, and only there', async () => {
    const warm = { resourceType: 'ValueSet', id: 'warm', status: 'active', compose: { include: [{ system, filter: [{ property: 'warm', op: '=', value: 'true' }] }] } } as const;
    const outer = { ...paint({ include: [{ valueSet: ['#warm'] }] }), contained: [warm] } as unknown as ValueSet;
    const answer = await post('/ValueSet/$expand', [{ name: 'valueSet', resource: outer }]);
    expect(codes(answer as unknown as ValueSet)).toEqual(['red', 'scarlet']);
    await put({ ...outer, id: 'outer', url: 'urn:test:outer' } as ValueSet & { id: string });
    const holds = async (code: string) => (await send('GET', `/ValueSet/$validate-code?url=urn:test:outer&system=${system}&code=${code}`)).json<Parameters>().parameter![0]!.valueBoolean;
    expect([await holds('scarlet'), await holds('blue')]).toEqual([true, false]);
    expect(await composed({ include: [{ valueSet: ['#warm'] }] })).toBe('not-found');
  });

  test('a circle of value sets is refused', async () => {
    await put({ ...paint({ include: [{ valueSet: ['urn:test:ring'] }] }), id: 'ring', url: 'urn:test:ring' } as ValueSet & { id: string });
    expect((await expand({ url: 'urn:test:ring' })).issue[0]!.code).toBe('too-costly');
  });

  test('pages together are the whole, and tell how many there are', async () => {
    const whole = codes(await expand({ url: 'urn:test:colours?fhir_vs' }));
    expect(whole).toEqual(['any', 'red', 'scarlet', 'blue', 'puce']);
    const pages = await Promise.all([0, 2, 4, 6].map((offset) => expand({ url: 'urn:test:colours?fhir_vs', offset: String(offset), count: '2' })));
    expect(pages.flatMap(codes)).toEqual(whole);
    expect(pages.map(({ expansion }) => [expansion!.total, expansion!.offset])).toEqual([[5, 0], [5, 2], [5, 4], [5, 6]]);
    expect(new Set(pages.map(({ expansion }) => expansion!.identifier)).size).toBe(1);
    expect((await expand({ url: 'urn:test:colours?fhir_vs', count: '0' })).expansion).toMatchObject({ total: 5 });
    expect((await expand({ url: 'urn:test:colours?fhir_vs', count: '20001' })).issue[0]).toMatchObject({ code: 'too-costly', details: { text: expect.stringMatching(/20.?000/) } });
    expect((await expand({ url: 'urn:test:colours?fhir_vs', count: 'two' })).issue[0]!.code).toBe('invalid');
  });

  test('words, activity, designations and language', async () => {
    const url = 'urn:test:colours?fhir_vs';
    expect(codes(await expand({ url, filter: 'красн' }))).toEqual(['red']);
    expect(codes(await expand({ url, filter: 'краный' }))).toEqual(['red']);
    expect(codes(await expand({ url, filter: 'red' }))).toEqual(['red']);
    expect(codes(await expand({ url, filter: 'блошиный' }))).toEqual([]);
    const asked = await expand({ url, filter: 'блошиный', activeOnly: 'false' });
    expect(asked.expansion!.contains).toEqual([{ system, version: '1', code: 'puce', display: 'Блошиный', inactive: true }]);
    expect(asked.expansion!.parameter).toEqual(expect.arrayContaining([{ name: 'activeOnly', valueBoolean: false }, { name: 'version', valueUri: `${system}|1` }]));
    expect(codes(await expand({ url, activeOnly: 'true' }))).toEqual(['any', 'red', 'scarlet', 'blue']);
    expect(codes(await expand({ url, excludeNotForUI: 'true' }))).not.toContain('any');
    const english = (await expand({ url, filter: 'red', displayLanguage: 'en', includeDesignations: 'true' })).expansion!.contains![0]!;
    expect(english).toMatchObject({ display: 'Red', designation: [{ language: 'en', value: 'Red' }] });
  });

  test('a stored value set is expanded by its id and sees its last version at once', async () => {
    await put(paint({ include: [{ system, concept: [{ code: 'blue' }] }] }));
    expect(codes(await expand({}, 'ValueSet/paint'))).toEqual(['blue']);
    await put(paint({ include: [{ system, concept: [{ code: 'red' }] }] }));
    expect(codes(await expand({}, 'ValueSet/paint'))).toEqual(['red']);
    expect((await expand({}, 'ValueSet/nothing')).issue[0]!.code).toBe('not-found');
  });
});

describe('codes are checked and looked up', () => {
  const inPaint = (query: Record<string, string>) => ask('ValueSet', 'validate-code', { url: 'urn:test:colours?fhir_vs', ...query });

  test('$validate-code judges code, display, activity and abstractness', async () => {
    expect(valueOf(await inPaint({ system, code: 'red' }), 'display')).toBe('Красный');
    expect(valueOf(await inPaint({ code: 'red' }), 'result')).toBe(true);
    expect(valueOf(await inPaint({ system, code: 'green' }), 'result')).toBe(false);
    expect(valueOf(await inPaint({ system, code: 'RED' }), 'result')).toBe(false);
    const wrong = await inPaint({ system, code: 'red', display: 'Синий' });
    expect([valueOf(wrong, 'result'), valueOf(wrong, 'message'), valueOf(wrong, 'display')]).toEqual([false, expect.stringContaining('Синий'), 'Красный']);
    expect(valueOf(await inPaint({ system, code: 'red', display: ' красный' }), 'result')).toBe(true);
    expect(valueOf(await inPaint({ system, code: 'red', display: 'RED' }), 'result')).toBe(true);
    expect(valueOf(await inPaint({ system, code: 'any' }), 'result')).toBe(false);
    expect(valueOf(await inPaint({ system, code: 'any', abstract: 'true' }), 'result')).toBe(true);
    expect([valueOf(await inPaint({ system, code: 'puce' }), 'result'), valueOf(await inPaint({ system, code: 'puce' }), 'message')]).toEqual([true, expect.stringContaining('puce')]);
  });

  test('a Coding and a CodeableConcept by POST; one good coding is enough', async () => {
    const url = { name: 'url', valueUri: 'http://hl7.org/fhir/ValueSet/administrative-gender' };
    expect(valueOf(await post('/ValueSet/$validate-code', [url, { name: 'coding', valueCoding: { system: 'http://hl7.org/fhir/administrative-gender', code: 'male' } }]), 'result')).toBe(true);
    const concept = { coding: [{ system, code: 'red' }, { system: 'http://hl7.org/fhir/administrative-gender', code: 'female' }] };
    expect(valueOf(await post('/ValueSet/$validate-code', [url, { name: 'codeableConcept', valueCodeableConcept: concept }]), 'result')).toBe(true);
    expect(valueOf(await post('/ValueSet/$validate-code', [url, { name: 'codeableConcept', valueCodeableConcept: { coding: concept.coding.slice(0, 1) } }]), 'result')).toBe(false);
    expect((await post('/ValueSet/$validate-code', [url])).issue[0]!.code).toBe('invalid');
    expect(valueOf(await post('/CodeSystem/colours/$validate-code', [{ name: 'code', valueCode: 'blue' }]), 'result')).toBe(true);
    expect(valueOf(await post('/CodeSystem/$validate-code', [{ name: 'codeSystem', resource: { ...colours, url: 'urn:test:other' } }, { name: 'code', valueCode: 'blue' }]), 'result')).toBe(true);
  });

  test('$lookup tells name, place in the hierarchy and properties', async () => {
    const red = await ask('CodeSystem', 'lookup', { system, code: 'red' });
    expect(validateResource(red)).toEqual([]);
    expect([valueOf(red, 'name'), valueOf(red, 'version'), valueOf(red, 'display')]).toEqual(['Цвета', '1', 'Красный']);
    expect([propertyOf(red, 'parent'), propertyOf(red, 'child'), propertyOf(red, 'warm'), propertyOf(red, 'inactive')]).toEqual([['any'], ['scarlet'], [true], [false]]);
    const blue = await ask('CodeSystem', 'lookup', { system, code: 'blue', property: ['definition', 'parent'] });
    expect([propertyOf(blue, 'definition'), propertyOf(blue, 'parent'), propertyOf(blue, 'warm')]).toEqual([['Как небо'], ['any'], []]);
    expect((await ask<OperationOutcome>('CodeSystem', 'lookup', { system, code: 'green' })).issue[0]!.code).toBe('not-found');
    expect((await ask<OperationOutcome>('CodeSystem', 'lookup', { code: 'green' })).issue[0]!.code).toBe('invalid');
    const named = await ask('CodeSystem', 'lookup', { system: 'http://hl7.org/fhir/CodeSystem/example', code: 'chol-mmol' });
    expect(named.parameter!.find(({ name }) => name === 'designation')!.part).toEqual([{ name: 'use', valueCoding: { system: 'http://acme.com/config/fhir/codesystems/internal', code: 'internal-label' } }, { name: 'value', valueString: 'From ACME POC Testing' }]);
    expect(valueOf(await ask('CodeSystem', 'lookup', { system: 'http://hl7.org/fhir/administrative-gender', code: 'male' }), 'display')).toBe('Male');
  });

  test('$subsumes compares two codes of a hierarchy', async () => {
    const outcome = async (codeA: string, codeB: string) => valueOf(await ask('CodeSystem', 'subsumes', { system, codeA, codeB }), 'outcome');
    expect(await Promise.all([outcome('any', 'scarlet'), outcome('scarlet', 'red'), outcome('red', 'red'), outcome('red', 'blue')])).toEqual(['subsumes', 'subsumed-by', 'equivalent', 'not-subsumed']);
    expect((await ask<OperationOutcome>('CodeSystem', 'subsumes', { system, codeA: 'red', codeB: 'green' })).issue[0]!.code).toBe('not-found');
    expect(valueOf(await post('/CodeSystem/colours/$subsumes', [{ name: 'codeA', valueCode: 'any' }, { name: 'codeB', valueCode: 'red' }]), 'outcome')).toBe('subsumes');
  });
});

describe('$translate', () => {
  const map: ConceptMap & { id: string } = {
    resourceType: 'ConceptMap', id: 'to-mood', url: 'urn:test:to-mood', status: 'active',
    group: [{ source: system, target: 'urn:test:moods', element: [{ code: 'red', target: [{ code: 'angry', display: 'Гнев', equivalence: 'wider' }] }, { code: 'blue', target: [{ equivalence: 'unmatched' }] }], unmapped: { mode: 'fixed', code: 'calm' } }],
  };
  const match = (answer: Parameters) => answer.parameter!.filter(({ name }) => name === 'match').map(({ part }) => [part!.find(({ name }) => name === 'equivalence')!.valueCode, part!.find(({ name }) => name === 'concept')?.valueCoding?.code]);

  test('by the url, by the instance, by the systems, and the other way round', async () => {
    await put(map);
    expect(match(await ask('ConceptMap', 'translate', { url: 'urn:test:to-mood', system, code: 'red' }))).toEqual([['wider', 'angry']]);
    expect(match(await ask('ConceptMap/to-mood', 'translate', { system, code: 'red' }))).toEqual([['wider', 'angry']]);
    expect(match(await ask('ConceptMap', 'translate', { targetsystem: 'urn:test:moods', system, code: 'red' }))).toEqual([['wider', 'angry']]);
    expect(match(await ask('ConceptMap', 'translate', { url: 'urn:test:to-mood', system: 'urn:test:moods', code: 'angry', reverse: 'true' }))).toEqual([['narrower', 'red']]);
    const blue = await ask('ConceptMap', 'translate', { url: 'urn:test:to-mood', system, code: 'blue' });
    expect([valueOf(blue, 'result'), match(blue)]).toEqual([false, [['unmatched', undefined]]]);
    expect(match(await ask('ConceptMap', 'translate', { url: 'urn:test:to-mood', system, code: 'puce' }))).toEqual([['relatedto', 'calm']]);
    expect((await ask<OperationOutcome>('ConceptMap', 'translate', { url: 'urn:nobody:knows', system, code: 'red' })).issue[0]!.code).toBe('not-found');
    expect(valueOf(await ask('ConceptMap', 'translate', { url: 'urn:test:to-mood', system: 'urn:nobody', code: 'red' }), 'result')).toBe(false);
  });

  test("R4's own maps are known", async () => {
    const answer = await ask('ConceptMap', 'translate', { url: 'http://hl7.org/fhir/ConceptMap/cm-address-use-v2', system: 'http://hl7.org/fhir/address-use', code: 'home' });
    expect(match(answer)).toEqual([['equivalent', 'H']]);
  });
});

test('a search by token asks the same terminology: :in, :not-in, :below, :above', async () => {
  await put(paint({ include: [{ system, concept: [{ code: 'blue' }] }] }));
  for (const code of ['any', 'red', 'scarlet', 'blue']) await put({ resourceType: 'Basic', id: `basic-${code}`, code: { coding: [{ system, code }] } } as unknown as { resourceType: string; id: string });
  const found = async (query: string) => (await send('GET', `/Basic?${query}`)).json<Bundle>().entry?.map(({ resource }) => resource!.id) ?? [];
  expect(await found(`code:in=urn:test:paint`)).toEqual(['basic-blue']);
  expect(await found(`code:not-in=urn:test:paint`)).toEqual(['basic-any', 'basic-red', 'basic-scarlet']);
  expect(await found(`code:below=${system}|red`)).toEqual(['basic-red', 'basic-scarlet']);
  expect(await found(`code:above=${system}|red`)).toEqual(['basic-any', 'basic-red']);
  expect(await found(`code:in=${encodeURIComponent('urn:test:colours?fhir_vs=isa/red')}`)).toEqual(['basic-red', 'basic-scarlet']);
});

test('whatever stands in address and body, the answer is an answer or a refusal that can be understood', async () => {
  const word = fc.constantFrom('', 'red', 'urn:test:colours', 'urn:test:colours?fhir_vs', 'urn:test:paint|1', '|', '|||', '?fhir_vs', '?fhir_vs=isa/', '\u0000', "';--", '%', '\\', '(((', '-1', '99999999999', 'true', 'гб', '𝒳', '{}');
  const name = fc.constantFrom('url', 'code', 'system', 'version', 'filter', 'count', 'offset', 'display', 'codeA', 'codeB', 'property', 'targetsystem', 'reverse', 'activeOnly', 'displayLanguage', 'system-version', 'coding', 'valueSet', 'conceptMap', 'dependency', 'context');
  const place = fc.constantFrom('ValueSet/$expand', 'ValueSet/$validate-code', 'CodeSystem/$validate-code', 'CodeSystem/$lookup', 'CodeSystem/$subsumes', 'ConceptMap/$translate', 'ValueSet/paint/$expand', 'CodeSystem/colours/$lookup', 'ConceptMap/to-mood/$translate');
  const value = fc.oneof(word.map((text) => ({ valueString: text })), word.map((text) => ({ valueCoding: { system: 'urn:test:colours', code: text } })), fc.constantFrom<object>({}, { valueCoding: 'x' }, { valueCoding: {} }, { valueCodeableConcept: { coding: [null] } }, { resource: { resourceType: 'ValueSet', compose: { include: [{ system: 'urn:test:colours', filter: [{ property: 'concept', op: 'is-a' }] }] } } }, { resource: { resourceType: 'ValueSet', compose: { include: {} } } }, { resource: { resourceType: 'ConceptMap', group: [{}] } }, { part: [{ name: 'element' }] }));
  await fc.assert(
    fc.asyncProperty(place, fc.array(fc.tuple(name, word), { maxLength: 4 }), fc.option(fc.array(fc.tuple(name, value), { maxLength: 3 }), { nil: undefined }), async (at, query, body) => {
      const address = `/${at}?${new URLSearchParams(query)}`;
      const answer = body ? await send('POST', address, { resourceType: 'Parameters', parameter: body.map(([one, given]) => ({ name: one, ...given })) }) : await send('GET', address);
      expect([200, 400, 403, 404, 422], `${address} ${JSON.stringify(body)} ${answer.body}`).toContain(answer.statusCode);
      expect(validateResource(answer.json())).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('an access that does not open terminology does not open it by an operation', async () => {
  api.caller.access = { name: 'narrow', rules: [{ types: ['Patient'], patients: 'all', write: false }] };
  try {
    expect((await send('GET', '/ValueSet/$expand?url=urn:test:paint')).statusCode).toBe(403);
  } finally {
    api.caller.access = { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] };
  }
});

describe('what the terminology service says of itself', () => {
  test('names each system whose codes it holds, with the version that is meant by none, and what can be asked', async () => {
    const answer = await send('GET', '/metadata?mode=terminology');
    const stated = answer.json<TerminologyCapabilities>();
    expect(validateResource(stated)).toEqual([]);
    const systems = new Map(stated.codeSystem!.map(({ uri, version }) => [uri, version?.find(({ isDefault }) => isDefault)?.code]));
    expect(systems.get('urn:test:colours')).toBeDefined();
    for (const [uri, code] of [['http://hl7.org/fhir/administrative-gender', 'male'], ['urn:oid:1.2.643.5.1.13.13.11.1005', 'I11.9'], ['http://unitsofmeasure.org', 'mm[Hg]'], ['urn:test:colours', 'red']] as const) {
      const found = await ask('CodeSystem', 'lookup', { system: uri, code });
      expect([uri, valueOf(found, 'version')]).toEqual([uri, systems.get(uri)]);
    }
    expect(systems.has('http://snomed.info/sct')).toBe(false);
    const parameters = stated.expansion!.parameter!.map(({ name }) => name);
    expect(parameters).toEqual(expect.arrayContaining(['filter', 'offset', 'count', 'activeOnly', 'system-version']));
    const again = await send('GET', '/metadata?mode=terminology', undefined, { 'if-none-match': answer.headers.etag as string });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
});
