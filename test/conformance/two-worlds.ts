import fc from 'fast-check';
import type { Database } from '../../src/db/types.ts';
import { model, searchParams } from '../../src/fhir/index.ts';
import type { Access } from '../../src/store/index.ts';
import type { FhirApi } from '../fhir-api.ts';
import { everything, putWorld, queryOf } from './ask-store.ts';
import { targets, type Resource } from './naive-search.ts';
import { broadQuestions, includesOf, questions, smallWorlds, sortable, worldTypes, type Term } from './small-world.ts';

/** What the caller may see: two patients with all that is theirs, and whoever and whatever belongs to no patient. */
const own = ['pat-0', 'pat-1'];
const open = ['Practitioner', 'Organization', 'Location'];
const restricted = (): Access => ({ name: 'restricted', rules: [{ types: open, patients: 'all', write: false }, { types: 'all', patients: [...own], write: true }] });

/** Is it the caller's by the compartment definition (http://hl7.org/fhir/R4/compartmentdefinition-patient.html)? Read from the definition, without the store. */
function mayBeSeen(resource: Resource): boolean {
  if (open.includes(resource.resourceType)) return true;
  // a link to another card opens neither (src/fhir/compartments.ts)
  if (resource.resourceType === 'Patient') return own.includes(resource.id);
  return (model().patientCompartment[resource.resourceType] ?? []).some((param) => leadsToOwn(resource, param));
}

function leadsToOwn(resource: Resource, name: string): boolean {
  const param = searchParams(resource.resourceType).get(name);
  return param !== undefined && targets(resource, param).some((target) => own.some((id) => target === `Patient/${id}`));
}

interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  path: string;
  body?: string;
  headers?: Record<string, string>;
}

const ids = worldTypes.flatMap((type) => [0, 1, 2, 3, 4].map((number) => `${type}/${type.slice(0, 3).toLowerCase()}-${number}`));
const id = fc.constantFrom(...ids);
const get = (path: string): Request => ({ method: 'GET', path });
const mine = { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'urn:a', code: '1' }] }, subject: { reference: 'Patient/pat-0' } };
const json = 'application/fhir+json';

const searches = fc.oneof(questions, broadQuestions).chain((question) =>
  fc.tuple(includesOf(question.type), fc.constantFrom('', '_total=accurate', '_summary=count', '_count=1', '_count=1&_total=accurate', '_summary=true', '_elements=id', '_lastUpdated=gt2020'), fc.constantFrom('', '', ...sortable(question.type)), fc.boolean(), fc.constantFrom('type', 'post', 'compartment', 'everything')).map(([includes, extra, sort, including, how]): Request => {
    const asked = including ? includes.map(({ reverse, type, param, target, iterate }): Term => [`${reverse ? '_revinclude' : '_include'}${iterate ? ':iterate' : ''}`, [type, param, ...(target ? [target] : [])].join(':')]) : [];
    const query = [queryOf([...question.terms, ...asked]), extra, sort ? `_sort=${sort}` : ''].filter(Boolean).join('&');
    if (how === 'post') return { method: 'POST', path: `/${question.type}/_search`, body: query, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    return get(how === 'compartment' ? `/Patient/pat-0/${question.type}?${query}` : `/${question.type}?${query}`);
  }),
);
const reads = fc.tuple(id, fc.constantFrom('', '/_history', '/_history/1', '/_history/2', '/$everything', '?_summary=true')).map(([reference, tail]) => get(`/${reference}${tail}`));
const histories = fc.constantFrom('/_history', ...worldTypes.map((type) => `/${type}/_history`), '/_history?_count=3').map(get);
const conditional = questions.chain(({ type, terms }) =>
  fc.constantFrom<Request>(
    { method: 'POST', path: '/Observation', body: JSON.stringify(mine), headers: { 'content-type': json, 'if-none-exist': queryOf(type === 'Observation' ? terms : [['code', '1']]) } },
    { method: 'PUT', path: `/Observation?${queryOf(type === 'Observation' ? terms : [['status', 'final'], ['code', 'urn:a|2']])}`, body: JSON.stringify(mine), headers: { 'content-type': json } },
    { method: 'DELETE', path: `/${type}?${queryOf(terms)}` },
  ),
);
const writes = fc.tuple(id, fc.constantFrom('PUT', 'DELETE', 'PATCH', 'link'), fc.constantFrom<Record<string, string>>({}, { 'if-match': 'W/"1"' }, { 'if-match': 'W/"7"' })).map(([reference, how, headers]): Request => {
  const [resourceType, name] = reference.split('/');
  if (how === 'link') return { method: 'POST', path: '/Observation', body: JSON.stringify({ ...mine, hasMember: [{ reference }] }), headers: { 'content-type': json } };
  if (how === 'DELETE') return { method: 'DELETE', path: `/${reference}`, headers };
  if (how === 'PATCH') return { method: 'PATCH', path: `/${reference}`, body: '[{"op":"add","path":"/language","value":"ru"}]', headers: { 'content-type': 'application/json-patch+json', ...headers } };
  return { method: 'PUT', path: `/${reference}`, body: JSON.stringify({ ...mine, resourceType: resourceType === 'Observation' ? resourceType : 'Condition', id: name, ...(resourceType === 'Observation' ? {} : { status: undefined }) }), headers: { 'content-type': json, ...headers } };
});
const one = fc.oneof({ weight: 8, arbitrary: searches }, { weight: 2, arbitrary: reads }, { weight: 1, arbitrary: histories }, { weight: 1, arbitrary: conditional }, { weight: 1, arbitrary: writes });
const bundles = fc.tuple(fc.constantFrom('batch', 'transaction'), fc.array(one, { minLength: 1, maxLength: 3 })).map(([type, requests]): Request => ({
  method: 'POST',
  path: '',
  headers: { 'content-type': json },
  body: JSON.stringify({ resourceType: 'Bundle', type, entry: requests.filter(({ path, method }) => !path.includes('_search') && method !== 'PATCH').map(({ method, path, body, headers = {} }) => ({ ...(body === undefined ? {} : { resource: JSON.parse(body) as object }), request: { method, url: path.slice(1), ...(headers['if-none-exist'] === undefined ? {} : { ifNoneExist: headers['if-none-exist'] }), ...(headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] }) } })) }),
}));

/** A world, and what somebody who may see little of it asks. */
export const probes = fc.record({ resources: smallWorlds, requests: fc.array(fc.oneof({ weight: 12, arbitrary: one }, { weight: 1, arbitrary: bundles }), { minLength: 1, maxLength: 25 }) });

/** An answer without what differs from one asking to the next: new ids, instants, cursors. */
function plain({ statusCode, body, headers }: { statusCode: number; body: string; headers: Record<string, unknown> }): string {
  const shown = ['etag', 'location', 'content-location', 'content-type'].map((name) => `${name}: ${String(headers[name])}`).join('\n');
  return `${statusCode}\n${shown}\n${body}`
    .replace(/[0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/_(cursor|before)=[^"&]*/g, '_$1')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'INSTANT');
}

/** The same requests to two databases that differ in just what the caller may not see; what is answered differently, as text. */
export async function leaksOf(full: { api: FhirApi; database: Database }, seen: { api: FhirApi; database: Database }, probe: { resources: Resource[]; requests: Request[] }, counted: (what: string) => void = () => undefined): Promise<string[]> {
  const scope = { access: everything, actor: 'Device/referee', now: new Date() };
  await putWorld(full.database, full.api.store, scope, probe.resources);
  const visible = probe.resources.filter(mayBeSeen);
  await putWorld(seen.database, seen.api.store, scope, visible);
  counted('worlds');
  // an access value belongs to one store, which keeps with it what it compiled from it
  for (const { api } of [full, seen]) api.caller.access = restricted();
  const leaks: string[] = [];
  for (const { method, path, body, headers } of probe.requests) {
    const ask = async ({ api }: { api: FhirApi }) => {
      return plain(await api.send(method, path, body, headers));
    };
    const [withHidden, without] = [await ask(full), await ask(seen)];
    counted(`requests answered ${withHidden.slice(0, 1)}xx`);
    if (/^5(?!01)/.test(withHidden)) leaks.push(`fault: ${method} ${path} ${body ?? ''}: ${withHidden.slice(0, 400)}`);
    // A record that only hidden ones refer to stays (docs/decisions/0023-what-holds-a-record.md): from then on the two differ.
    if (/^409[^]*store\.referenced-unseen/.test(withHidden) && !without.startsWith('409')) break;
    if (withHidden !== without) leaks.push(`${method} ${decodeURIComponent(path)} ${body ?? ''} ${JSON.stringify(headers ?? {})}\n  with what is hidden: ${withHidden.slice(0, 700)}\n  without:             ${without.slice(0, 700)}`);
  }
  return leaks;
}
