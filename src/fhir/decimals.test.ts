import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalRange } from './decimals.ts';

describe('the range that the digits of a number mean', () => {
  test.each([
    ['100', 99.5, 100.5],
    ['1.00', 0.995, 1.005],
    ['5e3', 4500, 5500],
  ])('%s', (written, low, high) => {
    const range = decimalRange(Number(written), written);
    expect(range.low).toBeCloseTo(low, 9);
    expect(range.high).toBeCloseTo(high, 9);
  });

  test('holds the number itself, however many digits it is written with', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const { low, high } = decimalRange(value);
        expect(low <= value && value < high).toBe(true);
      }),
      { numRuns: 300, examples: [[66.89999999999999], [0], [9007199254740992]] },
    );
  });
});
