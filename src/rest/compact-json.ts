import { Problem } from '../kernel/problem.ts';

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** What a byte outside a string is: a space, a bracket that opens or closes, another mark (`:`, `,`), the quote; 0 is a part of a number or word. */
const kinds = new Uint8Array(256);
const [space, opens, closes, mark, string] = [1, 2, 3, 4, 5] as const;
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) kinds[byte] = space;
for (const byte of [0x5b, 0x7b]) kinds[byte] = opens;
for (const byte of [0x5d, 0x7d]) kinds[byte] = closes;
for (const byte of [0x2c, 0x3a]) kinds[byte] = mark;
kinds[quote] = string;

/**
 * JSON without the spaces between its parts, in one pass over its bytes; strings and numbers stay as they were written. What is no JSON stays
 * none: two words keep a space between them, and nothing within a string is touched. Refuses `rest.too-deep` before anything recursive
 * sees the text. `members`: of all its objects, for `readResource`.
 */
export function compactJson(bytes: Uint8Array, limit: number): { bytes: Uint8Array; members: number } {
  let depth = 0;
  let members = 0;
  let out = bytes;
  let length = 0;
  let copied = false;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at]!;
    const kind = kinds[byte]!;
    if (kind === space) {
      if (!copied) {
        // Most programs send no spaces: only then are the bytes written anew.
        out = Buffer.allocUnsafe(bytes.length);
        out.set(bytes.subarray(0, at));
        copied = true;
      }
      at++;
      while (bytes[at] === 0x20) at++;
      if (kinds[bytes[at]!] === space) continue;
      if (length > 0 && at < bytes.length && kinds[out[length - 1]!] === 0 && kinds[bytes[at]!] === 0) out[length++] = 0x20;
      continue;
    }
    if (kind === string) {
      const end = endOfString(bytes, at);
      if (copied) while (at < end) out[length++] = bytes[at++]!;
      else length = at = end;
      continue;
    }
    if (kind === opens) {
      if (++depth > limit) throw new Problem('rest.too-deep', { limit });
    } else if (kind === closes) depth--;
    else if (byte === colon) members++;
    if (copied) out[length] = byte;
    length++;
    at++;
  }
  return { bytes: out.subarray(0, length), members };
}

export function compactText(text: string): string {
  return new TextDecoder().decode(compactJson(Buffer.from(text), Infinity).bytes);
}

/** `at` is the opening quote; answers the place after the closing one, or the end where there is none. */
function endOfString(bytes: Uint8Array, at: number): number {
  for (let next = at + 1; next < bytes.length; next++) {
    const byte = bytes[next]!;
    if (byte === quote) return next + 1;
    if (byte === backslash) next++;
  }
  return bytes.length;
}
