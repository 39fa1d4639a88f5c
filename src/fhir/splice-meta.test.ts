import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spliceMeta } from './splice-meta.ts';

const meta = { id: 'new', versionId: '7', lastUpdated: '2026-11-21T10:00:00.000Z' };

/** What the spliced text must mean. */
function modified(text: string): unknown {
  const resource = JSON.parse(text) as Record<string, unknown>;
  const old = typeof resource.meta === 'object' && resource.meta !== null && !Array.isArray(resource.meta) ? resource.meta : {};
  return { ...resource, id: 'new', meta: { ...old, versionId: '7', lastUpdated: meta.lastUpdated } };
}

describe('setting id and version in the text of a resource', () => {
  test('keeps decimals, spaces and escapes exactly as they were written', () => {
    const text = '{ "valueQuantity" : {"value": 1.00, "low": 1e-7 },\n "note":"a \\"}\\\\", "resourceType":"Observation", "big": 123456789012345678901234567890 }';
    const spliced = spliceMeta(text, meta);
    expect(spliced).toBe(
      '{"resourceType":"Observation","id":"new","meta":{"versionId":"7","lastUpdated":"2026-11-21T10:00:00.000Z"},"valueQuantity" : {"value": 1.00, "low": 1e-7 },"note":"a \\"}\\\\","big": 123456789012345678901234567890}',
    );
  });

  test('keeps what else meta says, and takes the place of an older version', () => {
    const text = '{"resourceType":"Patient","meta":{"tag":[{"code":"a"}],"versionId":"1","lastUpdated":"2020-01-01T00:00:00Z","source":"x"},"id":"old"}';
    expect(spliceMeta(text, meta)).toBe('{"resourceType":"Patient","id":"new","meta":{"versionId":"7","lastUpdated":"2026-11-21T10:00:00.000Z","tag":[{"code":"a"}],"source":"x"}}');
  });

  test('knows a member whose name is written with escapes, and one that stands twice', () => {
    expect(JSON.parse(spliceMeta('{"\\u0069d":"a","id":"b","resourceType":"Basic"}', meta))).toEqual({ resourceType: 'Basic', id: 'new', meta: { versionId: '7', lastUpdated: meta.lastUpdated } });
  });

  test('means the same as parsing, setting and writing, for any object', () => {
    const json = fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('resourceType', 'id', 'meta', 'text', 'versionId')), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (resource, space) => {
        const text = JSON.stringify(resource, null, space);
        expect(JSON.parse(spliceMeta(text, meta))).toEqual(modified(text));
      }),
      { numRuns: 500 },
    );
  });

  test('never changes the digits of a number', () => {
    const decimal = fc.tuple(fc.integer({ min: -999, max: 999 }), fc.stringMatching(/^[0-9]{1,12}$/)).map(([whole, digits]) => `${whole}.${digits}`);
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1 }), (numbers) => {
        const spliced = spliceMeta(`{"resourceType":"X","values":[${numbers.join(' , ')}],"id":"a"}`, meta);
        expect(spliced).toContain(`[${numbers.join(' , ')}]`);
      }),
    );
  });
});
