import type { Resource } from '@medplum/fhirtypes';
import { parse as parseLosslessly } from 'lossless-json';
import { Problem } from '../kernel/problem.ts';
import { countMembers, repeatedName } from './repeated-name.ts';

/** Levels of nesting that a body may have; the deepest real resource met has under 20. */
export const depthLimit = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes to text; what is not UTF-8 is refused, never replaced silently. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('rest.not-utf8');
  }
}

/** Refuses deep nesting before anything recursive sees it. Answers how many members all objects of the text have. */
export function checkDepth(text: string, limit = depthLimit): number {
  let depth = 0;
  let members = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x22: // a string: jump to its closing quote
        for (;;) {
          index = text.indexOf('"', index + 1);
          if (index === -1) return members; // the parser says what is wrong
          let slashes = 0;
          while (text.charCodeAt(index - 1 - slashes) === 0x5c) slashes++;
          if (slashes % 2 === 0) break;
        }
        break;
      case 0x3a:
        members++;
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > limit) throw new Problem('rest.too-deep', { limit });
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return members;
}

/** Text to resource, as `readResource`, whatever its depth. */
export function parseResource(text: string): Resource {
  const members = checkDepth(text);
  return readResource(text, () => text, members);
}

/**
 * Body to resource: an object with a `resourceType`. Its elements are checked where it is written, its depth was already. `sent` is the
 * text in the lines in which it came, which a refusal speaks of; `members` how many its objects have, where that is known.
 */
export function readResource(text: string, sent: () => string, members?: number): Resource {
  if (text.trim() === '') throw new Problem('rest.no-body');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('rest.not-json', placeOf(sent()));
  }
  if (typeof value !== 'object' || value === null || typeof (value as Resource).resourceType !== 'string') throw new Problem('rest.not-a-resource');
  if (members !== undefined && countMembers(value) !== members) refuseRepeated(sent());
  return value as Resource;
}

function refuseRepeated(text: string): void {
  const found = repeatedName(text);
  if (found) throw new Problem('rest.repeated-name', { name: found.name.slice(0, 64), ...lineOf(text, found.at) });
}

/** Where the text stops being JSON. A parser's message may quote the body, which must not come back or reach a log: only its place is taken. */
function placeOf(text: string): { line: number; column: number } {
  let position = text.length;
  try {
    parseLosslessly(text); // slower than the built-in one, but it always says where
  } catch (error) {
    position = Number(/at position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
  }
  return lineOf(text, position);
}

function lineOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}
