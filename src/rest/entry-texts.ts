import { rewriteReferences, tellingDigits } from '../fhir/index.ts';
import { compactText } from './compact-json.ts';
import { parseExactly } from './exact-json.ts';

const quote = 0x22;
const backslash = 0x5c;

/**
 * The text of `entry[n].resource` for each entry of a Bundle in `text`, which must be valid JSON. One pass over the text, nothing is
 * parsed.
 */
export function entryTexts(text: string): (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  passMembers(text, text.indexOf('{'), (name, start) => {
    if (name !== 'entry' || text.charCodeAt(start) !== 0x5b) return endOfValue(text, start);
    texts.length = 0; // of two members of one name the parser takes the last
    return passElements(text, start, (element) => {
      if (text.charCodeAt(element) !== 0x7b) {
        texts.push(undefined);
        return endOfValue(text, element);
      }
      let resource: string | undefined;
      const end = passMembers(text, element, (member, from) => {
        const to = endOfValue(text, from);
        if (member === 'resource') resource = text.slice(from, to);
        return to;
      });
      texts.push(resource);
      return end;
    });
  });
  return texts;
}

/** What a reference became, and how often. */
export interface Replaced {
  to: string;
  times: number;
}

/**
 * The text of a resource with its references rewritten, every decimal as it was written; undefined where a plain serialisation says
 * the same. `replaced`: what `map` has changed in the parsed resource. Where the text shows each of these values just as often, as a string of its
 * own, they are replaced in it; else (one stands elsewhere too, is written with escapes, or in a narrative) the text is parsed once more.
 */
export function rewriteText(text: string, map: (reference: string) => string | undefined, replaced: ReadonlyMap<string, Replaced>): string | undefined {
  const telling = tellingDigits.test(text);
  // set out in lines it would be kept so for ever, at half its size again
  const inLines = text.includes('\n');
  if (inLines && !telling) return undefined;
  const rewritten = replaceStrings(inLines ? compactText(text) : text, replaced);
  if (rewritten !== undefined || !telling) return rewritten;
  const resource = parseExactly(text) as { resourceType: string };
  rewriteReferences(resource, map);
  return JSON.stringify(resource);
}

function replaceStrings(text: string, replaced: ReadonlyMap<string, Replaced>): string | undefined {
  // What was replaced counts here as a string of its own: not so a link within a narrative, nor one written with escapes that need not be.
  if (/\b(?:href|src)=|\\[u/]/.test(text)) return undefined;
  let result = text;
  for (const [from, { to, times }] of replaced) {
    const parts = result.split(JSON.stringify(from));
    if (parts.length !== times + 1) return undefined;
    result = parts.join(JSON.stringify(to));
  }
  return result;
}

/** Visits the members of the object at `open`; `visit` answers where the value ends. Answers the place after the object. */
function passMembers(text: string, open: number, visit: (name: string, start: number) => number): number {
  let at = skipSpace(text, open + 1);
  while (text.charCodeAt(at) === quote) {
    const nameEnd = endOfString(text, at);
    const name = text.slice(at + 1, nameEnd - 1);
    at = skipComma(text, visit(name, skipSpace(text, skipSpace(text, nameEnd) + 1)));
  }
  return at + 1;
}

function passElements(text: string, open: number, visit: (start: number) => number): number {
  let at = skipSpace(text, open + 1);
  while (at < text.length && text.charCodeAt(at) !== 0x5d) at = skipComma(text, visit(at));
  return at + 1;
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
