import type { ConnectionError, FastifyRequest } from 'fastify';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { preferredLanguage } from '../kernel/language.ts';
import { Problem, statusOf, type Language } from '../kernel/problem.ts';
import { outcomeOf } from '../rest/index.ts';
import { problemBody } from './answer-problem.ts';

/** Kilobytes of the address and of all headers together; seconds in which a request must have come. */
export const headLimits = { address: 16, headers: 16, seconds: 120 };

/**
 * What Node's parser takes at most: both of our own limits, so that mostly we refuse, who know whom and where; and less than the 64 kB that are read at
 * once, so that what it refuses mostly begins with its address.
 */
export const parserBytes = 33 * 1024;

/** How long a connection that was refused is still listened to: closed at once, it could lose the answer on its way (RFC 9112 §9.6). */
const lingerMilliseconds = 1000;

/** Refuses `http.address-too-long` and `http.headers-too-large`. */
export function checkHead({ url, raw }: Pick<FastifyRequest, 'url' | 'raw'>): void {
  if (url.length > headLimits.address * 1024) throw new Problem('http.address-too-long', { limit: headLimits.address });
  let length = 0;
  for (const part of raw.rawHeaders) length += part.length + 2;
  if (length > headLimits.headers * 1024) throw new Problem('http.headers-too-large', { limit: headLimits.headers });
}

/** What Node's parser could not read never becomes a request: it is refused in our words all the same, and the connection closed. */
export function refuseUnread(error: ConnectionError, socket: Socket): void {
  const pending = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  // more of what was refused already
  if (socket.writableEnded) return;
  // An answer that has begun, or that is one to a request before this, is none that ours may run into.
  const others = pending !== undefined && pending !== null && (pending.headersSent || pending.req.complete);
  if (!socket.writable || error.code === 'ECONNRESET' || others) return void socket.destroy();
  // Fastify's own type says that it was serialised; it is what Node's server gives.
  const rawPacket = error.rawPacket as unknown as Buffer | undefined;
  const head = rawPacket?.toString('latin1') ?? '';
  socket.end(answerTo(problemOf(error, head), head));
  setTimeout(() => socket.destroy(), lingerMilliseconds).unref();
}

function problemOf({ code }: ConnectionError, head: string): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('http.request-timeout', { limit: headLimits.seconds });
  if (code !== 'HPE_HEADER_OVERFLOW') return new Problem('http.malformed');
  const line = head.indexOf('\r\n');
  return line === -1 || line > headLimits.address * 1024 ? new Problem('http.address-too-long', { limit: headLimits.address }) : new Problem('http.headers-too-large', { limit: headLimits.headers });
}

function answerTo(problem: Problem, head: string): string {
  const language: Language = preferredLanguage(/\r\naccept-language:([^\r\n]*)/i.exec(head)?.[1]) ?? 'ru';
  const address = /^[A-Z]+ (\S*)/.exec(head)?.[1];
  // Where not even the address came whole, it was a program that sent it: our own pages have no such heads.
  const isFhir = address === undefined || /^\/fhir\/R4(?:[/?]|$)/.test(address);
  const body = JSON.stringify(isFhir ? outcomeOf(problem, language) : problemBody(problem, language));
  const status = statusOf(problem);
  const headers = {
    'content-type': `application/${isFhir ? 'fhir+json' : 'problem+json'}; charset=utf-8`,
    'content-language': language,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  };
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
