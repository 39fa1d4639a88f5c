import type { Bundle, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openFhirApi, testBase } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { bodyLimit } from './plugin.ts';

const api = await openFhirApi(await freshDatabase());
const { send } = api;
const patient = (value: string, extra: object = {}) => ({ resourceType: 'Patient', identifier: [{ system: 'urn:test', value }], name: [{ family: 'Зайцева' }], ...extra });
const codeOf = (answer: { body: string }) => (JSON.parse(answer.body) as OperationOutcome).issue[0]!.details!.coding![0]!.code;
await send('PUT', '/Patient/known', { ...patient('known'), id: 'known', text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Зайцева</div>' } });

describe('a part of a resource', () => {
  it.each([
    ['_elements=identifier', ['resourceType', 'id', 'meta', 'identifier']],
    ['_elements=Patient.name,Observation.code', ['resourceType', 'id', 'meta', 'name']],
    ['_summary=text', ['resourceType', 'id', 'meta', 'text']],
    ['_summary=data', ['resourceType', 'id', 'meta', 'identifier', 'name']],
    ['_summary=true', ['resourceType', 'id', 'meta', 'identifier', 'name']],
  ])('is read by %s, marked as such, of a version and in a history too', async (query, members) => {
    for (const path of ['/Patient/known', '/Patient/known/_history/1']) {
      const part = (await send('GET', `${path}?${query}`)).json<Patient>();
      expect(Object.keys(part).toSorted(), path).toEqual(members.toSorted());
      expect(part.meta!.tag).toEqual([{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }]);
    }
    const [entry] = (await send('GET', `/Patient/known/_history?${query}`)).json<Bundle>().entry!;
    expect(Object.keys(entry!.resource!).toSorted()).toEqual(members.toSorted());
  });

  it('is the whole where none is asked for, and a count of one is refused', async () => {
    expect((await send('GET', '/Patient/known?_summary=false')).body).toBe((await send('GET', '/Patient/known')).body);
    expect((await send('GET', '/Patient/known?_summary=count')).statusCode).toBe(400);
  });
});

describe('what a caller names himself', () => {
  it('comes back: his request by its id', async () => {
    expect((await send('GET', '/Patient/known', undefined, { 'x-request-id': 'lab-17' })).headers['x-correlation-id']).toBe('lab-17');
    expect((await send('GET', '/Patient/nobody', undefined, { 'x-request-id': 'lab-17', 'x-correlation-id': 'lab-18' })).headers['x-correlation-id']).toBe('lab-18');
    expect((await send('GET', '/Patient/known', undefined, { 'x-request-id': 'lab\u00a017' })).headers['x-correlation-id']).toBeUndefined();
  });
});

describe('methods and addresses', () => {
  it.each([
    ['POST', '/Patient/known', 'GET, PUT, PATCH, DELETE'],
    ['PUT', '/Patient/known/_history', 'GET'],
    ['DELETE', '/Patient/known/_history/1', 'GET'],
    ['PATCH', '/Patient/_search', 'GET, POST'],
    ['DELETE', '/Patient/known/Observation', 'GET'],
  ] as const)('%s %s is refused with what is possible', async (method, path, allow) => {
    const answer = await send(method, path, method === 'POST' || method === 'PUT' ? patient('x') : undefined);
    expect([answer.statusCode, answer.headers.allow, codeOf(answer)]).toEqual([405, allow, 'rest.no-such-method']);
  });

  it('POST _search finds in a compartment, of a type and of all', async () => {
    await send('PUT', '/Observation/pulse', { resourceType: 'Observation', id: 'pulse', status: 'final', code: { text: 'Пульс' }, subject: { reference: 'Patient/known' } });
    await send('PUT', '/Condition/ill', { resourceType: 'Condition', id: 'ill', subject: { reference: 'Patient/known' } });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const ids = async (path: string, body: string) => (await send('POST', path, body, form)).json<Bundle>().entry?.map(({ resource }) => resource!.id).toSorted();
    expect(await ids('/Patient/known/Observation/_search', 'status=final')).toEqual(['pulse']);
    expect(await ids('/Patient/known/_search', '_lastUpdated=gt2020')).toEqual(['ill', 'known', 'pulse']);
    expect((await send('POST', '/Patient/nobody/_search', '_count=1', form)).statusCode).toBe(404);
  });

  it('a precondition on what is not there fails where the request would have been served, alone, in a batch and in a transaction (RFC 9110 §13)', async () => {
    const { id } = (await send('POST', '/Patient', patient('precondition'))).json<Patient>();
    const gone = (await send('POST', '/Patient', patient('precondition-gone'))).json<Patient>().id!;
    await send('DELETE', `/Patient/${gone}`);
    const body = (to: string) => ({ ...patient('precondition'), id: to });
    const open = api.caller.access;
    const asked = async (method: 'PUT' | 'DELETE', to: string, ifMatch: string): Promise<string> => {
      const url = `Patient/${to}`;
      const alone = await send(method, `/${url}`, method === 'PUT' ? body(to) : undefined, { 'if-match': ifMatch });
      const entry = { ...(method === 'PUT' && { resource: body(to) }), request: { method, url, ifMatch } };
      const batch = (await send('POST', '/', { resourceType: 'Bundle', type: 'batch', entry: [entry] })).json<Bundle>().entry![0]!.response!.status;
      const transaction = await send('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry: [entry] });
      expect([Number(batch.slice(0, 3)), transaction.statusCode], `${method} ${url} ${ifMatch}`).toEqual([alone.statusCode, alone.statusCode]);
      return `${alone.statusCode} ${alone.statusCode < 300 ? '' : codeOf(alone)}`;
    };
    for (const method of ['PUT', 'DELETE'] as const) {
      expect([await asked(method, 'never', 'W/"1"'), await asked(method, 'never', '*'), await asked(method, gone, 'W/"1"'), await asked(method, gone, 'W/"2"'), await asked(method, gone, '*'), await asked(method, id!, 'W/"7"')])
        .toEqual(['412 store.absent', '412 store.absent', '412 store.stale', '412 store.absent', '412 store.absent', '412 store.stale']);
    }
    expect(await asked('PUT', id!, '*')).toBe('200 ');
    // without the header it is 404: what is hidden, what never was and what is gone alike, and with it too (§13.2.1)
    api.caller.access = { name: 'doctor', rules: [{ types: ['Patient'], patients: ['another'], write: true }] };
    try {
      for (const method of ['PUT', 'DELETE'] as const) for (const to of ['never', gone, id!]) for (const tag of ['W/"1"', '*']) expect(await asked(method, to, tag)).toBe('404 store.not-found');
    } finally {
      api.caller.access = open;
    }
    const patched = await send('PATCH', '/Patient/never', '[]', { 'content-type': 'application/json-patch+json', 'if-match': 'W/"1"' });
    expect([patched.statusCode, codeOf(patched)]).toEqual([404, 'store.not-found']);
    for (const [path, ifMatch, expected] of [['/Patient?identifier=urn:test|none', 'W/"1"', 412], ['/Patient?identifier=urn:test|precondition', 'W/"1"', 412], ['/Patient?identifier=urn:test|precondition', '*', 204]] as const) expect((await send('DELETE', path, undefined, { 'if-match': ifMatch })).statusCode, path).toBe(expected);
  });

  it('a conditional read within a Bundle answers 304 with the version, and no resource', async () => {
    const updated = (await send('GET', '/Patient/known')).json<Patient>().meta!;
    const at = Date.parse(updated.lastUpdated!);
    const asked = [{ ifNoneMatch: `W/"${updated.versionId}"` }, { ifNoneMatch: 'W/"99"' }, { ifModifiedSince: new Date(at).toISOString() }, { ifModifiedSince: new Date(at - 1000).toISOString() }, { ifNoneMatch: 'W/"99"', ifModifiedSince: new Date(at).toISOString() }];
    for (const type of ['batch', 'transaction']) {
      const { entry } = (await send('POST', '/', { resourceType: 'Bundle', type, entry: asked.map((condition) => ({ request: { method: 'GET', url: 'Patient/known', ...condition } })) })).json<Bundle>();
      expect(entry!.map(({ response, resource }) => [response!.status.slice(0, 3), response!.etag, resource !== undefined]), type).toEqual(['304', '200', '304', '200', '200'].map((status) => [status, `W/"${updated.versionId}"`, status === '200']));
    }
  });

  it('what never was is deleted already, for whoever sees everything; for others it is absent', async () => {
    expect((await send('DELETE', '/Patient/never')).statusCode).toBe(204);
    const open = api.caller.access;
    api.caller.access = { name: 'doctor', rules: [{ types: ['Patient'], patients: ['known'], write: true }] };
    try {
      expect((await send('DELETE', '/Patient/never')).statusCode).toBe(404);
    } finally {
      api.caller.access = open;
    }
  });
});

describe('a conditional update', () => {
  const put = (value: string, extra: object) => send('PUT', `/Patient?identifier=urn:test|${value}`, patient(value, extra));

  it('follows the rules for an id in the body', async () => {
    const created = await put('c1', { id: 'own-id' });
    expect([created.statusCode, created.json<Patient>().id]).toEqual([201, 'own-id']);
    expect((await put('c1', { id: 'own-id' })).statusCode).toBe(200);
    expect((await put('c1', {})).json<Patient>().id).toBe('own-id');
    const other = await put('c1', { id: 'another' });
    expect([other.statusCode, codeOf(other)]).toEqual([400, 'store.id-mismatch']);
  });

  it('does not write over what its condition did not find', async () => {
    const refused = await put('nothing', { id: 'known' });
    expect([refused.statusCode, codeOf(refused)]).toEqual([409, 'store.exists']);
    expect((await send('GET', '/Patient/known')).headers.etag).toBe('W/"1"');
    const bundle = await send('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: patient('nothing', { id: 'known' }), request: { method: 'PUT', url: 'Patient?identifier=urn:test|nothing' } }] });
    expect(bundle.statusCode).toBe(409);
  });
});

describe('a Bundle', () => {
  const bundle = (type: string, ...entry: object[]) => send('POST', '/', { resourceType: 'Bundle', type, entry });

  it.each(['batch', 'transaction'])('as %s answers HEAD without a body, GET with 304, and keeps If-None-Match: *', async (type) => {
    const reads = (await bundle(type, { request: { method: 'HEAD', url: 'Patient/known' } }, { request: { method: 'GET', url: 'Patient/known', ifNoneMatch: 'W/"1"' } }, { request: { method: 'GET', url: 'Patient?identifier=urn:test|known&_elements=id' } })).json<Bundle>().entry!;
    expect(reads.map(({ response, resource }) => [response!.status, resource?.resourceType])).toEqual([['200 OK', undefined], ['304 Not Modified', undefined], ['200 OK', 'Bundle']]);
    expect(reads[0]!.response!.etag).toBe('W/"1"');
    const only = await bundle(type, { resource: { ...patient('known'), id: 'known' }, request: { method: 'PUT', url: 'Patient/known', ifNoneMatch: '*' } });
    if (type === 'transaction') expect(only.statusCode).toBe(409);
    else expect(only.json<Bundle>().entry![0]!.response!.status).toBe('412 Precondition Failed');
    expect((await send('GET', '/Patient/known')).headers.etag).toBe('W/"1"');
  });

  it('answers as much as is preferred, entry by entry', async () => {
    for (const [wish, expected] of [['minimal', [undefined, undefined]], ['representation', ['Patient', undefined]], ['OperationOutcome', [undefined, 'OperationOutcome']]] as const) {
      for (const type of ['batch', 'transaction']) {
        const answer = await send('POST', '/', { resourceType: 'Bundle', type, entry: [{ resource: patient('wish'), request: { method: 'POST', url: 'Patient' } }] }, { prefer: `return=${wish}` });
        const [entry] = answer.json<Bundle>().entry!;
        expect([entry!.resource?.resourceType, entry!.response!.outcome?.resourceType], `${type} ${wish}`).toEqual(expected);
        expect(entry!.response!.location).toMatch(/^Patient\/.+\/_history\/1$/);
      }
    }
  });

  it('leads urn:oid, links and narratives to where the entries stand', async () => {
    const answer = await send('POST', '/', {
      resourceType: 'Bundle', type: 'transaction',
      entry: [
        { fullUrl: 'urn:oid:1.2.3', resource: patient('oid'), request: { method: 'POST', url: 'Patient' } },
        { resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'urn:oid:1.2.3' }, text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:oid:1.2.3">кто</a></div>' } }, request: { method: 'POST', url: 'Observation' } },
      ],
    }, { prefer: 'return=representation' });
    const [person, observation] = answer.json<Bundle>().entry!.map(({ resource }) => resource as { id: string; subject?: { reference: string }; text?: { div: string } });
    expect(observation!.subject!.reference).toBe(`Patient/${person!.id}`);
    expect(observation!.text!.div).toContain(`<a href="Patient/${person!.id}">`);
  });
});

describe('compression', () => {
  const gzip = { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip' };

  it('of what is sent is undone, within the limit of any body', async () => {
    const made = await send('POST', '/Patient', gzipSync(JSON.stringify(patient('packed'))), gzip);
    expect([made.statusCode, made.json<Patient>().identifier![0]!.value]).toEqual([201, 'packed']);
    expect(codeOf(await send('POST', '/Patient', gzipSync(Buffer.alloc(bodyLimit + 1, ' ')), gzip))).toBe('rest.body-too-large');
    expect(codeOf(await send('POST', '/Patient', '{"resourceType":"Patient"}', gzip))).toBe('rest.not-gzip');
    const brotli = await send('POST', '/Patient', 'x', { ...gzip, 'content-encoding': 'br' });
    expect([brotli.statusCode, codeOf(brotli)]).toEqual([415, 'rest.content-encoding']);
  });

  it('of a long answer is done for whoever takes it', async () => {
    await send('PUT', '/Patient/long', { ...patient('long'), id: 'long', extension: [{ url: 'urn:test', valueString: 'длинно '.repeat(4000) }] });
    const plain = await send('GET', '/Patient/long');
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await send('GET', '/Patient/long', undefined, { 'accept-encoding': 'br;q=1, gzip;q=0.8' });
    expect([packed.headers['content-encoding'], packed.headers.vary, packed.headers.etag]).toEqual(['gzip', 'accept, accept-encoding', 'W/"1"']);
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
    for (const none of ['gzip;q=0', 'br', 'identity']) expect((await send('GET', '/Patient/long', undefined, { 'accept-encoding': none })).headers['content-encoding'], none).toBeUndefined();
    expect((await send('GET', '/Patient/known', undefined, { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBeUndefined();
    expect(plain.headers['content-location']).toBe(`${testBase}/Patient/long/_history/1`);
  });
});
