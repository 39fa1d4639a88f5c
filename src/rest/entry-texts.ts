import { endOfString, endOfValue, quote, rewriteReferences, skipSpace, tellingDigits } from '../fhir/index.ts';
import { compactText } from './compact-json.ts';
import { parseExactly } from './exact-json.ts';

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

function skipComma(text: string, at: number): number {
  const next = skipSpace(text, at);
  return text.charCodeAt(next) === 0x2c ? skipSpace(text, next + 1) : next;
}
