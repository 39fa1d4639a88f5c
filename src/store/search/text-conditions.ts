import { foldText, keepingOf, latinOf } from '../../fhir/index.ts';
import { textLimit } from '../row.ts';
import { paramNumber } from '../token-hash.ts';
import type { Values } from '../values.ts';
import { anyOf, nothing, rowsOf, type Condition, type Frame } from './condition.ts';
import { inNarrow, inNarrowEach } from './narrow.ts';

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
  const sorted = words.map((word) => word.slice(0, textLimit)).toSorted((a, b) => b.length - a.length);
  return inNarrowEach('text_value', Math.ceil(rowsOf(frame) * beginningShare(sorted[0]!)), sorted.map((word) => begins(params, word)));
}

/** `:contains`: anywhere within a value. No index helps, so it never drives. */
export function stringContains(frame: Frame, name: string, value: string): Condition {
  const key = latinOf(foldText(value)).slice(0, textLimit);
  if (key === '') return nothing();
  const { test } = inNarrow('text_value', 0, (values) => `${paramNumbers(frame, name)} and position(${values.add(key)} in n.value) > 0`);
  return { test, rows: Math.ceil(rowsOf(frame) * 0.05) };
}

/** `:text`: the display of a code, or the text beside it, begins so; in Latin letters, which take half the bytes of Cyrillic ones. */
export function displayBegins(frame: Frame, name: string, value: string): Condition {
  const beginning = latinOf(foldText(value));
  return beginning === '' ? nothing() : beginsWith(frame, paramNumbers(frame, name, ':text'), beginning);
}

export function eachValue(values: readonly string[], condition: (value: string) => Condition): Condition {
  return anyOf(values.map(condition));
}
