import { createRemoteJWKSet, jwtVerify } from 'jose';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { askByAssertion, backendKey, SmartApp, type Tokens } from '../../test/smart-app.ts';
import { openSmartClinic, redirect } from '../../test/smart-clinic.ts';
import { addClient } from '../access/index.ts';

const { base, entrance, idsOf, introspect, keySets, personAt, register, server, statusOf, url } = await openSmartClinic();

describe('what the test kit of SMART App Launch asks', () => {
  const origin = 'https://app.example';
  /** As the kit sends it: with its origin where the app is public. */
  const tokenAnswer = (form: Record<string, string>) => fetch(`${url}/oauth/token`, { method: 'POST', headers: { origin }, body: new URLSearchParams(form) });

  it('discovery: JSON, the required fields, open to every origin', async () => {
    for (const path of ['/.well-known/smart-configuration', '/metadata']) {
      const answer = await fetch(`${base}${path}`, { headers: { accept: 'application/json', origin: 'https://kit.example' } });
      expect([answer.status, answer.headers.get('access-control-allow-origin')], path).toEqual([200, 'https://kit.example']);
      expect(answer.headers.get('content-type')).toMatch(path === '/metadata' ? /^application\/(?:fhir\+)?json/ : /^application\/json/);
    }
    const smart = (await (await fetch(`${base}/.well-known/smart-configuration`)).json()) as Record<string, string[]>;
    expect(smart).toMatchObject({ authorization_endpoint: expect.stringMatching(/^http/), token_endpoint: expect.stringMatching(/^http/), introspection_endpoint: expect.stringMatching(/^http/), grant_types_supported: expect.arrayContaining(['authorization_code', 'client_credentials']), code_challenge_methods_supported: ['S256'] });
    expect(smart.capabilities!.every((one) => typeof one === 'string')).toBe(true);
    const openid = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as Record<string, string[]>;
    for (const name of ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'response_types_supported', 'subject_types_supported']) expect(openid[name], name).toBeDefined();
    expect(openid.id_token_signing_alg_values_supported).toContain('RS256');
  });

  it.each([['patient', 'launch/patient openid fhirUser offline_access patient/*.rs'], ['doctor', 'launch/patient openid fhirUser offline_access user/*.rs patient/*.rs'], ['doctor', 'launch/patient openid fhirUser offline_access patient/*.rs']])('a public app of a %s with %s: token, its headers, who it is, introspection, refresh', async (login, scope) => {
    const { app, id } = await register();
    const code = (await app.authorize(await personAt(login), scope, { answer: { patient: 'mine' } })).get('code')!;
    const answer = await tokenAnswer({ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: app.verifier, client_id: id });
    const headers = (one: Response) => [one.status, one.headers.get('cache-control'), one.headers.get('pragma'), one.headers.get('access-control-allow-origin')];
    expect(headers(answer)).toEqual([200, 'no-store', 'no-cache', origin]);
    const tokens = (await answer.json()) as Tokens;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number), patient: 'mine', scope: expect.any(String) });

    const { keys } = (await (await fetch(`${url}/oauth/jwks`)).json()) as { keys: { kid: string; kty: string }[] };
    const { payload, protectedHeader } = await jwtVerify(tokens.id_token!, createRemoteJWKSet(new URL(`${url}/oauth/jwks`)), { issuer: url, audience: id, algorithms: ['RS256'] });
    expect(keys.find(({ kid }) => kid === protectedHeader.kid)?.kty).toBe('RSA');
    expect([payload.sub!.length < 256, typeof payload.exp, typeof payload.iat]).toEqual([true, 'number', 'number']);
    const user = await fetch(payload.fhirUser as string, { headers: { authorization: `Bearer ${tokens.access_token}`, origin } });
    expect([user.status, user.headers.get('access-control-allow-origin')], payload.fhirUser as string).toEqual([200, origin]);

    const told = await introspect(app, tokens.access_token);
    expect(told).toMatchObject({ active: true, client_id: id, patient: 'mine', iss: payload.iss, sub: payload.sub, fhirUser: payload.fhirUser, exp: expect.any(Number) });
    expect((told.scope as string).split(' ').toSorted()).toEqual(tokens.scope.split(' ').toSorted());
    expect(await introspect(app, 'invalid_token_value')).toEqual({ active: false });

    const again = await tokenAnswer({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token!, client_id: id });
    expect(headers(again)).toEqual([200, 'no-store', 'no-cache', origin]);
    const renewed = (await again.json()) as Tokens;
    expect(renewed).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) });
    expect(renewed.scope.split(' ').filter((one) => !tokens.scope.split(' ').includes(one))).toEqual([]);
  });
});

describe('backend services', () => {
  const claims = (id: string, more: Record<string, unknown> = {}) => ({ iss: id, sub: id, aud: `${url}/oauth/token`, exp: Math.floor(Date.now() / 1000) + 240, jti: randomUUID(), ...more });

  it.each(['RS384', 'ES384'] as const)('sign in by a key of their own (%s), read what their scope says, and nothing else', async (alg) => {
    const key = await backendKey(alg);
    const { id } = await addClient(entrance, { name: 'Лаборатория', kind: 'service', method: 'private_key_jwt', scopes: 'system/Observation.rs system/Patient.r', jwks: { keys: [key.publicKey] } });
    const { status, body } = await askByAssertion(url, await key.assertion(claims(id)), 'system/Observation.rs system/Condition.rs');
    expect([status, body.scope, body.expires_in]).toEqual([200, 'system/Observation.rs', 3600]);
    expect(await idsOf('/Observation', body.access_token)).toEqual(['lab', 'of-child', 'strange', 'vital']);
    expect(await statusOf('/Patient/mine', body.access_token)).toBe(404);
    expect(await statusOf('/Observation/lab', body.access_token, { method: 'DELETE' })).toBe(404);
    expect((await askByAssertion(url, await key.assertion(claims(id)), 'system/*.rs')).body.error).toBe('invalid_scope');
  });

  it('are refused with an assertion that was used, lives too long, is over, for somebody else, or by another key', async () => {
    const [key, other] = [await backendKey('ES384'), await backendKey('ES384')];
    const { id } = await addClient(entrance, { name: 'Лаборатория', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwks: { keys: [key.publicKey] } });
    const used = await key.assertion(claims(id));
    expect((await askByAssertion(url, used, 'system/*.rs')).status).toBe(200);
    const now = Math.floor(Date.now() / 1000);
    const refused = [used, await key.assertion(claims(id, { exp: now + 3600 })), await key.assertion(claims(id, { exp: now - 60 })), await key.assertion(claims(id, { aud: 'https://evil.example/token' })),
      await key.assertion(claims(id, { jti: undefined })), await key.assertion(claims(id, { iss: 'another' })), await other.assertion(claims(id))];
    for (const [at, assertion] of refused.entries()) expect((await askByAssertion(url, assertion, 'system/*.rs')).body.error, `assertion ${at}`).toBe('invalid_client');
    const twice = await key.assertion(claims(id));
    const answers = await Promise.all(Array.from({ length: 6 }, () => askByAssertion(url, twice, 'system/*.rs')));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401, 401, 401]);
  });

  it('are refused as the kit expects with another grant or another kind of assertion', async () => {
    const key = await backendKey('RS384');
    const { id } = await addClient(entrance, { name: 'Лаборатория', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwks: { keys: [key.publicKey] } });
    const ask = async (more: Record<string, string>) => {
      const form = { grant_type: 'client_credentials', scope: 'system/*.rs', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: await key.assertion(claims(id)), ...more };
      return (await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })).status;
    };
    expect([await ask({ grant_type: 'not_a_grant_type' }), [400, 401].includes(await ask({ client_assertion_type: 'not_an_assertion_type' })), [400, 401].includes(await ask({ client_assertion: 'not.a.jwt' })), await ask({})]).toEqual([400, true, true, 200]);
  });

  it('may change their keys behind an address, which must be https', async () => {
    const key = await backendKey('RS384');
    keySets.set('https://lab.example/jwks', { keys: [key.publicKey] });
    const { id } = await addClient(entrance, { name: 'Лаборатория', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwksUri: 'https://lab.example/jwks' });
    expect((await askByAssertion(url, await key.assertion(claims(id)), 'system/*.rs')).status).toBe(200);
    await expect(addClient(entrance, { name: 'x', kind: 'service', method: 'private_key_jwt', scopes: 'system/*.rs', jwksUri: 'http://lab.example/jwks' })).rejects.toMatchObject({ code: 'access.bad-client' });
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

  it('write references to what is not there only where an administrator lets this one do so', async () => {
    const dangling = { resourceType: 'Observation', status: 'final', code: { text: 'Пульс' }, subject: { reference: 'Patient/elsewhere' } };
    const write = async (danglingReferences: boolean) => {
      const { id, secret } = await addClient(entrance, { name: 'Загрузка', kind: 'service', method: 'client_secret_basic', scopes: 'system/*.*', danglingReferences });
      const { body } = await new SmartApp({ origin: url, client: id, redirect, secret: secret! }).token({ grant_type: 'client_credentials' });
      return statusOf('/Observation', body.access_token, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(dangling) });
    };
    expect(await write(true)).toBe(201);
    expect(await write(false)).toBe(422);
    await expect(addClient(entrance, { name: 'x', kind: 'app', method: 'none', scopes: 'patient/*.rs', redirectUris: [redirect], danglingReferences: true })).rejects.toMatchObject({ code: 'access.bad-client' });
  });

  it('cannot keep the server busy: one address has a limit, and is told how long to wait', async () => {
    const answers: { statusCode: number; headers: Record<string, unknown> }[] = [];
    for (let round = 0; round < 13; round++) answers.push(...(await Promise.all(Array.from({ length: 100 }, () => server.inject({ url: '/oauth/jwks', remoteAddress: '203.0.113.9' })))));
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect(refused).toHaveLength(100);
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0);
    expect((await server.inject({ url: '/oauth/jwks', remoteAddress: '203.0.113.10' })).statusCode).toBe(200);
  });
});
