import type { Resource } from '@medplum/fhirtypes';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Ctx } from '../access/context.ts';
import { ownParams, type OwnParams } from '../fhir/index.ts';
import { log } from '../kernel/log.ts';
import { Problem, statusOf } from '../kernel/problem.ts';
import { isBinaryRead, readBinary, type ReadFile } from './binary.ts';
import { bundle } from './bundle.ts';
import { decodePath } from './bundle-entry.ts';
import type { Answer, Base, Call, Operation } from './call.ts';
import { capabilityText } from './capabilities.ts';
import { checkFormat, headersOf, languageOf } from './headers.ts';
import { outcomeOf } from './outcome.ts';
import { decodeText, parseResource } from './parse-body.ts';
import { recordFault } from './record-fault.ts';
import { route } from './route.ts';
import '../store/problems.ts';
import './problems.ts';

/** Bytes that a body may have; refused before parsing. */
export const bodyLimit = 16 * 1024 * 1024;

export interface RestOptions {
  /** Who asks; throws a `Problem` (401) where nobody does. */
  authenticate(request: FastifyRequest): Promise<Ctx>;
  /** The FHIR base as clients see it, without a trailing slash: `https://karta.example/fhir/R4`. */
  url: string;
  /** Content of `.well-known/smart-configuration` (SMART App Launch 2.2); also named in the CapabilityStatement. */
  smart?: Readonly<Record<string, unknown>>;
  operations?: readonly Operation[];
  /** Files behind `Binary/<id>` that are no resources of the store; undefined where there is none that the caller may see. */
  binary?: ReadFile;
  /** Version of Karta, for the CapabilityStatement. */
  version?: string;
}

/**
 * The FHIR R4 API (http://hl7.org/fhir/R4/http.html). Register with `prefix: '/fhir/R4'`. Every refusal is an OperationOutcome in the
 * user's language.
 */
export async function restPlugin(app: FastifyInstance, options: RestOptions): Promise<void> {
  const base: Base = { url: options.url.replace(/\/+$/, ''), operations: options.operations ?? [] };
  let stated: { of: OwnParams; text: string } | undefined;
  // made anew when a parameter defined here becomes searchable or is withdrawn
  const capability = (): string => (stated?.of === ownParams() ? stated : (stated = { of: ownParams(), text: capabilityText(base, options) })).text;
  const smart = options.smart === undefined ? undefined : JSON.stringify(options.smart);

  app.removeAllContentTypeParsers();
  const readers = { 'application/fhir+json': json, 'application/json': json, 'text/json': json, 'application/x-www-form-urlencoded': form };
  for (const [type, reader] of Object.entries(readers)) {
    app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit }, (_request, bytes, done) => {
      try {
        done(null, reader(decodeText(bytes as Buffer)));
      } catch (error) {
        done(error as Error);
      }
    });
  }
  app.setErrorHandler<FastifyError>((error, request, reply) => refuse(reply, problemOf(error, request), request));
  app.setNotFoundHandler((request, reply) => refuse(reply, new Problem('rest.no-such-address', { method: request.method, path: pathOf(request).join('/').slice(0, 120) }), request));

  app.get('/metadata', (request, reply) => {
    checkFormat(new URLSearchParams(queryOf(request)).get('_format'), request.headers.accept);
    return reply.type('application/fhir+json; charset=utf-8').header('cache-control', 'public, max-age=60').send(capability());
  });
  if (smart !== undefined) app.get('/.well-known/smart-configuration', (_request, reply) => reply.type('application/json; charset=utf-8').header('cache-control', 'public, max-age=60').send(smart));

  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const ctx = await options.authenticate(request);
    const call = callOf(request);
    const file = options.binary && isBinaryRead(call) ? await readBinary(options.binary, ctx, call, request, reply) : undefined;
    if (file) return file;
    const interaction = call.method === 'POST' && call.path.length === 0 ? bundle : route(base, call);
    checkFormat(new URLSearchParams(call.query).get('_format'), request.headers.accept);
    return send(reply, await interaction(base, ctx, call));
  };
    // Who asks is known before a body is read; the context is made once for a request.
  const onRequest = async (request: FastifyRequest): Promise<void> => void (await options.authenticate(request));
  for (const url of ['/', '/*']) app.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url, bodyLimit, onRequest, handler });
}

/** A body as it was read: parsed only where an interaction asks for a resource. */
type Body = { kind: 'json'; text: string } | { kind: 'form'; query: string };
const json = (text: string): Body => ({ kind: 'json', text });
const form = (query: string): Body => ({ kind: 'form', query });

function callOf(request: FastifyRequest): Call {
  const body = request.body as Body | undefined;
  const path = pathOf(request);
  const isSearch = path.at(-1) === '_search';
  if (body?.kind === 'form' && !isSearch) throw new Problem('rest.media-type', { given: 'application/x-www-form-urlencoded' });
  if (body?.kind === 'json' && isSearch && body.text.trim() !== '') throw new Problem('rest.media-type', { given: request.headers['content-type']?.slice(0, 80) });
  let parsed: Resource | undefined;
  return {
    method: (request.method === 'HEAD' ? 'GET' : request.method) as Call['method'],
    path,
    query: [queryOf(request), body?.kind === 'form' ? body.query : ''].filter((part) => part !== '').join('&'),
    ifMatch: headerOf(request, 'if-match'),
    ifNoneMatch: headerOf(request, 'if-none-match'),
    ifModifiedSince: headerOf(request, 'if-modified-since'),
    ifNoneExist: headerOf(request, 'if-none-exist'),
    prefer: headerOf(request, 'prefer'),
    idempotencyKey: keyOf(request),
    text: body?.kind === 'json' ? body.text : undefined,
    resource: () => (parsed ??= parseResource(body?.kind === 'json' ? body.text : '')),
  };
}

/** Refuses what is no key rather than to drop it in silence. */
function keyOf(request: FastifyRequest): string | undefined {
  const key = headerOf(request, 'idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,128}$/.test(key)) throw new Problem('rest.bad-header', { name: 'Idempotency-Key', value: key.slice(0, 80), expected: '1–128 ASCII' });
  return key;
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Segments below the base. The raw URL is taken: a router's decoding would lose an escaped slash. */
function pathOf(request: FastifyRequest): string[] {
  const { prefix } = request.server;
  const path = request.url.split('?', 1)[0]!;
  return decodePath(path.startsWith(prefix) ? path.slice(prefix.length) : path);
}

function queryOf(request: FastifyRequest): string {
  const question = request.url.indexOf('?');
  return question === -1 ? '' : request.url.slice(question + 1);
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).headers(headersOf(answer));
  if (answer.body === undefined) return reply.send();
  return reply.type('application/fhir+json; charset=utf-8').send(answer.body);
}

/** What a thrown thing means to the caller. Anything that is no `Problem` and no refusal of Fastify's own is a bug. */
function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  switch ((error as FastifyError | null)?.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('rest.body-too-large', { limit: bodyLimit / 1024 / 1024 });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('rest.media-type', { given: request.headers['content-type']?.slice(0, 80) });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem('rest.no-body');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('rest.bad-header', { name: 'Content-Length', value: request.headers['content-length'], expected: '0, 1, 2 …' });
    default:
      return recordFault(log, error);
  }
}

function refuse(reply: FastifyReply, problem: Problem, request: FastifyRequest): FastifyReply {
  const language = languageOf(request.headers['accept-language']);
  return reply.code(statusOf(problem)).type('application/fhir+json; charset=utf-8').header('content-language', language).send(JSON.stringify(outcomeOf(problem, language)));
}
