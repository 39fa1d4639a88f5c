import type { Bundle, CapabilityStatement, OperationOutcome, Resource, StructureDefinition } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { contextOn, openAccess, openFhirApi } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { kartaProfiles, validateResource } from '../fhir/index.ts';
import { systemClock } from '../kernel/clock.ts';
import { openStore } from '../store/index.ts';
import { keepProfiles } from './keep-profiles.ts';

const database = await freshDatabase();
const { send, store } = await openFhirApi(database);
const put = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => {
  const answer = await send('PUT', `/${resource.resourceType}/${resource.id}`, resource);
  expect(answer.statusCode, answer.body).toBeLessThan(300);
};

describe('Karta’s own profiles', () => {
  it('are read by the API with their snapshots, and stand in the CapabilityStatement', async () => {
    await keepProfiles(contextOn(store, database));
    const found = (await send('GET', '/StructureDefinition?url=urn:karta:profile:Patient')).json<Bundle>().entry!.map(({ resource }) => resource as StructureDefinition);
    expect(found).toMatchObject([{ id: 'karta-patient', snapshot: { element: expect.arrayContaining([expect.objectContaining({ id: 'Patient.identifier:snils' })]) } }]);
    expect(validateResource(found[0])).toEqual([]);
    expect((await send('GET', '/metadata')).json<CapabilityStatement>().rest![0]!.resource!.find(({ type }) => type === 'Patient')!.supportedProfile).toEqual(['urn:karta:profile:Patient']);
  });

  it('are written once, and anew where they are another than shipped', async () => {
    const versions = async () => (await send('GET', '/StructureDefinition?_count=50&_elements=id,meta')).json<Bundle>().entry!.map(({ resource }) => resource!.meta!.versionId);
    await keepProfiles(contextOn(store, database));
    expect(await versions()).toEqual(kartaProfiles.map(() => '1'));
    const { meta: _, ...patient } = (await send('GET', '/StructureDefinition/karta-patient')).json<StructureDefinition>();
    await put({ ...patient, id: 'karta-patient', title: 'Другое' });
    await keepProfiles(contextOn(store, database));
    expect((await send('GET', '/StructureDefinition/karta-patient')).json<StructureDefinition>()).toMatchObject({ title: patient.title, meta: { versionId: '3' } });
  });
});

describe('stored profiles', () => {
  it('holds every write against stored profiles, those of a Bundle and of another process too', async () => {
    const profile = (min: number, more: object = {}) => ({ resourceType: 'StructureDefinition', id: 'held', url: 'urn:own:held', name: 'Held', title: 'Держать', status: 'active', kind: 'resource', abstract: false, type: 'Basic', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Basic', derivation: 'constraint', differential: { element: [{ id: 'Basic', path: 'Basic' }, { id: 'Basic.created', path: 'Basic.created', min }] }, ...more });
    const basic = { resourceType: 'Basic', meta: { profile: ['urn:own:held'] }, code: { text: 'а' } };
    const post = async (resource: object) => (await send('POST', `/${(resource as { resourceType: string }).resourceType}`, resource)).statusCode;
    expect(await post(basic)).toBe(201); // nobody knows the profile yet: no reason to lose the resource
    await put(profile(1));
    const refused = await send('POST', '/Basic', basic);
    expect([refused.statusCode, refused.json<OperationOutcome>().issue[0]!.expression, refused.json<OperationOutcome>().issue[0]!.details?.coding?.[1]?.code]).toEqual([422, ['Basic.created'], 'urn:own:held#Basic.created min']);
    const bundle = await send('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: basic, request: { method: 'POST', url: 'Basic' } }] });
    expect([bundle.statusCode, bundle.json<OperationOutcome>().issue[0]!.expression]).toEqual([422, ['Bundle.entry[0].resource.created']]);
    const elsewhere = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
    await elsewhere.write({ access: openAccess, actor: 'Device/test', now: new Date() }, [{ method: 'update', resource: profile(0) as Resource }]);
    expect(await post(basic)).toBe(422);
    store.profiles.forget(); // what the feed brings about
    expect(await post(basic)).toBe(201);
    await put(profile(1));
    expect(await post(basic)).toBe(422);
    expect((await send('DELETE', '/StructureDefinition/held')).statusCode).toBeLessThan(300);
    expect(await post(basic)).toBe(201);
  });

  it('refuses a profile that nothing could be held against', async () => {
    const wrong = { resourceType: 'StructureDefinition', url: 'urn:own:wrong', name: 'Wrong', status: 'active', kind: 'resource', abstract: false, type: 'Basic', baseDefinition: 'urn:nobody', derivation: 'constraint', differential: { element: [{ id: 'Basic', path: 'Basic' }, { id: 'Basic.shoe', path: 'Basic.shoe', min: 1 }] } };
    const answer = await send('POST', '/StructureDefinition', wrong);
    expect([answer.statusCode, answer.json<OperationOutcome>().issue.map(({ expression, details }) => `${expression!.join()} ${details!.coding![1]!.code}`)]).toEqual([422, ['StructureDefinition.baseDefinition profile-base', 'StructureDefinition.differential.element[1].path profile-path']]);
  });

  it('unfolds a differential to its snapshot, and names what is missing', async () => {
    const definition = { resourceType: 'StructureDefinition', url: 'urn:own:unfolded', name: 'Unfolded', status: 'draft', kind: 'resource', abstract: false, type: 'Patient', baseDefinition: 'urn:karta:profile:Patient', derivation: 'constraint', differential: { element: [{ id: 'Patient.name', path: 'Patient.name', max: '1' }] } };
    const elements = (await send('POST', '/StructureDefinition/$snapshot', definition)).json<StructureDefinition>().snapshot!.element;
    expect(elements.find(({ id }) => id === 'Patient.name')).toMatchObject({ max: '1' });
    expect(elements.map(({ id }) => id)).toContain('Patient.identifier:snils');
    expect((await send('GET', '/StructureDefinition/$snapshot?url=http://hl7.org/fhir/StructureDefinition/bmi')).json<StructureDefinition>().snapshot!.element.length).toBeGreaterThan(40);
    expect((await send('GET', '/StructureDefinition/karta-encounter/$snapshot')).json<StructureDefinition>().snapshot!.element.length).toBeGreaterThan(80);
    const refused = await send('POST', '/StructureDefinition/$snapshot', { ...definition, baseDefinition: 'urn:nobody' });
    expect([refused.statusCode, refused.json<OperationOutcome>().issue[0]!.details!.text]).toEqual([422, expect.stringContaining('urn:nobody')]);
  });
});
