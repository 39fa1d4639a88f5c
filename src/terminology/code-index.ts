import { codeForms, foldCode } from './fold-code.ts';
import { asRussianKeys, foldText, stemOf, wordsOf } from './fold-text.ts';
import { isNearBeginning } from './near-word.ts';

/** A row of a code system as the index takes it. */
export interface ConceptRow {
  code: string;
  display: string;
  /** Code of the row above. */
  parent?: string | undefined;
  /** Rows taken out of force are not found. */
  active?: boolean;
  /** Other words that people type for it. */
  words?: readonly string[];
  /** How often it is used: 0 never said, 1 used, 2 often, 3 every day. */
  frequency?: number;
}

export interface Match {
  code: string;
  display: string;
  parent: string | undefined;
  /** Has nothing below it: may be used for a diagnosis. */
  leaf: boolean;
  score: number;
}

export interface CodeIndex {
  readonly size: number;
  /** The best first. `text` is what was typed, whole or half: words in any order, or a code. */
  lookUp(text: string, limit?: number): Match[];
  /** The same, a page of them, and how many there are. */
  page(text: string, offset: number, count: number): { total: number; matches: Match[] };
  get(code: string): Match | undefined;
}

export interface IndexOptions {
  /** Clinicians' short words: folded short word (no spaces) → the codes meant, the first the most likely. A code stands for all below it. */
  shortWords?: ReadonlyMap<string, readonly string[]>;
}

interface Term {
  word: string;
  /** Rows that carry the word, and rows whose rubric above carries it. */
  rows: number[];
  below: number[];
}

interface Scored {
  row: number;
  score: number;
}

/** What clinicians add to a diagnosis and no code says: stage, degree, risk, functional class. */
const stageWord = /^(ст|стадия|стадии|степень|степени|риск|фк|класс|[ivx]+|\d+)$/;

/** How well a typed word met a word of the row. */
const fit = { whole: 1, stem: 0.92, beginning: 0.8, near: 0.5, above: 0.75 };

/** An index in memory over the rows of one code system; built once, read without waiting. */
export function createCodeIndex(rows: readonly ConceptRow[], options: IndexOptions = {}): CodeIndex {
  const list = rows.filter((row) => row.active !== false);
  const parents = new Set(list.map((row) => row.parent).filter((p) => p !== undefined));
  const numbers = new Map(list.map((row, i) => [row.code, i]));
  const codes = list.map((row, i) => ({ folded: foldCode(row.code), i })).sort((a, b) => (a.folded < b.folded ? -1 : 1));
  const words = new Map<string, Term>();
  /** The words of the rubric above: «сахарный диабет 2 типа» stands there, and «без осложнений» below. */
  const above = list.map((row) => {
    const parent = row.parent === undefined ? undefined : list[numbers.get(row.parent) ?? -1];
    return parent === undefined || /[-–]/.test(parent.code) ? new Set<string>() : new Set(wordsOf(parent.display));
  });
  const stems = new Map<string, Term[]>();
  const length = new Float32Array(list.length);
  const base = new Float32Array(list.length);
  const shortWords = [...(options.shortWords ?? [])].map(([word, meant]) => ({ word, stem: stemOf(word), codes: meant.map(foldCode) }));
  const names = list.map((row) => wordsOf(row.display).join(' '));

  function termOf(word: string): Term {
    let term = words.get(word);
    if (term === undefined) {
      words.set(word, (term = { word, rows: [], below: [] }));
      const stem = stemOf(word);
      stems.set(stem, [...(stems.get(stem) ?? []), term]);
    }
    return term;
  }

  list.forEach((row, i) => {
    const own = new Set(wordsOf(row.display));
    length[i] = own.size;
    for (const extra of row.words ?? []) for (const word of wordsOf(extra)) own.add(word);
    for (const word of own) termOf(word).rows.push(i);
    for (const word of above[i]!) if (!own.has(word)) termOf(word).below.push(i);
    const leaf = !parents.has(row.code);
    // A group of the classification («I10-I15») is never a diagnosis; a three-character rubric with rows below it rarely.
    base[i] = (leaf ? 0.3 : /[-–]/.test(row.code) ? -0.6 : 0) + (row.frequency ?? 0) * 0.22;
  });
  const sorted = [...words.values()].sort((a, b) => (a.word < b.word ? -1 : 1));

  const matchOf = (i: number, score: number): Match => {
    const row = list[i]!;
    return { code: row.code, display: row.display, parent: row.parent, leaf: !parents.has(row.code), score };
  };

  function beginningWith(beginning: string): Term[] {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.word < beginning) low = middle + 1;
      else high = middle;
    }
    const found: Term[] = [];
    for (let i = low; i < sorted.length && sorted[i]!.word.startsWith(beginning); i++) found.push(sorted[i]!);
    return found;
  }

  function rowsUnder(codeBeginning: string): number[] {
    let low = 0;
    let high = codes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (codes[middle]!.folded < codeBeginning) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let i = low; i < codes.length && codes[i]!.folded.startsWith(codeBeginning); i++) found.push(codes[i]!.i);
    return found;
  }

  // Notes of one typed word, wiped after it: typed arrays, since a single letter meets half of all rows.
  const value = new Float32Array(list.length);
  const hit: number[] = [];
  const add = (row: number, worth: number) => {
    if (value[row] === 0) hit.push(row);
    if (value[row]! < worth) value[row] = worth;
  };
  const meet = (term: Term, worth: number) => {
    for (const row of term.rows) add(row, worth);
    for (const row of term.below) add(row, worth * fit.above);
  };

  /** Notes in `hit` and `value` how well each row answers one typed word. */
  function noteRows(word: string, slips: boolean, last: boolean): void {
    const stem = stemOf(word);
    for (const short of shortWords) {
      const worth = short.word === word ? 2 : word.length < 4 ? 0 : short.stem === stem ? 1.8 : short.word.startsWith(word) ? 1.5 : slips && word.length > 4 && isNearBeginning(word, short.word) ? 1 : 0;
      if (worth === 0) continue;
      for (const [place, code] of short.codes.entries()) {
        for (const row of rowsUnder(code)) add(row, Math.max(worth / 2, worth - place * 0.15 - (foldCode(list[row]!.code) === code ? 0 : 0.08)));
      }
    }
    const whole = words.get(word);
    if (whole) meet(whole, fit.whole);
    for (const term of stems.get(stem) ?? []) meet(term, fit.stem);
    // «в», «с», «на» in the middle are whole words; at the end they are the first letters of one.
    if (last || word.length > 2) for (const term of beginningWith(word)) meet(term, fit.beginning + 0.15 * (word.length / term.word.length));
    // «гипертонии» finds «гипертонический»: the stem as the beginning of a longer word.
    if (stem.length >= 5) for (const term of beginningWith(stem)) meet(term, fit.beginning * 0.8);
    if (slips && word.length >= 4) {
      for (const term of sorted) if (isNearBeginning(word, term.word)) meet(term, fit.near + 0.1 * Math.min(1, word.length / term.word.length));
    }
  }

  function byWords(typed: readonly string[], slips: boolean): { scored: Scored[]; complete: boolean } {
    if (typed.length === 0) return { scored: [], complete: false };
    const sum = new Float32Array(list.length);
    const met = new Uint8Array(list.length);
    const touched: number[] = [];
    for (const [place, word] of typed.entries()) {
      noteRows(word, slips, place === typed.length - 1);
      // A rare word says more than a common one.
      const weight = hit.length === 0 ? 0 : 1 + Math.log(list.length / hit.length) * 0.12;
      for (const row of hit) {
        if (met[row] === 0) touched.push(row);
        sum[row]! += value[row]! * weight;
        met[row]! += 1;
        value[row] = 0;
      }
      hit.length = 0;
    }
    let most = 0;
    for (const row of touched) if (met[row]! > most) most = met[row]!;
    if (most === 0 || most * 2 < typed.length) return { scored: [], complete: false };
    const phrase = typed.join(' ');
    const scored: Scored[] = [];
    for (const row of touched) {
      if (met[row]! < (most === typed.length ? most : most - 1)) continue;
      const name = names[row]!;
      const covered = Math.min(1, most / Math.max(1, length[row]!));
      const start = name.startsWith(phrase) ? 0.5 : name.startsWith(typed[0]!) ? 0.25 : 0;
      scored.push({ row, score: sum[row]! / typed.length + base[row]! + covered * 0.5 + start });
    }
    return { scored, complete: most === typed.length };
  }

  function byCode(text: string): Scored[] {
    const found = new Map<number, number>();
    for (const [place, form] of codeForms(text).entries()) {
      for (const row of rowsUnder(form)) {
        const exact = codes.length > 0 && foldCode(list[row]!.code) === form;
        // A rubric typed in full is followed to what may be used below it.
        const worth = 4 - place * 1.2 + (exact && !parents.has(list[row]!.code) ? 2 : 0) - (foldCode(list[row]!.code).length - form.length) * 0.1 + base[row]!;
        if (!found.has(row)) found.set(row, worth);
      }
    }
    return [...found].map(([row, score]) => ({ row, score }));
  }

  const before = (a: Scored, b: Scored) => b.score - a.score || (list[a.row]!.code < list[b.row]!.code ? -1 : 1);

  /** The first few in order, without sorting all. */
  function best(scored: readonly Scored[], limit: number): Match[] {
    if (limit > 200) return scored.toSorted(before).slice(0, limit).map(({ row, score }) => matchOf(row, score));
    const top: Scored[] = [];
    for (const candidate of scored) {
      if (top.length >= limit && before(candidate, top[top.length - 1]!) > 0) continue;
      let place = top.length;
      while (place > 0 && before(candidate, top[place - 1]!) < 0) place--;
      top.splice(place, 0, candidate);
      if (top.length > limit) top.pop();
    }
    return top.map(({ row, score }) => matchOf(row, score));
  }

  /** Neighbours that together are one short word: «СД 2» → `сд2`. */
  function joinShortWords(typed: readonly string[]): string[] {
    const joined: string[] = [];
    for (let i = 0; i < typed.length; i++) {
      const pair = i + 1 < typed.length ? typed[i]! + typed[i + 1]! : '';
      if (pair && options.shortWords?.has(pair)) {
        joined.push(pair);
        i++;
      } else joined.push(typed[i]!);
    }
    return joined;
  }

  function find(text: string): readonly Scored[] {
    const code = byCode(text);
    if (code.length > 0) return code;
    const typed = joinShortWords(wordsOf(text));
    const telling = typed.filter((word) => !stageWord.test(word));
    const slipped = /[a-z]/.test(foldText(text)) ? joinShortWords(wordsOf(asRussianKeys(foldText(text)))) : [];
    // From what was typed to what may have been meant; the first that answers every word wins, else the first that answers some.
    const readings: [readonly string[], boolean][] = [[typed, false], [telling.length < typed.length ? telling : [], false], [slipped, false], [typed, true], [slipped, true]];
    let some: readonly Scored[] = [];
    for (const [words, slips] of readings) {
      const { scored, complete } = byWords(words, slips);
      if (complete) return scored;
      if (scored.length > 0 && (some.length === 0 || slips)) some = scored;
    }
    return some;
  }

  return {
    size: list.length,
    lookUp: (text, limit = 10) => best(find(text), limit),
    page(text, offset, count) {
      const found = find(text);
      return { total: found.length, matches: best(found, offset + count).slice(offset) };
    },
    get(code) {
      const i = numbers.get(code);
      return i === undefined ? undefined : matchOf(i, 0);
    },
  };
}
