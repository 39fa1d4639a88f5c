import type { FastifyReply } from 'fastify';
import { documentPolicy, pdfPolicy, sheetPolicy } from './security-headers.ts';

/** What a browser may show by itself; everything else is downloaded. XML and SVG are absent on purpose: they can carry script. */
const shown = new Set(['text/html', 'text/plain', 'application/pdf', 'image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** `attachment; filename="…"; filename*=UTF-8''…` (RFC 6266 §4, RFC 8187): an ASCII name for old readers, the real one beside it. */
export function contentDisposition(kind: 'inline' | 'attachment', fileName: string | undefined): string {
  if (fileName === undefined) return kind;
  const name = fileName.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '_').slice(0, 200);
  const ascii = name.replaceAll(/[^ -~]/g, '_').replaceAll(/["%;]/g, '_');
  if (ascii === name) return `${kind}; filename="${ascii}"`;
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

export function answerFile(reply: FastifyReply, file: { bytes: Uint8Array; mediaType: string; fileName: string | undefined; trust?: 'foreign' | 'own' }): FastifyReply {
  const bare = file.mediaType.split(';')[0]!.trim().toLowerCase();
  const charset = bare.startsWith('text/') && !/charset=/i.test(file.mediaType) ? `${file.mediaType}; charset=utf-8` : file.mediaType;
  return reply
    .header('content-disposition', contentDisposition(shown.has(bare) ? 'inline' : 'attachment', file.fileName))
    .header('content-security-policy', bare === 'application/pdf' ? pdfPolicy : file.trust === 'own' && bare === 'text/html' ? sheetPolicy : documentPolicy)
    .header('cache-control', 'no-store')
    .header('content-type', /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;.*)?$/.test(charset) ? charset : 'application/octet-stream')
    .send(Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength));
}
