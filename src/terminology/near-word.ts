/**
 * Whether `typed` is one slip away from the word or from its beginning: a letter wrong, missing, too many, or two changed about
 * (Damerau's four, one of them). Linear in the length; no table.
 */
export function isNearBeginning(typed: string, word: string): boolean {
  let i = 0;
  while (i < typed.length && i < word.length && typed[i] === word[i]) i++;
  if (i >= typed.length - 1) return word.length >= typed.length - 1;
  const rest = typed.slice(i + 1);
  if (word.startsWith(rest, i + 1) || word.startsWith(rest, i)) return true;
  if (word.startsWith(typed.slice(i), i + 1)) return true;
  return typed[i] === word[i + 1] && typed[i + 1] === word[i] && word.startsWith(typed.slice(i + 2), i + 2);
}
