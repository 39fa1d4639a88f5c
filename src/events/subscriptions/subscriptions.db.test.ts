import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Observation, Resource, Subscription } from '@medplum/fhirtypes';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { createContext, createServiceClient, openEntrance, systemContext, type Caller } from '../../access/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { log, type Log } from '../../kernel/log.ts';
import { openStore } from '../../store/index.ts';
import type { Access } from '../../store/types.ts';
import { startDispatch } from '../dispatch.ts';
import { pruneOutbox } from '../prune-outbox.ts';
import { openTail } from '../tail.ts';
import { backlogOf, readSubscription } from './kept-subscription.ts';
import { resumeSubscription, subscriptionReaction } from './react-subscription.ts';
import { startSubscriptions, type SubscriptionOptions } from './start-subscriptions.ts';
import { testSubscription } from './test-subscription.ts';

const database = await freshDatabase();
const tail = await openTail(database, { poll: 50 });
afterAll(() => tail.stop());
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow', committed: () => tail.wake() });
const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://karta.test', demo: false });
await createServiceClient(entrance, { id: 'lab', secret: 'a secret of the laboratory', scopes: 'system/*.*', name: 'Laboratory' });
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000, interval: 20 });

const everything: Access = { name: 'system', rules: [{ types: 'all', patients: 'all', write: true }] };
const caller = (access: Access = everything): Caller => ({ actor: { reference: 'Device/lab', role: 'system', name: 'Laboratory' }, account: 'lab', access, language: 'ru', by: 'bearer', demo: false });
async function write(resource: Resource, access?: Access): Promise<string> {
  const { ctx } = await createContext(entrance, caller(access));
  const [written] = await ctx.store.write([{ method: resource.id ? 'update' : 'create', resource }], { danglingReferences: 'allow' });
  return written!.id;
}

interface Heard {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}
const closing: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.query('truncate outbox, reaction_position, reaction_parked, lease, subscription, subscriber');
});

/** A real endpoint that remembers what it was told; `answer` says how it takes each. */
async function sink(answer: (heard: Heard, reply: ServerResponse) => void | Promise<void> = (_heard, reply) => void reply.end()) {
  const heard: Heard[] = [];
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      const one = { method: request.method!, url: request.url!, headers: request.headers, body };
      heard.push(one);
      void answer(one, reply);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  closing.push(() => (server.closeAllConnections(), new Promise((closed) => server.close(closed))));
  return { heard, server, origin: `http://127.0.0.1:${port}`, versions: () => heard.filter(({ body }) => body).map(({ body }) => (JSON.parse(body) as Observation).valueInteger) };
}

/** What a server does for subscriptions, in this process. */
function serving(allowed: readonly string[], options: Partial<SubscriptionOptions> = {}): () => Promise<void> {
  const parts = { entrance, allowed };
  const stopDispatch = startDispatch({ database, tail, holder: 'here', context: () => systemContext(entrance), reactions: [subscriptionReaction(parts)], lease: 5000, poll: 50, waits: [20, 20] });
  const stopSending = startSubscriptions({ ...parts, tail, holder: options.holder ?? 'here', lease: 5000, poll: 50, waits: [50, 50, 50], ...options });
  let stopped: Promise<unknown> | undefined;
  const stop = async (): Promise<void> => void (await (stopped ??= Promise.all([stopDispatch(), stopSending()])));
  closing.push(stop);
  return stop;
}
/** Kills a process; what it held is free at once, as if its time had run out. */
async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  await database.query('update lease set deadline = clock_timestamp() where holder = $1', [`child ${child.pid}`]);
}
async function childServing(allowed: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./killed-notifier.ts', import.meta.url)), [database.url, allowed], { execArgv: [] });
  closing.push(() => killed(child));
  await once(child, 'message');
  return child;
}

function subscription(endpoint: string, more: Partial<Subscription> = {}, channel: Partial<Subscription['channel']> = {}): Subscription {
  return { resourceType: 'Subscription', status: 'requested', reason: 'Результаты анализов', criteria: 'Observation?code=http://loinc.org|718-7', channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json', ...channel }, ...more };
}
async function subscribed(given: Subscription, access?: Access): Promise<string> {
  const id = await write(given, access);
  await eventually(async () => (await statusOf(id)).status).not.toBe('requested');
  return id;
}
const statusOf = async (id: string): Promise<Subscription> => JSON.parse((await systemContext(entrance).store.read('Subscription', id)).content) as Subscription;
const result = (value: number, more: Partial<Observation> = {}): Observation => ({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '718-7' }] }, subject: { reference: 'Patient/one' }, valueInteger: value, ...more });
const others: Partial<Observation> = { code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] } };
const firsts = (values: readonly (number | undefined)[]) => [...new Set(values)];

describe('a subscription', () => {
  it('becomes active and tells of what meets its criteria, in order, with its headers and the resource, and nothing else', async () => {
    const { heard, origin } = await sink();
    serving([origin]);
    await write(result(0));
    const id = await subscribed(subscription(`${origin}/hook/`, {}, { header: ['Authorization: Bearer of-the-laboratory', 'X-Ward:7'] }));
    expect((await statusOf(id)).status).toBe('active');
    const written = [await write(result(1)), await write(result(2, others)), await write(result(3))];
    await eventually(() => heard.length).toBe(2);
    expect(heard.map(({ method, url }) => [method, url])).toEqual([['PUT', `/hook/Observation/${written[0]}`], ['PUT', `/hook/Observation/${written[2]}`]]);
    expect(heard[0]!.headers).toMatchObject({ authorization: 'Bearer of-the-laboratory', 'x-ward': '7', 'content-type': 'application/fhir+json; charset=utf-8' });
    expect(JSON.parse(heard[1]!.body)).toMatchObject({ id: written[2], meta: { versionId: '1' }, valueInteger: 3 });
    const rows = await database.query(`select account, action, patients, request from journal where action like 'notify%' order by seq`);
    expect(rows).toEqual(written.slice(0, 2).map(() => ({ account: 'lab', action: 'notify Observation', patients: ['one'], request: `Subscription/${id}` })));
  });

  it('without a payload says only that something has happened; off and deleted are silent', async () => {
    const { heard, origin } = await sink();
    serving([origin]);
    const id = await subscribed(subscription(`${origin}/ping`, {}, { payload: undefined }));
    await write(result(1));
    await eventually(() => heard).toMatchObject([{ method: 'POST', url: '/ping', body: '' }]);
    await write({ ...(await statusOf(id)), status: 'off' });
    await eventually(async () => (await readSubscription(database, id))?.state).toBe('off');
    await write(result(2));
    await sleep(200);
    expect(heard).toHaveLength(1);
    const { ctx } = await createContext(entrance, caller());
    await ctx.store.write([{ method: 'delete', type: 'Subscription', id }]);
    await eventually(() => readSubscription(database, id)).toBe(undefined);
    expect(await database.query('select 1 from subscriber')).toEqual([]);
  });

  it.each<[string, Partial<Subscription>, Partial<Subscription['channel']>, string]>([
    ['an address that the operator has not named', {}, { endpoint: 'https://elsewhere.example/hook' }, 'KARTA_OUTWARD'],
    ['plain http to another machine', {}, { endpoint: 'http://10.0.0.1/hook' }, 'insecure'],
    ['another channel', {}, { type: 'email' }, 'email'],
    ['a header that changes the request', {}, { header: ['Host: inner.example'] }, '№ 1'],
    ['criteria that are no search', { criteria: 'Observation?colour=red' }, {}, 'colour'],
    ['a type that does not exist', { criteria: 'Observations?code=1' }, {}, 'Observation?code'],
    ['a time that is over', { end: '2020-01-01T00:00:00Z' }, {}, 'end'],
  ])('with %s stands in error and says why', async (_, more, channel, said) => {
    serving(['http://127.0.0.1:1']);
    const id = await subscribed(subscription('http://127.0.0.1:1/hook', more, channel));
    expect(await statusOf(id)).toMatchObject({ status: 'error', error: expect.stringContaining(said) });
  });
});

describe('for the administrator', () => {
  it('a subscription that never came into force is resumed once its address is allowed; a test says what the endpoint answers and moves nothing', async () => {
    let status = 204;
    const { heard, origin } = await sink((_one, reply) => void reply.writeHead(status).end());
    const stop = serving([]);
    const id = await subscribed(subscription(origin, {}, { header: ['X-Key: ours'] }));
    expect((await statusOf(id)).status).toBe('error');
    await stop();
    const [ctx, parts] = [systemContext(entrance), { entrance, allowed: [origin] }];
    await expect(testSubscription({ entrance, allowed: [] }, ctx, id)).rejects.toMatchObject({ code: 'events.subscription-address' });
    expect(await testSubscription(parts, ctx, id)).toMatchObject({ taken: true, said: 'HTTP 204' });
    expect(heard).toMatchObject([{ method: 'POST', body: '', headers: { 'x-key': 'ours' } }]);
    status = 503;
    expect(await testSubscription(parts, ctx, id)).toMatchObject({ taken: false, said: 'HTTP 503' });
    await resumeSubscription(parts, ctx, id);
    expect((await statusOf(id)).status).toBe('active');
    await write(result(1));
    await write(result(2, others));
    const kept = async () => (await readSubscription(database, id))!;
    expect([await backlogOf(database, await kept(), 10), await backlogOf(database, await kept(), 1), (await kept()).delivered]).toEqual([2, 1, null]);
    status = 200;
    serving([origin]);
    await eventually(async () => backlogOf(database, await kept(), 10)).toBe(0);
    expect([(await kept()).sent, (await kept()).delivered]).toEqual([1, expect.anything()]);
  });
});

describe('nothing is lost', () => {
  it('where the server is killed between notifications, and again', async () => {
    let slow = 30;
    const { heard, origin, versions } = await sink(async (_heard, reply) => {
      await sleep(slow);
      reply.end();
    });
    let child = await childServing(origin);
    await subscribed(subscription(origin));
    for (let value = 0; value < 25; value++) await write(result(value));
    for (const after of [5, 12]) {
      await eventually(() => heard.length).toBeGreaterThan(after);
      await killed(child);
      child = await childServing(origin);
    }
    slow = 0;
    await eventually(() => firsts(versions()).length).toBe(25);
    // each in its order; what was under way at a kill may have come twice
    expect(firsts(versions())).toEqual(Array.from({ length: 25 }, (_, value) => value));
    expect(heard.length).toBeLessThanOrEqual(27);
  });

  it('by two processes at once, each notification comes once', async () => {
    const { origin, versions } = await sink();
    await childServing(origin);
    serving([origin], { holder: 'here' });
    await subscribed(subscription(origin));
    await Promise.all(Array.from({ length: 20 }, (_, value) => write(result(value))));
    await eventually(() => versions().length).toBe(20);
    await sleep(200);
    expect(versions().toSorted((a, b) => a! - b!)).toEqual(Array.from({ length: 20 }, (_, value) => value));
  });

  it('where the sink is down: tried again, then in error with the reason, and resumed from the same place with versions that have gone by meanwhile', async () => {
    let up = false;
    const { heard, origin, versions } = await sink((_heard, reply) => void reply.writeHead(up ? 204 : 503).end());
    serving([origin]);
    const id = await subscribed(subscription(origin, { criteria: 'Observation?code=718-7&status=preliminary' }));
    const observation = await write(result(1, { status: 'preliminary' }));
    await write({ ...result(2, { status: 'final' }), id: observation });
    await write(result(3, { status: 'preliminary' }));
    await eventually(async () => (await statusOf(id)).status).toBe('error');
    expect((await statusOf(id)).error).toContain('HTTP 503');
    expect(versions()).toEqual([1, 1, 1, 1]);
    // its place holds the feed back
    await database.query(`update outbox set at = now() - interval '20 days'`);
    await pruneOutbox({ database, reactions: [] });
    up = true;
    heard.length = 0;
    await resumeSubscription({ entrance, allowed: [origin] }, systemContext(entrance), id);
    await eventually(() => versions()).toEqual([1, 3]);
    expect(await statusOf(id)).toMatchObject({ status: 'active' });
    expect((await statusOf(id)).error).toBe(undefined);
    expect(await readSubscription(database, id)).toMatchObject({ state: 'active', tries: 0, error: null });
  });

  it('where a sink is slow: it holds up no other subscription', async () => {
    const slow = await sink(() => undefined);
    const quick = await sink();
    serving([slow.origin, quick.origin], { timeout: 1000, waits: [50, 50, 50, 50, 100_000] });
    const id = await subscribed(subscription(slow.origin));
    await subscribed(subscription(quick.origin));
    for (let value = 0; value < 5; value++) await write(result(value));
    await eventually(() => firsts(quick.versions())).toEqual([0, 1, 2, 3, 4]);
    await eventually(async () => (await readSubscription(database, id))?.error).toBe('events.subscription-undelivered');
    expect((await readSubscription(database, id))?.details).toMatchObject({ reason: 'timeout' });
  });

  it('a redirection is not followed', async () => {
    const inner = await sink();
    const { origin } = await sink((_heard, reply) => void reply.writeHead(307, { location: `${inner.origin}/secret` }).end());
    serving([origin], { waits: [] });
    const id = await subscribed(subscription(origin));
    await write(result(1));
    await eventually(async () => (await statusOf(id)).error).toContain('HTTP 307');
    expect(inner.heard).toEqual([]);
  });
});

describe('nothing leaves that its subscriber may not see', () => {
  it('neither by the rights he came with, nor by those he has lost since', async () => {
    const { heard, origin, versions } = await sink();
    const access: Access = { name: 'system', rules: [{ types: ['Observation'], patients: ['one'], write: true }, { types: ['Subscription'], patients: 'all', write: true }] };
    serving([origin]);
    const id = await subscribed(subscription(origin), access);
    await write(result(1, { subject: { reference: 'Patient/two' } }));
    await write(result(2));
    await eventually(() => versions()).toEqual([2]);
    await database.query(`update service_client set disabled = true where id = 'lab'`);
    await write(result(3));
    await eventually(async () => (await statusOf(id)).status).toBe('error');
    await database.query(`update service_client set disabled = false where id = 'lab'`);
    expect(heard).toHaveLength(1);
  });

  it('and no log names a header, an address or a patient', async () => {
    const lines: unknown[] = [];
    const noting = (...given: unknown[]) => void lines.push(given);
    const quiet: Log = { debug: noting, info: noting, warn: noting, error: noting } as never;
    const { origin } = await sink((_heard, reply) => void reply.writeHead(500).end());
    serving([origin], { waits: [10], log: quiet });
    const id = await subscribed(subscription(`${origin}/secret-path`, {}, { header: ['X-Key: of-the-laboratory'] }));
    await write(result(1));
    await eventually(async () => (await statusOf(id)).status).toBe('error');
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toMatch(/of-the-laboratory|secret-path|127\.0\.0\.1|Patient/);
  });
});
