import { foldText, keepingOf, latinOf } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { bar, textLimit } from '../text-keys.ts';
import { paramNumber } from '../token-hash.ts';
import type { Values } from '../values.ts';
import { anyOf, anyToken, nothing, rowsOf, type Condition, type Frame } from './condition.ts';
import { drivenByNumbers, hasEntry, inNarrow } from './narrow.ts';

/** Words of one value beyond these say nothing more. */
const wordLimit = 10;

/** The numbers of a parameter in each searched type, as they stand in a statement. */
export function paramNumbers(frame: Pick<Frame, 'types'>, name: string, aspect = ''): string {
  const numbers = frame.types.flatMap((type) => keepingOf(type, name).sources.map((source) => paramNumber(type, source, aspect)));
  return numbers.length === 1 ? `n.param = ${numbers[0]}` : `n.param in (${numbers.join(', ')})`;
}

/** A beginning of four letters or more is shared by about one name in a thousand; shorter ones by more. */
function beginningShare(beginning: string): number {
  return [1, 0.1, 0.02, 0.005][beginning.length] ?? 0.001;
}

function begins(params: string, beginning: string): (values: Values, alias: string) => string {
  return (values, alias) => `${params.replaceAll('n.', `${alias}.`)} and ${alias}.value >= ${values.add(beginning)} and ${alias}.value < ${values.add(`${beginning}\u{10ffff}`)}`;
}

/** Entries of a text parameter that begin so. */
export function beginsWith(frame: Frame, params: string, beginning: string): Condition {
  const cut = beginning.slice(0, textLimit);
  return inNarrow('text_value', Math.ceil(rowsOf(frame) * beginningShare(cut)), begins(params, cut));
}

/**
 * A string as people type it: every word must begin some word of the parameter's values, in any order; case, ё, accents and script do not
 * matter (http://hl7.org/fhir/R4/search.html#string).
 */
export function stringBegins(frame: Frame, name: string, value: string): Condition {
  const words = latinOf(foldText(value)).split(' ').filter(Boolean).slice(0, wordLimit);
  if (words.length === 0) return nothing();
  const params = paramNumbers(frame, name);
  // the longest is the rarest, as a rule
  const sorted = [...new Set(words.map((word) => word.slice(0, textLimit)))].toSorted((a, b) => b.length - a.length);
  const rows = Math.ceil(rowsOf(frame) * beginningShare(sorted[0]!));
  if (sorted.length === 1) return inNarrow('text_value', rows, begins(params, sorted[0]!));
  return {
    test: (values) => `(${sorted.map((word) => hasEntry('text_value', 'n', 'r.rid', begins(params, word)(values, 'n'))).join(' and ')})`,
    rows,
    guessed: true,
    exact: true,
    ...drivenByNumbers((values) => ridsOfWords(params, sorted, values)),
  };
}

/** Entries that are counted of each of the first few words to find the rarest: few at first, more only where all have so many. */
const probes = [250, 2500, 25_000];
const probedWords = 3;

const end = `'\u{10ffff}'`;

/** The rarest of the words as SQL; the first where all are common. */
function rarestOf(params: string, places: readonly string[]): string {
  const [first] = places;
  const counted = params.replaceAll('n.', 'p.');
  const words = `unnest(array[${places.slice(0, probedWords).join(', ')}]) with ordinality w(word, at)`;
  const levels = probes.map((limit) => {
    const count = `(select count(*) from (select from text_value p where ${counted} and p.value >= w.word and p.value < w.word || ${end} limit ${limit}) e)`;
    return `(select c.word from (select w.word, w.at, ${count} as entries from ${words} offset 0) c where c.entries < ${limit} order by c.entries, c.at limit 1)`;
  });
  return `coalesce(${levels.join(', ')}, ${first})`;
}

/**
 * Rows that have every word: the entries of the rarest are read in the covering index, and where an entry tells all words of its row (a bar stands in
 * it, text-keys.ts) it tells of the others too; else they are looked up by the row's number.
 */
function ridsOfWords(params: string, words: readonly string[], values: Values): string {
  const places = words.map((word) => `${values.add(word)}::text`);
  const others = places.map((word) => {
    const looked = hasEntry('text_value', 'm', 'n.rid', `${params.replaceAll('n.', 'm.')} and m.value >= ${word} and m.value < ${word} || ${end}`);
    return `case when position('${bar}' in n.value) > 0 then starts_with(n.value, ${word}) or position(' ' || ${word} in n.value) > 0 else ${looked} end`;
  });
  return `select n.rid from text_value n, (select ${rarestOf(params, places)} as word offset 0) d where ${params} and n.value >= d.word and n.value < d.word || ${end} and ${others.join(' and ')}`;
}

/** Does the index look for less of a text than was typed? */
export function isCut(value: string): boolean {
  const typed = latinOf(foldText(value));
  return typed.length > textLimit || typed.split(' ').length > wordLimit;
}

/** `:contains`: anywhere within a value. No index helps, so it never drives. */
export function stringContains(frame: Frame, name: string, value: string): Condition {
  const key = latinOf(foldText(value)).slice(0, textLimit);
  if (key === '') return nothing();
  const { test } = inNarrow('text_value', 0, (values) => `${paramNumbers(frame, name)} and position(${values.add(key)} in split_part(n.value, '${bar}', 1)) > 0`);
  return { test, rows: Math.ceil(rowsOf(frame) * 0.05) };
}

/** Displays that begin as a search types it; who asks for more has typed too little. */
const displayLimit = 20_000;

/**
 * `:text`: the display of a code, or the text beside it, begins so. Displays are looked up among all that there are, and rows carry their tokens; a text
 * that is no display stands in the text table, in Latin letters, which take half the bytes of Cyrillic ones.
 */
export async function displayBegins(frame: Frame, name: string, value: string): Promise<Condition> {
  const beginning = latinOf(foldText(value)).slice(0, textLimit);
  if (beginning === '') return nothing();
  const params = paramNumbers(frame, name, ':text');
  const displays = await frame.sql.query<{ token: string }>(
    `select n.token::text as token from display n where ${params} and n.key >= $1 and n.key < $2 limit ${displayLimit + 1}`,
    [beginning, `${beginning}\u{10ffff}`],
  );
  if (displays.length > displayLimit) throw new Problem('store.too-broad', { parameter: `${name}:text`, limit: displayLimit });
  return anyOf([anyToken(frame, displays.map(({ token }) => BigInt(token))), beginsWith(frame, params, beginning)]);
}

export function eachValue(values: readonly string[], condition: (value: string) => Condition): Condition {
  return anyOf(values.map(condition));
}
