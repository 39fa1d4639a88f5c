import { decimalRange, parseDateRange } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Values } from '../values.ts';

/** Prefixes of ordered values (http://hl7.org/fhir/R4/search.html#prefix). */
export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

export function splitPrefix(value: string): { prefix: Prefix; rest: string } {
  const found = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[-+\d])/.exec(value);
  return found ? { prefix: found[1] as Prefix, rest: value.slice(2) } : { prefix: 'eq', rest: value };
}

export interface DateValue {
  prefix: Prefix;
  low: number;
  high: number;
}

export function dateValue(parameter: string, value: string, zone: string, now: Date): DateValue {
  const { prefix, rest: given } = splitPrefix(value);
  // in a query an unencoded `+` of the zone arrives as a space
  const rest = given.replace(/ (?=\d\d:\d\d$)/, '+');
  if (!/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/.test(rest)) throw badDate(parameter, value);
  const { low, high } = parseDateRange(rest, zone);
  if (Number.isNaN(low) || Number.isNaN(high)) throw badDate(parameter, value);
  if (prefix !== 'ap') return { prefix, low, high };
  const slack = Math.abs(now.getTime() - low) * 0.1;
  return { prefix, low: low - slack, high: high + slack };
}

function badDate(parameter: string, value: string): Problem {
  return new Problem('store.bad-value', { parameter, value, expected: '2026-11-21, 2026-11, 2026-11-21T14:05:00+03:00' });
}

export interface NumberValue {
  prefix: Prefix;
  value: number;
  /** The range that the written digits mean: 100 is [99.5, 100.5). */
  low: number;
  high: number;
}

export function numberValue(parameter: string, value: string): NumberValue {
  const { prefix, rest } = splitPrefix(value);
  const written = /^[-+]?(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d{1,3}))?$/.exec(rest);
  if (!written) throw new Problem('store.bad-value', { parameter, value, expected: '5.4, ge5.4, 5.40e-3' });
  const number = Number(rest);
  if (!Number.isFinite(number)) throw new Problem('store.bad-value', { parameter, value, expected: '5.4, ge5.4, 5.40e-3' });
  if (prefix !== 'ap') return { prefix, value: number, ...decimalRange(number, rest) };
  const slack = Math.abs(number) * 0.1;
  return { prefix, value: number, low: number - slack, high: number + slack };
}

/** A stored number, or the range that a comparator or a Range leaves, against an asked one; written once for SQL and once for the recheck. */
export function numberRangeSql(low: string, high: string, asked: NumberValue, values: Values): string {
  const at = (value: number) => `${values.add(value)}::float8`;
  switch (asked.prefix) {
    case 'eq':
      return `(${low} >= ${at(asked.low)} and ${high} < ${at(asked.high)})`;
    case 'ne':
      return `not (${low} >= ${at(asked.low)} and ${high} < ${at(asked.high)})`;
    case 'ap':
      return `(${low} <= ${at(asked.high)} and ${high} >= ${at(asked.low)})`;
    default:
      // the digits asked for say nothing about precision here: the number is taken as it stands
      return rangeSql(low, high, asked.prefix, () => at(asked.value), () => at(asked.value));
  }
}

export function numberRangeMatches(low: number, high: number, asked: NumberValue): boolean {
  const within = low >= asked.low && high < asked.high;
  switch (asked.prefix) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'ap':
      return low <= asked.high && high >= asked.low;
    default:
      return rangeMatches(low, high, asked.prefix, asked.value, asked.value);
  }
}

export function rangeMatches(low: number, high: number, prefix: Prefix, askedLow: number, askedHigh: number): boolean {
  const within = low >= askedLow && high <= askedHigh;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return high > askedHigh;
    case 'lt':
      return low < askedLow;
    case 'ge':
      return high > askedHigh || within;
    case 'le':
      return low < askedLow || within;
    case 'sa':
      return low > askedHigh;
    case 'eb':
      return high < askedLow;
    case 'ap':
      return low <= askedHigh && high >= askedLow;
  }
}

/**
 * The comparison of a stored range [low, high] with an asked one, as SQL over the two columns; section "prefix" of the search page.
 * The asked bounds come as functions, because a statement must not carry a value that it does not use.
 */
export function rangeSql(low: string, high: string, prefix: Prefix, askedLow: () => string, askedHigh: () => string): string {
  const within = () => `(${low} >= ${askedLow()} and ${high} <= ${askedHigh()})`;
  switch (prefix) {
    case 'eq':
      return within();
    case 'ne':
      return `not ${within()}`;
    case 'gt':
      return `${high} > ${askedHigh()}`;
    case 'lt':
      return `${low} < ${askedLow()}`;
    case 'ge':
      return `(${high} > ${askedHigh()} or ${within()})`;
    case 'le':
      return `(${low} < ${askedLow()} or ${within()})`;
    case 'sa':
      return `${low} > ${askedHigh()}`;
    case 'eb':
      return `${high} < ${askedLow()}`;
    case 'ap':
      return `(${low} <= ${askedHigh()} and ${high} >= ${askedLow()})`;
  }
}
