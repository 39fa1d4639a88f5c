import { createRemoteJWKSet, jwtVerify } from 'jose';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Browser, SmartApp, type Tokens } from '../../test/smart-app.ts';
import { categories, observation, openSmartClinic, redirect, testSeal } from '../../test/smart-clinic.ts';
import { createContext, findSession, openAuthorizationServer, openLaunch, revokeClient, rotateSecret, signIn } from '../access/index.ts';

const { ask, base, db, entrance, idsOf, introspect, personAt, register, server, statusOf, url, written } = await openSmartClinic();

describe('what the server says of itself', () => {
  it('is the same in SMART’s and in OpenID’s document, and every address answers', async () => {
    const smart = (await (await fetch(`${base}/.well-known/smart-configuration`)).json()) as Record<string, string>;
    const openid = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    for (const name of ['issuer', 'jwks_uri', 'authorization_endpoint', 'token_endpoint', 'introspection_endpoint', 'revocation_endpoint', 'code_challenge_methods_supported']) expect(openid[name], name).toEqual(smart[name]);
    expect(openid).toMatchObject({ issuer: url, response_types_supported: ['code'], userinfo_endpoint: `${url}/oauth/userinfo` });
    expect(openid.token_endpoint_auth_signing_alg_values_supported).toEqual(smart.token_endpoint_auth_signing_alg_values_supported);
    const keys = (await (await fetch(smart.jwks_uri!)).json()) as { keys: Record<string, unknown>[] };
    expect(keys.keys.map(({ alg }) => alg)).toEqual(expect.arrayContaining(['ES256', 'RS256']));
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
    const again = await openAuthorizationServer(entrance, { seal: testSeal }).provider();
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

describe('what a person leaves out', () => {
  it('is not in the token, nor in those that follow it, and what cannot be left out stays', async () => {
    const { app } = await register();
    const seen: { lines: { text: string; optional: boolean }[] }[] = [];
    const browser = await personAt('patient');
    const asked = 'openid fhirUser launch/patient patient/Observation.rs patient/Observation.c patient/Patient.rs offline_access';
    await app.authorize(browser, asked, { seen: (request) => seen.push(request as never) });
    const { lines } = seen[0]!;
    expect(lines.map(({ optional }) => optional)).toEqual([false, true, true, true, true]);
    const place = (words: RegExp) => lines.findIndex(({ text }) => words.test(text));
    const without = [place(/Добавлять/), place(/кто вы/), lines.findIndex(({ text }) => /Видеть в карте пациента: (?!анализы)/.test(text))];
    const tokens = await app.letIn(browser, asked, { answer: { without } });
    expect(tokens.scope.split(' ').toSorted()).toEqual(['fhirUser', 'launch/patient', 'offline_access', 'openid', 'patient/Observation.rs']);
    expect(await idsOf('/Observation', tokens.access_token)).toEqual(['lab', 'vital']);
    const write = { method: 'POST', body: JSON.stringify({ ...observation('x', 'mine', 'laboratory'), id: undefined }) };
    expect([await statusOf('/Patient/mine', tokens.access_token), await statusOf('/Observation', tokens.access_token, write)]).toEqual([404, 403]);
    expect(await introspect(app, tokens.access_token)).toMatchObject({ active: true, scope: tokens.scope });
    const next = await app.refresh(tokens.refresh_token!);
    expect(next.body.scope).toBe(tokens.scope);
    expect((await app.refresh(next.body.refresh_token!, 'patient/Patient.rs')).body.error).toBe('invalid_scope');
    const today = await app.letIn(browser, asked, { answer: { without: [place(/90 дней/)] } });
    expect([today.refresh_token, today.scope.includes('offline_access')]).toEqual([undefined, false]);
  });
});

describe('an app that asks for no page', () => {
  const told = async (app: SmartApp, browser: Awaited<ReturnType<typeof personAt>>, scope: string, more: Record<string, string> = {}) => {
    const params = await app.authorize(browser, scope, { more: { prompt: 'none', ...more } });
    expect(params.get('state')).toBe(app.state);
    return params.get('error') ?? (params.has('code') ? 'code' : 'nothing');
  };

  it('gets a code where the person is signed in and has allowed the same before, else the reason why not', async () => {
    const { app, id } = await register();
    const scope = 'openid launch/patient patient/Observation.rs';
    const browser = await personAt('patient');
    expect(await told(app, new Browser(url), scope)).toBe('login_required');
    expect(await told(app, browser, scope)).toBe('consent_required');
    await app.letIn(browser, scope, { answer: { remember: true } });
    const params = await app.authorize(browser, scope, { more: { prompt: 'none' } });
    expect((await app.exchange(params.get('code')!)).body).toMatchObject({ patient: 'mine', scope });
    expect(await told(app, browser, `${scope} patient/Condition.rs`)).toBe('consent_required');
    await db.query(`update session set created = created - interval '5 seconds'`); // ages are told in whole seconds
    expect(await told(app, browser, scope, { max_age: '0' })).toBe('login_required');
    expect(await told(app, await personAt('mother'), scope)).toBe('interaction_required');
    expect(await told(app, new Browser(url), scope)).toBe('login_required');
    await revokeClient(entrance, id);
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
    expect(await told('launch/patient patient/*.rs', { prompt: 'none' })).toBe('consent_required');
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

  it('asks for a fresh sign-in where the app wants one, and says when the person signed in', async () => {
    const { app } = await register();
    const browser = await personAt('patient');
    await db.query(`update session set created = created - interval '1 hour'`);
    await expect(app.authorize(browser, 'openid launch/patient patient/*.rs', { more: { prompt: 'login' } })).rejects.toThrow(/401/);
    await expect(app.authorize(browser, 'openid launch/patient patient/*.rs', { more: { max_age: '600' } })).rejects.toThrow(/401/);
    const { id_token: old } = await app.letIn(browser, 'openid launch/patient patient/*.rs', { more: { max_age: '7200' } });
    const age = (token: string) => Date.now() / 1000 - (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { auth_time: number }).auth_time;
    expect(age(old!)).toBeGreaterThan(3500);
    const page = (await browser.send(app.authorizeAddress('openid launch/patient patient/*.rs', { prompt: 'login' }))).headers.get('location')!;
    expect((await browser.send(`${page}/request`)).status).toBe(401);
    await browser.signIn('patient');
    expect((await browser.send(`${page}/request`)).status).toBe(200);
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
