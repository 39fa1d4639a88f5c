import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request as open } from 'node:http';
import type { HostileRequest } from './hostile-requests.ts';

export const agent = new Agent({ keepAlive: true, maxSockets: 8 });

export interface RawAnswer {
  /** 0 where the server closed without an answer. */
  status: number;
  text: string;
  type: string;
}

/** Sends a request as it stands, without the mending that fetch does. */
export function sendRaw(url: string, { method, path, headers = {}, body }: HostileRequest, credentials: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  const clean = path.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character.toWellFormed()));
  return new Promise((resolve) => {
    const asked = open(new URL(url), { method, path: clean, agent, headers: { origin: url, ...credentials, ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => (text += piece));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, type: answer.headers['content-type'] ?? '' }));
      answer.on('error', () => resolve({ status: 0, text, type: '' }));
    });
    asked.on('error', () => resolve({ status: 0, text: '', type: '' }));
    asked.end(body);
  });
}

/** Runs `each` over all, eight at a time, in order of beginning. */
export async function inParallel<T, R>(all: readonly T[], each: (one: T) => Promise<R>, width = 8): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < all.length) {
      const at = next++;
      results[at] = await each(all[at]!);
    }
  }));
  return results;
}

/** The same from somebody who waits when told that he asks too often: what lies behind the limit is what is looked at. */
export async function sendPatiently(url: string, request: HostileRequest, credentials: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  for (;;) {
    const answer = await sendRaw(url, request, credentials);
    if (answer.status !== 429) return answer;
    await sleep(500);
  }
}
