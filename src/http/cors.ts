import type { FastifyInstance } from 'fastify';
import { appOrigins, type Entrance } from '../access/index.ts';

const keptMilliseconds = 10_000;
/** What any page may read: where to ask, and what is offered. */
const open = /^\/fhir\/R4\/(metadata|\.well-known\/smart-configuration)(\?|$)/;
const guarded = /^\/(fhir\/R4|oauth\/userinfo)(\/|\?|$)/;

/**
 * Apps that run in a browser call the API from pages of their own (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): pages of
 * registered apps only, by bearer token only; cookies are never taken from there.
 */
export function mountCors(server: FastifyInstance, entrance: Entrance): void {
  let kept: { origins: ReadonlySet<string>; asked: number } | undefined;
  const isRegistered = async (origin: string): Promise<boolean> => {
    const now = entrance.clock.now().getTime();
    if (!kept || Math.abs(now - kept.asked) > keptMilliseconds) kept = { origins: await appOrigins(entrance.db), asked: now };
    return kept.origins.has(origin);
  };
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    const asks = request.headers['access-control-request-method'];
    if (origin === undefined || !guarded.test(request.url)) return;
    reply.header('vary', 'Origin');
    if (!open.test(request.url) && !(await isRegistered(origin))) return;
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'ETag, Location, Content-Location, Last-Modified, X-Request-Id, X-Correlation-Id, Retry-After, Allow' });
    if (request.method !== 'OPTIONS' || asks === undefined) return;
    reply.headers({
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'Authorization, Content-Type, Accept, Accept-Language, Prefer, If-Match, If-None-Match, If-Modified-Since, If-None-Exist, Idempotency-Key',
      'access-control-max-age': '600',
    });
    return reply.code(204).send();
  });
}
