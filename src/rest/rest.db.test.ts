import type { Binary, Bundle, CapabilityStatement, Observation, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openFhirApi, testBase } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { validateResource } from '../fhir/index.ts';

const api = await openFhirApi(await freshDatabase());
const { send } = api;

const petrov = (extra: object = {}): Patient => ({ resourceType: 'Patient', name: [{ family: 'Петров', given: ['Илья', 'Андреевич'] }], gender: 'male', birthDate: '1971-05-09', ...extra });
const pulse = (patient: string, extra: object = {}): Observation =>
  ({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, subject: { reference: patient }, ...extra });
async function created(resource: object): Promise<{ id: string; reference: string }> {
  const { resourceType } = resource as { resourceType: string };
  const answer = await send('POST', `/${resourceType}`, resource);
  expect(answer.statusCode, answer.body).toBe(201);
  const { id } = answer.json<Patient>();
  return { id: id!, reference: `${resourceType}/${id}` };
}
const refusal = (answer: { body: string }) => {
  const outcome = JSON.parse(answer.body) as OperationOutcome;
  expect(outcome.resourceType).toBe('OperationOutcome');
  expect(validateResource(outcome)).toEqual([]);
  return outcome.issue[0]!;
};

describe('one resource over HTTP', () => {
  it('is created, read, changed and deleted, each with the headers that the standard asks for', async () => {
    const posted = await send('POST', '/Patient', petrov({ id: 'ignored' }));
    expect(posted.statusCode).toBe(201);
    const patient = posted.json<Patient>();
    expect(patient.id).not.toBe('ignored');
    expect(posted.headers).toMatchObject({ etag: 'W/"1"', location: `${testBase}/Patient/${patient.id}/_history/1`, 'content-type': 'application/fhir+json; charset=utf-8' });
    expect(new Date(posted.headers['last-modified'] as string).getTime()).toBe(Math.floor(Date.parse(patient.meta!.lastUpdated!) / 1000) * 1000);

    const read = await send('GET', `/Patient/${patient.id}`);
    expect(read.body).toBe(posted.body);
    expect(read.headers.etag).toBe('W/"1"');
    const head = await send('HEAD', `/Patient/${patient.id}`);
    expect([head.statusCode, head.body, head.headers.etag]).toEqual([200, '', 'W/"1"']);

    const put = await send('PUT', `/Patient/${patient.id}`, { ...patient, active: true }, { 'if-match': 'W/"1"' });
    expect([put.statusCode, put.headers.etag]).toEqual([200, 'W/"2"']);
    const stale = await send('PUT', `/Patient/${patient.id}`, { ...patient, active: false }, { 'if-match': 'W/"1"' });
    expect([stale.statusCode, refusal(stale).code]).toEqual([412, 'conflict']);

    const first = await send('GET', `/Patient/${patient.id}/_history/1`);
    expect(first.body).toBe(posted.body);
    expect((await send('DELETE', `/Patient/${patient.id}`)).statusCode).toBe(204);
    const gone = await send('GET', `/Patient/${patient.id}`);
    expect([gone.statusCode, refusal(gone).code]).toEqual([410, 'deleted']);
    expect((await send('GET', `/Patient/${patient.id}/_history/2`)).json<Patient>().active).toBe(true);
  });

  it('is a file where it is a Binary: any type goes in as it is, and comes out so for who asks for that type', async () => {
    const bytes = Buffer.from([0, 255, 137, 80]);
    const posted = await send('POST', '/Binary', bytes, { 'content-type': 'image/png' });
    expect([posted.statusCode, posted.json<Binary>()]).toEqual([201, expect.objectContaining({ contentType: 'image/png', data: bytes.toString('base64') })]);
    const path = `/Binary/${posted.json<Binary>().id}`;
    const read = await send('GET', path, undefined, { accept: 'image/*' });
    expect([read.rawPayload, read.headers]).toEqual([bytes, expect.objectContaining({ 'content-type': 'image/png', 'content-disposition': 'attachment', etag: 'W/"1"' })]);
    for (const accept of ['application/fhir+json', '*/*']) expect((await send('GET', path, undefined, { accept })).json<Binary>().contentType).toBe('image/png');
    expect((await send('GET', path, undefined, { accept: 'application/pdf' })).statusCode).toBe(406);
    const about = (await created(petrov())).reference;
    const put = await send('PUT', path, 'Заключение', { 'content-type': 'text/plain; charset=utf-8', 'x-security-context': about });
    expect([put.statusCode, put.json<Binary>().securityContext?.reference]).toEqual([200, about]);
    expect((await send('GET', path, undefined, { accept: 'text/plain' })).body).toBe('Заключение');
    expect((await send('POST', '/Patient', 'x', { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await send('POST', '/Binary', Buffer.alloc(12 * 1024 * 1024 + 1), { 'content-type': 'image/png' })).statusCode).toBe(413);
  });

  it('keeps its decimals as they were written', async () => {
    const { reference } = await created(petrov());
    const answer = await send('POST', '/Observation', JSON.stringify(pulse(reference)).replace('"status"', '"valueQuantity":{"value":72.50,"unit":"уд/мин"},"status"'));
    expect(answer.statusCode, answer.body).toBe(201);
    expect((await send('GET', `/Observation/${answer.json<Observation>().id}`)).body).toContain('"value":72.50');
  });

  it('is not sent again to who has it already', async () => {
    const { reference } = await created(petrov());
    const read = await send('GET', `/${reference}`);
    const none = await send('GET', `/${reference}`, undefined, { 'if-none-match': read.headers.etag as string });
    expect([none.statusCode, none.body]).toEqual([304, '']);
    expect((await send('GET', `/${reference}`, undefined, { 'if-none-match': 'W/"7"' })).statusCode).toBe(200);
    expect((await send('GET', `/${reference}`, undefined, { 'if-modified-since': read.headers['last-modified'] as string })).statusCode).toBe(304);
    expect((await send('GET', `/${reference}`, undefined, { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' })).statusCode).toBe(200);
  });

  it('answers as much as the caller prefers', async () => {
    const minimal = await send('POST', '/Patient', petrov(), { prefer: 'return=minimal' });
    expect([minimal.statusCode, minimal.body]).toEqual([201, '']);
    const outcome = await send('POST', '/Patient', petrov(), { prefer: 'return=OperationOutcome' });
    expect(outcome.json<OperationOutcome>().issue[0]).toMatchObject({ severity: 'information', details: { text: 'Запись создана.' } });
  });

  it('is created once under If-None-Exist and under an idempotency key', async () => {
    const identifier = [{ system: 'urn:identity:enp:Patient', value: '7700000000000001' }];
    const condition = { 'if-none-exist': 'identifier=urn:identity:enp:Patient|7700000000000001' };
    const first = await send('POST', '/Patient', petrov({ identifier }), condition);
    const second = await send('POST', '/Patient', petrov({ identifier }), condition);
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.body).toBe(first.body);
    const key = { 'idempotency-key': 'double-click' };
    const clicks = await Promise.all([send('POST', '/Patient', petrov(), key), send('POST', '/Patient', petrov(), key)]);
    expect(clicks[0].json<Patient>().id).toBe(clicks[1].json<Patient>().id);
  });

  it('is updated and deleted by condition', async () => {
    const identifier = [{ system: 'urn:test', value: 'cond' }];
    const one = await send('PUT', '/Patient?identifier=urn:test|cond', petrov({ identifier }));
    const two = await send('PUT', '/Patient?identifier=urn:test|cond', petrov({ identifier, active: true }));
    expect([one.statusCode, two.statusCode]).toEqual([201, 200]);
    expect(two.json<Patient>().id).toBe(one.json<Patient>().id);
    expect((await send('DELETE', '/Patient?identifier=urn:test|cond')).statusCode).toBe(204);
    expect((await send('GET', `/Patient/${one.json<Patient>().id}`)).statusCode).toBe(410);
    expect((await send('DELETE', '/Patient')).statusCode).toBe(400);
  });
});

describe('searching over HTTP', () => {
  it('answers a valid Bundle by GET, by POST and in the compartment, page by page', async () => {
    const { id, reference } = await created(petrov());
    for (let number = 0; number < 5; number++) await created(pulse(reference, { effectiveDateTime: `2026-03-0${number + 1}` }));
    const found = await send('GET', `/Observation?subject=${reference}&_sort=-date&_count=2&_total=accurate`);
    const page = found.json<Bundle>();
    expect(validateResource(page)).toEqual([]);
    expect([page.type, page.total, page.entry?.length]).toEqual(['searchset', 5, 2]);
    expect(page.entry![0]).toMatchObject({ fullUrl: `${testBase}/Observation/${page.entry![0]!.resource!.id}`, search: { mode: 'match' }, resource: { effectiveDateTime: '2026-03-05' } });

    const dates: string[] = [];
    for (let url: string | undefined = `/Observation?subject=${reference}&_sort=-date&_count=2`; url; ) {
      const bundle: Bundle = (await send('GET', url)).json();
      dates.push(...bundle.entry!.map(({ resource }) => (resource as Observation).effectiveDateTime!));
      url = bundle.link?.find(({ relation }) => relation === 'next')?.url.slice(testBase.length);
    }
    expect(dates).toEqual(['2026-03-05', '2026-03-04', '2026-03-03', '2026-03-02', '2026-03-01']);

    const posted = await send('POST', '/Observation/_search', `subject=${reference}&_count=1`, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(posted.json<Bundle>().entry).toHaveLength(1);
    const compartment = await send('GET', `/Patient/${id}/Observation?date=2026-03-02`);
    expect(compartment.json<Bundle>().entry).toHaveLength(1);
    const nobody = await send('GET', '/Patient/nobody/Observation');
    expect(nobody.statusCode).toBe(404);
    const none = (await send('GET', `/Observation?subject=${reference}&date=1900`)).json<Bundle>();
    expect([none.entry, validateResource(none)]).toEqual([undefined, []]);
  });

  it('tells the history of a resource, a type and everything', async () => {
    const { id } = await created(petrov());
    await send('PUT', `/Patient/${id}`, { ...petrov(), id });
    await send('DELETE', `/Patient/${id}`);
    const bundle = (await send('GET', `/Patient/${id}/_history`)).json<Bundle>();
    expect(validateResource(bundle)).toEqual([]);
    expect(bundle.entry!.map(({ request, response }) => [request!.method, response!.status])).toEqual([
      ['DELETE', '204 No Content'],
      ['PUT', '200 OK'],
      ['POST', '201 Created'],
    ]);
    const first = (await send('GET', `/Patient/${id}/_history?_count=2`)).json<Bundle>();
    const next = first.link!.find(({ relation }) => relation === 'next')!.url.slice(testBase.length);
    expect((await send('GET', next)).json<Bundle>().entry).toHaveLength(1);
    expect((await send('GET', '/Patient/_history?_count=3')).json<Bundle>().entry).toHaveLength(3);
    expect((await send('GET', '/_history?_count=3')).json<Bundle>().entry).toHaveLength(3);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await send('GET', `/_history?_since=${later}`)).json<Bundle>().entry).toBeUndefined();
  });
});

/** Sends the beginning of an upload and reads the answer, as a client that is still sending would. */
async function beginUpload(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined); // the server may close while we are still sending
  socket.write(`POST /fhir/R4/Patient HTTP/1.1\r\nHost: karta.test\r\nConnection: close\r\nContent-Type: application/fhir+json\r\n${head}`);
  let answer = '';
  for await (const bytes of socket) {
    answer += String(bytes);
    if (/\r\n\r\n\{.*\}\s*$/s.test(answer)) break;
  }
  socket.destroy();
  return answer;
}

describe('refusals', () => {
  it.each([
    ['an unknown type', 'GET', '/Unicorn/1', undefined, {}, 404],
    ['an unknown address', 'GET', '/Patient/1/2/3/4', undefined, {}, 404],
    ['an unknown resource', 'GET', '/Patient/nobody', undefined, {}, 404],
    ['an impossible id', 'GET', '/Patient/a%2Fb', undefined, {}, 400],
    ['broken JSON', 'POST', '/Patient', '{"resourceType":"Patient",', {}, 400],
    ['an empty body', 'POST', '/Patient', '', {}, 400],
    ['no resource', 'POST', '/Patient', '[1]', {}, 400],
    ['another type than in the address', 'POST', '/Patient', { resourceType: 'Group' }, {}, 400],
    ['another id than in the address', 'PUT', '/Patient/a', { ...petrov(), id: 'b' }, {}, 400],
    ['another content type', 'POST', '/Patient', '<Patient/>', { 'content-type': 'text/html' }, 415],
    ['another version of FHIR', 'POST', '/Patient', petrov(), { 'content-type': 'application/fhir+json; fhirVersion=3.0' }, 415],
    ['broken XML', 'POST', '/Patient', '<Patient xmlns="http://hl7.org/fhir">', { 'content-type': 'application/fhir+xml', accept: 'application/fhir+json' }, 400],
    ['XML with a document type', 'POST', '/Patient', '<!DOCTYPE Patient [<!ENTITY x SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"><id value="&x;"/></Patient>', { 'content-type': 'application/fhir+xml', accept: 'application/fhir+json' }, 400],
    ['XML that is no resource', 'POST', '/Patient', '<Patient xmlns="urn:other"/>', { 'content-type': 'text/xml', accept: 'application/json' }, 400],
    ['a form where a resource belongs', 'POST', '/Patient', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['Turtle as answer', 'GET', '/Patient/1', undefined, { accept: 'text/turtle' }, 406],
    ['Turtle by _format', 'GET', '/Patient?_format=ttl', undefined, {}, 406],
    ['unknown elements', 'POST', '/Patient', { ...petrov(), shoeSize: 43 }, {}, 422],
    ['a wrong code', 'POST', '/Patient', { ...petrov(), gender: 'мужской' }, {}, 422],
    ['a reference to nothing', 'POST', '/Observation', pulse('Patient/nobody'), {}, 422],
    ['an unknown search parameter', 'GET', '/Patient?shoe-size=43', undefined, {}, 400],
    ['a query of very many parameters', 'GET', `/Patient?${'name=a&'.repeat(250)}name=b`, undefined, {}, 413],
    ['a query that is very long', 'POST', '/Patient/_search', `name=${'a'.repeat(70_000)}`, { 'content-type': 'application/x-www-form-urlencoded' }, 413],
    ['a meaningless If-Match', 'DELETE', '/Patient/1', undefined, { 'if-match': 'newest' }, 400],
    ['a PATCH that is none', 'PATCH', '/Patient/1', petrov(), {}, 415],
    ['a JSON Patch of nothing', 'PATCH', '/Patient/nobody', '[]', { 'content-type': 'application/json-patch+json' }, 404],
    ['a JSON Patch by a condition that nothing meets', 'PATCH', '/Patient?identifier=urn:test|none', '[]', { 'content-type': 'application/json-patch+json' }, 404],
    ['a resource as JSON Patch', 'POST', '/Patient', '[]', { 'content-type': 'application/json-patch+json' }, 415],
    ['an unknown operation', 'POST', '/Patient/$bake', '{}', {}, 404],
    ['a Bundle that is nothing to do', 'POST', '/', { resourceType: 'Bundle', type: 'collection' }, {}, 400],
    ['deep nesting', 'POST', '/Patient', `{"resourceType":"Patient","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, {}, 400],
    ['other bytes than UTF-8', 'POST', '/Patient', Buffer.from([0x7b, 0xcf, 0xe5, 0x7d]), {}, 400],
  ] as const)('%s is refused with a sentence in the language of the user', async (_what, method, path, body, headers, status) => {
    const russian = await send(method, path, body, headers);
    expect(russian.statusCode, russian.body).toBe(status);
    const english = await send(method, path, body, { ...headers, 'accept-language': 'en-GB,en;q=0.8' });
    const [ru, en] = [refusal(russian).details!.text!, refusal(english).details!.text!];
    expect(ru).toMatch(/[а-яё]/);
    expect(en).not.toMatch(/\{\w+\}/);
    expect(ru).not.toMatch(/\{\w+\}/);
    expect(en).not.toBe(ru);
  });

  it('name each element that is wrong', async () => {
    const outcome = (await send('POST', '/Patient', { ...petrov(), shoeSize: 43, birthDate: 'вчера' })).json<OperationOutcome>();
    expect(outcome.issue.flatMap(({ expression }) => expression ?? []).sort()).toEqual(expect.arrayContaining(['Patient.birthDate']));
    expect(outcome.issue.length).toBeGreaterThan(1);
  });

  it('come before a body of 60 MB is read, and the server goes on', async () => {
    await api.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = api.app.server.address() as { port: number };
    const declared = await beginUpload(port, `Content-Length: ${60 * 1024 * 1024}\r\n\r\n{"resourceType":`);
    expect(declared).toMatch(/^HTTP\/1\.1 413 /);
    expect(refusal({ body: declared.slice(declared.indexOf('{')) }).code).toBe('too-long');
    const piece = `${(1024 * 1024).toString(16)}\r\n${' '.repeat(1024 * 1024)}\r\n`;
    expect(await beginUpload(port, `Transfer-Encoding: chunked\r\n\r\n${piece.repeat(17)}`)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await fetch(`http://127.0.0.1:${port}/fhir/R4/metadata`)).status).toBe(200);
  });

  it('of a caller who may not see a patient look as if there were none', async () => {
    const { id } = await created(petrov());
    api.caller.access = { name: 'nobody', rules: [] };
    try {
      expect((await send('GET', `/Patient/${id}`)).statusCode).toBe(404);
      expect((await send('GET', `/Patient/${id}/Observation`)).statusCode).toBe(404);
      expect((await send('GET', `/Patient?_id=${id}`)).json<Bundle>().entry).toBeUndefined();
      expect((await send('POST', '/Patient', petrov())).statusCode).toBe(403);
    } finally {
      api.caller.access = { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] };
    }
  });
});

describe('what the server says of itself', () => {
  it('is a valid CapabilityStatement that names every search parameter', async () => {
    const answer = await send('GET', '/metadata');
    const statement = answer.json<CapabilityStatement>();
    expect(validateResource(statement)).toEqual([]);
    expect(statement.fhirVersion).toBe('4.0.1');
    expect((await send('GET', '/metadata/')).statusCode).toBe(200);
    const patient = statement.rest![0]!.resource!.find(({ type }) => type === 'Patient')!;
    expect(patient.searchParam!.map(({ name }) => name)).toEqual(expect.arrayContaining(['name', 'birthdate', 'identifier']));
  });

  it('tells apps where to sign in', async () => {
    const answer = await send('GET', '/.well-known/smart-configuration');
    expect([answer.statusCode, answer.headers['content-type'], answer.json()]).toEqual([200, 'application/json; charset=utf-8', expect.objectContaining({ token_endpoint: 'http://karta.test/token' })]);
  });
});
