/** Letters that Unicode does not take apart into a letter and a mark. */
const whole: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/**
 * Text as it is compared: lower case, ё as е, no diacritics (й stays: it is a letter), an apostrophe within a word left out, other
 * punctuation as a space, single spaces.
 */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (/^[a-zа-я0-9]+(?: [a-zа-я0-9]+)*$/.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(/и\u0306/g, 'й')
    .replace(/\p{M}+/gu, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => whole[letter]!)
    .replace(/(?<=\p{L})['’ʼ`ʹ´](?=\p{L})/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const letters: Readonly<Record<string, string>> = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', й: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's',
  т: 't', у: 'u', ф: 'f', х: 'h', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'sh', ъ: '', ы: 'i', ь: '', э: 'e', ю: 'iu', я: 'ia',
  // Ukrainian, Belarusian, Kazakh, Tatar, Bashkir
  і: 'i', ї: 'i', є: 'e', ґ: 'g', ў: 'u', ә: 'a', ғ: 'g', қ: 'k', ң: 'n', ө: 'o', ұ: 'u', ү: 'u', һ: 'h', җ: 'zh', ҙ: 'z', ҡ: 'k', ҫ: 's',
};

/** One spelling for each group that people use for the same sound, in this order. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/shch|sch|sh/g, 'S'],
  [/kh/g, 'h'],
  [/ch/g, 'C'],
  [/zh/g, 'Z'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/gh/g, 'g'],
  [/ck|q/g, 'k'],
  [/x/g, 'ks'],
  [/tz/g, 'ts'],
  [/c(?=[aouklrt])/g, 'k'],
  [/c/g, 'ts'],
  [/w/g, 'v'],
  [/[yj]/g, 'i'],
  [/i+/g, 'i'],
  // «Соловьёв» is Soloviev, Solovyov, Solovev; «Фёдор» is Fedor, Fyodor
  [/i(?=e)/g, ''],
  [/io/g, 'e'],
  [/([a-zA-Z])\1+/g, '$1'],
  [/S/g, 'sh'],
  [/C/g, 'ch'],
  [/Z/g, 'zh'],
];

/**
 * A key under which spellings of one name in either script meet: «Соколова» and "Sokolova", "Aleksandr" and "Alexandr". It is
 * for finding only, never shown: different names may share one.
 */
export function latinOf(text: string): string {
  let key = '';
  for (const word of foldText(text).split(' ')) {
    const latin = latinWord(word);
    if (latin !== '') key += key === '' ? latin : ` ${latin}`;
  }
  return key;
}

/** Words come again and again; each takes twenty replacements to spell. */
const latinWords = new Map<string, string>();

function latinWord(word: string): string {
  let key = latinWords.get(word);
  if (key !== undefined) return key;
  key = word.replace(/[Ѐ-ӿ]/g, (letter) => letters[letter] ?? letter);
  for (const [spelling, one] of spellings) key = key.replace(spelling, one);
  if (latinWords.size >= 50_000) latinWords.clear();
  latinWords.set(word, key);
  return key;
}
