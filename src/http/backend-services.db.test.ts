import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { askByAssertion, backendKey, SmartApp } from '../../test/smart-app.ts';
import { openSmartClinic, redirect } from '../../test/smart-clinic.ts';
import { addClient } from '../access/index.ts';

const { entrance, idsOf, keySets, server, statusOf, url } = await openSmartClinic();

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
