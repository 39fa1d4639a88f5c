import type { Bundle, Composition, OperationOutcome, Patient, Resource, StructureDefinition } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { openAccess, openFhirApi, testBase } from '../../../../test/fhir-api.ts';
import { freshDatabase } from '../../../../test/harness.ts';
import { demoRegion } from '../../../../seeds/region/index.ts';
import { joinRegistries, registryOf, standardRegistry, validateResource } from '../../../fhir/index.ts';
import { readXml } from '../../../fhir/xml/index.ts';
import { ipsBase } from './ips-profiles.ts';
import { summaryOperations } from './summarize.ts';

const { send, store, caller } = await openFhirApi(await freshDatabase(), { operations: summaryOperations });

/** The guide as HL7 has published it, https://hl7.org/fhir/uv/ips/STU2: its profiles are the referee, its examples the cards of others. */
const guide = dirname(createRequire(import.meta.url).resolve('hl7.fhir.uv.ips/package.json'));
const readIn = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const profiles = readdirSync(guide).filter((name) => name.startsWith('StructureDefinition-')).map((name) => readIn(guide, name) as StructureDefinition).filter(({ derivation }) => derivation === 'constraint');
const registry = joinRegistries(registryOf(profiles), standardRegistry);
const examples = readdirSync(join(guide, 'example')).filter((name) => name.startsWith('Bundle-')).map((name) => readIn(join(guide, 'example'), name) as Bundle);
const bundleProfile = `${ipsBase}Bundle-uv-ips`;
const faults = (resource: unknown, ...wanted: string[]) => validateResource(resource, { registry, profiles: wanted }).map(({ expression, rule }) => `${expression} ${rule}`);

const status = (system: string, code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] });
const summaryOf = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await send('GET', path, undefined, headers);
  expect(answer.statusCode, answer.body).toBe(200);
  const bundle = answer.json<Bundle>();
  expect(faults(bundle, bundleProfile)).toEqual([]);
  const composition = bundle.entry![0]!.resource as Composition;
  const there = new Set(bundle.entry!.map(({ fullUrl }) => fullUrl));
  const named = [composition.subject, ...composition.author, composition.custodian, ...(composition.attester ?? []).map(({ party }) => party), ...composition.section!.flatMap(({ entry = [] }) => entry)];
  for (const reference of named) if (reference) expect(there).toContain(reference.reference);
  return { bundle, composition, text: answer.body };
};
const sectionsOf = ({ section }: Composition) => Object.fromEntries(section!.map(({ code, entry, emptyReason, text }) => [code!.coding![0]!.code!, { entries: entry?.length ?? 0, empty: emptyReason?.coding?.[0]!.code, div: text!.div }]));
const countsOf = (composition: Composition) => Object.fromEntries(Object.entries(sectionsOf(composition)).map(([code, { entries }]) => [code, entries]));
const claimsOf = ({ entry = [] }: Bundle) => entry.flatMap(({ resource }) => (resource?.meta?.profile ?? []).filter((url) => url.startsWith(ipsBase)).map((url) => `${resource!.resourceType} ${url.slice(ipsBase.length)}`));
const create = async (resource: { resourceType: string; [element: string]: unknown }) => {
  const answer = await send('POST', `/${resource.resourceType}`, resource);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<Resource & { id: string }>();
};

it('A summary holds what is known by sections, and says of the required ones that nothing is', async () => {
  const patient = await create({ resourceType: 'Patient', identifier: [{ system: 'urn:t', value: '1' }] });
  const subject = { reference: `Patient/${patient.id}` };
  const nothing = await summaryOf(`/Patient/${patient.id}/$summary`);
  expect(Object.entries(sectionsOf(nothing.composition)).map(([code, { empty }]) => [code, empty])).toEqual([['11450-4', 'unavailable'], ['48765-2', 'notasked'], ['10160-0', 'unavailable']]);
  // neither name nor birth date is known, which the guide wants said
  expect(nothing.bundle.entry!.find(({ resource }) => resource!.resourceType === 'Patient')!.resource).toMatchObject({ name: [{ _text: { extension: [{ valueCode: 'unknown' }] } }], _birthDate: { extension: [{ valueCode: 'unknown' }] } });

  const code = (loinc: string, text: string) => ({ coding: [{ system: 'http://loinc.org', code: loinc }], text });
  const measured = (category: string, of: object, value: object, day: string) => ({ resourceType: 'Observation', status: 'final', category: [status('observation-category', category)], code: of, subject, effectiveDateTime: day, ...value });
  for (const resource of [
    { resourceType: 'AllergyIntolerance', clinicalStatus: status('allergyintolerance-clinical', 'active'), code: { text: 'Пенициллины <b>&' }, patient: subject },
    { resourceType: 'Condition', clinicalStatus: status('condition-clinical', 'active'), code: { text: 'Гипертония' }, subject, onsetDateTime: '2020-05' },
    { resourceType: 'Condition', clinicalStatus: status('condition-clinical', 'active'), code: { text: 'Гипертония' }, subject },
    { resourceType: 'Condition', clinicalStatus: status('condition-clinical', 'resolved'), code: { text: 'Пневмония' }, subject },
    { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Бисопролол' }, subject, dosageInstruction: [{ text: 'по 5\u00a0мг утром' }] },
    { resourceType: 'MedicationRequest', status: 'active', intent: 'order', doNotPerform: true, medicationCodeableConcept: { text: 'Ибупрофен' }, subject },
    { resourceType: 'Immunization', status: 'completed', vaccineCode: { text: 'АДС-М' }, patient: subject, occurrenceDateTime: '2024-10-01' },
    { resourceType: 'Procedure', status: 'completed', code: { text: 'Аппендэктомия' }, subject },
    { resourceType: 'CarePlan', status: 'active', intent: 'plan', title: 'Диспансерное наблюдение', subject },
    { resourceType: 'Flag', status: 'active', code: { text: 'Кардиостимулятор' }, subject },
    measured('vital-signs', code('8867-4', 'Пульс'), { valueQuantity: { value: 80, unit: 'уд/мин' } }, '2026-01-01'),
    measured('laboratory', code('2160-0', 'Креатинин'), {}, '2026-01-02'),
    measured('social-history', code('72166-2', 'Курение'), { valueCodeableConcept: { text: 'Никогда не курила' } }, '2026-01-02'),
    measured('social-history', code('72166-2', 'Курение'), { valueCodeableConcept: { text: 'Курит' } }, '2020-01-02'),
    measured('social-history', code('82810-3', 'Беременность'), { valueCodeableConcept: { text: 'Нет' } }, '2026-01-02'),
  ]) await create(resource);
  expect((await send('POST', '/Observation', JSON.stringify(measured('vital-signs', code('8867-4', 'Пульс'), { valueQuantity: { value: 7.25, unit: 'уд/мин' } }, '2026-01-02')).replace('7.25', '72.50'))).statusCode).toBe(201);
  const { bundle, composition, text } = await summaryOf('/Patient/$summary?identifier=urn:t%7C1');
  const sections = sectionsOf(composition);
  expect(countsOf(composition)).toEqual({ '11450-4': 1, '48765-2': 1, '10160-0': 1, '11369-6': 1, '30954-2': 1, '47519-4': 1, '104605-1': 1, '11348-0': 1, '10162-6': 1, '18776-5': 1, '29762-2': 1, '8716-3': 1 });
  expect(sections['48765-2']!.div).toContain('<li>Пенициллины &lt;b&gt;&amp;</li>');
  expect(sections['10160-0']!.div).toContain('Бисопролол: по 5\u00a0мг утром');
  expect(sections['8716-3']!.div).toContain('Пульс: 72.50\u00a0уд/мин (02.01.2026)');
  expect(sections['29762-2']!.div).toContain('Никогда не курила');
  expect(text).toContain('"value":72.50');
  expect(claimsOf(bundle).toSorted()).toEqual(['AllergyIntolerance AllergyIntolerance-uv-ips', 'Composition Composition-uv-ips', 'Condition Condition-uv-ips', 'Condition Condition-uv-ips', 'Flag Flag-alert-uv-ips', 'Immunization Immunization-uv-ips', 'MedicationRequest MedicationRequest-uv-ips', 'Observation Observation-pregnancy-status-uv-ips', 'Observation Observation-results-laboratory-pathology-uv-ips', 'Observation Observation-tobaccouse-uv-ips', 'Patient Patient-uv-ips', 'Procedure Procedure-uv-ips']);
  const english = await summaryOf(`/Patient/${patient.id}/$summary`, { 'accept-language': 'en' });
  expect([english.bundle.language, english.composition.section![0]!.title, english.composition.section![0]!.text!.div]).toEqual(['en', 'Problems', expect.stringContaining('lang="en"')]);
});

it('The operation is asked by GET and POST, by id and identifier, in JSON and XML, and for the one profile that it keeps to', async () => {
  const patient = await create({ resourceType: 'Patient', identifier: [{ system: 'urn:asked', value: '1' }], name: [{ family: 'Ким' }], birthDate: '1970' });
  const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
  const byPost = await send('POST', '/Patient/$summary', parameters({ name: 'identifier', valueString: 'urn:asked|1' }, { name: 'profile', valueCanonical: `${ipsBase}Composition-uv-ips|2.0.0` }));
  expect([byPost.statusCode, faults(byPost.json(), bundleProfile)]).toEqual([200, []]);
  expect((await send('POST', `/Patient/${patient.id}/$summary`)).statusCode).toBe(200);
  const xml = JSON.parse(readXml((await send('GET', `/Patient/${patient.id}/$summary?_format=xml`)).body)) as Bundle;
  expect([xml.type, faults(xml, bundleProfile)]).toEqual(['document', []]);
  for (const [path, expected] of [['/Patient/nobody/$summary', 404], ['/Patient/$summary?identifier=urn:asked%7Cnobody', 404], ['/Patient/$summary', 400], [`/Patient/${patient.id}/$summary?profile=urn:other`, 400]] as const) expect((await send('GET', path)).statusCode, path).toBe(expected);
});

it('What the caller may not see stands in no summary: another’s identifier is as one that nobody has, and a closed part is not called empty', async () => {
  const patient = await create({ resourceType: 'Patient', identifier: [{ system: 'urn:closed', value: '1' }], name: [{ family: 'Ким' }], birthDate: '1970' });
  await create({ resourceType: 'AllergyIntolerance', code: { text: 'Пенициллины' }, clinicalStatus: status('allergyintolerance-clinical', 'active'), patient: { reference: `Patient/${patient.id}` } });
  const before = caller.access;
  try {
    caller.access = { name: 'test', rules: [{ types: ['Patient', 'Condition'], patients: [patient.id], write: false }] };
    const { composition, text } = await summaryOf(`/Patient/${patient.id}/$summary`);
    expect(Object.entries(sectionsOf(composition)).map(([code, { empty }]) => [code, empty])).toEqual([['11450-4', 'unavailable'], ['48765-2', 'withheld'], ['10160-0', 'withheld']]);
    expect(text).not.toContain('Пенициллины');
    caller.access = { name: 'test', rules: [{ types: 'all', patients: ['another'], write: false }] };
    const [there, nowhere] = [await send('GET', '/Patient/$summary?identifier=urn:closed%7C1'), await send('GET', '/Patient/$summary?identifier=urn:closed%7C2')];
    expect([there.statusCode, there.json<OperationOutcome>()]).toEqual([404, nowhere.json<OperationOutcome>()]);
  } finally {
    caller.access = before;
  }
});

it('The summary of a card whose doubles were merged into it has one patient, and is found by what both cards had', async () => {
  const old = await create({ resourceType: 'Patient', identifier: [{ system: 'urn:merged', value: '1' }], name: [{ family: 'Ким' }], birthDate: '1970', active: false });
  const living = await create({ resourceType: 'Patient', identifier: [{ system: 'urn:merged', value: '1' }], name: [{ family: 'Ким' }], birthDate: '1970', link: [{ type: 'replaces', other: { reference: `Patient/${old.id}` } }] });
  expect((await send('PUT', `/Patient/${old.id}`, { ...old, link: [{ type: 'replaced-by', other: { reference: `Patient/${living.id}` } }] })).statusCode).toBe(200);
  await create({ resourceType: 'Condition', code: { text: 'Астма' }, clinicalStatus: status('condition-clinical', 'active'), subject: { reference: `Patient/${old.id}` } });
  const { bundle } = await summaryOf('/Patient/$summary?identifier=urn:merged%7C1');
  expect(bundle.entry!.flatMap(({ resource }) => (resource!.resourceType === 'Patient' ? resource.id : []))).toEqual([living.id]);
  expect(bundle.entry!.find(({ resource }) => resource!.resourceType === 'Condition')!.resource).toMatchObject({ subject: { reference: `Patient/${living.id}` } });
});

it('The guide’s own documents are read, stored, brought in by their entries, and come out as summaries that the guide’s profiles hold for', async () => {
  for (const example of examples) {
    expect(faults(example), example.id).toEqual([]);
    expect((await send('POST', '/Bundle', example)).statusCode, example.id).toBe(201);
    const from = example.entry![0]!.resource as Composition;
    const entry = example.entry!.slice(1).map(({ fullUrl, resource }) => ({ fullUrl, resource, request: { method: 'POST', url: resource!.resourceType } }));
    const brought = await send('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(brought.statusCode, brought.body.slice(0, 600)).toBe(200);
    const [, id] = /Patient\/([^/]+)/.exec(brought.json<Bundle>().entry!.map(({ response }) => response!.location).join(' '))!;
    const { composition } = await summaryOf(`/Patient/${id}/$summary`);
    const [was, is] = [countsOf(from), countsOf(composition)];
    // what limits a person is a Condition as any other, and stands among the problems
    was['11450-4']! += was['47420-5'] ?? 0;
    // one example lists a medicine that was stopped
    was['10160-0'] = example.entry!.filter(({ resource }) => resource!.resourceType === 'MedicationStatement' && resource.status === 'active').length;
    for (const code of ['11450-4', '48765-2', '10160-0', '11369-6', '47519-4', '46264-8', '104605-1']) expect([example.id, code, is[code] ?? 0]).toEqual([example.id, code, was[code] ?? 0]);
  }
});

it('A document that lacks what the guide requires is refused by its profiles', () => {
  const [example] = examples.filter(({ id }) => id === 'bundle-minimal');
  const broken = (change: (composition: Composition, bundle: Bundle) => void) => {
    const copy = structuredClone(example!);
    change(copy.entry![0]!.resource as Composition, copy);
    return faults(copy, bundleProfile).length > 0;
  };
  const changes: ((composition: Composition, bundle: Bundle) => void)[] = [
    (composition) => composition.section!.pop(),
    (composition) => delete composition.section![0]!.entry,
    (composition) => delete composition.section![0]!.code,
    (composition) => (composition.type = { text: 'Сводка' }),
    (composition) => delete composition.subject,
    (composition, { entry }) => entry!.push({ fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000000', resource: composition }),
    (_, { entry }) => delete (entry![1]!.resource as Patient).birthDate,
    (_, bundle) => delete bundle.identifier,
  ];
  expect(changes.map(broken)).toEqual(changes.map(() => true));
});

it('The profiles of the guide hold for what any card gives', async () => {
  const { patients, cards } = await manyCards();
  for (let at = 0; at < cards.length; at += 300) {
    const answer = await send('POST', '/', { resourceType: 'Bundle', type: 'batch', entry: cards.slice(at, at + 300).map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })) });
    expect(answer.json<Bundle>().entry!.flatMap(({ response }) => (response!.status.startsWith('20') ? [] : [JSON.stringify(response)]))).toEqual([]);
  }
  for (const id of patients) await summaryOf(`/Patient/${id}/$summary`);
});

it('The demo’s patients have summaries after the guide', async () => {
  const now = new Date();
  const region = demoRegion({ now, zone: 'Europe/Moscow' });
  const patients = ['demo-ivanova', ...region.flatMap(({ resourceType, id }) => (resourceType === 'Patient' ? [id!] : [])).slice(0, 8)];
  const theirs = new RegExp(`"Patient/(?:${patients.join('|')})"`);
  const resources = region.filter((one) => /^(?:Organization|Practitioner|PractitionerRole|Location)$/.test(one.resourceType) || patients.includes(one.id!) || theirs.test(JSON.stringify(one)));
  await store.write({ access: { ...openAccess, danglingReferences: 'allow' }, actor: 'Device/seed', now }, resources.map((resource) => ({ method: 'create', resource, keepId: true })));
  const { bundle, composition } = await summaryOf('/Patient/demo-ivanova/$summary');
  expect(composition.custodian).toEqual({ reference: `${testBase}/Organization/demo-polyclinic-2` });
  expect(bundle.entry!.flatMap(({ resource }) => (resource!.resourceType === 'Patient' ? resource : []))).toMatchObject([{ id: 'demo-ivanova', meta: { profile: expect.arrayContaining([`${ipsBase}Patient-uv-ips`]) } }]);
  for (const id of patients) await summaryOf(`/Patient/${id}/$summary`);
});

type Card = Resource & { id: string };

/** Cards in which each element that the guide asks for stands or lacks by chance. */
async function manyCards(): Promise<{ patients: string[]; cards: Card[] }> {
  const concept = (texts: readonly string[]) => fc.constantFrom(...texts.map((text) => ({ text })));
  const day = fc.constantFrom('2019', '2021-03', '2024-10-05', '2025-05-05T10:00:00+03:00');
  const maybe = <T extends object>(...parts: fc.Arbitrary<T>[]) => fc.oneof({ weight: 2, arbitrary: fc.oneof(...parts) }, fc.constant({}));
  const dated = (stem: string) => maybe<object>(day.map((value) => ({ [`${stem}DateTime`]: value })), day.map((start) => ({ [`${stem}Period`]: { start } })));
  const merged = (...parts: fc.Arbitrary<object>[]) => fc.tuple(...parts).map((some) => Object.assign({}, ...some) as Record<string, unknown>);
  const plain = (value: object) => fc.constant(value);
  const active = (system: string) => fc.constantFrom('active', 'resolved').map((code) => ({ clinicalStatus: status(system, code) }));
  const value = maybe(plain({ valueQuantity: { value: 5.1, unit: 'ммоль/л' } }), plain({ valueString: 'да' }), plain({ component: [{ code: { text: 'а' } }] }), plain({ component: [{ code: { text: 'а' }, valueString: 'б' }] }));
  const category = fc.constantFrom('laboratory', 'imaging', 'vital-signs', 'social-history').map((code) => ({ category: [status('observation-category', code)] }));
  const code = fc.constantFrom('72166-2', '74013-4', '82810-3', '11778-8', '11636-8', '8867-4').map((loinc) => ({ code: { coding: [{ system: 'http://loinc.org', code: loinc }] } }));
  const entry = fc.oneof(
    merged(plain({ resourceType: 'Condition' }), active('condition-clinical'), maybe(concept(['Астма', 'Гастрит']).map((one) => ({ code: one })))),
    merged(plain({ resourceType: 'AllergyIntolerance' }), active('allergyintolerance-clinical'), maybe(concept(['Арахис', 'Пыльца']).map((one) => ({ code: one })))),
    merged(plain({ resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: { text: 'Инсулин' } }), dated('effective')),
    merged(plain({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Инсулин' } }), maybe(plain({ doNotPerform: true }), plain({ doNotPerform: false }))),
    merged(plain({ resourceType: 'Procedure', status: 'completed' }), dated('performed'), maybe(plain({ code: { text: 'Осмотр' } }))),
    merged(plain({ resourceType: 'DiagnosticReport', status: 'final', code: { text: 'ЭКГ' } }), dated('effective')),
    merged(plain({ resourceType: 'Observation', status: 'final' }), category, code, maybe(dated('effective'), plain({ effectiveInstant: '2026-01-01T00:00:00Z' })), value, maybe(plain({ bodySite: { text: 'рука' } }))),
    merged(plain({ resourceType: 'Flag', code: { text: 'Осторожно' } }), fc.constantFrom({ status: 'active' }, { status: 'inactive' })),
    merged(plain({ resourceType: 'ImmunizationRecommendation', date: '2026-01-01', recommendation: [{ vaccineCode: [{ text: 'Грипп' }], forecastStatus: { text: 'пора' } }] })),
  );
  const person = merged(plain({ resourceType: 'Patient' }), maybe(plain({ name: [{ family: 'Ли' }] }), plain({ name: [{ use: 'official' }, { text: 'Ли' }] })), maybe(day.map((birthDate) => ({ birthDate: birthDate.slice(0, 10) }))));
  const sample = fc.sample(fc.tuple(person, fc.array(entry, { maxLength: 14 })), { numRuns: 15 });
  const patients = sample.map((_, index) => `made-${index}`);
  const cards = sample.flatMap(([one, entries], index) => [{ ...one, id: patients[index]! }, ...entries.map((resource, at) => {
    const subject = { reference: `Patient/${patients[index]}` };
    return { ...resource, id: `${patients[index]}-${at}`, ...(/^(?:Allergy|ImmunizationR)/.test(String(resource.resourceType)) ? { patient: subject } : { subject }) };
  })]);
  return { patients, cards: cards as unknown as Card[] };
}
