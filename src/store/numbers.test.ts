import { expect, test } from 'vitest';
import { resourceTypes, searchParams } from '../fhir/index.ts';
import { paramNumber } from './token-hash.ts';
import { storedTypes, typeName, typeNumber } from './type-number.ts';

test('every R4 resource type has its number, and Patient is 0 for ever', () => {
  expect([...storedTypes].sort()).toEqual([...resourceTypes].sort());
  expect(typeNumber('Patient')).toBe(0);
  expect(typeName(typeNumber('Observation')!)).toBe('Observation');
});

test('no two search parameters share a number', () => {
  const seen = new Map<number, string>();
  for (const type of resourceTypes) {
    for (const name of searchParams(type).keys()) {
      for (const aspect of ['', ':text', ':order', ':latitude', ':longitude']) {
        const number = paramNumber(type, name, aspect);
        expect(seen.get(number), `${type}.${name}${aspect}`).toBeUndefined();
        seen.set(number, `${type}.${name}${aspect}`);
      }
    }
  }
});
