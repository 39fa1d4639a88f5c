import type { Bundle, Composition, Patient } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { openFhirApi } from '../../../../test/fhir-api.ts';
import { freshDatabase } from '../../../../test/harness.ts';
import { validateResource } from '../../../fhir/index.ts';
import { readXml } from '../../../fhir/xml/index.ts';
import { summaryOperations } from './summarize.ts';

const { send } = await openFhirApi(await freshDatabase(), { operations: summaryOperations });
const status = (system: string, code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] });
const summaryOf = async (path: string) => {
  const answer = await send('GET', path);
  expect(answer.statusCode, answer.body).toBe(200);
  const bundle = answer.json<Bundle>();
  expect(validateResource(bundle)).toEqual([]);
  return { bundle, composition: bundle.entry![0]!.resource as Composition };
};
const sectionsOf = ({ section }: Composition) => Object.fromEntries(section!.map(({ code, entry, emptyReason, text }) => [code!.coding![0]!.code!, { entries: entry?.length ?? 0, empty: emptyReason?.coding?.[0]!.code, div: text!.div }]));

it('A summary holds what is known by sections, and says of the required ones that nothing is', async () => {
  const patient = (await send('POST', '/Patient', { resourceType: 'Patient', identifier: [{ system: 'urn:t', value: '1' }], name: [{ family: 'Ким' }] })).json<Patient>();
  const subject = { reference: `Patient/${patient.id}` };
  const bare = sectionsOf((await summaryOf(`/Patient/${patient.id}/$summary`)).composition);
  expect(Object.entries(bare).map(([code, { empty }]) => [code, empty])).toEqual([['10160-0', 'unavailable'], ['48765-2', 'notasked'], ['11450-4', 'unavailable']]);

  const entries = [
    { resourceType: 'AllergyIntolerance', clinicalStatus: status('allergyintolerance-clinical', 'active'), code: { text: 'Пенициллины <b>&' }, patient: subject },
    { resourceType: 'Condition', clinicalStatus: status('condition-clinical', 'active'), code: { text: 'Гипертония' }, subject, onsetDateTime: '2020-05' },
    { resourceType: 'Condition', clinicalStatus: status('condition-clinical', 'active'), code: { text: 'Гипертония' }, subject },
    { resourceType: 'Condition', clinicalStatus: status('condition-clinical', 'resolved'), code: { text: 'Пневмония' }, subject },
    { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Бисопролол' }, subject, dosageInstruction: [{ text: 'по 5\u00a0мг утром' }] },
    { resourceType: 'Immunization', status: 'completed', vaccineCode: { text: 'АДС-М' }, patient: subject, occurrenceDateTime: '2024-10-01' },
    { resourceType: 'Observation', status: 'final', category: [status('observation-category', 'vital-signs')], code: { text: 'Пульс' }, subject, effectiveDateTime: '2026-01-02', valueQuantity: { value: 72, unit: 'уд/мин' } },
  ];
  for (const resource of entries) expect((await send('POST', `/${resource.resourceType}`, resource)).statusCode).toBe(201);
  const { bundle, composition } = await summaryOf('/Patient/$summary?identifier=urn:t%7C1');
  const sections = sectionsOf(composition);
  expect(Object.fromEntries(Object.entries(sections).map(([code, section]) => [code, section.entries]))).toEqual({ '10160-0': 1, '48765-2': 1, '11450-4': 1, '11369-6': 1, '8716-3': 1, '11348-0': 1 });
  expect(sections['48765-2']!.div).toContain('<li>Пенициллины &lt;b&gt;&amp;</li>');
  expect(sections['10160-0']!.div).toContain('Бисопролол: по 5\u00a0мг утром');
  expect(sections['8716-3']!.div).toContain('Пульс: 72\u00a0уд/мин (02.01.2026)');
  const there = new Set(bundle.entry!.map(({ fullUrl }) => fullUrl));
  for (const { entry = [] } of composition.section!) for (const { reference } of entry) expect(there).toContain(reference);
  expect(there).toContain(composition.author[0]!.reference);
  expect((JSON.parse(readXml((await send('GET', `/Patient/${patient.id}/$summary?_format=xml`)).body)) as Bundle).type).toBe('document');
  expect((await send('GET', '/Patient/nobody/$summary')).statusCode).toBe(404);
  expect((await send('GET', '/Patient/$summary?identifier=urn:t%7Cnobody')).statusCode).toBe(404);
});
