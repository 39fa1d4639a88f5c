import { createGunzip, gzipSync } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { entranceOf, type Ctx } from '../../../access/index.ts';
import { log } from '../../../kernel/log.ts';
import { Problem, statusOf } from '../../../kernel/problem.ts';
import { refusalOf } from '../../../rest/index.ts';
import type { ExchangeParts } from '../exchange-parts.ts';
import { activate, addPieces, cancelJob, filesOf, readJob, readPiece, type BulkJob } from '../tables.ts';
import { begin, demandAsync, demandWriter, jobAddress, startImport } from './operations.ts';
import { progressOf } from './progress.ts';
import '../problems.ts';

export interface BulkPluginOptions extends Pick<ExchangeParts, 'allowed'> {
  authenticate(request: FastifyRequest): Promise<Ctx>;
}

const ndjson = 'application/fhir+ndjson';
const manifestLimit = 1024 * 1024;
/** Bytes of an upload in all, unpacked. Larger data come as files by address, or by the command. */
const uploadLimit = 20 * 1024 ** 3;
const pieceSize = 1024 * 1024;

/** Where a bulk job is asked after, cancelled and fetched from, and where an upload of NDJSON comes in. Every refusal is an OperationOutcome. */
export async function bulkPlugin(app: FastifyInstance, { allowed, authenticate }: BulkPluginOptions): Promise<void> {
  await app.register(async (server) => {
    server.removeAllContentTypeParsers();
    for (const type of [ndjson, 'application/ndjson', 'application/x-ndjson']) server.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
    for (const type of ['application/json', 'application/fhir+json']) server.addContentTypeParser(type, { parseAs: 'string', bodyLimit: manifestLimit }, (_request, text, done) => done(null, text));
    server.setErrorHandler((error, request, reply) => refuse(request, reply, error));

    const job = async (request: FastifyRequest): Promise<{ ctx: Ctx; job: BulkJob }> => {
      const ctx = await authenticate(request);
      const { id } = request.params as { id: string };
      const found = await readJob(ctx.sql, id);
      // another's job answers as one that is not there
      if (!found || found.account !== entranceOf(ctx).account || found.state === 'cancelled' || (found.expires !== null && new Date(found.expires) <= ctx.now)) throw new Problem('exchange.no-job');
      return { ctx, job: found };
    };
    server.get('/fhir/bulk/:id', async (request, reply) => answerStatus(request, reply, await job(request)));
    server.delete('/fhir/bulk/:id', async (request, reply) => {
      const { ctx, job: found } = await job(request);
      await cancelJob(ctx.sql, found.id);
      return reply.code(202).send();
    });
    server.get('/fhir/bulk/:id/:file', async (request, reply) => sendFile(request, reply, await job(request)));
    const onRequest = async (request: FastifyRequest): Promise<void> => void (await authenticate(request));
    server.post('/fhir/R4/$import', { onRequest, bodyLimit: uploadLimit }, async (request, reply) => {
      const ctx = await authenticate(request);
      const prefer = [request.headers.prefer].flat().join(',');
      const address = `${entranceOf(ctx).entrance.url}/fhir/R4/$import`;
      const answer = typeof request.body === 'string' || request.body === undefined
        ? await startImport(ctx, { text: (request.body) ?? '', prefer, request: address }, allowed)
        : await receive(ctx, request, prefer, address);
      return reply.code(answer.status).header('content-location', answer.contentLocation).type('application/fhir+json; charset=utf-8').send(answer.body);
    });
  });
}

/** http://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-status-request */
async function answerStatus(request: FastifyRequest, reply: FastifyReply, { ctx, job }: { ctx: Ctx; job: BulkJob }): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store');
  if (job.state === 'active' || job.state === 'receiving') return reply.code(202).header('x-progress', progressOf(job, 'en').slice(0, 100)).header('retry-after', '2').send();
  if (job.state === 'failed') return refuse(request, reply, new Problem(job.error ?? 'rest.fault', job.details));
  const files = await filesOf(ctx.sql, job.id);
  const list = (kind: string): object[] =>
    files.filter((file) => file.kind === kind).map(({ file, type, lines }) => ({ type, url: `${jobAddress(ctx, job.id)}/${file}`, count: lines, ...(job.kind === 'import' ? { inputUrl: job.request } : {}) }));
  return reply.header('expires', new Date(job.expires!).toUTCString()).type('application/json; charset=utf-8').send(
    JSON.stringify({
      transactionTime: new Date(job.created).toISOString(),
      request: job.request,
      requiresAccessToken: true,
      output: list('output'),
      ...(list('deleted').length > 0 ? { deleted: list('deleted') } : {}),
      error: list('error'),
      ...(job.kind === 'import' ? { extension: { 'urn:karta:bulk-import': { written: job.done, refused: job.refused } } } : {}),
    }),
  );
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, { ctx, job }: { ctx: Ctx; job: BulkJob }): Promise<FastifyReply> {
  const number = Number((request.params as { file: string }).file);
  // what a failed import has refused until then says what to mend
  const known = (job.state === 'complete' || job.state === 'failed') && (await filesOf(ctx.sql, job.id)).some(({ file, kind }) => file === number && (job.state === 'complete' || kind === 'error'));
  if (!known) throw new Problem('exchange.no-file');
  reply.type(ndjson).header('cache-control', 'no-store').header('vary', 'accept-encoding').header('content-disposition', 'attachment');
  const packed = Readable.from(pieces(ctx, job.id, number));
  // it lies packed: who does not take it so gets it unpacked on the way
  if (/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(request.headers['accept-encoding'] ?? '')) return reply.header('content-encoding', 'gzip').send(packed);
  return reply.send(pipeline(packed, createGunzip(), () => undefined));
}

async function* pieces(ctx: Ctx, job: string, file: number): AsyncGenerator<Buffer> {
  for (let piece = 0; ; piece++) {
    const bytes = await readPiece(ctx.sql, job, file, piece);
    if (!bytes) return;
    yield bytes;
  }
}

/** Keeps an upload as it comes; only a whole one becomes a job, so that a broken connection imports nothing. */
async function receive(ctx: Ctx, request: FastifyRequest, prefer: string, address: string): Promise<Awaited<ReturnType<typeof begin>>> {
  demandAsync(prefer);
  demandWriter(ctx);
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'gzip' && encoding !== 'identity') throw new Problem('exchange.bad-encoding', { given: encoding.slice(0, 40) });
  const answer = await begin(ctx, { kind: 'import', state: 'receiving', request: address, asked: { inputs: [] } });
  const body = request.body as Readable;
  const plain: Readable = encoding === 'gzip' ? pipeline(body, createGunzip(), () => undefined) : body;
  let [piece, length, total] = [0, 0, 0];
  let waiting: Buffer[] = [];
  const keep = async (): Promise<void> => {
    if (length === 0) return;
    await addPieces(ctx.sql, answer.id, [{ file: 0, piece: piece++, kind: 'input', type: '', lines: 0, bytes: gzipSync(Buffer.concat(waiting), { level: 1 }) }]);
    [waiting, length] = [[], 0];
  };
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      waiting.push(chunk);
      length += chunk.length;
      total += chunk.length;
      if (total > uploadLimit) throw new Problem('rest.body-too-large', { limit: uploadLimit / 1024 ** 2 });
      if (length >= pieceSize) await keep();
    }
    await keep();
    if (total === 0) throw new Problem('rest.no-body');
    await activate(ctx.sql, answer.id, 'receiving');
    return answer;
  } catch (error) {
    await cancelJob(ctx.sql, answer.id);
    if (/^Z_|^ERR_ZLIB/.test((error as { code?: string }).code ?? '')) throw new Problem('exchange.bad-encoding', { given: encoding });
    throw error;
  }
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error, request);
  const { headers, body } = refusalOf(problem, request);
  return reply.code(statusOf(problem)).headers(headers).send(body);
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  switch ((error as { code?: string }).code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('rest.body-too-large', { limit: (typeof request.body === 'string' ? manifestLimit : uploadLimit) / 1024 ** 2 });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('rest.media-type', { given: request.headers['content-type']?.slice(0, 80) });
  }
  log.error({ request: request.id, name: (error as Error).name, code: (error as { code?: string }).code, frames: (error as Error).stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 5) }, 'a fault in the bulk interface');
  return new Problem('rest.fault', { number: request.id });
}
