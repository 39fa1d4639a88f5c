import fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import type { Resource } from '@medplum/fhirtypes';
import type { FhirApi } from '../fhir-api.ts';

/** What came back over the wire. */
export interface Answer {
  status: number;
  version: number | undefined;
  text: string;
  json<T>(): T;
}

export type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Listens with an API and answers how a client speaks to it over HTTP. */
export async function speakTo({ app }: FhirApi): Promise<Send> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/fhir/R4`;
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(base + path, { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    const version = /^W\/"(\d+)"$/.exec(answer.headers.get('etag') ?? '')?.[1];
    return { status: answer.status, version: version === undefined ? undefined : Number(version), text, json: <T>() => JSON.parse(text) as T };
  };
}

export const basic = (id: string | undefined, text: string, more: object = {}): Resource => ({ resourceType: 'Basic', ...(id !== undefined && { id }), code: { text }, ...more });
export const textOf = (resource: unknown): string => (resource as { code: { text: string } }).code.text;
const match = (version: number): Record<string, string> => ({ 'if-match': `W/"${version}"` });
const patch = { 'content-type': 'application/json-patch+json' };

interface Bundle {
  entry?: { resource?: Resource & { id: string }; response?: { status: string; etag?: string; outcome?: unknown } }[];
  link?: { relation: string; url: string }[];
}

export async function versionsOf(send: Send, id: string): Promise<string[]> {
  const bundle = (await send('GET', `/Basic/${id}/_history?_count=500`)).json<Bundle>();
  return (bundle.entry ?? []).map(({ resource }) => textOf(resource)).toReversed();
}

/** Everybody adds one to a number, so often, by reading it and changing just the version he has read. Flaws, none where nothing is lost. */
export async function countTogether(servers: readonly Send[], id: string, clients: number, times: number): Promise<string[]> {
  await servers[0]!('PUT', `/Basic/${id}`, basic(id, '0'));
  const flaws: string[] = [];
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    const send = servers[client % servers.length]!;
    for (let done = 0; done < times; ) {
      const read = await send('GET', `/Basic/${id}`);
      const next = String(Number(textOf(read.json())) + 1);
      // by PUT or by a JSON Patch: the condition holds for both
      const { status, text } = (client + done) % 3 === 0
        ? await send('PATCH', `/Basic/${id}`, [{ op: 'replace', path: '/code/text', value: next }], { ...patch, ...match(read.version!) })
        : await send('PUT', `/Basic/${id}`, basic(id, next), match(read.version!));
      if (status === 200) done++;
      else if (status !== 412) flaws.push(`${status} ${text.slice(0, 200)}`);
      if (flaws.length > 0) return;
    }
  }));
  const expected = Array.from({ length: clients * times + 1 }, (_, index) => String(index));
  const found = await versionsOf(servers[1]!, id);
  if (found.join() !== expected.join()) flaws.push(`versions: ${found.join()}`);
  return flaws;
}

/** Everybody writes without a condition, some as a patch of one part: each acknowledged version is another one, and stands in the history as it was sent. */
export async function writeUnconditionally(servers: readonly Send[], id: string, kinds: readonly ('put' | 'patch')[]): Promise<string[]> {
  await servers[0]!('PUT', `/Basic/${id}`, basic(id, 'first', { identifier: [{ value: 'begin' }] }));
  const flaws: string[] = [];
  const acknowledged = new Map<number, number>();
  await Promise.all(kinds.map(async (kind, client) => {
    const send = servers[client % servers.length]!;
    const answer = kind === 'put'
      ? await send('PUT', `/Basic/${id}`, basic(id, `${client}`, { identifier: [{ value: `${client}` }] }))
      : await send('PATCH', `/Basic/${id}`, [{ op: 'add', path: '/identifier/-', value: { value: `${client}` } }], patch);
    if (answer.status === 200) {
      if (acknowledged.has(answer.version!)) flaws.push(`version ${answer.version} was given twice`);
      acknowledged.set(answer.version!, client);
    } else if (kind === 'put' || ![409, 412].includes(answer.status)) flaws.push(`${kind}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }));
  const { entry = [] } = (await servers[0]!('GET', `/Basic/${id}/_history?_count=500`)).json<Bundle>();
  if (entry.length !== acknowledged.size + 1) flaws.push(`${acknowledged.size} acknowledged, ${entry.length - 1} versions`);
  let before: string[] = ['begin'];
  for (const [version, { resource }] of entry.toReversed().entries()) {
    const values = (resource as unknown as { identifier: { value: string }[] }).identifier.map(({ value }) => value);
    const client = acknowledged.get(version + 1);
    if (version > 0) {
      const expected = client === undefined ? ['?'] : kinds[client] === 'put' ? [`${client}`] : [...before, `${client}`];
      if (values.join() !== expected.join()) flaws.push(`version ${version + 1} has ${values.join()} and not ${expected.join()}`);
    }
    before = values;
  }
  return flaws;
}

export type Creating = 'header' | 'bundle' | 'update';

/** Everybody wants to create what nobody has yet, each in his way: there is one of it, and everybody is told of that one. */
export async function createOnce(servers: readonly Send[], value: string, ways: readonly Creating[]): Promise<string[]> {
  const query = `identifier=urn:race%7C${value}`;
  const wanted = (client: number) => basic(undefined, `${client}`, { identifier: [{ system: 'urn:race', value }] });
  const flaws: string[] = [];
  const told = await Promise.all(ways.map(async (way, client) => {
    const send = servers[client % servers.length]!;
    if (way === 'update') {
      const answer = await send('PUT', `/Basic?${query}`, wanted(client));
      return { status: answer.status, id: answer.status < 300 ? answer.json<{ id: string }>().id : answer.text };
    }
    if (way === 'header') {
      const answer = await send('POST', '/Basic', wanted(client), { 'if-none-exist': query });
      return { status: answer.status, id: answer.status < 300 ? answer.json<{ id: string }>().id : answer.text };
    }
    const beside = `${value}-${client}`;
    const answer = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [
      { resource: basic(beside, 'beside', { subject: { reference: 'urn:uuid:6f1c1f0e-0000-4000-8000-000000000001' } }), request: { method: 'PUT', url: `Basic/${beside}` } },
      { fullUrl: 'urn:uuid:6f1c1f0e-0000-4000-8000-000000000001', resource: wanted(client), request: { method: 'POST', url: 'Basic', ifNoneExist: query } },
    ] });
    if (answer.status !== 200) return { status: answer.status, id: answer.text };
    // what refers to it leads to the one that there is
    const { subject } = (await send('GET', `/Basic/${beside}`)).json<{ subject: { reference: string } }>();
    return { status: Number(answer.json<Bundle>().entry![1]!.response!.status.slice(0, 3)), id: subject.reference.replace('Basic/', '') };
  }));
  const { entry = [] } = (await servers[0]!('GET', `/Basic?${query}`)).json<Bundle>();
  if (entry.length !== 1) flaws.push(`there are ${entry.length}`);
  for (const { status, id } of told) if (![200, 201].includes(status) || id !== entry[0]?.resource?.id) flaws.push(`${status} ${id.slice(0, 200)}`);
  if (told.filter(({ status }) => status === 201).length !== 1) flaws.push(`created by ${told.filter(({ status }) => status === 201).length}`);
  return flaws;
}

/** A transaction over some of the places, in this order; `stale` makes its last entry ask for a version that never is. */
export interface Crossing {
  places: readonly number[];
  stale: boolean;
}

/** Transactions that cross: each wholly or not at all, each two of them in one order wherever they meet, and none answered by a fault. */
export async function crossBundles(servers: readonly Send[], ids: readonly string[], crossings: readonly Crossing[]): Promise<string[]> {
  const flaws: string[] = [];
  await servers[0]!('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: ids.map((id) => ({ resource: basic(id, 'begin'), request: { method: 'PUT', url: `Basic/${id}` } })) });
  await Promise.all(crossings.map(async ({ places, stale }, client) => {
    const entry = places.map((place, at) => ({ resource: basic(ids[place], `${client}`), request: { method: 'PUT', url: `Basic/${ids[place]}`, ...(stale && at === places.length - 1 && { ifMatch: 'W/"9999"' }) } }));
    const { status, text } = await servers[client % servers.length]!('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    if (status !== (stale ? 412 : 200)) flaws.push(`${stale ? 'stale' : 'good'}: ${status} ${text.slice(0, 200)}`);
  }));
  const written = await Promise.all(ids.map((id) => versionsOf(servers[1]!, id)));
  for (const [client, { places, stale }] of crossings.entries()) {
    for (const place of ids.keys()) {
      const times = written[place]!.filter((text) => text === `${client}`).length;
      if (times !== (!stale && places.includes(place) ? 1 : 0)) flaws.push(`transaction ${client} stands ${times} times at ${place}`);
    }
  }
  for (const a of crossings.keys()) {
    for (const b of crossings.keys()) {
      const orders = written.filter((texts) => texts.includes(`${a}`) && texts.includes(`${b}`)).map((texts) => texts.indexOf(`${a}`) < texts.indexOf(`${b}`));
      if (new Set(orders).size > 1) flaws.push(`transactions ${a} and ${b} are not in one order`);
    }
  }
  return flaws;
}

export type Neighbour = 'create' | 'update' | 'stale' | 'invalid' | 'dangling' | 'read' | 'absent';
const answered: Readonly<Record<Neighbour, string>> = { create: '201', update: '201', stale: '412', invalid: '422', dangling: '422', read: '200', absent: '404' };

/** Batches side by side: each entry is answered by what it is itself, and written exactly where it was said to be. */
export async function neighbours(servers: readonly Send[], name: string, batches: readonly (readonly Neighbour[])[]): Promise<string[]> {
  const flaws: string[] = [];
  await servers[0]!('PUT', `/Basic/${name}`, basic(name, 'stands'));
  await Promise.all(batches.map(async (kinds, client) => {
    const send = servers[client % servers.length]!;
    const idOf = (at: number) => `${name}-${client}-${at}`;
    const put = (id: string, resource: Resource, more: object = {}) => ({ resource, request: { method: 'PUT', url: `Basic/${id}`, ...more } });
    const entry = kinds.map((kind, at): object => {
      const mark = { identifier: [{ system: 'urn:batch', value: idOf(at) }] };
      switch (kind) {
        case 'create': return { resource: basic(undefined, kind, mark), request: { method: 'POST', url: 'Basic' } };
        case 'update': return put(idOf(at), basic(idOf(at), kind, mark));
        case 'stale': return put(name, basic(name, kind, mark), { ifMatch: 'W/"7"' });
        case 'invalid': return put(idOf(at), basic(idOf(at), kind, { ...mark, shoeSize: 43 }));
        case 'dangling': return put(idOf(at), basic(idOf(at), kind, { ...mark, subject: { reference: 'Patient/nobody' } }));
        case 'read': return { request: { method: 'GET', url: `Basic/${name}` } };
        case 'absent': return { request: { method: 'GET', url: `Basic/${idOf(at)}-never` } };
      }
    });
    const answer = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
    const statuses = answer.status === 200 ? answer.json<Bundle>().entry!.map(({ response }) => response!.status.slice(0, 3)) : [answer.text.slice(0, 300)];
    const expected = kinds.map((kind) => answered[kind]);
    if (statuses.join() !== expected.join()) flaws.push(`${kinds.join()} were answered ${statuses.join()}`);
    for (const [at, kind] of kinds.entries()) {
      const { entry: found = [] } = (await send('GET', `/Basic?identifier=urn:batch%7C${idOf(at)}`)).json<Bundle>();
      if (found.length !== (kind === 'create' || kind === 'update' ? 1 : 0)) flaws.push(`${kind} is there ${found.length} times`);
    }
  }));
  if ((await versionsOf(servers[0]!, name)).join() !== 'stands') flaws.push('a refused change was made');
  return flaws;
}

/** Orders that do not depend on when something was last changed, and those that do. */
export const orders = { byContent: ['', '_id', '-_id', 'code', '-code', 'date,-_id', '-date', 'value-quantity', '-value-quantity,date'], byChange: ['_lastUpdated', '-_lastUpdated'] } as const;

/**
 * Walks page after page while others create, change and delete: whatever was there before the walk and is there after it, and does not
 * move in this order, is met exactly once. What is changed moves only in an order by the last change.
 */
export async function walkUnderWrites(servers: readonly Send[], name: string, { order, size, resources }: { order: string; size: number; resources: number }): Promise<string[]> {
  const code = `walk-${name}`;
  const byChange = order.includes('_lastUpdated');
  const measured = (id: string, number: number, note: string) => ({
    resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'urn:walk', code }, { system: 'urn:place', code: `c${number % 5}` }] }, note: [{ text: note }],
    effectiveDateTime: `2026-0${1 + (number % 3)}-1${number % 7}`, valueQuantity: { value: number % 4, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  });
  const idOf = (number: number) => `${name}-${String((number * 7) % resources).padStart(3, '0')}`;
  const all = (numbers: readonly number[], request: (number: number) => object) => ({ resourceType: 'Bundle', type: 'transaction', entry: numbers.map(request) });
  const put = (number: number, id: string, note: string) => ({ resource: measured(id, number, note), request: { method: 'PUT', url: `Observation/${id}` } });
  await servers[0]!('POST', '', all(Array.from({ length: resources }, (_, number) => number), (number) => put(number, idOf(number), 'begin')));

  const flaws: string[] = [];
  let walking = true;
  const gone = new Set<string>();
  const moved = new Set<string>();
  const writer = async (own: number): Promise<void> => {
    const send = servers[own % servers.length]!;
    for (let turn = own; walking; turn += 3) {
      const number = turn % resources;
      const id = idOf(number);
      // every third may go, every third may be changed, the rest stand as they are; new ones come all the time
      if (number % 3 === 0 && turn < resources) {
        gone.add(id);
        await send('DELETE', `/Observation/${id}`);
      } else if (number % 3 === 1) {
        moved.add(id);
        await send('PUT', `/Observation/${id}`, measured(id, number, `turn ${turn}`));
      } else await send('PUT', `/Observation/${name}-new-${turn}`, measured(`${name}-new-${turn}`, turn, 'new'));
    }
  };
  const writers = [0, 1, 2].map(writer);
  const met = new Map<string, number>();
  let next: string | undefined = `/Observation?code=urn:walk%7C${code}&_count=${size}${order === '' ? '' : `&_sort=${order}`}`;
  for (let page = 0; next !== undefined; page++) {
    // a page may be asked of either process
    const answer = await servers[page % servers.length]!('GET', next);
    if (answer.status !== 200) {
      flaws.push(`page ${page}: ${answer.status} ${answer.text.slice(0, 200)}`);
      break;
    }
    const { entry = [], link = [] } = answer.json<Bundle>();
    for (const { resource } of entry) met.set(resource!.id, (met.get(resource!.id) ?? 0) + 1);
    next = link.find(({ relation }) => relation === 'next')?.url.replace(/^.*\/fhir\/R4/, '');
  }
  walking = false;
  await Promise.all(writers);
  for (let number = 0; number < resources; number++) {
    const id = idOf(number);
    const times = met.get(id) ?? 0;
    const sure = !gone.has(id) && !(byChange && moved.has(id));
    if (sure ? times !== 1 : times > 1 && !(byChange && moved.has(id))) flaws.push(`sorted by ${order || 'nothing'}: ${id} was met ${times} times`);
  }
  for (const [id, times] of met) if (times > 1 && !byChange) flaws.push(`sorted by ${order || 'nothing'}: ${id} was met ${times} times`);
  return flaws;
}

/** Runs of a property of many clients: a tenth of the usual, since each is many requests. */
export const runs = (share: number): { numRuns: number } => ({ numRuns: Math.max(1, Math.round((fc.readConfigureGlobal().numRuns ?? 100) * share)) });
