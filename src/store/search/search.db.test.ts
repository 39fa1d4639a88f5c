import type { Resource } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { openSearchDesk } from '../../../test/search-desk.ts';
import type { CodeLookup } from '../types.ts';

const icd = 'urn:oid:1.2.643.5.1.13.13.11.1005';
const tree: Readonly<Record<string, string>> = { 'I11.9': 'I11', I11: 'I10-I15', 'I10-I15': 'IX', 'I20.8': 'I20', I20: 'I20-I25', 'I20-I25': 'IX' };
const codes: CodeLookup = {
  members: async (url) => (url === 'urn:test:hypertension' ? [{ system: icd, code: 'I11.9' }] : undefined),
  above: async (_system, code) => {
    const all = [code];
    for (let one = tree[code]; one !== undefined; one = tree[one]) all.push(one);
    return all;
  },
  below: async (_system, code) => {
    const under = (one: string): string[] => [one, ...Object.keys(tree).filter((child) => tree[child] === one).flatMap(under)];
    return under(code);
  },
};

const { store, scope, put, ids, refusal } = await openSearchDesk(await freshDatabase(), codes);
const loinc = 'http://loinc.org';
const ucum = 'http://unitsofmeasure.org';
const measured = (id: string, value: number, unit: string, more: object = {}) => ({ resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: loinc, code: '2345-7' }] }, valueQuantity: { value, unit, system: ucum, code: unit }, ...more });

describe('tokens', () => {
  test('by value set, by what stands above and below, and not', async () => {
    const condition = (id: string, code: string) => ({ resourceType: 'Condition', id, subject: { reference: 'Patient/t' }, code: { coding: [{ system: icd, code, display: 'Гипертоническая болезнь' }] } });
    await put(condition('t-1', 'I11.9'), condition('t-2', 'I20.8'), { resourceType: 'Condition', id: 't-3', subject: { reference: 'Patient/t' } });
    const at = 'subject=Patient/t&code';
    expect(await ids('Condition', `${at}:in=urn:test:hypertension`)).toEqual(['t-1']);
    expect(await ids('Condition', `${at}:not-in=urn:test:hypertension`)).toEqual(['t-2', 't-3']);
    expect(await ids('Condition', `${at}:below=${icd}|IX`)).toEqual(['t-1', 't-2']);
    expect(await ids('Condition', `${at}:below=${icd}|I20`)).toEqual(['t-2']);
    expect(await ids('Condition', `${at}:above=${icd}|I11.9`)).toEqual(['t-1']);
    expect(await ids('Condition', `${at}:not=${icd}|I11.9`)).toEqual(['t-2', 't-3']);
    expect(await ids('Condition', `${at}:text=гипертон`)).toEqual(['t-1', 't-2']);
    expect(await refusal('Condition', 'code:in=urn:test:unheard-of')).toBe('store.unknown-value-set');
    expect(await refusal('Condition', 'code:below=I20')).toBe('store.bad-value');
  });

  test('the display of a code is found after a write that was taken back had brought it first', async () => {
    const resource = { resourceType: 'Condition', id: 'migraine', subject: { reference: 'Patient/t' }, code: { coding: [{ system: icd, code: 'G43.1', display: 'Мигрень с аурой' }], text: 'Приступы по утрам' } } as Resource;
    await expect(store.write(scope(), [{ method: 'update', resource }], { danglingReferences: 'allow', alongside: () => Promise.reject(new Error('taken back')) })).rejects.toThrow('taken back');
    await put(resource);
    for (const typed of ['мигрень', 'МИГРЕНЬ с ау', 'приступы']) expect(await ids('Condition', `code:text=${typed}`), typed).toEqual(['migraine']);
    expect(await ids('Condition', 'code:text=аурой')).toEqual([]);
  });

  test('mail addresses whatever their case; codes as they are', async () => {
    await put({ resourceType: 'Patient', id: 'mail', telecom: [{ system: 'email', value: 'Petrova@Example.RU' }], gender: 'female' });
    expect(await ids('Patient', 'email=petrova@example.ru')).toEqual(['mail']);
    expect(await ids('Patient', 'telecom=PETROVA@EXAMPLE.RU&gender=Female')).toEqual([]);
  });

  test('identifiers by their type, and logical references by theirs', async () => {
    const type = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] };
    await put({ resourceType: 'Patient', id: 'card', identifier: [{ system: 'urn:a', value: '77', type }, { system: 'urn:b', value: '88' }] });
    await put({ resourceType: 'Basic', id: 'logical', code: { text: 'x' }, subject: { identifier: { system: 'urn:a', value: '77' } } });
    expect(await ids('Patient', 'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|77')).toEqual(['card']);
    expect(await ids('Patient', 'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|88')).toEqual([]);
    for (const value of ['urn:a|77', '77']) expect(await ids('Basic', `subject:identifier=${value}`), value).toEqual(['logical']);
    expect(await ids('Basic', 'subject:identifier=urn:b|77')).toEqual([]);
  });
});

describe('references', () => {
  test('to definitions are found as they are written, even where it is no address', async () => {
    const library = (id: string, resource: string) => ({ resourceType: 'Library', id, status: 'active', type: { text: 'logic' }, relatedArtifact: [{ type: 'predecessor', resource }] });
    await put(library('l-1', 'the-one-before'), library('l-2', 'http://example.org/Library/old|2'), library('l-3', 'Library/older'));
    expect(await ids('Library', 'predecessor=the-one-before')).toEqual(['l-1']);
    expect(await ids('Library', 'predecessor=http://example.org/Library/old|2')).toEqual(['l-2']);
    expect(await ids('Library', 'predecessor=http://example.org/Library/old')).toEqual(['l-2']);
    for (const value of ['Library/older', 'older']) expect(await ids('Library', `predecessor=${value}`), value).toEqual(['l-3']);
  });
});

describe('quantities', () => {
  test('are found in whatever unit they were measured: 5.1 g finds 5100 mg', async () => {
    await put(measured('q-1', 5100, 'mg'), measured('q-2', 5.1, 'g'), measured('q-3', 5.2, 'g'), measured('q-4', 5100, 'mL'), measured('q-5', 41.18, '[degF]'));
    expect(await ids('Observation', `value-quantity=5.1|${ucum}|g`)).toEqual(['q-1', 'q-2']);
    expect(await ids('Observation', `value-quantity=gt5100|${ucum}|mg`)).toEqual(['q-3']);
    expect(await ids('Observation', `value-quantity=ap5|${ucum}|g&_sort=-value-quantity`)).toEqual(['q-3', 'q-1', 'q-2']);
    expect(await ids('Observation', `value-quantity=ap5|${ucum}|g&_sort=value-quantity&_count=10`)).toEqual(['q-1', 'q-2', 'q-3']);
    expect(await ids('Observation', `value-quantity=5.1|${ucum}|Cel`)).toEqual(['q-5']);
    expect(await ids('Observation', 'value-quantity=5.1||g')).toEqual(['q-2']);
    expect(await ids('Observation', 'value-quantity=5.1')).toEqual(['q-2']);
    expect(await ids('Observation', `code-value-quantity=${loinc}|2345-7$5.1|${ucum}|g`)).toEqual(['q-1', 'q-2']);
  });

  test('stand in the order of what was measured, to the ends of what a number can be', async () => {
    const open = (id: string, value: number, code: string, comparator?: string) => measured(id, value, code, { category: [{ text: 'order' }], valueQuantity: { value, system: ucum, code, ...(comparator && { comparator }) }, method: { coding: [{ code: 'order' }] } });
    await put(open('o-1', 0, '/min', '>'), open('o-2', 1e300, 'kg'), open('o-3', 1, 'g/L'), open('o-4', 90, 'mg/dL'), open('o-5', 1e-300, '/h'), open('o-6', 3, 'kg', '<'), open('o-7', 61, '/min'), open('o-8', 1, '/s'));
    expect(await ids('Observation', 'method=order&_sort=value-quantity')).toEqual(['o-6', 'o-1', 'o-5', 'o-8', 'o-7', 'o-4', 'o-3', 'o-2']);
    expect(await ids('Observation', 'method=order&_sort=-value-quantity')).toEqual(['o-2', 'o-3', 'o-4', 'o-7', 'o-8', 'o-1', 'o-5', 'o-6']);
  });

  test('by the precision asked for and by what a comparator leaves open', async () => {
    await put(measured('p-1', 100, '[pH]'), measured('p-2', 100.4, '[pH]'), measured('p-3', 99.5, '[pH]'), measured('p-4', 5, '[pH]', { valueQuantity: { value: 5, comparator: '<', system: ucum, code: '[pH]' } }));
    const at = (value: string) => ids('Observation', `value-quantity=${value}|${ucum}|[pH]`);
    expect(await at('100')).toEqual(['p-1', 'p-2', 'p-3']);
    expect(await at('100.0')).toEqual(['p-1']);
    expect(await at('ne100')).toEqual(['p-4']);
    expect(await at('gt100')).toEqual(['p-2']);
    expect(await at('ge100')).toEqual(['p-1', 'p-2']);
    expect(await at('lt5')).toEqual(['p-4']);
    expect(await at('eb5')).toEqual(['p-4']);
    expect(await at('le5')).toEqual(['p-4']);
    expect(await at('sa5')).toEqual(['p-1', 'p-2', 'p-3']);
  });
});

describe('dates', () => {
  test('of long stretches are found by what began long before', async () => {
    const stay = (id: string, start: string, end?: string) => ({ resourceType: 'Encounter', id, status: 'finished', class: { code: 'IMP' }, subject: { reference: 'Patient/stay' }, type: [{ coding: [{ system: 'urn:t', code: 'stay' }] }], period: { start, ...(end && { end }) } });
    await put(stay('d-1', '2026-01-10', '2026-01-12'), stay('d-2', '2025-02-01', '2026-03-01'), stay('d-3', '2026-02-01'), stay('d-4', '2026-01-31T10:00:00Z', '2026-02-02T10:00:00Z'));
    for (const by of ['type=urn:t|stay', 'subject=Patient/stay', 'class=IMP']) {
      expect(await ids('Encounter', `${by}&date=ge2026-02-01`), by).toEqual(['d-2', 'd-3', 'd-4']);
      expect(await ids('Encounter', `${by}&date=ge2026-02-01&date=lt2026-02-03`), by).toEqual(['d-2', 'd-3', 'd-4']);
      expect(await ids('Encounter', `${by}&date=2026-01`), by).toEqual(['d-1']);
      expect(await ids('Encounter', `${by}&date=sa2026-01-31`), by).toEqual(['d-3']);
      expect(await ids('Encounter', `${by}&date=eb2026-02-01`), by).toEqual(['d-1']);
      expect(await ids('Encounter', `${by}&date=ne2026-01&_sort=-date`), by).toEqual(['d-3', 'd-4', 'd-2']);
    }
  });
});

describe('references', () => {
  test('down and up a hierarchy, and refused where there is none', async () => {
    const place = (id: string, partOf?: string) => ({ resourceType: 'Location', id, status: 'active', ...(partOf && { partOf: { reference: `Location/${partOf}` } }) });
    await put(place('house'), place('floor', 'house'), place('room', 'floor'), place('other'));
    await put({ resourceType: 'Encounter', id: 'in-room', status: 'finished', class: { code: 'AMB' }, location: [{ location: { reference: 'Location/room' } }] });
    expect(await ids('Location', 'partof:below=Location/house')).toEqual(['floor', 'room']);
    expect(await ids('Location', 'partof:above=Location/floor')).toEqual(['floor', 'room']);
    expect(await ids('Encounter', 'location:below=Location/house')).toEqual(['in-room']);
    expect(await ids('Encounter', 'location:below=Location/other')).toEqual([]);
    expect(await refusal('Observation', 'subject:below=Patient/1')).toBe('store.bad-modifier');
  });

  test('as ids, with their type, and as addresses of this server', async () => {
    await put({ resourceType: 'Observation', id: 'r-1', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/r' } }, { resourceType: 'Observation', id: 'r-2', status: 'final', code: { text: 'x' }, subject: { reference: 'Group/r' } });
    expect(await ids('Observation', 'subject=r')).toEqual(['r-1', 'r-2']);
    expect(await ids('Observation', 'subject:Group=r')).toEqual(['r-2']);
    expect(await ids('Observation', 'patient=r')).toEqual(['r-1']);
    expect(await ids('Observation', 'subject=http://here/fhir/Patient/r/_history/3', { base: 'http://here/fhir' })).toEqual(['r-1']);
    expect(await ids('Observation', 'subject=http://there/fhir/Patient/r', { base: 'http://here/fhir' })).toEqual([]);
  });
});

describe('other criteria', () => {
  test('places near a point, measured along the Earth', async () => {
    const place = (id: string, latitude: number, longitude: number) => ({ resourceType: 'Location', id, position: { latitude, longitude } });
    await put(place('tver', 56.8587, 35.9176), place('moscow', 55.7558, 37.6173), place('east', 0, 179.99), place('west', 0, -179.99));
    expect(await ids('Location', 'near=56.86|35.92|5|km')).toEqual(['tver']);
    expect(await ids('Location', 'near=56.86|35.92|170|km')).toEqual(['moscow', 'tver']);
    expect(await ids('Location', 'near=0|180|3000|m')).toEqual(['east', 'west']);
    expect(await ids('Location', 'near:missing=false')).toEqual(['east', 'moscow', 'tver', 'west']);
    expect(await refusal('Location', 'near=north|35')).toBe('store.bad-value');
  });

  test('the members of a list, but for those that were taken off it', async () => {
    await put({ resourceType: 'Patient', id: 'l-1' }, { resourceType: 'Patient', id: 'l-2' }, { resourceType: 'Patient', id: 'l-3' });
    const item = (id: string, deleted?: boolean) => ({ item: { reference: id }, ...(deleted && { deleted }) });
    await put({ resourceType: 'List', id: 'mine', status: 'current', mode: 'changes', entry: [item('Patient/l-1'), item('Patient/l-2', true), item('Basic/l-3')] });
    expect(await ids('Patient', '_list=mine')).toEqual(['l-1']);
    expect(await ids('Patient', '_list=no-such-list')).toEqual([]);
    expect(await refusal('Patient', '_list=$current-hobbies')).toBe('store.bad-value');
  });

  test('what is current of a patient, by the functional names of lists', async () => {
    const status = (name: string, code: string, of = 'condition') => ({ [`${name}Status`]: { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${of}-${name === 'clinical' ? 'clinical' : of === 'condition' ? 'ver-status' : 'verification'}`, code }] } });
    const patient = { reference: 'Patient/now' };
    const problem = (id: string, more: object) => ({ resourceType: 'Condition', id, subject: patient, ...more });
    await put(problem('now-1', status('clinical', 'active')), problem('now-2', status('clinical', 'resolved')), problem('now-3', status('verification', 'entered-in-error')), problem('now-4', {}), { ...problem('now-5', status('clinical', 'recurrence')), subject: { reference: 'Patient/other' } });
    const allergy = (id: string, clinical: string, more: object) => ({ resourceType: 'AllergyIntolerance', id, patient, ...status('clinical', clinical, 'allergyintolerance'), ...more });
    await put(allergy('now-a', 'active', { category: ['medication'] }), allergy('now-b', 'active', { category: ['food'] }), allergy('now-c', 'active', status('verification', 'refuted', 'allergyintolerance')), allergy('now-d', 'resolved', {}));
    const medicine = { medicationCodeableConcept: { text: 'x' }, subject: patient };
    await put({ resourceType: 'MedicationRequest', id: 'now-m', status: 'active', intent: 'order', ...medicine }, { resourceType: 'MedicationRequest', id: 'now-n', status: 'completed', intent: 'order', ...medicine }, { resourceType: 'MedicationStatement', id: 'now-s', status: 'intended', ...medicine });
    expect(await ids('Condition', 'patient=now&_list=$current-problems')).toEqual(['now-1', 'now-4']);
    expect(await ids('AllergyIntolerance', 'patient=now&_list=$current-allergies')).toEqual(['now-a', 'now-b']);
    expect(await ids('AllergyIntolerance', 'patient=now&_list=$current-drug-allergies')).toEqual(['now-a']);
    expect(await ids('MedicationRequest', 'patient=now&_list=$current-medications')).toEqual(['now-m']);
    expect(await ids(undefined, '_type=MedicationRequest,MedicationStatement,Condition&patient=now&_list=$current-medications')).toEqual(['MedicationRequest/now-m', 'MedicationStatement/now-s']);
    expect(await ids('Observation', '_list=$current-problems')).toEqual([]);
  });

  test('words of the content and of the narrative', async () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml">Жалобы на <b>одышку</b> &amp; кашель</div>';
    await put({ resourceType: 'Basic', id: 'w-1', code: { text: 'Осмотр Пирогова' }, text: { status: 'generated', div } }, { resourceType: 'Basic', id: 'w-2', code: { text: 'одышка' } });
    expect(await ids('Basic', '_text=кашель одышк')).toEqual(['w-1']);
    expect(await ids('Basic', '_content=одышк')).toEqual(['w-1', 'w-2']);
    expect(await ids('Basic', '_content=Pirogov')).toEqual(['w-1']);
    expect(await ids('Basic', '_text=xhtml')).toEqual([]);
  });

  test('what is missing, of parameters of every kind', async () => {
    await put(measured('m-1', 5, 'kg', { subject: { reference: 'Patient/m' }, effectiveDateTime: '2026-11-01', performer: [{ reference: 'Practitioner/m' }], category: [{ text: 'x' }] }));
    await put({ resourceType: 'Observation', id: 'm-2', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/m' } });
    for (const param of ['date', 'performer', 'category', 'value-quantity', 'code-value-quantity']) {
      expect(await ids('Observation', `subject=Patient/m&${param}:missing=true`), param).toEqual(['m-2']);
      expect(await ids('Observation', `subject=Patient/m&${param}:missing=false`), param).toEqual(['m-1']);
    }
    expect(await ids('Observation', 'subject=Patient/m&_id:missing=true')).toEqual([]);
    expect(await ids('Observation', 'subject=Patient/m&_lastUpdated:missing=false&_id:not=m-1')).toEqual(['m-2']);
  });

  test('composites whose parts stand in one element', async () => {
    const part = (code: string, value: number) => ({ code: { coding: [{ system: loinc, code }] }, valueQuantity: { value } });
    await put({ resourceType: 'Observation', id: 'c-1', status: 'final', code: { text: 'АД' }, component: [part('8480-6', 150), part('8462-4', 80)] }, { resourceType: 'Observation', id: 'c-2', status: 'final', code: { text: 'АД' }, component: [part('8480-6', 120), part('8462-4', 150)] });
    expect(await ids('Observation', 'component-code-value-quantity=8480-6$gt140')).toEqual(['c-1']);
    expect(await ids('Observation', 'component-code-value-quantity=8480-6$gt140,8462-4$gt140')).toEqual(['c-1', 'c-2']);
    expect((await store.search(scope(), 'Observation', 'component-code-value-quantity=8480-6$gt140&_total=accurate')).total).toBe(1);
  });

  test('a document by what it does to another', async () => {
    const relatesTo = [{ code: 'appends', target: { reference: 'DocumentReference/first' } }, { code: 'signs', target: { reference: 'DocumentReference/second' } }];
    await put({ resourceType: 'DocumentReference', id: 'related', status: 'current', content: [{ attachment: { url: 'urn:x' } }], relatesTo });
    for (const [value, found] of [['first$appends', ['related']], ['first$http://hl7.org/fhir/document-relationship-type|appends', ['related']], ['second$appends', []], ['first$replaces', []]] as const) {
      expect(await ids('DocumentReference', `relationship=${encodeURIComponent(`DocumentReference/${value}`)}`), value).toEqual(found);
    }
  });

  test('chains over several links and kinds of targets, and _has within _has', async () => {
    await put({ resourceType: 'Organization', id: 'h-o', name: 'Поликлиника № 2' }, { resourceType: 'Patient', id: 'h-p', managingOrganization: { reference: 'Organization/h-o' }, name: [{ family: 'Звеньева' }] });
    await put({ resourceType: 'Group', id: 'h-g', type: 'person', actual: true, code: { text: 'x' }, identifier: [{ value: 'h' }] }, { resourceType: 'Encounter', id: 'h-e', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/h-p' } });
    await put({ resourceType: 'Observation', id: 'h-1', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/h-p' }, encounter: { reference: 'Encounter/h-e' } }, { resourceType: 'Observation', id: 'h-2', status: 'final', code: { text: 'x' }, subject: { reference: 'Group/h-g' } });
    expect(await ids('Observation', 'subject:Patient.organization.name=поликлиника')).toEqual(['h-1']);
    expect(await ids('Observation', 'subject.identifier=h')).toEqual(['h-2']);
    expect(await ids('Observation', 'encounter.subject:Patient.family:exact=Звеньева')).toEqual(['h-1']);
    expect(await ids('Patient', '_has:Encounter:subject:_has:Observation:encounter:_id=h-1')).toEqual(['h-p']);
    expect(await ids('Organization', '_has:Patient:organization:_has:Observation:patient:status=final')).toEqual(['h-o']);
    expect(await ids('Group', '_has:Observation:subject:status=final')).toEqual(['h-g']);
  });
});
