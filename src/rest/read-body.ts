import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { XmlReader, XmlRefusal } from '../fhir/xml/index.ts';
import { Problem } from '../kernel/problem.ts';
import { isBinaryWrite, type SentBytes } from './binary-bytes.ts';
import { decodePath } from './bundle-entry.ts';
import { compactJson } from './compact-json.ts';
import { isOurVersion } from './format.ts';
import { decodeText, depthLimit } from './parse-body.ts';
import { yieldOften } from '../kernel/yield-often.ts';

/**
 * A body as it was read: parsed only where an interaction asks for a resource. XML has become JSON already; of JSON the spaces between its
 * parts are gone, `sent` is how it came.
 */
export type Body = { kind: 'resource'; text: string; sent: () => string; members?: number; xml: boolean } | { kind: 'patch'; text: string } | { kind: 'form'; query: string } | ({ kind: 'bytes' } & SentBytes);

type Reader = (bytes: Uint8Array) => Body | Promise<Body>;

const json: Reader = (bytes) => {
  const { bytes: compact, members } = compactJson(bytes, depthLimit);
  return { kind: 'resource', text: decodeText(compact), sent: () => decodeText(bytes), members, xml: false };
};
const xml: Reader = async (bytes) => {
  const given = decodeText(bytes);
  const text = given.trim() === '' ? '' : await jsonOf(given);
  return { kind: 'resource', text, sent: () => text, xml: true };
};

/** The media types of bodies: http://hl7.org/fhir/R4/http.html#mime-type, #patch */
const readers: Record<string, Reader> = {
  'application/fhir+json': json,
  'application/json': json,
  'application/json+fhir': json,
  'text/json': json,
  'application/fhir+xml': xml,
  'application/xml': xml,
  'application/xml+fhir': xml,
  'text/xml': xml,
  'application/json-patch+json': (bytes) => ({ kind: 'patch', text: decodeText(bytes) }),
  'application/x-www-form-urlencoded': (bytes) => ({ kind: 'form', query: decodeText(bytes) }),
};

export function addBodyReaders(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  for (const [type, reader] of Object.entries(readers)) {
    app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit }, async (request: FastifyRequest, bytes: Buffer) => {
      const version = /;\s*fhirVersion=([^;\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (version !== undefined && !isOurVersion(version)) throw new Problem('rest.media-type', { given: request.headers['content-type']!.slice(0, 80) });
      return reader(await unpack(bytes, request.headers['content-encoding'], bodyLimit));
    });
  }
  // anything else may only be the content of a Binary; in base64 it must fit where every other body does
  const limit = (bodyLimit / 4) * 3;
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: AsyncIterable<Buffer>): Promise<Body> => {
    const mediaType = request.headers['content-type'] ?? '';
    if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+/.test(mediaType) || !isBinaryWrite(request.method, decodePath(request.url.slice(request.server.prefix.length).split('?', 1)[0]!))) throw new Problem('rest.media-type', { given: mediaType.slice(0, 80) });
    const about = request.headers['x-security-context'];
    return { kind: 'bytes', bytes: await unpack(await gather(payload, limit), request.headers['content-encoding'], limit), mediaType, about: typeof about === 'string' ? about : undefined };
  });
}

async function gather(payload: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of payload) {
    pieces.push(piece);
    length += piece.length;
    if (length > limit) throw new Problem('rest.body-too-large', { limit: limit / 1024 / 1024 });
  }
  return Buffer.concat(pieces);
}

const gunzipped = promisify(gunzip);

/** A body that was sent compressed (http://hl7.org/fhir/R4/http.html#gzip); what it unpacks to is limited as any other. */
async function unpack(bytes: Buffer, encoding: string | undefined, bodyLimit: number): Promise<Uint8Array> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return bytes;
  if (name !== 'gzip' && name !== 'x-gzip') throw new Problem('rest.content-encoding', { given: name.slice(0, 40) });
  try {
    return await gunzipped(bytes, { maxOutputLength: bodyLimit });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new Problem('rest.body-too-large', { limit: bodyLimit / 1024 / 1024 });
    throw new Problem('rest.not-gzip');
  }
}

const pieceLength = 64 * 1024;

/** XML to JSON, piece by piece: others are served meanwhile. */
export async function jsonOf(text: string): Promise<string> {
  const pause = yieldOften();
  try {
    const reader = new XmlReader(depthLimit);
    for (let at = 0; at < text.length; at += pieceLength) {
      reader.write(text.slice(at, at + pieceLength));
      await pause();
    }
    return reader.close();
  } catch (error) {
    throw error instanceof XmlRefusal ? problemOf(error) : error;
  }
}

function problemOf({ reason, line, column, element, message }: XmlRefusal): Problem {
  switch (reason) {
    case 'syntax':
      return new Problem('rest.not-xml', { line, column });
    case 'doctype':
      return new Problem('rest.xml-doctype', { line });
    case 'deep':
      return new Problem('rest.too-deep', { limit: depthLimit });
    case 'structure':
      return new Problem('rest.xml-structure', { line, column }, [{ severity: 'error', code: 'structure', expression: element, diagnostics: `${element} ${message}.` }]);
  }
}
