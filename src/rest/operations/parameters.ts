import type { ParametersParameter, Resource } from '@medplum/fhirtypes';
import { parseDateRange } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { checkType } from '../address.ts';
import type { OperationInput } from '../call.ts';

/** What an operation is given: by the query of a GET, or by a Parameters resource (http://hl7.org/fhir/R4/operations.html#request). */
export interface Given {
  /** Values of a primitive parameter, as text, in their order. */
  values(name: string): string[];
  value(name: string): string | undefined;
  resource(name: string): Resource | undefined;
  /** The parameter itself, for what is neither. */
  part(name: string): ParametersParameter | undefined;
  all(name: string): ParametersParameter[];
}

/** `bare`: a body that is no Parameters stands for the resource parameter of this name. */
export function givenTo(input: OperationInput, bare?: string): Given {
  const body = input.text.trim() === '' ? undefined : input.resource();
  const isParameters = body?.resourceType === 'Parameters';
  if (body && !isParameters && bare === undefined) throw new Problem('rest.type-mismatch', { expected: 'Parameters', given: body.resourceType.slice(0, 64) });
  const list: unknown = isParameters ? body.parameter : undefined;
  const parts = (Array.isArray(list) ? list : []).filter((one): one is ParametersParameter => typeof one === 'object' && one !== null);
  const all = (name: string) => parts.filter((one) => one.name === name);
  return {
    values: (name) => [...input.query.getAll(name), ...all(name).flatMap(primitiveOf)],
    value: (name) => input.query.get(name) ?? all(name).flatMap(primitiveOf)[0],
    resource: (name) => (body && !isParameters && name === bare ? body : all(name).find(({ resource }) => resource)?.resource),
    part: (name) => all(name)[0],
    all,
  };
}

function primitiveOf(part: ParametersParameter): string[] {
  for (const [name, value] of Object.entries(part)) if (name.startsWith('value') && ['string', 'number', 'boolean'].includes(typeof value)) return [String(value)];
  return [];
}

/** Refuses `rest.bad-parameter`. */
export function wholeNumber(given: Given, name: string, most: number): number | undefined {
  const text = given.value(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text) || Number(text) === 0) throw new Problem('rest.bad-parameter', { name, value: text.slice(0, 40), expected: `1…${most}` });
  return Math.min(Number(text), most);
}

export function flag(given: Given, name: string): boolean {
  const text = given.value(name);
  if (text !== undefined && text !== 'true' && text !== 'false') throw new Problem('rest.bad-parameter', { name, value: text.slice(0, 40), expected: 'true, false' });
  return text === 'true';
}

/** Both ends of a date, epoch milliseconds. An unencoded `+` of a zone arrives as a blank. */
export function dateRange(given: Given, name: string): { low: number; high: number } | undefined {
  const text = given.value(name)?.replace(' ', '+');
  if (text === undefined) return undefined;
  try {
    const { low, high } = parseDateRange(text);
    if (!Number.isNaN(low) && !Number.isNaN(high)) return { low, high };
  } catch {
    // said below
  }
  throw new Problem('rest.bad-parameter', { name, value: text.slice(0, 40), expected: '2026-01-31' });
}

export function instant(given: Given, name: string): Date | undefined {
  const text = given.value(name)?.replace(' ', '+');
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Problem('rest.bad-parameter', { name, value: text.slice(0, 40), expected: '2026-01-31T10:00:00Z' });
  return new Date(time);
}

/** `_type=Observation,Condition`, also repeated. */
export function typeNames(given: Given): string[] | undefined {
  const names = given.values('_type').flatMap((text) => text.split(',')).map((name) => name.trim()).filter((name) => name !== '');
  return names.length === 0 ? undefined : [...new Set(names)].map(checkType);
}
