import type { Resource } from '@medplum/fhirtypes';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Ctx } from '../access/context.ts';
import type { CallerLimits } from '../kernel/config.ts';
import { log } from '../kernel/log.ts';
import { preferredLanguage } from '../kernel/language.ts';
import { Problem, statusOf, type Language } from '../kernel/problem.ts';
import { Allowance, usualLimits } from './allowance.ts';
import { binaryAround, bytesOf } from './binary-bytes.ts';
import { isBinaryRead, readBinary, type ReadFile } from './binary.ts';
import { bundle } from './bundle.ts';
import { decodePath } from './bundle-entry.ts';
import type { Answer, Base, Call, Operation } from './call.ts';
import { capabilities, sendCapabilities, type About } from './capabilities.ts';
import { encode, formatOf, mediaTypeOf, usualFormat, type Format } from './format.ts';
import { headersOf } from './headers.ts';
import { outcomeOf } from './outcome.ts';
import { checkDepth, readResource } from './parse-body.ts';
import { addBodyReaders, type Body } from './read-body.ts';
import { ownOperations } from './operations/index.ts';
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
  /** Operations of the modules, beside those that this floor has itself. */
  operations?: readonly Operation[];
  /** How much one caller may ask; what is not named is usual. */
  limits?: Partial<CallerLimits> | undefined;
  /** Files behind `Binary/<id>` that are no resources of the store; undefined where there is none that the caller may see. */
  binary?: ReadFile;
  /** Version of Karta, for the CapabilityStatement. */
  version?: string;
  /** What the terminology service holds, for `metadata?mode=terminology`. */
  terminology?: NonNullable<About['terminology']>;
}

/**
 * The FHIR R4 API (http://hl7.org/fhir/R4/http.html). Register with `prefix: '/fhir/R4'`. Every refusal is an OperationOutcome in the
 * user's language.
 */
export async function restPlugin(app: FastifyInstance, options: RestOptions): Promise<void> {
  const base: Base = { url: options.url.replace(/\/+$/, ''), operations: [...ownOperations, ...(options.operations ?? [])] };
  const capability = capabilities(base, options);
  const smart = options.smart === undefined ? undefined : JSON.stringify(options.smart);

  addBodyReaders(app, bodyLimit);
  app.setErrorHandler<FastifyError>((error, request, reply) => refuse(reply, problemOf(error, request), request));
  app.setNotFoundHandler((request, reply) => refuse(reply, new Problem('rest.no-such-address', { method: request.method, path: pathOf(request).join('/').slice(0, 120) }), request));

  for (const url of ['/metadata', '/metadata/']) app.get(url, (request, reply) => sendCapabilities(capability, request, reply));
  if (smart !== undefined) app.get('/.well-known/smart-configuration', (_request, reply) => reply.type('application/json; charset=utf-8').header('cache-control', 'public, max-age=60').send(smart));

  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const ctx = await options.authenticate(request);
    const call = callOf(request);
    const file = options.binary && isBinaryRead(call) ? await readBinary(options.binary, ctx, call, request, reply) : undefined;
    if (file) return file;
    const interaction = call.method === 'POST' && call.path.length === 0 ? bundle : route(base, call);
    const format = await formatOrBytes(ctx, call, request, reply);
    if (format === undefined) return reply;
    return send(request, reply, await interaction(base, ctx, call), format);
  };
  const allowance = new Allowance({ ...usualLimits, ...options.limits });
  const leaving = new WeakMap<FastifyRequest, () => void>();
  app.addHook('onRequest', (request, reply, done) => {
    const given = correlationOf(request);
    if (given !== undefined) reply.header('x-correlation-id', given);
    done();
  });
  // Who asks is known before a body is read; the context is made once for a request.
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    const ctx = await options.authenticate(request);
    languages.set(request, ctx.language);
    leaving.set(request, allowance.enter(ctx));
  };
  const onResponse = (request: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    leaving.get(request)?.();
    done();
  };
  for (const url of ['/', '/*']) app.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url, bodyLimit, onRequest, onResponse, handler });
}

/** The format of the answer; undefined where a stored Binary has gone out in its own. */
async function formatOrBytes(ctx: Ctx, call: Call, request: FastifyRequest, reply: FastifyReply): Promise<Format | undefined> {
  const { accept } = request.headers;
  try {
    return formatOf(call.query, accept, sentXml(request));
  } catch (error) {
    const own = accept !== undefined && isBinaryRead(call) && !call.query.includes('_format') ? await bytesOf(ctx, call, accept) : undefined;
    if (!own) throw error;
    await reply.headers(own.headers).send(own.bytes);
    return undefined;
  }
}

function callOf(request: FastifyRequest): Call {
  const body = request.body as Body | undefined;
  const path = pathOf(request);
  const isSearch = path.at(-1) === '_search';
  if (body?.kind === 'form' && !isSearch) throw new Problem('rest.media-type', { given: 'application/x-www-form-urlencoded' });
  const isPatch = request.method === 'PATCH';
  if (body && (body.kind === 'patch') !== isPatch && body.kind !== 'form') throw new Problem(isPatch ? 'rest.patch-media-type' : 'rest.media-type', { given: request.headers['content-type']?.slice(0, 80) });
  if (body?.kind === 'resource' && isSearch && body.text.trim() !== '') throw new Problem('rest.media-type', { given: request.headers['content-type']?.slice(0, 80) });
  const query = [queryOf(request), body?.kind === 'form' ? body.query : ''].filter((part) => part !== '').join('&');
  checkQuery(query);
  let parsed: Resource | undefined;
  return {
    method: (request.method === 'HEAD' ? 'GET' : request.method) as Call['method'],
    path,
    query,
    ifMatch: headerOf(request, 'if-match'),
    ifNoneMatch: headerOf(request, 'if-none-match'),
    ifModifiedSince: headerOf(request, 'if-modified-since'),
    ifNoneExist: headerOf(request, 'if-none-exist'),
    prefer: headerOf(request, 'prefer'),
    idempotencyKey: keyOf(request),
    text: body?.kind === 'resource' ? body.text : undefined,
    resource: () => (parsed ??= body?.kind === 'bytes' ? binaryAround(body, path[1]) : body?.kind === 'resource' ? readResource(body.text, body.sent, body.members) : readResource('', () => '')),
    patch: () => patchText(body),
  };
}

export const queryLimits = { length: 64 * 1024, parameters: 200 };

/** Refuses a query that nobody means, before anything takes it apart. */
function checkQuery(query: string): void {
  if (query.length > queryLimits.length) throw new Problem('rest.query-too-long', { limit: queryLimits.length / 1024 });
  let parameters = 1;
  for (let at = query.indexOf('&'); at !== -1; at = query.indexOf('&', at + 1)) if (++parameters > queryLimits.parameters) throw new Problem('rest.query-too-many', { limit: queryLimits.parameters });
}

function patchText(body: Body | undefined): string {
  if (body?.kind !== 'patch' || body.text.trim() === '') throw new Problem('rest.no-body');
  checkDepth(body.text);
  return body.text;
}

function sentXml(request: FastifyRequest): boolean {
  const body = request.body as Body | undefined;
  return body?.kind === 'resource' && body.xml;
}

/** The caller's own name of his request comes back, whatever number the server gives it: http://hl7.org/fhir/R4/http.html#customheaders */
function correlationOf(request: FastifyRequest): string | undefined {
  const given = headerOf(request, 'x-correlation-id') ?? headerOf(request, 'x-request-id');
  return given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : undefined;
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

const gzipped = promisify(gzip);

/** Characters above which an answer is worth to be compressed: smaller ones leave in a few packets anyway. */
const compressedFrom = 16 * 1024;

async function send(request: FastifyRequest, reply: FastifyReply, answer: Answer, format: Format): Promise<FastifyReply> {
  reply.code(answer.status).headers(headersOf(answer)).header('vary', 'accept, accept-encoding');
  if (answer.body === undefined) return reply.send();
  const body = encode(answer.body, format);
  reply.type(mediaTypeOf(format));
  if (body.length < compressedFrom) return reply.send(body);
  // as bytes at once: of a text they would be counted first and made later
  if (!takesGzip(request.headers['accept-encoding'])) return reply.send(Buffer.from(body));
  return reply.header('content-encoding', 'gzip').send(await gzipped(body, { level: constants.Z_BEST_SPEED }));
}

/** RFC 9110 §12.5.3. Who names no encoding gets none. */
function takesGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '').split(',').some((part) => /^\s*(gzip|x-gzip)\s*(;\s*q=(1(\.0*)?|0?\.\d*[1-9]\d*)\s*)?$/i.test(part));
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
  const { headers, body } = refusalOf(problem, request);
  return reply.code(statusOf(problem)).headers(headers).send(body);
}

/** Languages of callers who are known. */
const languages = new WeakMap<FastifyRequest, Language>();

/** A refusal as the caller can read it, for whoever refuses a request under the FHIR base: an OperationOutcome in his language and format. */
export function refusalOf(problem: Problem, request: FastifyRequest): { headers: Record<string, string>; body: string } {
  const language = languages.get(request) ?? preferredLanguage(request.headers['accept-language']) ?? 'ru';
  const format = formatOrUsual(request);
  const headers: Record<string, string> = { 'content-type': mediaTypeOf(format), 'content-language': language, 'cache-control': 'no-store' };
  if (statusOf(problem) === 405) headers.allow = String(problem.details.allowed);
  if (statusOf(problem) === 401) headers['www-authenticate'] = 'Bearer';
  if (problem.details.seconds !== undefined && statusOf(problem) === 429) headers['retry-after'] = String(problem.details.seconds);
  return { headers, body: encode(JSON.stringify(outcomeOf(problem, language)), format) };
}

/** A refusal is always said, even to who asked for a format that there is not. */
function formatOrUsual(request: FastifyRequest): Format {
  try {
    return formatOf(queryOf(request), request.headers.accept, sentXml(request) || /xml/i.test(request.headers['content-type'] ?? ''));
  } catch {
    return usualFormat;
  }
}
