import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { Problem } from '../kernel/problem.ts';
import { applyPatch } from './apply-patch.ts';

const run = (document: unknown, ...operations: object[]) => JSON.parse(applyPatch(JSON.stringify(document), JSON.stringify(operations))) as unknown;
const codeOf = (work: () => unknown) => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Problem ? error.code : error;
  }
};

describe('JSON Patch', () => {
  it('does what RFC 6902 shows in its appendix', () => {
    expect(run({ foo: 'bar' }, { op: 'add', path: '/baz', value: 'qux' })).toEqual({ foo: 'bar', baz: 'qux' });
    expect(run({ foo: ['bar', 'baz'] }, { op: 'add', path: '/foo/1', value: 'qux' })).toEqual({ foo: ['bar', 'qux', 'baz'] });
    expect(run({ foo: ['bar'] }, { op: 'add', path: '/foo/-', value: ['abc', 'def'] })).toEqual({ foo: ['bar', ['abc', 'def']] });
    expect(run({ baz: 'qux', foo: 'bar' }, { op: 'remove', path: '/baz' })).toEqual({ foo: 'bar' });
    expect(run({ baz: 'qux' }, { op: 'replace', path: '/baz', value: 'boo' })).toEqual({ baz: 'boo' });
    expect(run({ foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } }, { op: 'move', from: '/foo/waldo', path: '/qux/thud' })).toEqual({ foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } });
    expect(run({ foo: ['all', 'grass', 'cows', 'eat'] }, { op: 'move', from: '/foo/1', path: '/foo/3' })).toEqual({ foo: ['all', 'cows', 'eat', 'grass'] });
    expect(run({ '/': 9, '~1': 10 }, { op: 'test', path: '/~01', value: 10 }, { op: 'test', path: '/~1', value: 9 })).toEqual({ '/': 9, '~1': 10 });
  });

  it('keeps decimals as they were written, also those that it brings and copies, and compares them by value', () => {
    const patched = applyPatch('{"a":{"value":1.00},"b":[2.50]}', '[{"op":"test","path":"/a/value","value":1.0},{"op":"add","path":"/c","value":3.10},{"op":"copy","from":"/a","path":"/d"}]');
    expect(patched).toBe('{"a":{"value":1.00},"b":[2.50],"c":3.10,"d":{"value":1.00}}');
  });

  it.each([
    ['{"op":"test","path":"/a","value":2}', 'rest.patch-test'],
    ['{"op":"remove","path":"/x"}', 'rest.patch-failed'],
    ['{"op":"add","path":"/list/4","value":1}', 'rest.patch-failed'],
    ['{"op":"add","path":"/list/01","value":1}', 'rest.patch-failed'],
    ['{"op":"replace","path":"/list/-","value":1}', 'rest.patch-failed'],
    ['{"op":"move","from":"/o","path":"/o/in"}', 'rest.patch-failed'],
    ['{"op":"add","path":"/__proto__/polluted","value":1}', 'rest.patch-failed'],
    ['{"op":"add","path":"/o/__proto__","value":{"polluted":1}}', 'rest.patch-failed'],
    ['{"op":"add","path":"/constructor/prototype/polluted","value":1}', 'rest.patch-failed'],
    ['{"op":"add","path":"/list/length","value":1}', 'rest.patch-failed'],
    ['{"op":"turn","path":"/a"}', 'rest.patch-malformed'],
    ['{"op":"add","path":"a","value":1}', 'rest.patch-malformed'],
    ['{"op":"add","path":"/a~2","value":1}', 'rest.patch-malformed'],
    ['{"op":"add","path":"/a"}', 'rest.patch-malformed'],
    ['7', 'rest.patch-malformed'],
  ])('%s is refused', (operation, code) => {
    expect(codeOf(() => applyPatch('{"a":1,"o":{},"list":[1,2]}', `[${operation}]`))).toBe(code);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('does not let a few copies fill the memory', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '', path: `/c${index}` }));
    expect(codeOf(() => run({ a: 'x'.repeat(100) }, ...doubling))).toBe('rest.patch-too-large');
  });

  it('agrees with the library on any document and any operations', () => {
    const keys = fc.constantFrom('a', 'b', '0', '1', '~', '/');
    const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(null), fc.constantFrom('x', 'y'));
    const { document } = fc.letrec((tie) => ({
      document: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('document'), { maxLength: 3 }), fc.dictionary(keys, tie('document'), { maxKeys: 3, noNullPrototype: true })),
    }));
    const root = fc.dictionary(keys, document, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
    const pointer = fc.array(fc.oneof({ weight: 6, arbitrary: keys }, { weight: 1, arbitrary: fc.constant('-') }), { minLength: 1, maxLength: 3 }).map((path) => path.map((one) => `/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
    const operation = fc.oneof(
      fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value: document }),
      fc.record({ op: fc.constant('remove'), path: pointer }),
      fc.record({ op: fc.constantFrom('move', 'copy'), from: pointer, path: pointer }),
    );
    fc.assert(
      fc.property(root, fc.array(operation, { minLength: 1, maxLength: 3 }), (before, operations) => {
        let expected: unknown;
        try {
          expected = jsonPatch.applyPatch(structuredClone(before), structuredClone(operations) as Operation[], true).newDocument;
        } catch {
          expect(codeOf(() => run(before, ...operations))).toMatch(/^rest\.patch-(failed|test)$/);
          return;
        }
        expect(run(before, ...operations)).toEqual(expected);
      }),
    );
  });
});
