import type { OperationOutcome } from '@medplum/fhirtypes';
import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { HttpPerson } from '../../test/robustness/http-person.ts';
import { createAccount, keepDemoClient, openEntrance, systemContext } from '../access/index.ts';
import { createServer, openContext } from '../http/index.ts';
import { systemClock } from '../kernel/clock.ts';
import { restPlugin } from '../rest/index.ts';
import { openStore } from '../store/index.ts';
import { freePort } from './testing/free-port.ts';

const db = await freshDatabase();
const port = await freePort();
const url = `http://localhost:${port}`;
const store = await openStore(db, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db, store, clock: systemClock, log: pino({ level: 'silent' }), url, demo: true });
const limits = { perSecond: 1, burst: 3, together: 2, togetherOfClient: 8 };
const server = await createServer({ entrance, modules: [] });
await server.register(restPlugin, { prefix: '/fhir/R4', url: `${url}/fhir/R4`, limits, authenticate: (request) => openContext(entrance, request) });

let [first, neighbour, program] = [undefined, undefined, undefined] as unknown as [HttpPerson, HttpPerson, HttpPerson];
beforeAll(async () => {
  await systemContext(entrance).store.write([{ method: 'update', resource: { resourceType: 'Organization', id: 'clinic', name: 'Поликлиника № 2' } }]);
  for (const login of ['petrov', 'neighbour']) await createAccount(entrance, { login, password: 'длинная-фраза-7', role: 'doctor', practitioner: `Practitioner/${login}`, name: 'Петров П. П.' });
  await keepDemoClient(entrance);
  await server.listen({ port, host: '127.0.0.1' });
  first = await HttpPerson.signIn(url, 'petrov', 'длинная-фраза-7');
  neighbour = await HttpPerson.signIn(url, 'neighbour', 'длинная-фраза-7');
  program = await HttpPerson.system(url);
});
afterAll(() => server.close());

/** Everything that the server answers to these bytes until it closes the connection. */
async function answerTo(...packets: string[]): Promise<{ status: number; head: string; body: OperationOutcome & { code?: string; detail?: string } }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  for (const packet of packets) {
    socket.write(packet);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await closed;
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.slice(9, 12)), head: head.toLowerCase(), body: JSON.parse(body) as OperationOutcome };
}

const codeOf = ({ issue }: OperationOutcome) => issue[0]!.details!.coding![0]!.code;

describe('what can hardly be read', () => {
  const long = 'x'.repeat(17 * 1024);
  const huge = 'x'.repeat(70 * 1024);
  const tail = 'host: localhost\r\nconnection: close\r\n\r\n';

  it.each([
    ['headers too large', [`GET /fhir/R4/metadata HTTP/1.1\r\nx-long: ${long}\r\n${tail}`], 431, 'http.headers-too-large', '16'],
    ['headers too large for the parser', [`GET /fhir/R4/metadata HTTP/1.1\r\nx-long: ${huge}\r\n${tail}`], 431, 'http.headers-too-large', '16'],
    ['an address too long', [`GET /fhir/R4/Patient?name=${long} HTTP/1.1\r\n${tail}`], 414, 'http.address-too-long', '16'],
    ['an address too long for the parser', [`GET /fhir/R4/Patient?name=${huge} HTTP/1.1\r\n${tail}`], 414, 'http.address-too-long', '16'],
    ['an address that never came whole', ['GET /fhir/R4/Patient?na', huge], 414, 'http.address-too-long', '16'],
    ['a head that is no HTTP', ['GET /fhir/R4/metadata HTTP/1.1\r\nno colon here\r\n\r\n'], 400, 'http.malformed', ''],
    ['a body without an end', ['POST /fhir/R4/Patient HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'], 400, 'http.malformed', ''],
    ['what is no HTTP at all', ['\u0016\u0003\u0001 hello'], 400, 'http.malformed', ''],
  ])('%s is refused in FHIR’s words, and the connection closed', async (_, packets, status, code, named) => {
    const { status: given, head, body } = await answerTo(...packets);
    expect([given, body.resourceType, codeOf(body)]).toEqual([status, 'OperationOutcome', code]);
    expect(head).toContain('content-type: application/fhir+json');
    expect(head).toContain('connection: close');
    expect(body.issue[0]!.details!.text).toContain(named);
  });

  it('is refused as a problem where our own pages ask, in the language of who asks', async () => {
    const refused = await answerTo(`GET /api/session HTTP/1.1\r\naccept-language: en\r\nx-long: ${huge}\r\n${tail}`);
    expect([refused.status, refused.body.code]).toEqual([431, 'http.headers-too-large']);
    expect(refused.head).toContain('content-type: application/problem+json');
    expect(refused.body.detail).toBe('The headers are larger than 16 KB. Shorten them: mostly it is Cookie or Authorization that is too long.');
    const near = await answerTo(`GET /api/session?x=${long} HTTP/1.1\r\naccept-language: ru;q=0.1, en\r\n${tail}`);
    expect([near.status, near.body.detail]).toEqual([414, 'The address is longer than 16 KB. Send the criteria in a body: POST …/_search.']);
  });

  it('leaves everybody else alone, also on a connection that was refused', async () => {
    const garbage = Array.from({ length: 20 }, () => 'y'.repeat(1000));
    expect((await answerTo('BLAH\r\n', ...garbage)).status).toBe(400);
    expect((await program.send('GET', '/fhir/R4/Organization/clinic')).status).toBe(200);
  });
});

describe('what is too much is refused with its limit', () => {
  const refused = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const answer = await program.send(method, `/fhir/R4${path}`, { ...(body !== undefined && { body }), headers });
    return [answer.status, codeOf(answer.json<OperationOutcome>()), /\d[\d\s ]*\d|\d/.exec(answer.json<OperationOutcome>().issue[0]!.details!.text!)?.[0].trim()];
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('a body, its depth, the entries of a Bundle, criteria, a costly search', async () => {
    expect(await refused('POST', '/Patient', ' '.repeat(16 * 1024 * 1024 + 1))).toEqual([413, 'rest.body-too-large', '16']);
    expect(await refused('POST', '/Patient', `${'[ '.repeat(65)}${']'.repeat(65)}`)).toEqual([400, 'rest.too-deep', '64']);
    expect(await refused('POST', '', JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry: Array.from({ length: 10_001 }, () => 1) }))).toEqual([413, 'rest.bundle-too-many', '10001']);
    expect(await refused('POST', '/Patient/_search', `name=${'x'.repeat(64 * 1024)}`, form)).toEqual([413, 'rest.query-too-long', '64']);
    expect(await refused('GET', `/Patient?${'name=x&'.repeat(201)}`)).toEqual([413, 'rest.query-too-many', '200']);
    expect(await refused('GET', `/Patient?identifier=${Array.from({ length: 1001 }, (_, at) => at).join(',')}`)).toEqual([400, 'store.too-many-values', '1000']);
  });
});

describe('who asks too often', () => {
  it('is told so in FHIR’s words and how long to wait; his neighbour is not touched', async () => {
    const answers = [];
    for (let request = 0; request < 8; request++) answers.push(await first.send('GET', '/fhir/R4/Organization/clinic'));
    const refused = answers.find(({ status }) => status === 429)!;
    expect(codeOf(refused.json<OperationOutcome>())).toBe('rest.throttled');
    expect(refused.json<OperationOutcome>().issue[0]!.code).toBe('throttled');
    expect(refused.json<OperationOutcome>().issue[0]!.details!.text).toContain('до 1 раз в секунду');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await neighbour.send('GET', '/fhir/R4/Organization/clinic')).status).toBe(200);
  });

  it('is never a program that loads a region', async () => {
    const create = (at: number) => program.send('POST', '/fhir/R4/Organization', { body: { resourceType: 'Organization', name: `№ ${at}` } });
    const statuses = new Set<number>();
    for (let at = 0; at < 60; at += 6) for (const { status } of await Promise.all([0, 1, 2, 3, 4, 5].map((step) => create(at + step)))) statuses.add(status);
    expect([...statuses]).toEqual([201]);
  });
});
