import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('limits of callers are read from the environment, and what is no number is refused by its value', () => {
  expect(readConfig({}, '/').limits).toEqual({});
  expect(readConfig({ KARTA_FHIR_PER_SECOND: '7', KARTA_FHIR_BURST: '70', KARTA_FHIR_TOGETHER: '3', KARTA_FHIR_TOGETHER_CLIENT: '900' }, '/').limits).toEqual({ perSecond: 7, burst: 70, together: 3, togetherOfClient: 900 });
  for (const wrong of ['0', '-1', '1.5', 'many', '1e9']) expect(() => readConfig({ KARTA_FHIR_BURST: wrong }, '/')).toThrow(wrong);
});
