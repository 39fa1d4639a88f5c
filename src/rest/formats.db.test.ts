import type { Bundle, CapabilityStatement, Observation, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { openFhirApi } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { validateResource } from '../fhir/index.ts';
import { readXml } from '../fhir/xml/index.ts';

const { send } = await openFhirApi(await freshDatabase());

const xmlType = { 'content-type': 'application/fhir+xml' };
const patchType = { 'content-type': 'application/json-patch+json' };
const asXml = { accept: 'application/fhir+xml' };
const parsed = <T>(answer: { body: string; headers: Record<string, unknown> }): T => {
  expect(answer.headers['content-type']).toBe('application/fhir+xml; charset=utf-8');
  return JSON.parse(readXml(answer.body)) as T;
};
const patient = (family: string, value: string) => ({ resourceType: 'Patient', identifier: [{ system: 'urn:test', value }], name: [{ family, given: ['Ольга'] }] });
const newPatient = async (value: string) => (await send('POST', '/Patient', patient('Зайцева', value))).json<Patient>().id!;
const issueOf = (answer: { body: string }) => (JSON.parse(answer.body) as OperationOutcome).issue[0]!;

describe('XML beside JSON', () => {
  const xml =
    '<?xml version="1.0"?><!-- с прибора --><Observation xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">Рост <b>1.80</b> м</div></text>' +
    '<status value="final"/><code><text value="Рост"/></code><valueQuantity><value value="1.80"/><unit value="м"/></valueQuantity></Observation>';

  it('what came as XML is stored as JSON, answered in either, to the digit', async () => {
    const posted = await send('POST', '/Observation', xml, xmlType);
    expect(posted.statusCode, posted.body).toBe(201);
    const { id } = parsed<Observation>(posted);
    expect(posted.body).toContain('<value value="1.80"/>');
    const json = await send('GET', `/Observation/${id}`);
    expect(json.headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    expect(json.body).toContain('"value":1.80');
    expect(json.json<Observation>().text!.div).toBe('<div xmlns="http://www.w3.org/1999/xhtml">Рост <b>1.80</b> м</div>');
    const read = await send('GET', `/Observation/${id}`, undefined, asXml);
    expect(read.headers.etag).toBe('W/"1"');
    expect(parsed<Observation>(read)).toEqual(json.json());
    expect(parsed<Observation>(await send('GET', `/Observation/${id}?_format=application/fhir%2Bxml`))).toEqual(json.json());
  });

  it('search, history, transactions, refusals and the statement of what the server does come as XML', async () => {
    const id = await newPatient('x1');
    const found = parsed<Bundle>(await send('GET', '/Patient?identifier=urn:test|x1', undefined, asXml));
    expect([validateResource(found), found.entry!.map(({ resource }) => resource!.id)]).toEqual([[], [id]]);
    expect(parsed<Bundle>(await send('GET', `/Patient/${id}/_history?_format=xml`)).entry).toHaveLength(1);
    const bundle = '<Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><fullUrl value="urn:uuid:1"/><resource><Patient><active value="true"/></Patient></resource><request><method value="POST"/><url value="Patient"/></request></entry></Bundle>';
    const answer = await send('POST', '/', bundle, { ...xmlType, prefer: 'return=representation' });
    expect(parsed<Bundle>(answer).entry![0]).toMatchObject({ response: { status: '201 Created' }, resource: { resourceType: 'Patient', active: true } });
    const refused = await send('POST', '/Patient', '<Patient xmlns="http://hl7.org/fhir"><active value="yes"/></Patient>', xmlType);
    expect([refused.statusCode, parsed<OperationOutcome>(refused).issue[0]!.expression]).toEqual([422, ['Patient.active']]);
    const statement = await send('GET', '/metadata', undefined, asXml);
    expect(parsed<CapabilityStatement>(statement).patchFormat).toEqual(['application/json-patch+json']);
    expect((await send('GET', '/metadata', undefined, { ...asXml, 'if-none-match': String(statement.headers.etag) })).statusCode).toBe(304);
    expect((await send('GET', '/metadata', undefined, { 'if-none-match': String(statement.headers.etag) })).statusCode).toBe(200);
  });
});

describe('JSON Patch', () => {
  it('changes what it names and nothing else, decimals included', async () => {
    const created = await send('POST', '/Observation', '{"resourceType":"Observation","status":"preliminary","code":{"text":"Вес"},"valueQuantity":{"value":70.50,"unit":"кг"}}');
    const { id } = created.json<Observation>();
    const patched = await send('PATCH', `/Observation/${id}`, '[{"op":"test","path":"/valueQuantity/value","value":70.5},{"op":"replace","path":"/status","value":"final"},{"op":"add","path":"/component","value":[{"code":{"text":"Тара"},"valueQuantity":{"value":1.20}}]}]', { ...patchType, 'if-match': 'W/"1"' });
    expect([patched.statusCode, patched.headers.etag], patched.body).toEqual([200, 'W/"2"']);
    expect(patched.body).toMatch(/"status":"final".*"value":70\.50.*"value":1\.20/);
    const stale = await send('PATCH', `/Observation/${id}`, '[]', { ...patchType, 'if-match': 'W/"1"' });
    expect([stale.statusCode, issueOf(stale).code]).toEqual([412, 'conflict']);
  });

  it.each([
    ['a test that fails', '[{"op":"test","path":"/active","value":true}]', 422],
    ['a place that is not there', '[{"op":"remove","path":"/photo/0"}]', 422],
    ['a result that is invalid', '[{"op":"add","path":"/gender","value":"мужской"}]', 422],
    ['another id', '[{"op":"replace","path":"/id","value":"other"}]', 422],
    ['another type', '[{"op":"replace","path":"/resourceType","value":"Group"}]', 422],
    ['nothing instead of the resource', '[{"op":"remove","path":""}]', 422],
    ['an unknown operation', '[{"op":"turn","path":"/active"}]', 400],
    ['no array', '{"op":"add"}', 400],
    ['no JSON', '[', 400],
  ])('%s is refused and changes nothing', async (_what, operations, status) => {
    const id = await newPatient('p0');
    const refused = await send('PATCH', `/Patient/${id}`, operations, patchType);
    expect(refused.statusCode, refused.body).toBe(status);
    expect(issueOf(refused).details!.text).toMatch(/[а-яё]/);
    expect((await send('GET', `/Patient/${id}`)).headers.etag).toBe('W/"1"');
  });

  it('goes by condition, and once under an idempotency key', async () => {
    const id = await newPatient('p1');
    const operations = '[{"op":"test","path":"/name/0/family","value":"Зайцева"},{"op":"replace","path":"/name/0/family","value":"Волкова"}]';
    const twice = await Promise.all([1, 2].map(() => send('PATCH', '/Patient?identifier=urn:test|p1', operations, { ...patchType, 'idempotency-key': 'patch-1' })));
    expect(twice.map(({ statusCode }) => statusCode)).toContain(200);
    const again = await send('PATCH', '/Patient?identifier=urn:test|p1', operations, { ...patchType, 'idempotency-key': 'patch-1' });
    expect([again.statusCode, again.json<Patient>().meta!.versionId]).toEqual([200, '2']);
    await newPatient('p1');
    expect((await send('PATCH', '/Patient?identifier=urn:test|p1', operations, patchType)).statusCode).toBe(412);
    expect((await send('GET', `/Patient/${id}`)).json<Patient>().name![0]!.family).toBe('Волкова');
  });

  it('loses no one of many that come at once', async () => {
    const id = await newPatient('p2');
    const answers = await Promise.all(Array.from({ length: 4 }, (_, index) => send('PATCH', `/Patient/${id}`, JSON.stringify([{ op: 'add', path: '/name/0/given/-', value: `имя-${index}` }]), patchType)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect((await send('GET', `/Patient/${id}`)).json<Patient>().name![0]!.given!.toSorted()).toEqual(['Ольга', 'имя-0', 'имя-1', 'имя-2', 'имя-3']);
  });
});

describe('If-None-Match: *', () => {
  it('lets an update only create', async () => {
    const only = { 'if-none-match': '*' };
    expect((await send('PUT', '/Patient/only-once', { ...patient('Зайцева', 'o'), id: 'only-once' }, only)).statusCode).toBe(201);
    const second = await send('PUT', '/Patient/only-once', { ...patient('Волкова', 'o'), id: 'only-once' }, only);
    expect([second.statusCode, issueOf(second).details!.coding![0]!.code]).toEqual([412, 'rest.exists']);
  });
});
