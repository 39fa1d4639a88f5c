import { expect, test } from 'vitest';
import { preferredLanguage } from './language.ts';

test.each([
  [undefined, undefined], ['', undefined], ['*', undefined], ['de', undefined], ['de, fr;q=0.5', undefined], ['de, *;q=0.1', undefined],
  ['ru', 'ru'], ['EN-gb', 'en'], ['ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7', 'ru'], ['de, en-GB;q=0.5', 'en'],
  ['ru;q=0.3, en;q=0.8', 'en'], ['ru; q=0.8 , en; q=0.3', 'ru'], ['en, ru', 'en'], ['ru;q=0.001,en;q=0.002', 'en'],
  ['en;q=0.5, *', 'ru'], ['ru;q=0, *', 'en'], ['ru;q=0', 'en'], ['en;q=0', 'ru'], ['en;q=0, ru;q=0', undefined], ['*;q=0', undefined], ['en;q=0, *;q=0', undefined],
  ['english', undefined], ['en;q=2, ru;q=0.1', 'ru'], ['en;q=x', undefined], ['zh-Hant-TW, ru-Cyrl-RU;q=0.9', 'ru'], ['ru_RU', undefined],
])('a caller who accepts %o is answered in %o', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
