import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFhirApi, testBase } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { validateResource } from '../fhir/index.ts';
import { readXml } from '../fhir/xml/index.ts';

const api = await openFhirApi(await freshDatabase());
const { send } = api;
const put = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => {
  const answer = await send('PUT', `/${resource.resourceType}/${resource.id}`, resource);
  expect(answer.statusCode, answer.body).toBeLessThan(300);
};
const idsOf = (answer: { body: string; statusCode: number }) => {
  expect(answer.statusCode, answer.body).toBe(200);
  const bundle = JSON.parse(answer.body) as Bundle;
  expect(validateResource(bundle)).toEqual([]);
  return (bundle.entry ?? []).map(({ resource }) => `${resource!.resourceType}/${resource!.id}`);
};
const subject = { reference: 'Patient/eva' };
const code = { coding: [{ system: 'http://loinc.org', code: '8867-4' }] };

beforeAll(async () => {
  await put({ resourceType: 'Organization', id: 'clinic', name: 'Поликлиника № 2' });
  await put({ resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Соколова' }] });
  await put({ resourceType: 'PractitionerRole', id: 'role', practitioner: { reference: 'Practitioner/doctor' }, organization: { reference: 'Organization/clinic' } });
  await put({ resourceType: 'Patient', id: 'eva', name: [{ family: 'Лебедева' }], birthDate: '1980-01-02', generalPractitioner: [{ reference: 'PractitionerRole/role' }] });
  await put({ resourceType: 'Patient', id: 'other', name: [{ family: 'Чужая' }] });
  await put({ resourceType: 'Encounter', id: 'visit', status: 'finished', class: { code: 'AMB' }, subject, period: { start: '2026-03-01T09:00:00+03:00', end: '2026-03-01T09:20:00+03:00' } });
  await put({ resourceType: 'Observation', id: 'pulse-1', status: 'final', code, subject, encounter: { reference: 'Encounter/visit' }, effectiveDateTime: '2026-03-01T09:05:00+03:00', valueQuantity: { value: 72 } });
  await put({ resourceType: 'Observation', id: 'pulse-2', status: 'final', code, subject, effectiveDateTime: '2025-01-01', valueQuantity: { value: 80 } });
  await put({ resourceType: 'Observation', id: 'of-other', status: 'final', code, subject: { reference: 'Patient/other' } });
  await put({ resourceType: 'Condition', id: 'undated', code: { text: 'Гипертония' }, subject, recorder: { reference: 'Practitioner/doctor' } });
  await put({ resourceType: 'Appointment', id: 'shared', status: 'booked', start: '2026-03-05T09:00:00+03:00', end: '2026-03-05T09:20:00+03:00', participant: [{ actor: { reference: 'Patient/other' }, status: 'accepted' }, { actor: subject, status: 'accepted' }] });
  await put({
    resourceType: 'Composition', id: 'note', status: 'final', type: { text: 'Осмотр' }, subject, date: '2026-03-01', author: [{ reference: 'Practitioner/doctor' }], title: 'Осмотр',
    section: [{ title: 'Жизненные показатели', entry: [{ reference: 'Observation/pulse-1' }] }],
  });
});

describe('$everything', () => {
  const all = ['Patient/eva', 'Appointment/shared', 'Composition/note', 'Condition/undated', 'Encounter/visit', 'Observation/pulse-1', 'Observation/pulse-2', 'Organization/clinic', 'Practitioner/doctor', 'PractitionerRole/role'];

  it('of a patient is the whole record and whom it names, and nothing of anybody else', async () => {
    const answer = await send('GET', '/Patient/eva/$everything');
    expect(idsOf(answer).toSorted()).toEqual(all.toSorted());
    const bundle = answer.json<Bundle>();
    expect([bundle.total, bundle.entry![0]!.resource!.id]).toEqual([7, 'eva']);
    expect(bundle.entry!.filter(({ search }) => search!.mode === 'include').map(({ resource }) => resource!.resourceType).toSorted()).toEqual(['Organization', 'Practitioner', 'PractitionerRole']);
    expect((JSON.parse(readXml((await send('GET', '/Patient/eva/$everything?_format=xml')).body)) as Bundle).entry).toHaveLength(10);
  });

  it('comes page by page, each resource of the record once', async () => {
    const seen: string[] = [];
    for (let url: string | undefined = '/Patient/eva/$everything?_count=2'; url; ) {
      const bundle: Bundle = (await send('GET', url)).json();
      seen.push(...bundle.entry!.filter(({ search }) => search!.mode === 'match').map(({ resource }) => `${resource!.resourceType}/${resource!.id}`));
      url = bundle.link!.find(({ relation }) => relation === 'next')?.url.slice(testBase.length);
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it('keeps to dates of care, to types and to what has changed', async () => {
    expect(idsOf(await send('GET', '/Patient/eva/$everything?start=2026-01-01&end=2026-12-31&_type=Observation,Encounter'))).toEqual(['Encounter/visit', 'Observation/pulse-1']);
    expect(idsOf(await send('GET', '/Patient/eva/$everything?end=2025-06-01&_type=Observation,Patient'))).toEqual(['Patient/eva', 'Observation/pulse-2']);
    expect(idsOf(await send('POST', '/Patient/eva/$everything', { resourceType: 'Parameters', parameter: [{ name: '_since', valueInstant: new Date(Date.now() + 60_000).toISOString() }] }))).toEqual([]);
    for (const wrong of ['start=soon', '_type=Unicorn', '_count=0', '_since=2020', '_cursor=x']) expect((await send('GET', `/Patient/eva/$everything?${wrong}`)).statusCode, wrong).toBeGreaterThanOrEqual(400);
  });

  it('of an encounter is what was done in it', async () => {
    expect(idsOf(await send('GET', '/Encounter/visit/$everything')).toSorted()).toEqual(['Encounter/visit', 'Observation/pulse-1', 'Patient/eva']);
  });

  it('of all patients, and of a group, is that of each, page by page, as far as the caller may see them', async () => {
    const record = async (path: string, most = 1000) => {
      const seen: string[] = [];
      for (let url: string | undefined = path; url; ) {
        const bundle: Bundle = (await send('GET', url)).json();
        const own = (bundle.entry ?? []).filter(({ search }) => search!.mode === 'match').map(({ resource }) => `${resource!.resourceType}/${resource!.id}`);
        expect(own.length).toBeLessThanOrEqual(most);
        seen.push(...own);
        url = bundle.link!.find(({ relation }) => relation === 'next')?.url.slice(testBase.length);
      }
      const again = seen.filter((one, index) => seen.indexOf(one) !== index);
      // what patients of two groups share, as the Group itself, comes with each of these
      expect(again.filter((one) => one !== 'Group/some')).toEqual([]);
      return [...new Set(seen)].toSorted();
    };
    const whole = await record('/Patient/$everything');
    expect(whole).toEqual([...new Set([...(await record('/Patient/eva/$everything')), ...(await record('/Patient/other/$everything'))])].toSorted());
    for (const count of [1, 2, 5]) expect(await record(`/Patient/$everything?_count=${count}`, count)).toEqual(whole);
    expect(await record('/Patient/$everything?start=2026-01-01&_type=Observation')).toEqual(['Observation/of-other', 'Observation/pulse-1']);

    // more than one group of patients, of whom few have what is asked for
    const member = [];
    for (let number = 0; number < 60; number++) {
      await put({ resourceType: 'Patient', id: `member-${number}` });
      member.push({ entity: { reference: `Patient/member-${number}` }, ...(number === 59 && { inactive: true }) });
    }
    for (const number of [3, 31, 58, 59]) await put({ resourceType: 'Observation', id: `of-member-${number}`, status: 'final', code, subject: { reference: `Patient/member-${number}` } });
    await put({ resourceType: 'Group', id: 'some', type: 'person', actual: true, member });
    expect(await record('/Group/some/$everything?_type=Observation&_count=2', 2)).toEqual(['Observation/of-member-3', 'Observation/of-member-31', 'Observation/of-member-58']);
    expect(await record('/Group/some/$everything?_count=20', 20)).toHaveLength(63);
    expect(await record('/Patient/$everything?_type=Observation&_count=3', 3)).toHaveLength(3 + 4);

    const open = api.caller.access;
    api.caller.access = { name: 'doctor', rules: [{ types: ['Patient', 'Observation', 'Group'], patients: ['eva', 'member-3'], write: false }, { types: ['Group'], patients: 'all', write: false }] };
    try {
      expect(await record('/Patient/$everything')).toEqual(['Group/some', 'Observation/of-member-3', 'Observation/pulse-1', 'Observation/pulse-2', 'Patient/eva', 'Patient/member-3']);
      expect(await record('/Group/some/$everything')).toEqual(['Group/some', 'Observation/of-member-3', 'Patient/member-3']);
    } finally {
      api.caller.access = open;
    }
    for (const wrong of ['/Group/none/$everything', '/Patient/$everything?_cursor=x', '/Patient/$everything?_cursor=x~y']) expect((await send('GET', wrong)).statusCode, wrong).toBeGreaterThanOrEqual(400);
  });

  it('includes the cards that were merged into this one', async () => {
    await put({ resourceType: 'Patient', id: 'old-card' });
    await put({ resourceType: 'Patient', id: 'new-card', link: [{ type: 'replaces', other: { reference: 'Patient/old-card' } }] });
    await put({ resourceType: 'Observation', id: 'on-old', status: 'final', code, subject: { reference: 'Patient/old-card' } });
    expect(idsOf(await send('GET', '/Patient/new-card/$everything')).toSorted()).toEqual(['Observation/on-old', 'Patient/new-card', 'Patient/old-card']);
  });

  it('shows no more than the caller may see', async () => {
    const open = api.caller.access;
    try {
      api.caller.access = { name: 'nurse', rules: [{ types: ['Patient', 'Observation'], patients: ['eva'], write: false }] };
      expect(idsOf(await send('GET', '/Patient/eva/$everything'))).toEqual(['Patient/eva', 'Observation/pulse-1', 'Observation/pulse-2']);
      expect((await send('GET', '/Patient/other/$everything')).statusCode).toBe(404);
      api.caller.access = { name: 'patient', rules: [{ types: 'all', patients: ['eva'], write: false, withoutLabels: ['urn:karta:label|delayed'] }] };
      expect(idsOf(await send('GET', '/Patient/eva/$everything'))).toContain('Appointment/shared');
      expect(idsOf(await send('GET', '/Patient/eva/$everything'))).not.toContain('Practitioner/doctor');
    } finally {
      api.caller.access = open;
    }
  });
});

describe('$validate', () => {
  const validate = async (path: string, body?: object) => {
    const answer = await send('POST', path, body);
    expect(answer.statusCode, answer.body).toBe(200);
    const outcome = answer.json<OperationOutcome>();
    expect(validateResource(outcome)).toEqual([]);
    // dom-6 advises a narrative, which these have none of
    return outcome.issue.filter(({ diagnostics = '' }) => !diagnostics.includes('dom-6'));
  };

  it('holds a resource against the shipped profiles and against stored ones, in the language of whoever asks', async () => {
    const patient = { resourceType: 'Patient', identifier: [{ system: 'urn:identity:snils:Patient', value: '11223344596' }], name: [{ use: 'official', family: 'Лебедева' }], gender: 'female', birthDate: '1980-01-02' };
    expect(await validate('/Patient/$validate?profile=urn:karta:profile:Patient', patient)).toMatchObject([
      { severity: 'error', code: 'invariant', details: { coding: [{ code: 'karta-snils' }] }, expression: ['Patient.identifier[0]'], diagnostics: expect.stringMatching(/^Нарушено правило karta-snils у Patient\.identifier\[0\]: СНИЛС состоит/) },
    ]);
    const own = (id: string, baseDefinition: string, element: object[]) => ({ resourceType: 'StructureDefinition', id, url: `urn:own:${id}`, name: 'Own', status: 'active', kind: 'resource', abstract: false, type: 'Patient', baseDefinition, derivation: 'constraint', differential: { element: [{ id: 'Patient', path: 'Patient' }, ...element] } });
    await put(own('based', 'http://hl7.org/fhir/StructureDefinition/Patient', [{ id: 'Patient.photo', path: 'Patient.photo', min: 1 }]));
    await put(own('strict', 'urn:own:based', [{ id: 'Patient.active', path: 'Patient.active', min: 1 }]));
    expect(await validate('/Patient/$validate', { resourceType: 'Patient', meta: { profile: ['urn:own:strict'] }, gender: 'female' })).toMatchObject([{ expression: ['Patient.active'] }, { expression: ['Patient.photo'] }]);
  });

  it('answers 200 with what is wrong, or that nothing is', async () => {
    expect(await validate('/Patient/$validate', { resourceType: 'Patient', gender: 'female' })).toMatchObject([{ severity: 'information' }]);
    expect(await validate('/Patient/$validate', { resourceType: 'Patient', gender: 'мужской', shoe: 1 })).toMatchObject([{ severity: 'error', expression: ['Patient.gender'] }, { severity: 'error', expression: ['Patient.shoe'] }]);
    expect(await validate('/Patient/$validate', { resourceType: 'Parameters', parameter: [{ name: 'resource', resource: { resourceType: 'Group' } }] })).toMatchObject([{ severity: 'error', code: 'invalid' }, { severity: 'error' }, { severity: 'error' }]);
    expect(await validate('/Patient/eva/$validate')).toMatchObject([{ severity: 'information' }]);
    expect((await send('GET', `/Patient?_id=eva&_summary=count`)).json<Bundle>().total).toBe(1);
  });

  it('minds what the resource is meant for, and by which profile', async () => {
    expect(await validate('/Patient/$validate?mode=create', { resourceType: 'Patient', id: 'a', active: true })).toMatchObject([{ severity: 'information', expression: ['Patient.id'] }, { severity: 'information' }]);
    expect(await validate('/Patient/$validate', { resourceType: 'Parameters', parameter: [{ name: 'mode', valueCode: 'update' }, { name: 'resource', resource: { resourceType: 'Patient', active: true } }] })).toMatchObject([{ severity: 'error', expression: ['Patient.id'] }]);
    expect(await validate('/Patient/$validate?profile=urn:nobody', { resourceType: 'Patient', active: true })).toMatchObject([{ severity: 'warning', code: 'not-supported' }, { severity: 'information' }]);
    expect(await validate('/Patient/eva/$validate?mode=delete')).toMatchObject([{ severity: 'error', code: 'conflict' }]);
    expect(await validate('/Condition/undated/$validate?mode=delete')).toMatchObject([{ severity: 'information' }]);
    expect((await send('GET', '/Condition/undated')).statusCode).toBe(200);
    expect((await send('POST', '/Patient/$validate?mode=guess', { resourceType: 'Patient' })).statusCode).toBe(400);
  });
});

describe('$document', () => {
  it('is the Composition first, with all that it speaks of, and is kept where asked', async () => {
    const answer = await send('GET', '/Composition/note/$document');
    expect(idsOf(answer)).toEqual(['Composition/note', 'Patient/eva', 'Practitioner/doctor', 'Observation/pulse-1', 'PractitionerRole/role', 'Organization/clinic']);
    expect(answer.json<Bundle>()).toMatchObject({ type: 'document', identifier: { system: 'urn:ietf:rfc:3986' }, timestamp: expect.any(String) });
    const byType = await Promise.all(['note', 'http://karta.test/fhir/R4/Composition/note', 'http://elsewhere.test/Composition/note'].map((id) => send('GET', `/Composition/$document?id=${encodeURIComponent(id)}`)));
    expect([...byType, await send('GET', '/Composition/note/$document?id=note'), await send('GET', '/Composition/$document')].map(({ statusCode }) => statusCode)).toEqual([200, 200, 400, 400, 400]);
    expect(byType[0]!.json<Bundle>().entry).toEqual(answer.json<Bundle>().entry);
    const kept = await send('POST', '/Composition/note/$document', { resourceType: 'Parameters', parameter: [{ name: 'persist', valueBoolean: true }] });
    expect([kept.statusCode, kept.headers.location], kept.body).toEqual([201, `${testBase}/Bundle/${kept.json<Resource>().id}/_history/1`]);
    expect((await send('GET', `/Bundle/${kept.json<Resource>().id}`)).json<Bundle>().entry).toHaveLength(6);
  });

  it('refuses rather than to leave a hole', async () => {
    const open = api.caller.access;
    api.caller.access = { name: 'nurse', rules: [{ types: ['Patient', 'Composition'], patients: ['eva'], write: false }] };
    try {
      expect((await send('GET', '/Composition/note/$document')).statusCode).toBe(404);
    } finally {
      api.caller.access = open;
    }
  });
});

describe('the statement of what the server does', () => {
  it('names the operations with their definitions', async () => {
    const patient = (await send('GET', '/metadata')).json<{ rest: { resource: { type: string; operation?: { name: string; definition: string }[] }[] }[] }>().rest[0]!.resource.find(({ type }) => type === 'Patient')!;
    expect(patient.operation).toEqual(expect.arrayContaining([{ name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' }, { name: 'validate', definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate' }]));
    expect(new Set(patient.operation!.map(({ name }) => name)).size).toBe(patient.operation!.length);
  });
});
