import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { fhirBase, findBearer, silentParam, splitScope, type AuthorizationServer, type Entrance } from '../access/index.ts';
import { Problem } from '../kernel/problem.ts';

const handlers = new WeakMap<Provider, ReturnType<Provider['callback']>>();
const limit = 64 * 1024;
/** Requests of one address to the authorization server; wrong secrets are slowed much earlier, for each client. */
const perMinute = 1200;

/** The addresses of the authorization server (SMART App Launch 2.2, OpenID Connect): handed to oidc-provider as they come in. */
export function mountAuthorization(server: FastifyInstance, entrance: Entrance, authorization: AuthorizationServer): void {
  const origin = new URL(entrance.url);
  const handOver = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const provider = await authorization.provider();
    const handler = handlers.get(provider) ?? provider.callback();
    handlers.set(provider, handler);
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    // Addresses and audiences are made from the public origin, never from what a caller wrote into Host.
    Object.assign(request.raw.headers, { host: origin.host, 'x-forwarded-host': origin.host, 'x-forwarded-proto': origin.protocol.slice(0, -1), 'x-forwarded-for': request.ip, 'x-request-id': request.id });
    // SMART App Launch 2.2 (obtain access token) asks for it beside Cache-Control, which the library writes
    if (request.url.startsWith('/oauth/token')) reply.raw.setHeader('pragma', 'no-cache');
    reply.hijack();
    await handler(request.raw, reply.raw);
  };
  server.register(async (scope) => {
    const config = { journal: false };
    await scope.register(rateLimit, { max: perMinute, timeWindow: 60_000, errorResponseBuilder: (_, { ttl }) => new Problem('access.too-many', { seconds: Math.ceil(ttl / 1000) }) });
    // The library reads the body itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.get('/.well-known/openid-configuration', { config }, handOver);
    scope.route({ method: ['GET', 'OPTIONS'], url: '/oauth/jwks', config, handler: handOver });
    for (const url of ['/oauth/token', '/oauth/introspect', '/oauth/revoke']) scope.route({ method: ['POST', 'OPTIONS'], url, config, bodyLimit: limit, handler: handOver });
    scope.get('/oauth/authorize', { config }, async (request, reply) => {
      // Every request is judged by Karta's own sign-in: the library keeps none beside it.
      forgetLibrarySession(request);
      const further = withConsent(request.url);
      request.raw.url = withoutPrompt(request.url);
      return further === undefined ? handOver(request, reply) : reply.redirect(further, 302);
    });
    scope.get('/oauth/authorize/:uid', { config }, handOver);
  });
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: limit }, (_, body, done) => done(null, body));
    // SMART's `authorize-post`: the same request, gone on with by GET. Nothing in it is secret.
    scope.post('/oauth/authorize', { config: { journal: false } }, async (request, reply) => reply.redirect(`/oauth/authorize?${new URLSearchParams(typeof request.body === 'string' ? request.body : '')}`, 303));
  });
  mountUserInfo(server, entrance);
  server.get('/oauth/smart-style.json', { config: { journal: false } }, async (_, reply) => reply.header('access-control-allow-origin', '*').header('cache-control', 'public, max-age=3600').send(smartStyle));
}

/** OpenID Connect Core 1.0 §11 gives `offline_access` only where consent is asked; apps of SMART do not say so. Answers the address that does. */
function withConsent(url: string): string | undefined {
  const [path, query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  if (!splitScope(params.get('scope')).includes('offline_access') || params.has('prompt') || params.getAll('scope').length > 1) return undefined;
  params.set('prompt', 'consent');
  return `${path}?${params}`;
}

/**
 * `prompt=none` (OpenID Connect Core 1.0 §3.1.2.1) is judged by Karta's sign-in and by what was allowed before, at the address of the consent page:
 * the library, which keeps no sign-in, would always refuse.
 */
function withoutPrompt(url: string): string {
  const [path, query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  if (params.get('prompt') !== 'none' || params.getAll('prompt').length > 1) return url;
  params.delete('prompt');
  params.set(silentParam, '1');
  return `${path}?${params}`;
}

function forgetLibrarySession(request: FastifyRequest): void {
  const { cookie } = request.raw.headers;
  if (cookie) request.raw.headers.cookie = cookie.split(/;\s*/).filter((one) => !one.startsWith('karta-oauth=')).join('; ');
}

/** OpenID Connect Core 1.0 §5.3. By hand: the library's own refuses tokens that are made out to the FHIR API. */
function mountUserInfo(server: FastifyInstance, entrance: Entrance): void {
  server.get('/oauth/userinfo', { config: { journal: false } }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const bearer = /^Bearer\s+([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '');
    if (!bearer) throw new Problem('access.bad-token');
    const { app, account, actor } = await findBearer(entrance, bearer[1]!);
    const scopes = splitScope(app?.scope);
    if (!scopes.includes('openid')) throw new Problem('access.bad-token');
    return { sub: account, ...(scopes.includes('profile') && { name: actor.name }), ...(scopes.includes('fhirUser') && { fhirUser: `${fhirBase(entrance.url)}/${actor.reference}` }) };
  });
}

/** http://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#styling: the colours of Karta's day theme. */
const smartStyle = {
  color_background: '#ffffff', color_error: '#b3261e', color_highlight: '#0b6e64', color_modal_backdrop: '#00000066', color_success: '#1b6e3c', color_text: '#1a1c1e',
  dim_border_radius: '8px', dim_font_size: '15px', dim_spacing_size: '16px', font_family_body: 'Golos Text, system-ui, sans-serif', font_family_heading: 'Golos Text, system-ui, sans-serif',
};
