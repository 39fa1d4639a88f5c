import type { Resource } from '@medplum/fhirtypes';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { askByAssertion, backendKey, Browser, SmartApp, type Tokens } from '../../test/smart-app.ts';
import { addClient, createContext, findSession, keepDemoAccount, keepDemoClient, openAuthorizationServer, openEntrance, openLaunch, revokeClient, rotateSecret, signIn, smartConfiguration, systemContext, type NewClient } from '../access/index.ts';
import { systemClock } from '../kernel/clock.ts';
import { defineModule, route } from '../modules/module.ts';
import { restPlugin } from '../rest/index.ts';
import { openStore } from '../store/index.ts';
import { createServer } from './create-server.ts';
import { openContext } from './open-visit.ts';

const port = await new Promise<number>((resolve) => {
  const socket = createSocket().listen(0, '127.0.0.1', () => {
    const { port: free } = socket.address() as AddressInfo;
    socket.close(() => resolve(free));
  });
});
const url = `http://127.0.0.1:${port}`;
const base = `${url}/fhir/R4`;
const redirect = 'https://app.example/back';
const db = await freshDatabase();
const written: string[] = [];
const log = pino({ level: 'debug', base: undefined }, { write: (line: string) => void written.push(line) });
const store = await openStore(db, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db, store, clock: systemClock, log, url, demo: true });

const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';
const observation = (id: string, patient: string, category: string): Resource =>
  ({ resourceType: 'Observation', id, status: 'final', category: [{ coding: [{ system: categories, code: category }] }], code: { text: id }, subject: { reference: `Patient/${patient}` } }) as Resource;
await systemContext(entrance).store.write([
  { method: 'update', resource: { resourceType: 'Organization', id: 'clinic', name: 'Поликлиника' } },
  { method: 'update', resource: { resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Врачова' }] } },
  { method: 'update', resource: { resourceType: 'Patient', id: 'mine', name: [{ family: 'Своя' }], birthDate: '1960-01-02' } },
  { method: 'update', resource: { resourceType: 'Patient', id: 'child', name: [{ family: 'Дочкина' }] } },
  { method: 'update', resource: { resourceType: 'Patient', id: 'other', name: [{ family: 'Чужая' }] } },
  { method: 'update', resource: { resourceType: 'Encounter', id: 'visit', status: 'in-progress', class: { code: 'AMB' }, subject: { reference: 'Patient/mine' }, participant: [{ individual: { reference: 'Practitioner/doctor' } }], period: { start: new Date().toISOString() } } as Resource },
  { method: 'update', resource: observation('lab', 'mine', 'laboratory') },
  { method: 'update', resource: observation('vital', 'mine', 'vital-signs') },
  { method: 'update', resource: observation('of-child', 'child', 'laboratory') },
  { method: 'update', resource: observation('strange', 'other', 'laboratory') },
]);
await keepDemoAccount(entrance, { login: 'doctor', role: 'doctor', practitioner: 'Practitioner/doctor', organization: 'Organization/clinic', name: 'Врачова А. В.' });
await keepDemoAccount(entrance, { login: 'patient', role: 'patient', patients: ['mine'], name: 'Своя М. П.' });
await keepDemoAccount(entrance, { login: 'mother', role: 'patient', patients: ['other', 'child'], name: 'Чужая М. П.' });
await keepDemoClient(entrance);

const seals = { id: 'test', wrap: (secret: Uint8Array) => Buffer.from(secret).map((byte) => byte ^ 90) as Buffer, unwrap: (wrapped: Uint8Array) => Buffer.from(wrapped).map((byte) => byte ^ 90) as Buffer };
const keySets = new Map<string, unknown>();
const fetchKeys: typeof fetch = async (address) => Response.json(keySets.get(String(address)));
const probe = defineModule({ name: 'probe', routes: [route({ method: 'GET', path: '/probe', roles: ['doctor', 'patient'], handle: async () => ({ open: true }) })] });
const server = await createServer({ entrance, modules: [probe], authorization: openAuthorizationServer(entrance, { seal: seals, fetch: fetchKeys }) });
await server.register(restPlugin, { prefix: '/fhir/R4', url: base, smart: smartConfiguration(url), authenticate: (request) => openContext(entrance, request) });
await server.listen({ port, host: '127.0.0.1' });
afterAll(() => server.close());

const allScopes = 'openid fhirUser profile launch launch/patient offline_access online_access patient/*.rs patient/Observation.c user/*.rs';
async function register(more: Partial<NewClient> = {}): Promise<{ id: string; secret: string | undefined; app: SmartApp }> {
  const made = await addClient(entrance, { name: 'График давления', kind: 'app', method: 'none', scopes: allScopes, redirectUris: [redirect], launchUri: 'https://app.example/launch', about: 'Показывает давление', ...more });
  return { ...made, app: new SmartApp({ origin: url, client: made.id, redirect, ...(made.secret && { secret: made.secret }) }) };
}
async function personAt(login: string): Promise<Browser> {
  const browser = new Browser(url);
  await browser.signIn(login);
  return browser;
}
const ask = (path: string, token: string, init: RequestInit = {}) => fetch(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...init.headers } });
const statusOf = async (path: string, token: string, init?: RequestInit): Promise<number> => (await ask(path, token, init)).status;
const idsOf = async (path: string, token: string): Promise<string[]> => (((await (await ask(path, token)).json()) as { entry?: { resource: { id: string } }[] }).entry ?? []).map(({ resource }) => resource.id).toSorted();
const introspect = async (app: SmartApp, token: string) => {
  const { client, secret } = app.settings;
  const answer = await fetch(`${url}/oauth/introspect`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...(secret && { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` }) },
    body: new URLSearchParams({ token, ...(!secret && { client_id: client }) }),
  });
  return (await answer.json()) as Record<string, unknown>;
};

describe('what the server says of itself', () => {
  it('is the same in SMART’s and in OpenID’s document, and every address answers', async () => {
    const smart = (await (await fetch(`${base}/.well-known/smart-configuration`)).json()) as Record<string, string>;
    const openid = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    for (const name of ['issuer', 'jwks_uri', 'authorization_endpoint', 'token_endpoint', 'introspection_endpoint', 'revocation_endpoint', 'code_challenge_methods_supported']) expect(openid[name], name).toEqual(smart[name]);
    expect(openid).toMatchObject({ issuer: url, response_types_supported: ['code'], userinfo_endpoint: `${url}/oauth/userinfo` });
    expect(openid.token_endpoint_auth_signing_alg_values_supported).toEqual(smart.token_endpoint_auth_signing_alg_values_supported);
    const keys = (await (await fetch(smart.jwks_uri!)).json()) as { keys: Record<string, unknown>[] };
    expect(keys.keys.map(({ alg }) => alg).toSorted()).toEqual(['ES256', 'RS256']);
    expect(keys.keys.every((key) => key.d === undefined && key.k === undefined)).toBe(true);
  });

  it('names the public origin, whatever stands in Host', async () => {
    const answer = await server.inject({ url: '/.well-known/openid-configuration', headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } });
    expect(answer.body).not.toContain('evil.example');
  });

  it('keeps the signing keys for every process, wrapped', async () => {
    const rows = await db.query<{ kid: string; wrapped: Buffer }>('select kid, wrapped from oauth_key');
    expect(rows).toHaveLength(2);
    expect(rows.every(({ wrapped }) => !wrapped.toString('utf8').includes('"d"'))).toBe(true);
    const again = await openAuthorizationServer(entrance, { seal: seals }).provider();
    expect(again).toBeDefined();
    expect(await db.query('select 1 from oauth_key')).toHaveLength(2);
  });
});

describe('an app that starts by itself', () => {
  it('of a patient gets her own card, an identity token that the published keys verify, and no other card', async () => {
    const { app, id } = await register();
    const seen: Record<string, unknown>[] = [];
    const tokens = await app.letIn(await personAt('patient'), 'openid fhirUser profile launch/patient patient/*.rs offline_access', { seen: (request) => seen.push(request) });
    expect(seen[0]).toMatchObject({ app: { name: 'График давления', site: 'app.example' }, patient: 'settled', patients: [{ id: 'mine', birthDate: '1960-01-02' }] });
    expect(JSON.stringify(seen[0]!.lines)).toMatch(/Видеть в карте пациента: всё, что видите вы сами/);
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, patient: 'mine', need_patient_banner: true, smart_style_url: `${url}/oauth/smart-style.json`, fhirUser: `${base}/Patient/mine` });
    expect(tokens.scope.split(' ').toSorted()).toEqual(['fhirUser', 'launch/patient', 'offline_access', 'openid', 'patient/*.rs', 'profile']);
    const { payload } = await jwtVerify(tokens.id_token!, createRemoteJWKSet(new URL(`${url}/oauth/jwks`)), { issuer: url, audience: id });
    expect(payload).toMatchObject({ fhirUser: `${base}/Patient/mine`, nonce: 'n-1' });
    expect(await (await fetch(`${url}/oauth/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).json()).toEqual({ sub: payload.sub, name: 'Своя М. П.', fhirUser: `${base}/Patient/mine` });
    expect(await statusOf('/Patient/mine', tokens.access_token)).toBe(200);
    expect(await statusOf('/Patient/other', tokens.access_token)).toBe(404);
    expect(await idsOf('/Observation', tokens.access_token)).toEqual(['lab', 'vital']);
    expect((await fetch((tokens.smart_style_url as string))).status).toBe(200);
  });

  it('asks whose card where there are several, and takes none that is not among them', async () => {
    const { app } = await register();
    const mother = await personAt('mother');
    await expect(app.letIn(mother, 'launch/patient patient/Observation.rs', { answer: { patient: 'mine' } })).rejects.toThrow(/404/);
    await expect(app.letIn(mother, 'launch/patient patient/Observation.rs')).rejects.toThrow(/404/);
    const tokens = await app.letIn(mother, 'launch/patient patient/Observation.rs', { answer: { patient: 'child' } });
    expect(tokens.patient).toBe('child');
    expect(await idsOf('/Observation', tokens.access_token)).toEqual(['of-child']);
    expect(await statusOf('/Observation/strange', tokens.access_token)).toBe(404);
  });

  it('of a doctor gets the patient he finds, and with user scopes no more than he may see himself', async () => {
    const { app } = await register();
    const doctor = await personAt('doctor');
    const one = await app.letIn(doctor, 'launch/patient patient/Observation.rs', { answer: { patient: 'mine' } });
    expect(await idsOf('/Observation', one.access_token)).toEqual(['lab', 'vital']);
    const stranger = await app.letIn(doctor, 'launch/patient patient/Observation.rs', { answer: { patient: 'other' } });
    expect(await idsOf('/Observation', stranger.access_token)).toEqual([]);
    const wide = await app.letIn(doctor, 'user/Observation.rs user/Patient.rs');
    expect(wide.patient).toBeUndefined();
    expect(await idsOf('/Observation', wide.access_token)).toEqual(['lab', 'vital']);
    expect(await statusOf('/Encounter/visit', wide.access_token)).toBe(404);
  });

  it('is held to its scopes in every statement: acts, types and criteria', async () => {
    const { app } = await register({ scopes: `launch/patient patient/Observation.rs?category=${categories}|laboratory patient/Patient.r` });
    const { access_token: token, scope } = await app.letIn(await personAt('patient'), `launch/patient patient/Observation.rs?category=${categories}|laboratory patient/Patient.r patient/Condition.rs system/*.rs`);
    expect(scope).toBe(`launch/patient patient/Observation.rs?category=${categories}|laboratory patient/Patient.r`);
    expect(await idsOf('/Observation', token)).toEqual(['lab']);
    expect(await idsOf('/Observation?_include=Observation:subject', token)).toEqual(['lab', 'mine']);
    expect(await statusOf('/Observation/vital', token)).toBe(404);
    expect(await idsOf('/Patient', token)).toEqual([]);
    expect(await statusOf('/Patient/mine', token)).toBe(200);
    expect(await idsOf('/Observation?subject:Patient.family=Своя', token)).toEqual([]);
    expect(await idsOf('/Patient?_has:Observation:subject:status=final', token)).toEqual([]);
    expect(await statusOf('/Observation', token, { method: 'POST', body: JSON.stringify({ ...observation('x', 'mine', 'laboratory'), id: undefined }) })).toBe(403);
    expect(await statusOf('/Observation/lab', token, { method: 'DELETE' })).toBe(404);
  });

  it('speaks FHIR only, and the journal says which app it was', async () => {
    const { app, id } = await register();
    const { access_token: token } = await app.letIn(await personAt('patient'), 'launch/patient patient/*.rs');
    const refused = await fetch(`${url}/api/probe`, { headers: { authorization: `Bearer ${token}` } });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'access.app-only-fhir']);
    const read = await ask('/Observation/lab', token);
    const [row] = await db.query('select actor, role, action, patients from journal where request = $1', [read.headers.get('x-request-id')]);
    expect(row).toEqual({ actor: 'Patient/mine', role: 'patient', action: `read Observation by app ${id}`, patients: ['mine'] });
  });
});

describe('an app opened from a card', () => {
  const launch = async (login: string, client: string, given: { patient: string; encounter?: string }) => {
    const { token } = await signIn(entrance, { login, password: 'karta-demo', address: '10.9.9.9' });
    const { ctx } = await createContext(entrance, (await findSession(entrance, token))!);
    return new URL((await openLaunch(ctx, { client, ...given })).url);
  };

  it('learns patient and visit once, from a launch that is bound to the person and the app', async () => {
    const { app, id } = await register();
    const opened = await launch('doctor', id, { patient: 'mine', encounter: 'visit' });
    expect(opened.searchParams.get('iss')).toBe(base);
    const more = { launch: opened.searchParams.get('launch')! };
    expect(opened.toString()).not.toContain('mine');
    const doctor = await personAt('doctor');
    const tokens = await app.letIn(doctor, 'launch openid fhirUser patient/Observation.rs patient/Encounter.r', { more });
    expect(tokens).toMatchObject({ patient: 'mine', encounter: 'visit', fhirUser: `${base}/Practitioner/doctor` });
    expect(await introspect(app, tokens.access_token)).toMatchObject({ active: true, patient: 'mine', encounter: 'visit', client_id: id, aud: base });
    expect((await app.authorize(doctor, 'launch patient/Observation.rs', { more })).get('error')).toBe('invalid_request');
  });

  it('is refused with another’s launch, another app’s, one that is over, and none', async () => {
    const [first, second] = [await register(), await register()];
    const doctor = await personAt('doctor');
    const told = async (app: SmartApp, more: Record<string, string | undefined>, browser = doctor) => (await app.authorize(browser, 'launch patient/Observation.rs', { more })).get('error');
    const token = (await launch('doctor', first.id, { patient: 'mine' })).searchParams.get('launch')!;
    expect(await told(second.app, { launch: token })).toBe('invalid_request');
    expect(await told(first.app, {})).toBe('invalid_request');
    expect(await told(first.app, { launch: randomBytes(32).toString('base64url') })).toBe('invalid_request');
    await expect(first.app.authorize(await personAt('patient'), 'launch patient/Observation.rs', { more: { launch: token } })).rejects.toThrow(/410/);
    await db.query(`update app_launch set expires = now() - interval '1 s'`);
    expect(await told(first.app, { launch: token })).toBe('invalid_request');
    await expect(launch('doctor', first.id, { patient: 'other', encounter: 'visit' })).rejects.toMatchObject({ code: 'access.no-client' });
  });
});

describe('the way back to an app', () => {
  it('is open to registered addresses only: neither errors nor codes go elsewhere', async () => {
    const { app } = await register();
    const browser = await personAt('patient');
    for (const redirect_uri of ['https://evil.example/back', 'https://app.example/back/../evil', 'https://app.example/back?x=1', 'https://app.example.evil.example/back', 'https://app.example/BACK']) {
      const answer = await browser.send(app.authorizeAddress('launch/patient patient/*.rs', { redirect_uri }));
      expect([answer.status, answer.headers.get('location')], redirect_uri).toEqual([400, null]);
      expect(await answer.text()).not.toContain('evil');
    }
    const unknown = await browser.send(app.authorizeAddress('patient/*.rs', { client_id: '<script>alert(1)</script>' }));
    expect(unknown.status).toBe(400);
    expect(await unknown.text()).not.toContain('<script');
  });

  it('asks for S256, for the audience, and for a scope that the app is registered with', async () => {
    const { app } = await register();
    const browser = await personAt('patient');
    const told = async (scope: string, more: Record<string, string | undefined>) => (await app.authorize(browser, scope, { more })).get('error');
    expect(await told('launch/patient patient/*.rs', { code_challenge: undefined, code_challenge_method: undefined })).toBe('invalid_request');
    expect(await told('launch/patient patient/*.rs', { code_challenge_method: 'plain' })).toBe('invalid_request');
    expect(await told('launch/patient patient/*.rs', { aud: 'https://evil.example/fhir' })).toBe('invalid_request');
    expect(await told('launch/patient patient/*.rs', { aud: undefined })).toBe('invalid_request');
    expect(await told('patient/*.cruds', {})).toBe('invalid_scope');
    expect(await told('launch/patient patient/*.rs', { prompt: 'none' })).toBe('login_required');
  });

  it('carries a refusal, and remembers a permission only where it was told to and nothing new is asked', async () => {
    const { app } = await register();
    const browser = await personAt('patient');
    expect((await app.authorize(browser, 'launch/patient patient/*.rs', { answer: { allow: false } })).get('error')).toBe('access_denied');
    await app.letIn(browser, 'launch/patient patient/Observation.rs', { answer: { remember: true } });
    let asked = 0;
    await app.letIn(browser, 'launch/patient patient/Observation.rs', { seen: () => asked++ });
    expect(asked).toBe(0);
    await app.letIn(browser, 'launch/patient patient/*.rs', { seen: () => asked++ });
    expect(asked).toBe(1);
  });

  it('works by POST too, and nobody answers for another browser', async () => {
    const { app } = await register();
    const browser = await personAt('patient');
    const address = new URL(app.authorizeAddress('launch/patient patient/*.rs'));
    const posted = await fetch(`${url}/oauth/authorize`, { method: 'POST', redirect: 'manual', body: address.searchParams });
    expect([posted.status, posted.headers.get('location')]).toEqual([303, `/oauth/authorize${address.search}`]);
    const page = (await browser.send(address.toString())).headers.get('location')!;
    const thief = await personAt('patient');
    expect((await thief.send(`${page}/request`)).status).toBe(410);
    expect((await thief.send(`${page}/answer`, { method: 'POST', body: { allow: true } })).status).toBe(410);
    expect((await fetch(`${url}${page}/request`)).status).toBe(401);
  });
});

describe('codes and refresh tokens', () => {
  it('a code works once, with its own verifier; used again it takes its tokens with it', async () => {
    const { app } = await register();
    const browser = await personAt('patient');
    const code = (await app.authorize(browser, 'launch/patient patient/*.rs')).get('code')!;
    expect((await app.exchange(code, randomBytes(32).toString('base64url'))).body.error).toBe('invalid_grant');
    const { body } = await app.exchange(code);
    expect(await statusOf('/Patient/mine', body.access_token)).toBe(200);
    expect((await app.exchange(code)).body.error).toBe('invalid_grant');
    expect(await statusOf('/Patient/mine', body.access_token)).toBe(401);
    const stolen = (await app.authorize(browser, 'launch/patient patient/*.rs')).get('code')!;
    const other = await register();
    expect((await new SmartApp({ ...other.app.settings }).exchange(stolen, app.verifier)).body.error).toBe('invalid_grant');
  });

  it('of many that bring one code at once, one at most is served', async () => {
    const { app } = await register();
    const code = (await app.authorize(await personAt('patient'), 'launch/patient patient/*.rs')).get('code')!;
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.exchange(code)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => status !== 200).every(({ body }) => body.error === 'invalid_grant')).toBe(true);
  });

  it('a refresh token changes with every use; an old one ends the whole permission', async () => {
    const { app } = await register({ method: 'client_secret_basic' });
    const first = await app.letIn(await personAt('patient'), 'launch/patient patient/*.rs offline_access openid');
    const second = (await app.refresh(first.refresh_token!)).body;
    expect(second).toMatchObject({ patient: 'mine' });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const narrow = (await app.refresh(second.refresh_token!, 'launch/patient patient/*.rs')).body;
    expect(narrow.scope).toBe('launch/patient patient/*.rs');
    expect((await app.refresh(narrow.refresh_token!, 'patient/*.cruds')).body.error).toBe('invalid_scope');
    expect((await app.refresh(first.refresh_token!)).body.error).toBe('invalid_grant');
    expect((await app.refresh(narrow.refresh_token!)).body.error).toBe('invalid_grant');
    expect(await statusOf('/Patient/mine', narrow.access_token)).toBe(401);
  });

  it('end with the sign-in unless the person allowed more', async () => {
    const { app } = await register();
    const browser = await personAt('patient');
    const online = await app.letIn(browser, 'launch/patient patient/*.rs online_access');
    const offline = await app.letIn(browser, 'launch/patient patient/*.rs offline_access');
    const none = await app.letIn(browser, 'launch/patient patient/*.rs');
    expect(none.refresh_token).toBeUndefined();
    const { refresh_token: again } = (await app.refresh(online.refresh_token!)).body;
    await browser.send('/api/session', { method: 'DELETE' });
    expect((await app.refresh(again!)).body.error).toBe('invalid_grant');
    expect(await statusOf('/Patient/mine', none.access_token)).toBe(401);
    expect(await statusOf('/Patient/mine', offline.access_token)).toBe(200);
    expect((await app.refresh(offline.refresh_token!)).status).toBe(200);
  });

  it('are revoked at once by the app, and with the app by the administrator', async () => {
    const { app, id } = await register({ method: 'client_secret_post' });
    const post = (path: string, form: Record<string, string>) => fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams({ ...form, client_id: id, client_secret: posting.settings.secret! }) });
    const posting = new SmartApp({ origin: url, client: id, redirect, secret: app.settings.secret! });
    const byPost = async (form: Record<string, string>) => (await (await post('/oauth/token', form)).json()) as Tokens & { error?: string };
    const letIn = async () => byPost({ grant_type: 'authorization_code', redirect_uri: redirect, code_verifier: posting.verifier, code: (await posting.authorize(await personAt('patient'), 'launch/patient patient/*.rs offline_access')).get('code')! });
    const first = await letIn();
    expect(await statusOf('/Patient/mine', first.access_token)).toBe(200);
    expect((await post('/oauth/revoke', { token: first.refresh_token! })).status).toBe(200);
    expect(await statusOf('/Patient/mine', first.access_token)).toBe(401);
    const second = await letIn();
    await rotateSecret(entrance, id);
    expect((await byPost({ grant_type: 'refresh_token', refresh_token: second.refresh_token! })).error).toBe('invalid_client');
    expect(await statusOf('/Patient/mine', second.access_token)).toBe(200);
    await revokeClient(entrance, id);
    expect(await statusOf('/Patient/mine', second.access_token)).toBe(401);
  });
});

describe('backend services', () => {
  const claims = (id: string, more: Record<string, unknown> = {}) => ({ iss: id, sub: id, aud: `${url}/oauth/token`, exp: Math.floor(Date.now() / 1000) + 240, jti: randomUUID(), ...more });

  it.each(['RS384', 'ES384'] as const)('sign in by a key of their own (%s), read what their scope says, and nothing else', async (alg) => {
    const key = await backendKey(alg);
    const { id } = await addClient(entrance, { name: 'Лаборатория', kind: 'service', method: 'private_key_jwt', scopes: 'system/Observation.rs system/Patient.r', jwks: { keys: [key.publicKey as Record<string, unknown>] } });
    const { status, body } = await askByAssertion(url, await key.assertion(claims(id)), 'system/Observation.rs system/Condition.rs');
    expect([status, body.scope, body.expires_in]).toEqual([200, 'system/Observation.rs', 3600]);
    expect(await idsOf('/Observation', body.access_token)).toEqual(['lab', 'of-child', 'strange', 'vital']);
    expect(await statusOf('/Patient/mine', body.access_token)).toBe(404);
    expect(await statusOf('/Observation/lab', body.access_token, { method: 'DELETE' })).toBe(404);
    expect((await askByAssertion(url, await key.assertion(claims(id)), 'system/*.rs')).body.error).toBe('invalid_scope');
  });

  it('are refused with an assertion that was used, lives too long, is over, for somebody else, or by another key', async () => {
    const [key, other] = [await backendKey('ES384'), await backendKey('ES384')];
    const { id } = await addClient(entrance, { name: 'Лаборатория', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwks: { keys: [key.publicKey as Record<string, unknown>] } });
    const used = await key.assertion(claims(id));
    expect((await askByAssertion(url, used, 'system/*.rs')).status).toBe(200);
    const now = Math.floor(Date.now() / 1000);
    const refused = [used, await key.assertion(claims(id, { exp: now + 3600 })), await key.assertion(claims(id, { exp: now - 60 })), await key.assertion(claims(id, { aud: 'https://evil.example/token' })),
      await key.assertion(claims(id, { jti: undefined })), await key.assertion(claims(id, { iss: 'another' })), await other.assertion(claims(id))];
    for (const [at, assertion] of refused.entries()) expect((await askByAssertion(url, assertion, 'system/*.rs')).body.error, `assertion ${at}`).toBe('invalid_client');
    const twice = await key.assertion(claims(id));
    const answers = await Promise.all(Array.from({ length: 6 }, () => askByAssertion(url, twice, 'system/*.rs')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401, 401]);
  });

  it('may change their keys behind an address, which is fetched by https from the public network only', async () => {
    const key = await backendKey('RS384');
    keySets.set('https://lab.example/jwks', { keys: [key.publicKey] });
    const { id } = await addClient(entrance, { name: 'Лаборатория', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwksUri: 'https://lab.example/jwks' });
    expect((await askByAssertion(url, await key.assertion(claims(id)), 'system/*.rs')).status).toBe(200);
    await expect(addClient(entrance, { name: 'x', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwksUri: 'http://lab.example/jwks' })).rejects.toMatchObject({ code: 'access.bad-client' });
    // The real fetch: an address that leads into this machine is given up before a byte is read.
    const reached: string[] = [];
    const inside = createSocket((socket) => socket.on('data', (bytes) => reached.push(bytes.toString())));
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    const provider = await openAuthorizationServer(entrance, { seal: seals }).provider();
    const client = await provider.Client.find((await addClient(entrance, { name: 'x', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwksUri: `https://127.0.0.1:${(inside.address() as AddressInfo).port}/jwks` })).id);
    await expect((client as unknown as { asymmetricKeyStore: { refresh(): Promise<void> } }).asymmetricKeyStore.refresh()).rejects.toThrow();
    inside.close();
    expect(reached).toEqual([]);
  });

  it('with a secret get a token as before, and are slowed after wrong ones', async () => {
    const { id, secret } = await addClient(entrance, { name: 'Обмен', kind: 'service', method: 'client_secret_basic', scopes: 'system/*.read' });
    const by = (word: string) => new SmartApp({ origin: url, client: id, redirect, secret: word }).token({ grant_type: 'client_credentials' });
    expect((await by(secret!)).body.scope).toBe('system/*.read');
    expect((await new SmartApp({ origin: url, client: id, redirect, secret: secret! }).token({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
    const statuses: number[] = [];
    for (let times = 0; times < 6; times++) statuses.push((await by('wrong')).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await by(secret!)).status).toBe(429);
  });
});

describe('pages of apps in a browser', () => {
  const preflight = (origin: string, path: string) => fetch(`${url}${path}`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } });

  it('may call the API from registered origins, and nobody’s cookies go with it', async () => {
    const { app } = await register();
    const answer = await preflight('https://app.example', '/fhir/R4/Patient/mine');
    expect([answer.status, answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-allow-credentials')]).toEqual([204, 'https://app.example', null]);
    expect((await preflight('https://evil.example', '/fhir/R4/Patient/mine')).headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight('https://evil.example', '/fhir/R4/metadata')).headers.get('access-control-allow-origin')).toBe('https://evil.example');
    const tokens = await app.letIn(await personAt('patient'), 'launch/patient patient/*.rs');
    const read = await ask('/Patient/mine', tokens.access_token, { headers: { origin: 'https://app.example' } });
    expect(read.headers.get('access-control-allow-origin')).toBe('https://app.example');
  });
});

describe('what is written down', () => {
  it('holds no token, code, secret or name: neither the log nor the tables', async () => {
    const { app } = await register({ method: 'client_secret_basic' });
    const browser = await personAt('patient');
    const code = (await app.authorize(browser, 'launch/patient patient/*.rs offline_access openid')).get('code')!;
    const { body } = await app.exchange(code);
    await ask('/Patient/mine', body.access_token);
    const secrets = [code, body.access_token, body.refresh_token!, body.id_token!, app.settings.secret!, app.verifier];
    const tables = JSON.stringify(await Promise.all(['oauth_entry', 'app_grant', 'app_launch', 'service_client', 'journal'].map((table) => db.query(`select t::text as row from ${table} t`))));
    for (const secret of [...secrets, 'Своя']) {
      expect(written.join('\n')).not.toContain(secret);
      expect(tables).not.toContain(secret);
    }
  });
});
