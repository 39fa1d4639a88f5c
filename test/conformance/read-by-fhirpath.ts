import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';

const compiled = new Map<string, ReturnType<typeof compile>>();

/**
 * What the general FHIRPath library finds, the terms of a union one by one: it would hold equal quantities for one, and fails over those
 * with a comparator. It would also fetch what resolve() names: here the type is read from the reference.
 */
export function find(expression: string, value: unknown): unknown[] {
  return terms(expression).flatMap((term) => {
    const readable = term.replace(/resolve\(\) is (\w+)/g, "(reference.matches('^([a-z][^#]*/)?$1/[-A-Za-z0-9.]{1,64}(/_history/[-A-Za-z0-9.]{1,64})?$$') or (reference.exists().not() or reference.matches('^(#|urn:)')) and type = '$1')").replace(/^\(?Resource\.|%resource\./, '');
    let run = compiled.get(readable);
    if (!run) compiled.set(readable, (run = compile(readable, r4)));
    return run(value);
  });
}

function terms(expression: string): string[] {
  const found = [''];
  let depth = 0;
  for (const letter of expression) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (letter === '|' && depth === 0) found.push('');
    else found[found.length - 1] += letter;
  }
  return found.map((term) => term.trim());
}

/** The data type of what was found: the library leaves a hidden mark on objects. */
export function typeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  const path = (value as { __path__?: string }).__path__;
  return path === undefined || path.includes('.') || 'resourceType' in value ? 'Resource' : path;
}

/** Quantity and what is derived from it. */
export const quantities = new Set(['Quantity', 'SimpleQuantity', 'MoneyQuantity', 'Age', 'Count', 'Distance', 'Duration']);

/** A canonical with a version is also found without it. */
export function versioned(value: string): string[] {
  const bar = value.indexOf('|');
  return bar > 0 ? [value, value.slice(0, bar)] : [value];
}

/** The first and last millisecond that a date means in UTC. */
export function instants(text: string): [number, number] {
  const [day = '', time] = text.split('T');
  const [year = '', month, date] = day.split('-');
  if (time === undefined) {
    const next = new Date(Date.parse(`${year}-${month ?? '01'}-${date ?? '01'}T00:00:00Z`));
    const low = next.getTime();
    if (date !== undefined) next.setUTCDate(next.getUTCDate() + 1);
    else if (month !== undefined) next.setUTCMonth(next.getUTCMonth() + 1);
    else next.setUTCFullYear(next.getUTCFullYear() + 1);
    return [low, next.getTime() - 1];
  }
  const low = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(time) ? text : `${text}Z`);
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return [low, low + 10 ** Math.max(0, 3 - fraction.length) - 1];
}

/** Half of the last written digit to either side, http://hl7.org/fhir/R4/search.html#number. */
export function spread(value: number, written: string): [number, number] {
  const [mantissa = '', exponent = '0'] = written.toLowerCase().split('e');
  const half = 0.5 * 10 ** (Number(exponent) - (mantissa.split('.')[1]?.length ?? 0));
  return [value - half, value + half];
}
