import type { Resource } from '@medplum/fhirtypes';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freshDatabase } from '../../test/harness.ts';
import { createAccount, keepDemoAccount, keepDemoClient, openEntrance, smartConfiguration, systemContext } from '../access/index.ts';
import type { Database } from '../db/types.ts';
import { systemClock } from '../kernel/clock.ts';
import { defineModule, FileAnswer, route } from '../modules/module.ts';
import { restPlugin } from '../rest/index.ts';
import { openStore } from '../store/index.ts';
import { createServer } from './create-server.ts';
import { openContext } from './open-visit.ts';

const db = await freshDatabase();
let broken = false;
/** The real database, whose journal can be made to fail. */
const failing: Database = { ...db, query: (text, values) => (broken && text.includes('insert into journal ') ? Promise.reject(new Error('disk full')) : db.query(text, values)) };
const written: string[] = [];
const log = pino({ level: 'debug', base: undefined }, { write: (line: string) => void written.push(line) });
const url = 'https://karta.example';
const store = await openStore(db, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db: failing, store, clock: systemClock, log, url, demo: true });
const secretName = 'Иванова-Секретная';
await systemContext(entrance).store.write([
  { method: 'update', resource: { resourceType: 'Patient', id: 'ivanova', name: [{ family: secretName }], managingOrganization: { display: 'Поликлиника № 2' } } as Resource },
  { method: 'update', resource: { resourceType: 'Patient', id: 'other', name: [{ family: 'Другая' }] } },
]);
await createAccount(entrance, { login: 'petrov', password: 'длинная-фраза-7', role: 'doctor', practitioner: 'Practitioner/petrov', name: 'Петров П. П.' });
await keepDemoAccount(entrance, { login: 'patient', role: 'patient', patients: ['ivanova'], name: 'Иванова М. П.', about: 'Смотрит свою карту' });
await keepDemoClient(entrance);

let changed = 0;
const probe = defineModule({
  name: 'probe',
  routes: [
    route({ method: 'GET', path: '/probe/:id/card', roles: ['doctor', 'patient'], params: z.object({ id: z.string().max(64) }), handle: async (ctx, { params }) => JSON.parse((await ctx.store.read('Patient', params.id)).content) as unknown }),
    route({ method: 'POST', path: '/probe', roles: ['doctor'], body: z.strictObject({ name: z.string().min(2), age: z.number().int() }), handle: async (_, { body, idempotencyKey }) => ({ ...body, idempotencyKey, changed: ++changed }) }),
    route({ method: 'DELETE', path: '/probe', roles: ['doctor'], handle: async () => undefined }),
    route({ method: 'GET', path: '/probe/file', roles: 'public', handle: async () => new FileAnswer(Buffer.from('<script>alert(1)</script>'), 'text/html', 'Выписка «Иванова».html') }),
    route({ method: 'GET', path: '/probe/svg', roles: 'public', handle: async () => new FileAnswer(Buffer.from('<svg/>'), 'image/svg+xml', 'рис.svg') }),
    route({ method: 'POST', path: '/probe/fault', roles: ['doctor'], handle: async () => JSON.parse(`{"family": "${secretName}"`) as unknown }),
  ],
});
const server = await createServer({ entrance, modules: [probe] });
await server.register(restPlugin, { prefix: '/fhir/R4', url: `${url}/fhir/R4`, smart: smartConfiguration(url), authenticate: (request) => openContext(entrance, request) });
await server.ready();

const ask = (options: InjectOptions) => server.inject({ ...options, headers: { host: 'karta.example', ...options.headers } });
async function signInAs(login: string, password: string): Promise<string> {
  const answer = await ask({ method: 'POST', url: '/api/session', payload: { login, password }, headers: { origin: url } });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';')[0]!;
}
const cookie = await signInAs('petrov', 'длинная-фраза-7');
const ours = { cookie, origin: url };

describe('signing in over HTTP', () => {
  it('sets a cookie that no script reads and no other site sends', async () => {
    const answer = await ask({ method: 'POST', url: '/api/session', payload: { login: 'petrov', password: 'длинная-фраза-7' } });
    expect(answer.headers['set-cookie']).toMatch(/^__Host-karta=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(answer.json()).toMatchObject({ signedIn: true, person: { name: 'Петров П. П.', role: 'doctor', roleText: 'врач' } });
  });

  it('says who is signed in, also that nobody is, and whom the demo offers', async () => {
    expect((await ask({ url: '/api/session' })).json()).toEqual({ signedIn: false });
    expect((await ask({ url: '/api/session', headers: { cookie: await signInAs('patient', 'karta-demo') } })).json()).toMatchObject({ person: { patients: [{ reference: 'Patient/ivanova', name: secretName }] } });
    expect((await ask({ url: '/api/session/demo-people' })).json()).toEqual([{ login: 'patient', name: 'Иванова М. П.', role: 'patient', line: 'Смотрит свою карту' }]);
  });

  it('ends the session on signing out', async () => {
    const own = await signInAs('petrov', 'длинная-фраза-7');
    expect((await ask({ method: 'DELETE', url: '/api/session', headers: { cookie: own, origin: url } })).statusCode).toBe(204);
    expect((await ask({ url: '/api/probe/ivanova/card', headers: { cookie: own } })).statusCode).toBe(401);
  });

  it('refuses in the language of the caller, and tells how long to wait', async () => {
    const wrong = (language: string) => ask({ method: 'POST', url: '/api/session', payload: { login: 'guessed', password: 'x' }, headers: { 'accept-language': language } });
    expect((await wrong('ru')).json()).toMatchObject({ code: 'access.wrong-credentials', detail: expect.stringContaining('Логин или пароль') });
    expect((await wrong('en-GB,en;q=0.9')).json()).toMatchObject({ detail: expect.stringContaining('login or the password') });
    for (let times = 0; times < 3; times++) await wrong('ru');
    const answer = await wrong('ru');
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(20);
  });
});

describe('writes by cookie', () => {
  const write = (headers: Record<string, string>) => ask({ method: 'POST', url: '/api/probe', payload: { name: 'Аб', age: 3 }, headers: { cookie, ...headers } });

  it('are taken from our own pages only', async () => {
    expect((await write({ origin: url, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200);
    const before = changed;
    for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }, { origin: url, 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://karta.example.evil.example' }]) {
      const answer = await write(headers as Record<string, string>);
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'http.other-origin']);
    }
    expect(changed).toBe(before);
  });

  it('are taken as JSON only: a form of another site is no JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect((await ask({ method: 'POST', url: '/api/probe', payload: '{"name":"Аб","age":3}', headers: { ...ours, 'content-type': type } })).json().code).toBe('http.media-type');
    }
  });

  it('hand the idempotency key on and refuse what is no key', async () => {
    expect((await write({ origin: url, 'idempotency-key': 'k-1' })).json()).toMatchObject({ idempotencyKey: 'k-1' });
    expect((await write({ origin: url, 'idempotency-key': 'x'.repeat(300) })).statusCode).toBe(400);
    expect((await ask({ method: 'DELETE', url: '/api/probe', headers: { ...ours, 'content-type': 'application/json' } })).statusCode).toBe(204);
  });
});

describe('hostile requests', () => {
  it('are answered with the field that is wrong, in words', async () => {
    const answer = await ask({ method: 'POST', url: '/api/probe', payload: { name: 'А', age: 'три', extra: 1 }, headers: ours });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json().issues.map((issue: { expression: string }) => issue.expression)).toEqual(['body.name', 'body.age', 'body']);
    expect(answer.json().issues[1].diagnostics).toMatch(/[а-я]/);
  });

  it('never reach a handler: broken, poisoned, huge and unsigned bodies', async () => {
    const before = changed;
    const post = (payload: string, headers: Record<string, string> = ours) => ask({ method: 'POST', url: '/api/probe', payload, headers: { 'content-type': 'application/json', ...headers } });
    expect((await post('{"name":')).json().code).toBe('http.bad-json');
    expect((await post('{"__proto__":{"x":1},"name":"Аб","age":3}')).json().code).toBe('http.bad-json');
    expect((await post('')).statusCode).toBe(400);
    expect((await post(`{"name":"${'а'.repeat(1_100_000)}"}`)).json()).toMatchObject({ code: 'http.too-large', status: 413 });
    expect((await post('{"name":', {})).json().code).toBe('access.sign-in-needed');
    expect(changed).toBe(before);
  });

  it('get no inner details of a fault, and nothing a person typed stands in the log', async () => {
    const answer = await ask({ method: 'POST', url: '/api/probe/fault', payload: {}, headers: ours });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain(secretName);
    expect(answer.body).not.toMatch(/\.ts|JSON|SyntaxError/);
    await ask({ url: `/api/nothing-here?family=${encodeURIComponent(secretName)}`, headers: { cookie } });
    await ask({ method: 'POST', url: '/api/session', payload: { login: 'petrov', password: 'мой-тайный-пароль' } });
    const lines = written.join('\n');
    expect(lines).toContain(String(answer.headers['x-request-id']));
    for (const word of [secretName, encodeURIComponent(secretName), 'petrov', 'мой-тайный-пароль', cookie.split('=')[1]!]) expect(lines).not.toContain(word);
  });

  it('are refused by role, and another’s card answers as absent', async () => {
    const patient = await signInAs('patient', 'karta-demo');
    expect((await ask({ method: 'POST', url: '/api/probe', payload: { name: 'Аб', age: 3 }, headers: { cookie: patient, origin: url } })).json().code).toBe('access.wrong-role');
    expect((await ask({ url: '/api/probe/ivanova/card', headers: { cookie: patient } })).statusCode).toBe(200);
    expect((await ask({ url: '/api/probe/other/card', headers: { cookie: patient } })).statusCode).toBe(404);
    expect((await ask({ url: '/fhir/R4/Patient/other', headers: { cookie: patient } })).statusCode).toBe(404);
    expect((await ask({ url: '/api/nothing-here' })).json().code).toBe('http.no-such-address');
  });
});

describe('every answer', () => {
  it('carries the headers that keep other sites and foreign documents away', async () => {
    const { headers } = await ask({ url: '/api/session' });
    expect(headers['content-security-policy']).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'strict-transport-security': expect.stringContaining('max-age') });
    expect((await ask({ url: '/api/nothing-here' })).headers['x-content-type-options']).toBe('nosniff');
  });

  it('shows a foreign document without letting it run, and only downloads what may carry script', async () => {
    const html = await ask({ url: '/api/probe/file' });
    expect(html.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox$/);
    expect(html.headers['content-disposition']).toBe(`inline; filename="_______ _________.html"; filename*=UTF-8''%D0%92%D1%8B%D0%BF%D0%B8%D1%81%D0%BA%D0%B0%20%C2%AB%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0%C2%BB.html`);
    expect((await ask({ url: '/api/probe/svg' })).headers['content-disposition']).toMatch(/^attachment;/);
  });

  it('leaves only after its journal row is committed', async () => {
    const answer = await ask({ url: '/api/probe/ivanova/card', headers: { cookie } });
    const [row] = await db.query('select actor, role, purpose, action, patients, types, status from journal where request = $1', [answer.headers['x-request-id']]);
    expect(row).toEqual({ actor: 'Practitioner/petrov', role: 'doctor', purpose: 'TREAT', action: 'GET /api/probe/:id/card', patients: ['ivanova'], types: ['Patient'], status: 200 });
    broken = true;
    const refused = await ask({ url: '/api/probe/ivanova/card', headers: { cookie } });
    const overFhir = await ask({ url: '/fhir/R4/Patient?name=a', headers: { cookie } });
    broken = false;
    expect(refused.statusCode).toBe(503);
    expect(refused.json().code).toBe('access.journal-unavailable');
    expect(refused.body).not.toContain(secretName);
    expect([overFhir.statusCode, overFhir.json().resourceType, overFhir.headers['content-type']]).toEqual([503, 'OperationOutcome', 'application/fhir+json; charset=utf-8']);
  });
});

describe('a refusal below the FHIR base', () => {
  it.each([
    ['/fhir/R4/Patient/%E0%A4%A', 400],
    ['/fhir/R4/%', 400],
    ['/fhir/R4/Unicorn', 401],
    ['/fhir/R4', 401],
  ])('%s is an OperationOutcome with status %i', async (address, status) => {
    const answer = await ask({ url: address });
    expect([answer.statusCode, answer.json().resourceType]).toEqual([status, 'OperationOutcome']);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect((await ask({ url: `${address}?_format=xml` })).headers['content-type']).toBe('application/fhir+xml; charset=utf-8');
  });
});

describe('service clients', () => {
  const token = (authorization: string) => ask({ method: 'POST', url: '/oauth/token', payload: 'grant_type=client_credentials&scope=system%2F*.*', headers: { 'content-type': 'application/x-www-form-urlencoded', authorization } });
  const basic = `Basic ${Buffer.from('demo-system:demo-system-secret').toString('base64')}`;

  it('find the token endpoint, get a token and read by it', async () => {
    expect((await ask({ url: '/fhir/R4/.well-known/smart-configuration' })).json()).toMatchObject({ token_endpoint: `${url}/oauth/token`, grant_types_supported: ['authorization_code', 'client_credentials'] });
    const answer = await token(basic);
    expect(answer.headers['cache-control']).toBe('no-store');
    const authorization = `Bearer ${answer.json().access_token as string}`;
    const read = await ask({ url: '/fhir/R4/Patient/other', headers: { authorization } });
    expect(read.statusCode).toBe(200);
    const [row] = await db.query('select actor, action, patients from journal where request = $1', [read.headers['x-request-id']]);
    expect(row).toEqual({ actor: 'Device/demo-system', action: 'read Patient', patients: ['other'] });
    expect((await ask({ method: 'PUT', url: '/fhir/R4/Patient/third', payload: { resourceType: 'Patient', id: 'third' }, headers: { authorization, 'content-type': 'application/fhir+json' } })).statusCode).toBe(201);
  });

  it('get the errors of RFC 6749 for a wrong secret, and 401 for a token that never was', async () => {
    const wrong = await token(`Basic ${Buffer.from('demo-system:no').toString('base64')}`);
    expect([wrong.statusCode, wrong.json().error]).toEqual([401, 'invalid_client']);
    expect(wrong.headers['www-authenticate']).toMatch(/^Basic/);
    expect((await ask({ url: '/fhir/R4/Patient/other', headers: { authorization: 'Bearer nonsense' } })).statusCode).toBe(401);
    expect((await ask({ url: '/fhir/R4/Patient/other' })).statusCode).toBe(401);
  });
});
