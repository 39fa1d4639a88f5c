/** Why an address may not be called. */
export type Forbidden = 'malformed' | 'insecure' | 'unlisted';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The address as a URL where the operator has allowed it (`KARTA_OUTWARD`), else why not. An entry is an origin, with a path where only what lies below
 * it is meant, or with `*.` for every subdomain. Plain http is for this machine alone. Who could name any address would let Karta ask inside
 * the network what he cannot reach himself (server-side request forgery).
 */
export function allowedAddress(text: string, allowed: readonly string[]): URL | Forbidden {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || url.hash !== '' || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'malformed';
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) return 'insecure';
  return allowed.some((entry) => covers(entry, url)) ? url : 'unlisted';
}

function covers(entry: string, url: URL): boolean {
  const wildcard = /^(https:\/\/)\*\.(.+)$/.exec(entry);
  const given = URL.parse(wildcard ? wildcard[1]! + wildcard[2]! : entry);
  if (!given || given.protocol !== url.protocol || given.port !== url.port) return false;
  const host = wildcard ? url.hostname.endsWith(`.${given.hostname}`) : url.hostname === given.hostname;
  const path = given.pathname.replace(/\/+$/, '');
  // an encoded slash or dot could mean another path to the server behind
  return host && !/%2f|%5c|%2e/i.test(url.pathname) && (url.pathname === path || url.pathname.startsWith(`${path}/`));
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'HEAD';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Milliseconds for the whole of it. */
  timeout: number;
  stop?: AbortSignal;
}

/**
 * Calls an allowed address and answers the response; a redirection is not followed, its target was not allowed. The text of a failure may name
 * a secret of the address, so only its kind is told: `timeout`, `ECONNREFUSED` …
 */
export async function reachOut(url: URL, { method, headers = {}, body, timeout, stop }: Request): Promise<Response> {
  const limits = [AbortSignal.timeout(timeout), ...(stop ? [stop] : [])];
  try {
    return await fetch(url, { method, headers, redirect: 'manual', signal: AbortSignal.any(limits), ...(body === undefined ? {} : { body }) });
  } catch (error) {
    throw new Unreachable(failureName(error));
  }
}

/** The address did not answer. `message` is a kind, never a text that came from outside. */
export class Unreachable extends Error {}

function failureName(error: unknown): string {
  const { name, code, cause } = error as { name?: string; code?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') return 'timeout';
  return cause?.code ?? (typeof code === 'string' ? code : (name ?? 'error'));
}

/** Reads no more of an answer than is needed to let its connection go. */
export async function dropBody(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** `Name: value` of a channel as a header; undefined where it is none, or would change the request itself. */
export function readHeader(line: string): [name: string, value: string] | undefined {
  const found = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,80})\s*:\s*([\t\x20-\x7e]{0,4000})$/.exec(line);
  if (!found || /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive|proxy-.*|content-type)$/i.test(found[1]!)) return undefined;
  return [found[1]!, found[2]!.trim()];
}
