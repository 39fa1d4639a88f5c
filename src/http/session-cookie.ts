import type { FastifyReply, FastifyRequest } from 'fastify';
import { longestMilliseconds } from '../access/index.ts';

/** `__Host-` binds the cookie to this host over https (RFC 6265bis §4.1.3.2); a first trial on plain http cannot have it. */
export function cookieName(url: string): string {
  return url.startsWith('https:') ? '__Host-karta' : 'karta-session';
}

export function readCookie(request: FastifyRequest, url: string): string | undefined {
  return request.cookies[cookieName(url)] || undefined;
}

export function setCookie(reply: FastifyReply, url: string, token: string): void {
  reply.setCookie(cookieName(url), token, { path: '/', httpOnly: true, sameSite: 'lax', secure: url.startsWith('https:'), maxAge: longestMilliseconds / 1000 });
}

export function clearCookie(reply: FastifyReply, url: string): void {
  reply.clearCookie(cookieName(url), { path: '/', httpOnly: true, sameSite: 'lax', secure: url.startsWith('https:') });
}
