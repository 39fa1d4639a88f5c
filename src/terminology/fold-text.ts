import { stemmer } from '@orama/stemmers/russian';

/** Letters as compared: lower case, ё as е, compatibility forms resolved. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('ё', 'е');
}

/** The words of a text, folded: runs of letters and digits; `II-III` gives two. */
export function wordsOf(text: string): string[] {
  return foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The stem of a folded word: «боли» and «боль» meet. Words of three letters and less, and what is not Russian, stay. */
export function stemOf(word: string): string {
  return word.length > 3 && /^[а-я]+$/.test(word) ? stemmer(word) : word;
}

const latinKeys = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const russianKeys = 'йцукенгшщзхъфывапролджэячсмитьбюё';
const toRussian = new Map(Array.from(latinKeys).map((key, i) => [key, russianKeys[i]!]));
const toLatin = new Map(Array.from(russianKeys).map((key, i) => [key, latinKeys[i]!]));

/** What was meant where the keyboard stood on Latin letters: `ujkjdyfz ,jkm` → «головная боль». */
export function asRussianKeys(text: string): string {
  return Array.from(text.toLowerCase(), (c) => toRussian.get(c) ?? c).join('');
}

/** What was meant where the keyboard stood on Russian letters: «ш10» → `i10`. */
export function asLatinKeys(text: string): string {
  return Array.from(text.toLowerCase(), (c) => toLatin.get(c) ?? c).join('');
}
