import { describe, expect, it } from 'vitest';
import { notModified, preferenceOf, versionOf } from './headers.ts';

describe('headers', () => {
  it.each([
    ['W/"3"', 3],
    ['"3"', 3],
    ['3', 3],
    ['*', 'any'],
  ])('If-Match: %s means version %s', (header, version) => {
    expect(versionOf(header, 'If-Match')).toBe(version);
  });

  it.each(['W/"x"', 'W/"1", W/"2"'])('If-Match: %s is refused', (header) => {
    expect(() => versionOf(header, 'If-Match')).toThrow('rest.bad-header');
  });

  it('an entity tag goes before a date', () => {
    const updated = '2026-03-01T10:00:00.500Z';
    expect(notModified({ ifNoneMatch: 'W/"1", W/"2"', ifModifiedSince: 'Mon, 01 Jan 2024 00:00:00 GMT' }, 2, updated)).toBe(true);
    expect(notModified({ ifNoneMatch: 'W/"1"', ifModifiedSince: 'Sun, 01 Mar 2026 10:00:00 GMT' }, 2, updated)).toBe(false);
    expect(notModified({ ifModifiedSince: 'Sun, 01 Mar 2026 10:00:00 GMT' }, 2, updated)).toBe(true);
    expect(notModified({ ifModifiedSince: 'soon' }, 2, updated)).toBe(false);
    // an entry of a Bundle says it to the millisecond
    expect(['2026-03-01T10:00:00.400Z', '2026-03-01T10:00:00.500Z'].map((ifModifiedSince) => notModified({ ifModifiedSince }, 2, updated))).toEqual([false, true]);
  });

  it('preferences have defaults', () => {
    expect([preferenceOf(undefined), preferenceOf('respond-async; return=minimal'), preferenceOf('return=everything')]).toEqual(['representation', 'minimal', 'representation']);
  });
});
