import type { FastifyRequest } from 'fastify';
import { Problem } from '../kernel/problem.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A write that a cookie vouches for must come from our own pages. Browsers say where it comes from by Sec-Fetch-Site or Origin; a write
 * with a cookie and neither is refused. Refuses `http.other-origin` before anything is read or changed.
 */
export function demandSameOrigin(request: FastifyRequest, url: string, strict = true): void {
  if (reading.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw new Problem('http.other-origin');
  const { origin, host } = request.headers;
  if (origin !== undefined) {
    if (origin !== new URL(url).origin && !isHost(origin, host)) throw new Problem('http.other-origin');
    return;
  }
  if (site === undefined && strict) throw new Problem('http.other-origin');
}

/** The page stands at the very host it calls: 127.0.0.1 instead of localhost is no other site. */
function isHost(origin: string, host: string | undefined): boolean {
  try {
    const parsed = new URL(origin);
    return /^https?:$/.test(parsed.protocol) && parsed.host === host?.toLowerCase().replace(/:(80|443)$/, '');
  } catch {
    return false;
  }
}
