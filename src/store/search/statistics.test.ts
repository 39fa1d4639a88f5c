import { expect, test } from 'vitest';
import { statisticsOf } from './statistics.ts';

const counted = { rows: 1000, types: '{0,96}', type_shares: [0.1, 0.8], tokens: '{7,8}', token_shares: [0.5, 0.02, 0.02, 0.5, 0], instants: [0, 100, 200, 1000], common_instants: [50], instant_shares: [0.4] };

test('how much was written between two instants is told by the histogram and by what many rows share', () => {
  const { written } = statisticsOf(counted);
  expect(written(-Infinity, Infinity)).toBe(1000);
  expect(written(100, 200)).toBe(200);
  expect(written(50, 100)).toBe(500);
  expect(written(600, Infinity)).toBe(100);
  expect(written(1001, Infinity)).toBe(0);
  expect(statisticsOf({ ...counted, instants: null, common_instants: null, instant_shares: null }).written(0, 1)).toBeUndefined();
});

test('of a rare token only the most that it can be is known', () => {
  const { ofToken, knows } = statisticsOf(counted);
  expect([ofToken(7n), knows(7n)]).toEqual([500, true]);
  expect([ofToken(9n), knows(9n)]).toEqual([20, false]);
});
