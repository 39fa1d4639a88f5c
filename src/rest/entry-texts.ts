import { rewriteReferences, tellingDigits } from '../fhir/index.ts';
import { parseExactly } from './exact-json.ts';

const quote = 0x22;
const backslash = 0x5c;

/**
 * The text of `entry[n].resource` for each entry of a Bundle in `text`, which must be valid JSON. One pass over the text, nothing is
 * parsed.
 */
export function entryTexts(text: string): (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  eachMember(text, text.indexOf('{'), (name, start) => {
    if (name !== 'entry' || text.charCodeAt(start) !== 0x5b) return;
    texts.length = 0; // of two members of one name the parser takes the last
    eachElement(text, start, (element) => {
      let resource: string | undefined;
      if (text.charCodeAt(element) === 0x7b) {
        eachMember(text, element, (member, from, to) => {
          if (member === 'resource') resource = text.slice(from, to);
        });
      }
      texts.push(resource);
    });
  });
  return texts;
}

/**
 * The text of a resource with its references rewritten, every decimal as it was written; undefined where a plain serialisation says
 * the same.
 */
export function rewriteText(text: string, map: (reference: string) => string | undefined): string | undefined {
  if (!tellingDigits.test(text)) return undefined;
  const resource = parseExactly(text) as { resourceType: string };
  rewriteReferences(resource, map);
  return JSON.stringify(resource);
}

function eachMember(text: string, open: number, visit: (name: string, start: number, end: number) => void): void {
  let at = skipSpace(text, open + 1);
  while (text.charCodeAt(at) === quote) {
    const nameEnd = endOfString(text, at);
    const name = text.slice(at + 1, nameEnd - 1);
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    visit(name, start, end);
    at = skipComma(text, end);
  }
}

function eachElement(text: string, open: number, visit: (start: number, end: number) => void): void {
  let at = skipSpace(text, open + 1);
  while (at < text.length && text.charCodeAt(at) !== 0x5d) {
    const end = endOfValue(text, at);
    visit(at, end);
    at = skipComma(text, end);
  }
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (text.charCodeAt(next) <= 0x20) next++;
  return next;
}

function skipComma(text: string, at: number): number {
  const next = skipSpace(text, at);
  return text.charCodeAt(next) === 0x2c ? skipSpace(text, next + 1) : next;
}

/** `at` is the opening quote; answers the place after the closing one. */
function endOfString(text: string, at: number): number {
  for (let from = at + 1; ; ) {
    const end = text.indexOf('"', from);
    if (end === -1) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
    from = end + 1;
  }
}

function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === quote) return endOfString(text, at);
  let depth = 0;
  for (let next = at; next < text.length; ) {
    const code = text.charCodeAt(next);
    if (code === quote) {
      next = endOfString(text, next);
      continue;
    }
    if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) {
      if (depth === 0) return next;
      if (--depth === 0) return next + 1;
    } else if (depth === 0 && (code === 0x2c || code <= 0x20)) return next;
    next++;
  }
  return text.length;
}
