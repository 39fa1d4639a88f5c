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

  it('that has a name twice in one object is refused with its place; in different objects it may stand as often as it likes', () => {
    const refused = (text: string, error: string | Error) => expect(() => parseResource(text), text).toThrow(error);
    refused('{"resourceType":"Patient",\n "gender":"male", "gender":"female"}', expect.objectContaining({ code: 'rest.repeated-name', details: { name: 'gender', line: 2, column: 19 } }));
    refused('{"resourceType":"Patient","name":[{"family":"А"},{"family":"Б","\\u0066amily":"Б"}]}', expect.objectContaining({ details: { name: 'family', line: 1, column: 64 } }));
    refused('{"resourceType":"Patient","__proto__":{"a":1,"a":1}}', 'rest.repeated-name');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (value, indent) => {
        expect(parseResource(JSON.stringify({ resourceType: 'Basic', value, other: [value, '"a":1,"a":1'] }, undefined, indent))).toHaveProperty('other');
      }),
    );
  });
});
