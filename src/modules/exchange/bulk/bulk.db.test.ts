import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Resource } from '@medplum/fhirtypes';
import Fastify from 'fastify';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../../test/harness.ts';
import { createContext, createServiceClient, openEntrance, type Caller } from '../../../access/index.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { log } from '../../../kernel/log.ts';
import { restPlugin } from '../../../rest/index.ts';
import { openStore } from '../../../store/index.ts';
import type { Access } from '../../../store/types.ts';
import { sweepJobs } from '../tables.ts';
import { bulkPlugin } from './bulk-plugin.ts';
import { resumeBulk } from './manage-jobs.ts';
import { bulkOperations } from './operations.ts';
import { startBulk } from './run-bulk.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://karta.test', demo: false });
for (const id of ['registry', 'other']) await createServiceClient(entrance, { id, secret: 'a secret of the registry', scopes: 'system/*.*', name: 'Registry' });
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 30_000, interval: 30 });

const everything: Access = { name: 'system', rules: [{ types: 'all', patients: 'all', write: true }] };
const caller: { account: string; access: Access } = { account: 'registry', access: everything };
const asked = (): Caller => ({ actor: { reference: `Device/${caller.account}`, role: 'system', name: 'Registry' }, account: caller.account, access: caller.access, language: 'ru', by: 'bearer', demo: false });
const contextNow = async () => (await createContext(entrance, asked())).ctx;
const allowed: string[] = [];
const app = Fastify();
await app.register(restPlugin, { prefix: '/fhir/R4', url: 'http://karta.test/fhir/R4', authenticate: contextNow, operations: bulkOperations({ allowed }) });
await app.register(bulkPlugin, { allowed, authenticate: contextNow });
await app.ready();
afterAll(() => app.close());

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
beforeEach(async () => {
  Object.assign(caller, { account: 'registry', access: everything });
  allowed.length = 0;
  await database.query('truncate resource, history, date_value, number_value, text_value, outbox, bulk_job, bulk_part, lease');
});
const working = (): void => void stops.push(startBulk({ entrance, allowed, holder: 'here', lease: 5000, poll: 20, slack: 50 }));
/** A process of its own at work. It stands at the beginning of each step until it is let go on. */
async function childWorking(steps: number) {
  const child = fork(fileURLToPath(new URL('../../../../test/robustness/bulk-worker.ts', import.meta.url)), [database.url, ...allowed], { execArgv: [] });
  const exit = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exit;
    // what it held is free at once, as if its time had run out
    await database.query('update lease set deadline = clock_timestamp() where holder = $1', [`child ${child.pid}`]);
  };
  stops.push(kill);
  const told = on(child, 'message');
  await told.next();
  for (let step = 1; step <= steps; step++) {
    await told.next();
    if (step < steps) child.send('once');
  }
  return { kill, goOn: () => child.send('for good') };
}

async function write(...resources: Resource[]): Promise<void> {
  const ctx = await contextNow();
  for (let at = 0; at < resources.length; at += 500) {
    await ctx.store.write(resources.slice(at, at + 500).map((resource) => ({ method: 'update', resource })), { danglingReferences: 'allow' });
  }
}
const patient = (id: string, more: object = {}): Resource => ({ resourceType: 'Patient', id, active: true, ...more });
const observation = (id: string, of: string, code = '718-7', more: object = {}): Resource => ({ resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'http://loinc.org', code }] }, subject: { reference: `Patient/${of}` }, ...more });

type Answer = Awaited<ReturnType<typeof app.inject>>;
const send = (method: 'GET' | 'POST' | 'DELETE', url: string, headers: Record<string, string> = {}, payload?: string | Buffer): Promise<Answer> => app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
const background = { prefer: 'respond-async' };
const pathOf = (answer: Answer): string => new URL(String(answer.headers['content-location'])).pathname;
async function kickOff(url: string): Promise<string> {
  const answer = await send('GET', url, background);
  expect([answer.statusCode, answer.body]).toEqual([202, expect.stringContaining('OperationOutcome')]);
  return pathOf(answer);
}

interface Manifest {
  transactionTime: string;
  request: string;
  requiresAccessToken: boolean;
  output: { type: string; url: string; count: number }[];
  deleted?: { type: string; url: string; count: number }[];
  error: { type: string; url: string; count: number }[];
  extension?: { 'urn:karta:bulk-import': { written: number; refused: number } };
}
async function manifestOf(job: string): Promise<Manifest> {
  await eventually(async () => (await send('GET', job)).statusCode).toBe(200);
  return (await send('GET', job)).json<Manifest>();
}
async function linesOf(files: readonly { url: string }[]): Promise<Resource[]> {
  const texts = await Promise.all(files.map(async ({ url }) => (await send('GET', new URL(url).pathname)).body));
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line) as Resource);
}
const named = (resources: readonly Resource[]): string[] => resources.map(({ resourceType, id }) => `${resourceType}/${id}`).toSorted();

describe('an export', () => {
  it('answers as Bulk Data 2.0 asks: kick-off, status, manifest, files packed or not, cancel', async () => {
    await write(patient('one'), patient('two'), observation('a', 'one'), { resourceType: 'Organization', id: 'clinic', name: 'Поликлиника' });
    const job = await kickOff('/fhir/R4/$export?_outputFormat=ndjson');
    const waiting = await send('GET', job);
    expect([waiting.statusCode, waiting.headers['retry-after']]).toEqual([202, '2']);
    expect(waiting.headers['x-progress']).toContain('of');
    working();
    const manifest = await manifestOf(job);
    expect(manifest).toMatchObject({ request: 'http://karta.test/fhir/R4/$export?_outputFormat=ndjson', requiresAccessToken: true, error: [] });
    expect(manifest.output.map(({ type, count }) => [type, count])).toEqual([['Observation', 1], ['Organization', 1], ['Patient', 2]]);
    expect(named(await linesOf(manifest.output))).toEqual(['Observation/a', 'Organization/clinic', 'Patient/one', 'Patient/two']);
    const file = new URL(manifest.output[2]!.url).pathname;
    const packed = await send('GET', file, { 'accept-encoding': 'gzip, br' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/fhir+ndjson' });
    expect(gunzipSync(packed.rawPayload).toString()).toBe((await send('GET', file)).body);
    const rows = await database.query<{ patients: string[] }>(`select action, patients from journal where request = $1 order by seq`, [job.split('/').at(-1)]);
    expect(rows).toEqual([{ action: '$export Observation', patients: ['one'] }, { action: '$export Organization', patients: [] }, { action: '$export Patient', patients: ['one', 'two'] }]);
    expect((await send('DELETE', job)).statusCode).toBe(202);
    expect((await send('GET', job)).statusCode).toBe(404);
    expect((await send('GET', file)).statusCode).toBe(404);
    expect(await database.query('select 1 from bulk_part')).toEqual([]);
  });

  it('shows one instant: neither what is written nor what is changed while it runs', async () => {
    await write(...Array.from({ length: 1100 }, (_, n) => patient(`p${String(n).padStart(4, '0')}`)));
    const job = await kickOff('/fhir/R4/$export?_type=Patient');
    const child = await childWorking(1);
    await write(patient('p0000', { active: false }), patient('p1000', { active: false }), patient('p0500x'));
    const ctx = await contextNow();
    await ctx.store.write([{ method: 'delete', type: 'Patient', id: 'p1099' }]);
    child.goOn();
    const lines = await linesOf((await manifestOf(job)).output);
    expect(lines).toHaveLength(1100);
    expect(lines.filter((one) => !(one as { active?: boolean }).active)).toEqual([]);
    expect(lines.at(-1)!.id).toBe('p1099');
  });

  it('goes on where a killed process stopped: every resource once', async () => {
    await write(...Array.from({ length: 1800 }, (_, n) => patient(`p${n}`)));
    const job = await kickOff('/fhir/R4/Patient/$export?_type=Patient');
    await (await childWorking(3)).kill();
    const half = Number((await database.query<{ done: string }>('select done from bulk_job'))[0]!.done);
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(1800);
    working();
    const { output } = await manifestOf(job);
    const lines = await linesOf(output);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(1800);
    expect(lines).toHaveLength(1800);
    expect(output.reduce((sum, { count }) => sum + count, 0)).toBe(1800);
  });

  it('since an instant: what was written after it, and what was deleted', async () => {
    await write(patient('old'), patient('changed'), patient('gone'));
    const { transactionTime } = await (async () => {
      const job = await kickOff('/fhir/R4/$export?_type=Patient');
      working();
      return manifestOf(job);
    })();
    await write(patient('changed', { active: false }), patient('new'));
    await (await contextNow()).store.write([{ method: 'delete', type: 'Patient', id: 'gone' }]);
    const manifest = await manifestOf(await kickOff(`/fhir/R4/$export?_type=Patient&_since=${encodeURIComponent(transactionTime)}`));
    expect(named(await linesOf(manifest.output))).toEqual(['Patient/changed', 'Patient/new']);
    expect(await linesOf(manifest.deleted!)).toEqual([{ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: 'Patient/gone' } }] }]);
  });

  it('of a group, of named patients, by filters and elements', async () => {
    await write(
      patient('one', { gender: 'female', birthDate: '1960-01-01' }), patient('two'), patient('three'),
      observation('a', 'one'), observation('b', 'one', '2345-7'), observation('c', 'two'), observation('d', 'three'),
      { resourceType: 'Organization', id: 'clinic', name: 'Поликлиника' },
      { resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: { reference: 'Patient/one' } }, { entity: { reference: 'Patient/two' } }, { entity: { reference: 'Patient/three' }, inactive: true }] },
    );
    working();
    const linesAt = async (url: string): Promise<Resource[]> => linesOf((await manifestOf(await kickOff(url))).output);
    expect(named(await linesAt('/fhir/R4/Group/g/$export?_type=Patient,Observation'))).toEqual(['Observation/a', 'Observation/b', 'Observation/c', 'Patient/one', 'Patient/two']);
    expect(named(await linesAt('/fhir/R4/Patient/$export'))).not.toContain('Organization/clinic');
    expect(named(await linesAt('/fhir/R4/Patient/$export?_type=Observation&patient=Patient/three'))).toEqual(['Observation/d']);
    expect(named(await linesAt(`/fhir/R4/$export?_type=Observation&_typeFilter=${encodeURIComponent('Observation?code=2345-7,Observation?subject=Patient/three')}`))).toEqual(['Observation/b', 'Observation/d']);
    const [left] = await linesAt('/fhir/R4/Group/g/$export?_type=Patient&_elements=Patient.gender');
    expect(left).toMatchObject({ gender: 'female', meta: { tag: [{ code: 'SUBSETTED' }] } });
    expect(left).not.toHaveProperty('birthDate');
  });

  it('gives a caller what he may see, and his job to nobody else', async () => {
    await write(patient('one'), patient('two'), observation('a', 'one'), observation('b', 'two'), observation('r', 'one', '718-7', { meta: { security: [{ system: 'urn:karta:label', code: 'delayed' }] } }));
    caller.access = { name: 'system', rules: [{ types: ['Observation', 'Patient'], patients: ['one'], write: false, withoutLabels: ['urn:karta:label|delayed'] }] };
    const job = await kickOff('/fhir/R4/$export');
    working();
    const { output } = await manifestOf(job);
    expect(named(await linesOf(output))).toEqual(['Observation/a', 'Patient/one']);
    caller.account = 'other';
    for (const url of [job, new URL(output[0]!.url).pathname]) expect((await send('GET', url)).json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ details: { coding: [{ code: 'exchange.no-job' }] } }] });
    expect((await send('DELETE', job)).statusCode).toBe(404);
  });

  it('is stopped where its requester has lost his access', async () => {
    await write(patient('one'));
    const job = await kickOff('/fhir/R4/$export');
    await database.query(`update service_client set disabled = true where id = 'registry'`);
    working();
    await eventually(async () => (await send('GET', job)).statusCode).toBe(403);
    await database.query(`update service_client set disabled = false where id = 'registry'`);
  });

  it.each([
    ['/fhir/R4/$export', {}, 'exchange.not-asynchronous'],
    ['/fhir/R4/$export?_type=Pacient', background, 'exchange.bad-parameter'],
    ['/fhir/R4/$export?_since=yesterday', background, 'exchange.bad-parameter'],
    ['/fhir/R4/$export?_outputFormat=text/csv', background, 'exchange.bad-parameter'],
    ['/fhir/R4/$export?_typeFilter=code=1', background, 'exchange.bad-parameter'],
    ['/fhir/R4/$export?patient=Patient/1', background, 'exchange.bad-parameter'],
    ['/fhir/R4/$export?includeAssociatedData=LatestProvenanceResources', background, 'exchange.unsupported-parameter'],
    ['/fhir/R4/Patient/$export?_type=Organization', background, 'exchange.not-a-patients-type'],
    ['/fhir/R4/Group/nobody/$export', background, 'store.not-found'],
    ['/fhir/bulk/nothing', {}, 'exchange.no-job'],
  ])('%s %j is refused in words', async (url, headers, code) => {
    const answer = await send('GET', url, headers);
    expect(answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]!.details.coding[0]!.code).toBe(code);
  });

  it('files go when their time is over', async () => {
    const job = await kickOff('/fhir/R4/$export?_type=Patient');
    working();
    await write(patient('one'));
    await manifestOf(job);
    await database.query(`update bulk_job set expires = now() - interval '1 minute'`);
    await sweepJobs(database);
    expect((await send('GET', job)).statusCode).toBe(404);
    expect(await database.query('select 1 from bulk_part')).toEqual([]);
  });
});

describe('an import', () => {
  const upload = (text: string, headers: Record<string, string> = {}): Promise<Answer> => send('POST', '/fhir/R4/$import', { 'content-type': 'application/fhir+ndjson', ...background, ...headers }, text);
  const counted = async (type: string) => Number((await database.query<{ count: string }>(`select count(*) from resource where type = (select type from resource where id = $1) and not deleted`, [type]))[0]!.count);

  it('of an upload writes what conforms and lists what does not by its line', async () => {
    const lines = [patient('one'), { resourceType: 'Patient', id: 'bad', gender: 'unknown sex' }, 'no json', patient('two', { multipleBirthInteger: 1 }), { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/not-there' }, valueQuantity: { value: 1 } }];
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n').replace('"value":1}', '"value":1.00}');
    const answer = await upload(text);
    expect(answer.statusCode).toBe(202);
    working();
    const manifest = await manifestOf(pathOf(answer));
    expect(manifest.extension!['urn:karta:bulk-import']).toEqual({ written: 3, refused: 2 });
    const refusals = (await linesOf(manifest.error)) as { issue: { diagnostics: string; details: { coding: { code: string }[] } }[] }[] & Resource[];
    expect(refusals.map(({ issue }) => [issue[0]!.details.coding[0]!.code, /input\[0\]:\d+/.exec(issue[0]!.diagnostics)![0]])).toEqual([['store.invalid', 'input[0]:2'], ['rest.not-json', 'input[0]:3']]);
    const { matches } = await (await contextNow()).store.search('Observation', '');
    expect(matches[0]!.content).toContain('1.00');
  });

  it('goes on where a killed process stopped: every line once', async () => {
    const answer = await upload(Array.from({ length: 1100 }, (_, n) => JSON.stringify(n % 2 ? { resourceType: 'Patient', multipleBirthInteger: n } : patient(`p${n}`))).join('\n'), {});
    await (await childWorking(3)).kill();
    const half = await counted('p0');
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(1100);
    working();
    expect((await manifestOf(pathOf(answer))).extension!['urn:karta:bulk-import']).toEqual({ written: 1100, refused: 0 });
    expect(await counted('p0')).toBe(1100);
    expect(await database.query('select 1 from resource where version > 1')).toEqual([]);
  });

  it('takes packed uploads, and of one that breaks off nothing', async () => {
    working();
    const packed = gzipSync(`${JSON.stringify(patient('one'))}\n`);
    const headers = { 'content-type': 'application/fhir+ndjson', 'content-encoding': 'gzip', ...background };
    await manifestOf(pathOf(await send('POST', '/fhir/R4/$import', headers, packed)));
    expect(await counted('one')).toBe(1);
    const broken = await send('POST', '/fhir/R4/$import', headers, packed.subarray(0, packed.length - 12));
    expect(broken.json()).toMatchObject({ issue: [{ details: { coding: [{ code: 'exchange.bad-encoding' }] } }] });
    expect(await database.query(`select 1 from bulk_job where state in ('active', 'receiving')`)).toEqual([]);
  });

  it('by addresses fetches what the operator allows, in order, and goes on after an address was down', async () => {
    let up = false;
    const files: Record<string, string | Buffer> = { '/patients.ndjson': `${JSON.stringify(patient('one'))}\r\n\n${JSON.stringify(observation('stray', 'one'))}\n`, '/observations.ndjson.gz': gzipSync(JSON.stringify(observation('a', 'one'))) };
    const server = createServer((request, reply) => {
      if (!up && request.url!.startsWith('/observations')) return void reply.writeHead(503).end();
      reply.writeHead(files[request.url!] ? 200 : 404).end(files[request.url!]);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(() => (server.closeAllConnections(), new Promise((closed) => server.close(closed))));
    const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const manifest = { inputFormat: 'application/fhir+ndjson', inputSource: 'http://source.example', input: [{ type: 'Patient', url: `${origin}/patients.ndjson` }, { type: 'Observation', url: `${origin}/observations.ndjson.gz` }] };
    const kick = () => send('POST', '/fhir/R4/$import', { 'content-type': 'application/json', ...background }, JSON.stringify(manifest));
    expect((await kick()).json()).toMatchObject({ issue: [{ details: { coding: [{ code: 'exchange.address' }] } }] });
    allowed.push(origin);
    working();
    const job = pathOf(await kick());
    await eventually(async () => (await send('GET', job)).statusCode).toBe(503);
    up = true;
    await resumeBulk(await contextNow(), job.split('/').at(-1)!);
    const done = await manifestOf(job);
    expect(done.extension!['urn:karta:bulk-import']).toEqual({ written: 2, refused: 1 });
    expect(await linesOf(done.error)).toMatchObject([{ issue: [{ details: { coding: [{ code: 'rest.type-mismatch' }] }, diagnostics: expect.stringContaining('input[0]:3') }] }]);
    expect(await database.query('select 1 from resource where version > 1')).toEqual([]);
  });

  it('stops when it is cancelled, and writes nothing that the caller may not', async () => {
    caller.access = { name: 'system', rules: [{ types: ['Patient'], patients: 'all', write: true }] };
    working();
    const mixed = await manifestOf(pathOf(await upload(`${JSON.stringify(patient('one'))}\n${JSON.stringify(observation('a', 'one'))}`)));
    expect(mixed.extension!['urn:karta:bulk-import']).toEqual({ written: 1, refused: 1 });
    await stops.pop()!();
    const job = pathOf(await upload(Array.from({ length: 1500 }, (_, n) => JSON.stringify(patient(`c${n}`))).join('\n')));
    const child = await childWorking(2);
    expect((await send('DELETE', job)).statusCode).toBe(202);
    child.goOn();
    await eventually(async () => (await database.query(`select 1 from lease where name like 'bulk:%' and deadline > clock_timestamp()`)).length).toBe(0);
    expect(await counted('one')).toBeLessThan(1501);
    caller.access = { name: 'system', rules: [{ types: 'all', patients: 'all', write: false }] };
    expect((await upload('{}')).json()).toMatchObject({ issue: [{ details: { coding: [{ code: 'exchange.import-scope' }] } }] });
  });
});
