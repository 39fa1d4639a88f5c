import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDepth, depthLimit, parseResource } from './parse-body.ts';

describe('a body', () => {
  it('may hold brackets in its strings as it likes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.string(), (value, text) => {
        checkDepth(JSON.stringify([value, text, '[[[[{{{{"\\'.repeat(40)]));
      }),
    );
  });

  it('is refused one level beyond the limit', () => {
    expect(() => checkDepth('['.repeat(depthLimit) + ']'.repeat(depthLimit))).not.toThrow();
    expect(() => checkDepth('['.repeat(depthLimit + 1) + ']'.repeat(depthLimit + 1))).toThrow('rest.too-deep');
  });

  it('that is not JSON is refused with the place, never with its text', () => {
    expect(() => parseResource('{"resourceType": "Patient",\n "name": Иванова}')).toThrow(expect.objectContaining({ code: 'rest.not-json', details: { line: 2, column: 10 } }));
  });
});
