import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noBurst, readBurst } from './scan-burst.ts';

function type(text: string, gap: number, start = 1000): string | undefined {
  let burst = noBurst;
  let at = start;
  for (const sign of text) {
    at += gap;
    burst = readBurst(burst, { key: sign, code: /\d/.test(sign) ? `Digit${sign}` : '', shift: false, at }).burst;
  }
  return readBurst(burst, { key: 'Enter', code: 'Enter', shift: false, at: at + gap }).scanned;
}

test('a scanner is heard wherever the focus is', () => {
  expect(type('2900123456789', 8)).toBe('2900123456789');
});

test('a person typing is never taken for a scanner, however often', () => {
  fc.assert(fc.property(fc.stringMatching(/^[0-9a-z]{1,40}$/), fc.integer({ min: 51, max: 400 }), (text, gap) => {
    expect(type(text, gap)).toBeUndefined();
  }));
});

test('typing before the burst does not spoil it', () => {
  let burst = noBurst;
  let at = 0;
  for (const sign of 'аб') burst = readBurst(burst, { key: sign, code: '', shift: false, at: (at += 200) }).burst;
  at += 300;
  for (const sign of 'KARTA17') burst = readBurst(burst, { key: 'ы', code: /\d/.test(sign) ? `Digit${sign}` : `Key${sign}`, shift: !/\d/.test(sign), at: (at += 5) }).burst;
  expect(readBurst(burst, { key: 'Enter', code: 'Enter', shift: false, at: at + 5 }).scanned).toBe('KARTA17');
});
