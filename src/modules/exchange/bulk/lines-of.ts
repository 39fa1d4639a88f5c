import { Problem } from '../../../kernel/problem.ts';
import { bodyLimit } from '../../../rest/index.ts';

/**
 * The lines of NDJSON as bytes, numbered from 1, empty ones left out but counted. Bytes are decoded by the line, so that a piece may end within a
 * letter. Refuses a line longer than a body of the API may be.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, limit = bodyLimit): AsyncGenerator<{ number: number; bytes: Buffer }> {
  let number = 0;
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const bytes = trimmed(Buffer.concat([...waiting, rest.subarray(0, end)]));
      number++;
      if (bytes.length > limit) throw tooLong(number, limit);
      if (bytes.length > 0) yield { number, bytes };
      rest = rest.subarray(end + 1);
      waiting = [];
      length = 0;
    }
    if (rest.length > 0) waiting.push(Buffer.from(rest));
    length += rest.length;
    if (length > limit) throw tooLong(number + 1, limit);
  }
  const last = trimmed(Buffer.concat(waiting));
  if (last.length > 0) yield { number: number + 1, bytes: last };
}

function tooLong(line: number, limit: number): Problem {
  return new Problem('exchange.line-too-long', { line, limit: Math.round(limit / 1024 / 1024) });
}

/** Without the spaces around it, and the mark that some write before a file. */
function trimmed(bytes: Buffer): Buffer {
  let [start, end] = [0, bytes.length];
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) start = 3;
  while (end > start && bytes[end - 1]! <= 32) end--;
  while (start < end && bytes[start]! <= 32) start++;
  return bytes.subarray(start, end);
}
