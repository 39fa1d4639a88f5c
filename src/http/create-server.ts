import fastifyCookie from '@fastify/cookie';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { openAuthorizationServer, type AuthorizationServer, type Entrance } from '../access/index.ts';
import { Problem, statusOf } from '../kernel/problem.ts';
import type { Module } from '../modules/module.ts';
import { answerProblem, problemOf, refusalFor } from './answer-problem.ts';
import { languageOf } from './language.ts';
import { mountLive, type Feed } from './live.ts';
import { mountModules } from './mount-modules.ts';
import { noteRequest } from './open-visit.ts';
import { checkHead, headLimits, parserBytes, refuseUnread } from './refuse-head.ts';
import { mountScreens, type Screens } from './screens.ts';
import { dataHeaders, documentPolicy, securityHeaders } from './security-headers.ts';
import { mountSession } from './session-routes.ts';
import { mountAuthorization } from './authorization-routes.ts';
import { mountConsent } from './consent-routes.ts';
import { mountCors } from './cors.ts';

export interface ServerParts {
  entrance: Entrance;
  modules: readonly Module[];
  /** The authorization server for apps; its keys live as long as the process unless one with a master key is given. */
  authorization?: AuthorizationServer;
  /** What events tells of; without it there is no live stream. */
  feed?: Feed;
  /** The built screens; without them only the API is served. */
  screens?: Screens;
  /** Throws while the server must not get requests: the database is away. */
  health?: () => Promise<void>;
}

const drainMilliseconds = 10_000;

/** The web server, ready to be given `rest` and to listen. Nothing a person typed goes into a log. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { entrance } = parts;
  const server = fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: 1024 * 1024,
    // A proxy on this machine may say whom it speaks for; nobody else may.
    trustProxy: 'loopback',
    forceCloseConnections: 'idle',
    requestTimeout: headLimits.seconds * 1000,
    http: { maxHeaderSize: parserBytes },
    clientErrorHandler: refuseUnread,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (error, request, reply) => void answerProblem(reply as never, problemOf(error, request as never, entrance.log), languageOf(request as never)),
  });
  server.decorateRequest('caller', undefined);
  server.decorateRequest('visit', undefined);
  await server.register(fastifyCookie);
  addParsers(server);
  prepareDrain(server);

  const https = entrance.url.startsWith('https:');
  const [pages, data] = [securityHeaders(https), dataHeaders(https)];
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.url.startsWith('/fhir/') ? data : pages).header('x-request-id', request.id);
    checkHead(request);
    done();
  });
  // What was seen is in the journal before it leaves; where it cannot be written, nothing leaves.
  server.addHook('onSend', async (request, reply, payload) => {
    try {
      await noteRequest(entrance, request, reply.statusCode);
      return payload;
    } catch (error) {
      // A fault shows nothing of anybody: that the database is away says more than that the journal, too, could not be written.
      if (reply.statusCode >= 500) return payload;
      const problem = problemOf(error, request, entrance.log);
      request.caller = undefined;
      return refuseInstead(request, reply, problem);
    }
  });
  // A hook that has nothing to say would still cost every request its listeners.
  if (entrance.log.isLevelEnabled('debug')) {
    server.addHook('onResponse', async (request, reply) => {
      entrance.log.debug({ request: request.id, route: `${request.method} ${request.routeOptions.url ?? ''}`, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
    });
  }
  server.setErrorHandler((error, request, reply) => answerProblem(reply, problemOf(error, request, entrance.log), languageOf(request)));
  server.setNotFoundHandler((request, reply) => answerProblem(reply, new Problem('http.no-such-address'), languageOf(request)));

  mountHealth(server, parts.health);
  const authorization = parts.authorization ?? openAuthorizationServer(entrance);
  mountCors(server, entrance);
  mountAuthorization(server, entrance, authorization);
  mountConsent(server, entrance, authorization, parts.screens);
  mountSession(server, entrance);
  mountModules(server, entrance, parts.modules);
  if (parts.feed) await mountLive(server, entrance, parts.feed);
  if (parts.screens) await mountScreens(server, parts.screens);
  // Whatever is still waiting to be written when the server closes belongs to requests that were answered or will be refused.
  server.addHook('onClose', async () => entrance.journal.drain());
  return server;
}

/** JSON, and files as they are; no form and no text, which any site could send without asking. */
function addParsers(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  for (const type of ['application/json', /^application\/[\w.+-]+\+json/]) {
    server.addContentTypeParser(type, { parseAs: 'string' }, (request, body, done) => (body === '' ? done(null, undefined) : void parseJson(request, String(body), done)));
  }
  for (const type of ['application/octet-stream', 'application/pdf', 'application/pkcs7-signature', /^image\/(png|jpeg|webp|heic|tiff)$/]) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  }
}

/**
 * On closing, what is under way is answered; connections that wait for nothing go at once, also those that browsers open ahead and never
 * use (Node does not count them as idle); whatever hangs goes after ten seconds.
 */
function prepareDrain(server: FastifyInstance): void {
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.addHook('preClose', async () => {
    const idle = setInterval(() => {
      server.server.closeIdleConnections();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, 50);
    const last = setTimeout(() => server.server.closeAllConnections(), drainMilliseconds);
    server.server.once('close', () => {
      clearInterval(idle);
      clearTimeout(last);
    });
  });
}

function mountHealth(server: FastifyInstance, health: ServerParts['health']): void {
  server.get('/healthz', { config: { journal: false } }, async (_, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      await health?.();
      return { status: 'ok' };
    } catch {
      return reply.code(503).send({ status: 'unavailable' });
    }
  });
}

/** The answer that stood ready is thrown away, with its headers: they may name what must not be seen. */
function refuseInstead(request: FastifyRequest, reply: Parameters<typeof answerProblem>[0], problem: Problem): string {
  for (const name of ['etag', 'last-modified', 'location', 'content-location', 'content-disposition', 'content-length', 'content-encoding', 'set-cookie']) reply.removeHeader(name);
  const { headers, body } = refusalFor(request, problem, languageOf(request));
  reply.code(statusOf(problem)).headers({ ...headers, 'content-security-policy': documentPolicy });
  return body;
}
