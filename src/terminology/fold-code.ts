import { asLatinKeys } from './fold-text.ts';

/** Latin letters that a Russian one may stand for in a code: by look first («С» → C), then by sound («И» → I). */
const looksLike: Record<string, string> = {
  а: 'a', б: 'b', в: 'bv', г: 'g', д: 'd', е: 'e', ж: 'j', з: 'z', и: 'i', й: 'ji', к: 'k', л: 'l', м: 'm', н: 'hn', о: 'o', п: 'p', р: 'pr', с: 'cs', т: 't', у: 'yu', ф: 'f', х: 'xh', ц: 'c', і: 'i',
};

/**
 * The forms of a code that typed text may mean, most likely first, without points and in lower case: «И11.9» → `i119` and, as a slip
 * of the keyboard, `b119`. Empty where the text cannot be a code of МКБ-10: a letter, then digits.
 */
export function codeForms(text: string): string[] {
  const typed = text.trim().toLowerCase().replace(/[\s.,]/g, '');
  const match = /^(\p{L})(\d{1,4})$/u.exec(typed);
  if (!match) return [];
  const [, letter, number] = match as unknown as [string, string, string];
  const letters = new Set(/[a-z]/.test(letter) ? [letter] : [...Array.from(looksLike[letter] ?? ''), asLatinKeys(letter)]);
  return [...letters].filter((l) => /^[a-z]$/.test(l)).map((l) => l + number);
}

/** A code as compared: lower case without points. */
export function foldCode(code: string): string {
  return code.toLowerCase().replaceAll('.', '');
}
