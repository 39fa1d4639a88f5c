import type { Binary } from '@medplum/fhirtypes';
import type { Ctx } from '../access/context.ts';
import { checkId } from './address.ts';
import type { Call } from './call.ts';
import { etag } from './headers.ts';

/** Content of any type as it was sent: http://hl7.org/fhir/R4/binary.html#rest */
export interface SentBytes {
  bytes: Uint8Array;
  mediaType: string;
  /** `X-Security-Context`: whose access the content follows. */
  about: string | undefined;
}

/** May this request bring content that is no FHIR? */
export function isBinaryWrite(method: string, path: readonly string[]): boolean {
  return path[0] === 'Binary' && ((method === 'POST' && path.length === 1) || (method === 'PUT' && path.length === 2));
}

export function binaryAround({ bytes, mediaType, about }: SentBytes, id: string | undefined): Binary {
  return {
    resourceType: 'Binary',
    ...(id !== undefined && { id }),
    contentType: mediaType,
    ...(about !== undefined && { securityContext: { reference: about } }),
    ...(bytes.length > 0 && { data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') }),
  };
}

/** The bytes of a stored Binary for who asks for its own type by `Accept`, with their headers; undefined where he asks for something else. */
export async function bytesOf(ctx: Ctx, call: Call, accept: string): Promise<{ bytes: Buffer; headers: Record<string, string> } | undefined> {
  const stored = await ctx.store.read('Binary', checkId(call.path[1]!));
  const { contentType, data, securityContext } = JSON.parse(stored.content) as Binary;
  const plain = contentType.split(';')[0]!.trim().toLowerCase();
  const ranges = accept.slice(0, 1000).split(',').map((range) => range.split(';')[0]!.trim().toLowerCase());
  if (!ranges.includes(plain) && !ranges.includes(`${plain.split('/')[0]}/*`)) return undefined;
  return {
    bytes: Buffer.from(data ?? '', 'base64'),
    headers: {
      'content-type': contentType,
      etag: etag(stored.version),
      'last-modified': new Date(stored.updated).toUTCString(),
      'cache-control': 'no-store',
      // never shown by a browser on our origin
      'content-disposition': 'attachment',
      'content-security-policy': "default-src 'none'; sandbox",
      vary: 'accept, accept-encoding',
      ...(securityContext?.reference !== undefined && { 'x-security-context': securityContext.reference }),
    },
  };
}
