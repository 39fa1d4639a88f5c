import { indexResource, searchParams, type IndexEntry, type SearchParam } from '../src/fhir/index.ts';
import { explained, withoutMeaning } from './conformance/explained-differences.ts';
import { find, instants, quantities, typeOf, versioned } from './conformance/read-by-fhirpath.ts';

type Found = Record<string, unknown>;
type Kind = SearchParam['type'];

interface Given {
  resource: { resourceType: string; id?: string };
}

const list = (value: unknown) => (value ?? []) as (Found | null)[];
const line = (parts: Record<string, unknown>) => Object.entries(parts).filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');
/** Twelve digits: sums of floats differ in the last ones. */
const rounded = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(12)) : String(value));

/**
 * The lines that must stand in the index for a value, by the table of http://hl7.org/fhir/R4/search.html#table: written anew here, without
 * the floor's own functions. Undefined: the type has no meaning for the parameter.
 */
function lines(kind: Kind, value: unknown, param: SearchParam): string[] | undefined {
  const type = typeOf(value);
  const of = (typeof value === 'object' ? value : {}) as Found;
  if (kind === 'token') return tokens(type, value, of);
  if (kind === 'string') return strings(type, value, of);
  if (kind === 'uri' && type === 'string') return versioned(value as string).map((one) => line({ uri: one }));
  if (kind === 'number' && type === 'number') return [line({ number: value })];
  if (kind === 'date') return dates(type, value, of);
  if (kind === 'quantity') return amounts(type, of);
  if (kind === 'reference') {
    if (type === 'string') return versioned(value as string).map((one) => line({ to: one }));
    if (type === 'Resource') return param.targets.includes(of.resourceType as string) ? [line({ to: of.id === undefined ? undefined : `${of.resourceType as string}/${of.id as string}`, type: of.resourceType })] : [];
    if (type === 'Reference') return references(of);
  }
  return undefined;
}

function tokens(type: string, value: unknown, of: Found): string[] | undefined {
  const coding = (one: Found): string[] => (one.system === undefined && one.code === undefined && one.display === undefined ? [] : [line({ system: one.system, code: one.code, text: one.display })]);
  switch (type) {
    case 'string':
    case 'boolean':
      return [line({ code: String(value) })];
    case 'Coding':
      return coding(of);
    case 'CodeableConcept':
      return [...list(of.coding).flatMap((one) => coding(one!)), ...(of.text === undefined ? [] : [line({ text: of.text })])];
    case 'ContactPoint':
      return of.value === undefined ? [] : [line({ code: of.value })];
    case 'Identifier': {
      if (of.system === undefined && of.value === undefined) return [];
      const concept = (of.type ?? {}) as Found;
      const kinds = list(concept.coding);
      return (kinds.length > 0 ? kinds : [undefined]).map((one) => line({ system: of.system, code: of.value, text: concept.text, kind: one ? `${String(one.system)}|${String(one.code)}` : undefined }));
    }
  }
  return undefined;
}

function strings(type: string, value: unknown, of: Found): string[] | undefined {
  if (type === 'string') return [line({ string: value })];
  const each = (names: readonly string[]) => names.flatMap((name) => (Array.isArray(of[name]) ? (of[name] as (string | null)[]) : [of[name] as string | undefined])).filter((part): part is string => typeof part === 'string' && part !== '');
  const parts = type === 'HumanName' ? [['family', 'given'], ['prefix', 'suffix', 'text']] : type === 'Address' ? [['line', 'city', 'district', 'state', 'postalCode', 'country'], ['text']] : undefined;
  if (!parts) return undefined;
  const whole = each(parts[0]!);
  return [...whole, ...each(parts[1]!), ...(whole.length > 0 ? [whole.join(' ')] : [])].map((part) => line({ string: part }));
}

function references(of: Found): string[] {
  const { reference, type } = of as { reference?: string; type?: string };
  const identifier = of.identifier as { system?: string; value?: string } | undefined;
  const local = reference?.startsWith('#') ? undefined : reference;
  const to = local?.replace(/(\/[A-Z][A-Za-z]+\/[-A-Za-z0-9.]{1,64})\/_history\/[-A-Za-z0-9.]+$/, '$1').replace(/^([A-Z][A-Za-z]+\/[-A-Za-z0-9.]{1,64})\/_history\/[-A-Za-z0-9.]+$/, '$1');
  const known = to === undefined ? undefined : /(?:^|\/)([A-Z][A-Za-z]+)\/[-A-Za-z0-9.]{1,64}$/.exec(to)?.[1];
  if (to === undefined && identifier?.value === undefined) return [];
  return [line({ to, type: (known !== undefined && searchParams(known).size > 0 ? known : undefined) ?? type, identifier: identifier?.value === undefined ? undefined : `${identifier.system ?? ''}|${identifier.value}` })];
}

function dates(type: string, value: unknown, of: Found): string[] | undefined {
  const range = (low: number, high: number) => (Number.isNaN(low) || Number.isNaN(high) ? [] : [line({ from: String(low), till: String(high) })]);
  const period = ({ start, end }: Found) => (start === undefined && end === undefined ? [] : range(start === undefined ? -Infinity : instants(start as string)[0], end === undefined ? Infinity : instants(end as string)[1]));
  if (type === 'Period') return period(of);
  if (type === 'Timing') {
    const events = list(of.event).filter((one) => one !== null).map((one) => instants(one as unknown as string));
    const bounds = (of.repeat as Found | undefined)?.boundsPeriod as Found | undefined;
    return [...(events.length > 0 ? range(Math.min(...events.map(([low]) => low)), Math.max(...events.map(([, high]) => high))) : []), ...(bounds ? period(bounds) : [])];
  }
  if (type !== 'string' || !/^\d{4}(-|$)/.test(value as string)) return undefined;
  return range(...instants(value as string));
}

function amounts(type: string, of: Found): string[] | undefined {
  // the precision that counts is the one that is asked for: the index keeps the value itself (search.html#number)
  const rangeOf = (one: Found): [number, number] => [one.value as number, one.value as number];
  const entry = (value: number, [low, high]: [number, number], one: Found) => [line({ value, low: rounded(low), high: rounded(high), system: one.system, code: one.code, unit: one.unit })];
  if (quantities.has(type)) {
    if (typeof of.value !== 'number') return [];
    const [low, high] = rangeOf(of);
    const { comparator } = of as { comparator?: string };
    return entry(of.value, [comparator?.startsWith('<') ? -Infinity : low, comparator?.startsWith('>') ? Infinity : high], of);
  }
  if (type === 'Money') return typeof of.value === 'number' ? entry(of.value, rangeOf(of), { system: 'urn:iso:std:iso:4217', code: of.currency }) : [];
  if (type === 'Range') {
    const [low, high] = [of.low, of.high] as (Found | undefined)[];
    const first = typeof low?.value === 'number' ? low : high;
    if (typeof first?.value !== 'number') return [];
    return entry(first.value, [typeof low?.value === 'number' ? rangeOf(low)[0] : -Infinity, typeof high?.value === 'number' ? rangeOf(high)[1] : Infinity], low ?? first);
  }
  if (type !== 'SampledData') return undefined;
  const origin = of.origin as Found;
  const values = ((of.data ?? '') as string).split(' ').filter((one) => /^-?\d+(\.\d+)?$/.test(one)).map((one) => Number(one) * ((of.factor ?? 1) as number) + ((origin.value ?? 0) as number));
  return values.length === 0 ? [] : entry(Math.min(...values), [Math.min(...values), Math.max(...values)], origin);
}

/** An entry of the index as such a line. */
function lineOf(entry: IndexEntry): string {
  switch (entry.kind) {
    case 'token':
      return line({ system: entry.system, code: entry.code, text: entry.text, kind: entry.identifierType ? `${entry.identifierType.system}|${entry.identifierType.code}` : undefined });
    case 'string':
      return line({ string: entry.value });
    case 'uri':
      return line({ uri: entry.value });
    case 'reference':
      return line({ to: entry.target, type: entry.targetType, identifier: entry.identifier ? `${entry.identifier.system ?? ''}|${entry.identifier.value ?? ''}` : undefined });
    case 'date':
      return line({ from: String(entry.low), till: String(entry.high) });
    case 'number':
      return line({ number: entry.value });
    case 'quantity':
      return line({ value: entry.value, low: rounded(entry.low), high: rounded(entry.high), system: entry.system, code: entry.code, unit: entry.unit });
    case 'position':
      return line({ at: `${entry.latitude} ${entry.longitude}` });
    case 'composite':
      return together(entry.parts.map((part) => part.map(lineOf)));
  }
}

function together(parts: readonly (readonly string[])[]): string {
  return parts.map((part) => `(${[...new Set(part.map(withoutImplied))].toSorted().join('; ')})`).join(' $ ');
}

/** A code's system that its binding implies stands in the index only (search.html#token): a bare code says nothing of it. */
const withoutImplied = (text: string) => text.replace(/^system \S+, (code [^,]+)$/, '$1');

function expected(param: SearchParam, { resource }: Given): string[] {
  const read = (kind: Kind, value: unknown): string[] => {
    // a primitive that has extensions alone: there is nothing to find it by
    if (value === undefined || value === null) return [];
    const found = lines(kind, value, param);
    const where = `${kind} ${typeOf(value)} ${resource.resourceType}.${param.name}`;
    return found ?? (withoutMeaning.has(where) ? [] : [`no meaning for ${where}`]);
  };
  if (param.type !== 'composite') return find(param.expression, resource).flatMap((value) => read(param.type, value));
  return find(param.expression, resource).flatMap((context) => {
    const parts = param.components.map((component) => {
      const found = find(component.expression, component.expression.startsWith('%resource.') ? resource : context);
      return found.flatMap((value) => read(component.type, value));
    });
    return parts.every((part) => part.length > 0) ? [together(parts)] : [];
  });
}

export interface Comparison {
  /** How many values were held against each other. */
  compared: number;
  /** Where the index differs from what the general library reads. */
  differences: string[];
  /** Names of the list's explanations that were needed. */
  explained: string[];
}

/**
 * Holds the index of a resource against what the general FHIRPath library reads by the same search parameters, composite ones too. Dates without a zone are taken in UTC.
 */
export function compareIndex(given: { resourceType: string; id?: string }, text = JSON.stringify(given)): Comparison {
  const comparison: Comparison = { compared: 0, differences: [], explained: [] };
  const resource = JSON.parse(text) as Given['resource'];
  const entries = Map.groupBy(indexResource(JSON.parse(text) as Given['resource'], { zone: 'UTC' }), ({ param }) => param);
  for (const param of searchParams(resource.resourceType).values()) {
    if (param.name === '_id' || param.name === '_lastUpdated' || param.type === 'special') continue;
    const wanted = new Set(expected(param, { resource }));
    const found = new Set((entries.get(param.name) ?? []).map(lineOf));
    const bare = new Set([...found].map(withoutImplied));
    const lacks = [...wanted].filter((one) => !found.has(one) && !bare.has(one));
    const besides = [...found].filter((one) => !wanted.has(one) && !wanted.has(withoutImplied(one)));
    comparison.compared += wanted.size;
    if (lacks.length === 0 && besides.length === 0) continue;
    const reason = explained.find(({ type, param: name, holds }) => (type === undefined || type === resource.resourceType) && (name === undefined || name === param.name) && holds({ kind: param.type, lacks, besides, resource }));
    if (reason) comparison.explained.push(`${resource.resourceType}.${param.name}: ${reason.because}`);
    else comparison.differences.push(`${resource.resourceType}/${resource.id} ${param.name}${lacks.length > 0 ? ` lacks ${lacks.join(' & ')}` : ''}${besides.length > 0 ? ` has besides ${besides.join(' & ')}` : ''}`);
  }
  return comparison;
}
