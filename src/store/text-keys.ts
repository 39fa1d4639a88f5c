import { latinOf } from '../fhir/index.ts';

/** Longest text kept in the text table: search by a longer beginning is cut to it. */
export const textLimit = 120;

/** Words of one parameter up to which every key of it tells them all: names do, addresses and titles need not. */
const completeWords = 6;

/** Stands in a key after the value's own words; what follows are the parameter's further ones. A key with a bar tells all words that there are. */
export const bar = '|';

/**
 * The keys under which the values of a string parameter are found: each value from each of its words on, in a spelling where case, ё/е,
 * diacritics and script do not matter («Соколова», "Sokolova"). Where the words are few, a bar and all words that the key has not told follow:
 * `иванов|` becomes `ivanov| anna`, so that a search for several words is answered by the index alone. What only begins another key is left out.
 */
export function textKeys(values: readonly string[]): string[] {
  const wholes = [...new Set(values.map(latinKey))].filter((whole) => whole !== '');
  const words = [...new Set(wholes.flatMap((whole) => whole.split(' ')))];
  const suffixes = [...new Set(wholes.flatMap(suffixesOf))];
  const needed = suffixes.length === 1 ? suffixes : suffixes.filter((one) => !suffixes.some((other) => other.length > one.length && other.startsWith(one) && other[one.length] === ' '));
  const complete = words.length <= completeWords ? needed.map((key) => withOthers(key, words)) : [];
  return complete.length > 0 && complete.every(({ length }) => length <= textLimit) ? complete : [...new Set(needed.map(storedText))];
}

function suffixesOf(whole: string): string[] {
  const found = [whole];
  for (let space = whole.indexOf(' '); space !== -1 && found.length < 40; space = whole.indexOf(' ', space + 1)) found.push(whole.slice(space + 1));
  return found;
}

function withOthers(key: string, words: readonly string[]): string {
  const own = key.split(' ');
  return words.reduce((text, word) => (own.includes(word) ? text : `${text} ${word}`), key + bar);
}

/** As the text table keeps it. PostgreSQL has no U+0000 in text. */
export function storedText(value: string): string {
  return (value.includes('\u0000') ? value.replaceAll('\u0000', '') : value).slice(0, textLimit);
}

/** Names, towns and displays come again and again, and a key takes twenty replacements to make. */
const knownKeys = new Map<string, string>();

export function latinKey(value: string): string {
  let key = knownKeys.get(value);
  if (key === undefined) {
    if (knownKeys.size >= 20_000) knownKeys.clear();
    knownKeys.set(value, (key = latinOf(value)));
  }
  return key;
}
