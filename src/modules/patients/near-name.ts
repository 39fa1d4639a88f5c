import { foldText, latinOf } from '../../fhir/text.ts';

/** Distance of Damerau and Levenshtein (adjacent letters changed about count one), at most `most` + 1. Pure. */
export function editDistance(a: string, b: string, most = 3): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length]!, most + 1);
}

/** Slips that a word of this length forgives: none under four letters, one to six, then two. */
export function forgiven(length: number): number {
  return length < 4 ? 0 : length < 7 ? 1 : 2;
}

/** 0: the typed word begins the name's word; 1, 2: so many slips in it or in its beginning; undefined: another word. */
export function slipsOf(typed: string, word: string): number | undefined {
  const wanted = foldText(typed);
  const given = foldText(word);
  if (wanted === '' || given === '') return undefined;
  if (given.startsWith(wanted) || latinOf(given).startsWith(latinOf(wanted))) return 0;
  const most = forgiven(wanted.length);
  if (most === 0) return undefined;
  // Half typed and mistyped at once: the beginning of the word may be a letter shorter or longer than what was typed.
  const least = Math.min(editDistance(wanted, given, most), ...[-1, 0, 1].map((more) => editDistance(wanted, given.slice(0, wanted.length + more), most)));
  return least <= most ? least : undefined;
}

/** The halves of a word: one slip leaves one of them whole. A word too short to be forgiven anything has no second one. */
export function halvesOf(word: string): { first: string; second: string | undefined } {
  const letters = [...foldText(word)];
  const middle = Math.floor(letters.length / 2);
  const second = letters.slice(middle).join('');
  return forgiven(letters.length) === 0 ? { first: letters.join(''), second: undefined } : { first: letters.slice(0, middle).join(''), second };
}
