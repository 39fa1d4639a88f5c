import { parseDateRange } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';

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
  const { prefix, rest } = splitPrefix(value);
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
  const exponent = Number(written[3] ?? 0);
  const half = prefix === 'ap' ? Math.abs(number) * 0.1 : 0.5 * 10 ** (exponent - (written[2]?.length ?? 0));
  return { prefix, value: number, low: number - half, high: number + half };
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
