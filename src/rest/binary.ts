import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Ctx } from '../access/context.ts';
import { checkId } from './address.ts';
import type { Call } from './call.ts';

/** A file that a module keeps outside of the store's resources; `about`: what its access follows (`X-Security-Context`). */
export type ReadFile = (ctx: Ctx, id: string) => Promise<{ bytes: Uint8Array; mediaType: string; about: string } | undefined>;

export function isBinaryRead({ method, path }: Pick<Call, 'method' | 'path'>): boolean {
  return method === 'GET' && path.length === 2 && path[0] === 'Binary' && !path[1]!.startsWith('_') && !path[1]!.startsWith('$');
}

/**
 * http://hl7.org/fhir/R4/binary.html#rest — the exact bytes, or a Binary resource around them where the caller asks for FHIR by `Accept` or
 * `_format`. Bytes are never shown by a browser on our origin. Undefined where no such file is: the id may be a resource of the store.
 */
export async function readBinary(read: ReadFile, ctx: Ctx, call: Call, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const id = checkId(call.path[1]!);
  const file = await read(ctx, id);
  if (!file) return undefined;
  const { bytes, mediaType, about } = file;
  reply.header('cache-control', 'no-store').header('x-security-context', about);
  if (wantsFhir(call, request.headers.accept)) {
    const binary = { resourceType: 'Binary', id, contentType: mediaType, securityContext: { reference: about }, data: Buffer.from(bytes).toString('base64') };
    return reply.type('application/fhir+json; charset=utf-8').send(JSON.stringify(binary));
  }
  return reply.header('content-disposition', 'attachment').header('content-security-policy', "default-src 'none'; sandbox").type(mediaType).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function wantsFhir({ query }: Call, accept: string | undefined): boolean {
  const format = new URLSearchParams(query).get('_format');
  return format !== null ? /json/i.test(format) : /application\/fhir\+json/i.test(accept ?? '');
}
