import { expect, test } from 'vitest';
import { worseThan } from './records.ts';

const record = { day: '2026-11-22', machine: 'any', measures: [{ name: 'read', value: 9000, unit: 'reads/s', limit: 18_000, ratio: 0.5 }, { name: 'create-1', value: 2, unit: 'ms', limit: 1, ratio: 2 }] };
const again = (name: string, unit: string, ratio: number) => [{ name, unit, ratio, value: 1, limit: 1 }];

test('a measure is told of when its ratio has got clearly worse, whichever way is worse', () => {
  expect(worseThan(record, again('read', 'reads/s', 0.3))).toEqual(['read: ratio 0.3, recorded 0.5 on 2026-11-22']);
  expect(worseThan(record, again('create-1', 'ms', 3))).toHaveLength(1);
});

test('noise, progress and what was never recorded are no news', () => {
  expect(worseThan(record, again('read', 'reads/s', 0.42))).toEqual([]);
  expect(worseThan(record, again('read', 'reads/s', 0.9))).toEqual([]);
  expect(worseThan(record, again('create-1', 'ms', 1))).toEqual([]);
  expect(worseThan(record, again('search-patient-name', 'ms', 9))).toEqual([]);
});
