import { stemOf, wordsOf } from './fold-text.ts';
import { isNearBeginning } from './near-word.ts';

/**
 * How well texts answer typed words: every typed word must begin one of theirs or share its stem, with `slips` also be one slip away
 * from it. 0 where one does not; else the more the better. Pure.
 */
export function matchWords(typed: readonly string[], words: readonly string[], slips: boolean): number {
  let sum = 0;
  for (const word of typed) {
    const stem = stemOf(word);
    let best = 0;
    for (const own of words) {
      const worth = own === word ? 1 : own.startsWith(word) ? 0.8 + 0.15 * (word.length / own.length) : stemOf(own) === stem ? 0.9 : stem.length >= 5 && own.startsWith(stem) ? 0.6 : slips && word.length >= 4 && isNearBeginning(word, own) ? 0.5 : 0;
      if (worth > best) best = worth;
    }
    if (best === 0) return 0;
    sum += best;
  }
  const covered = Math.min(1, typed.length / Math.max(1, words.length));
  return sum / Math.max(1, typed.length) + covered * 0.5 + (words[0]?.startsWith(typed[0] ?? ' ') ? 0.25 : 0);
}

/** The candidates that answer the text, the best first; slips are forgiven only where nothing answers without. */
export function filterByWords<T>(candidates: readonly T[], text: string, textsOf: (candidate: T) => readonly string[]): T[] {
  const typed = wordsOf(text);
  if (typed.length === 0) return [];
  const words = candidates.map((candidate) => textsOf(candidate).map(wordsOf));
  for (const slips of [false, true]) {
    const found = candidates
      .map((candidate, i) => ({ candidate, i, score: Math.max(matchWords(typed, words[i]!.flat(), slips), ...words[i]!.map((one) => matchWords(typed, one, slips))) }))
      .filter(({ score }) => score > 0);
    if (found.length > 0) return found.sort((a, b) => b.score - a.score || a.i - b.i).map(({ candidate }) => candidate);
  }
  return [];
}
