import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactJson, compactText } from './compact-json.ts';

const compact = (text: string): string => Buffer.from(compactJson(Buffer.from(text), 1000).bytes).toString();
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('a body without its spaces', () => {
  it('is the same JSON, written as a program without taste would', () => {
    const spaced = fc.constantFrom(' ', '  ', '\n', '\r\n\t', '');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), spaced, spaced, (value, before, indent) => {
        const plain = JSON.stringify(value);
        expect(compact(plain)).toBe(plain);
        expect(compact(before + JSON.stringify(value, undefined, indent === '' ? 3 : indent) + before)).toBe(plain);
      }),
    );
  });

  it('keeps what stands within strings, also where it looks like JSON, and every digit', () => {
    const text = '{ "a": ": b",\n "c" : "\\" :  \\\\" , "d": [1.00, 1e2 ,-0.50], "е": "«х  у»" }';
    expect(compactText(text)).toBe('{"a":": b","c":"\\" :  \\\\","d":[1.00,1e2,-0.50],"е":"«х  у»"}');
  });

  it('is no JSON where the body was none', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', '"a"', '1', '-', '2.0', 'true', 'null', ' ', '\n', '\t', '\u0001', 'é');
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), (text) => {
      expect(isJson(compact(text))).toBe(isJson(text));
      expect(compact(compact(text))).toBe(compact(text));
    }), { numRuns: 1000 });
  });

  it('is refused where it is too deep, whatever stands in strings', () => {
    const nested = (levels: number) => Buffer.from(`${'[ '.repeat(levels)}"[[[["${']'.repeat(levels)}`);
    expect(() => compactJson(nested(64), 64)).not.toThrow();
    expect(() => compactJson(nested(65), 64)).toThrow('rest.too-deep');
  });
});
