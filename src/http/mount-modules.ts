import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { publicContext, type Ctx, type Entrance } from '../access/index.ts';
import { Problem } from '../kernel/problem.ts';
import { FileAnswer, type Module, type Route } from '../modules/module.ts';
import { answerFile } from './file-answer.ts';
import { languageOf } from './language.ts';
import { findCaller, openContext } from './open-visit.ts';
import { parseInput } from './parse-input.ts';

const bodyLimit = 1024 * 1024;

/** Mounts the modules' routes under `/api`: role, schemas, context, then the handler; the journal follows in the server's `onSend`. */
export function mountModules(server: FastifyInstance, entrance: Entrance, modules: readonly Module[]): void {
  for (const module of modules) for (const route of module.routes ?? []) mountRoute(server, entrance, route);
}

function mountRoute(server: FastifyInstance, entrance: Entrance, route: Route): void {
  server.route({
    method: route.method,
    url: `/api${route.path}`,
    bodyLimit: route.bodyLimit ?? bodyLimit,
    // Who may not call it has no body read: the question comes before the parser.
    onRequest: async (request) => demandCaller(entrance, request, route),
    handler: async (request, reply) => answer(reply, await handle(entrance, request, route)),
  });
}

async function demandCaller(entrance: Entrance, request: FastifyRequest, route: Route): Promise<void> {
  if (route.roles === 'public') return;
  const caller = await findCaller(entrance, request);
  if (!route.roles.includes(caller.actor.role)) throw new Problem('access.wrong-role');
}

async function handle(entrance: Entrance, request: FastifyRequest, route: Route): Promise<unknown> {
  const language = languageOf(request);
  const input = parseInput(
    { ...(route.params && { params: route.params }), ...(route.query && { query: route.query }), ...(route.body && { body: route.body }) },
    { params: request.params, query: request.query, body: request.body },
    language,
  );
  const ctx: Ctx = route.roles === 'public' ? publicContext(entrance, language) : await openContext(entrance, request);
  return route.handle(ctx, { ...input, idempotencyKey: idempotencyKey(request) } as Parameters<Route['handle']>[1]);
}

function answer(reply: FastifyReply, result: unknown): FastifyReply {
  if (result instanceof FileAnswer) return answerFile(reply, result);
  reply.header('cache-control', 'no-store');
  if (result === undefined) return reply.code(204).send();
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(result));
}

/** Names one act of a person: kept with its answer by the store. Refuses what is no key rather than to drop it in silence. */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key)) throw new Problem('http.bad-request');
  return key;
}
