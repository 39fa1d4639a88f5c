import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { indexResource, parseDateRange, searchParams, type IndexEntry, type SearchParam } from '../src/fhir/index.ts';

type Found = Record<string, unknown>;

const contactSystems = new Set(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']);
const dot = (...parts: unknown[]) => parts.map(text).join('|');

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** What the general library found, as the plain values that must stand in the index: written anew here, without the floor's own functions. */
function expected(kind: SearchParam['type'], value: unknown): string[] {
  const of = (typeof value === 'object' && value !== null ? value : {}) as Found;
  switch (kind) {
    case 'token':
      if (typeof value !== 'object') return [text(value)];
      if ('coding' in of || 'text' in of) return [...((of.coding ?? []) as Found[]).filter(({ system, code }) => system ?? code).map((coding) => dot(coding.system, coding.code)), ...(of.text === undefined ? [] : [`text ${text(of.text)}`])];
      if ('code' in of || 'display' in of) return [dot(of.system, of.code)];
      if (contactSystems.has(of.system as string)) return of.value === undefined ? [] : [text(of.value)];
      return [dot(of.system, of.value)];
    case 'string': {
      if (typeof value === 'string') return [value];
      const parts = ['family', 'given', 'prefix', 'suffix', 'text', 'line', 'city', 'district', 'state', 'postalCode', 'country'].flatMap((name) => (of[name] ?? []) as string | string[]);
      return parts.filter((part) => typeof part === 'string');
    }
    case 'reference':
      if (typeof value === 'string') return [value];
      if (typeof of.resourceType === 'string') return [];
      return typeof of.reference === 'string' && !of.reference.startsWith('#') ? [of.reference] : [];
    case 'uri':
      return [text(value)];
    case 'date': {
      if (typeof value === 'string' && !/^\d{4}/.test(value)) return [];
      const period = ((of.repeat as Found | undefined)?.boundsPeriod ?? of) as Found;
      if (of.event) return (of.event as string[]).slice(0, 1).map((event) => `${parseDateRange(event).low}`);
      const [start, end] = typeof value === 'string' ? [value, value] : [period.start, period.end];
      if (start === undefined && end === undefined) return [];
      return [`${start === undefined ? -Infinity : parseDateRange(text(start)).low}`];
    }
    case 'quantity':
      if (of.low ?? of.high) return expected('quantity', of.low ?? of.high);
      if (of.currency) return [dot(of.value, 'urn:iso:std:iso:4217', of.currency)];
      return typeof of.value === 'number' ? [dot(of.value, of.system, of.code)] : [];
    default:
      return [];
  }
}

function actual(entries: readonly IndexEntry[]): string[] {
  return entries.flatMap((entry): string[] => {
    switch (entry.kind) {
      case 'token':
        return entry.code === undefined && entry.system === undefined && entry.text !== undefined ? [`text ${entry.text}`] : [entry.system === undefined ? entry.code! : dot(entry.system, entry.code)];
      case 'string':
      case 'uri':
        return [entry.value];
      case 'reference':
        return entry.target === undefined ? [] : [entry.target];
      case 'date':
        return [`${entry.low}`];
      case 'quantity':
        return [dot(entry.value, entry.system, entry.code)];
      default:
        return [];
    }
  });
}

/** A code is expected plain, and a coding without system with its bar; the index knows the system that a binding implies. */
const plain = (value: string) => value.replace(/^\|/, '');
const withoutSystem = (value: string) => value.slice(value.lastIndexOf('|') + 1);

const compiled = new Map<string, (resource: unknown) => unknown[]>();

export interface Comparison {
  /** How many values were held against each other. */
  compared: number;
  /** Where the index differs from what the general library reads. */
  differences: string[];
}

/** Holds the index of a resource against what the general FHIRPath library reads by the same search parameters. */
export function compareIndex(resource: { resourceType: string; id?: string }): Comparison {
  const differences: string[] = [];
  let compared = 0;
  const entries = Map.groupBy(indexResource(resource), ({ param }) => param);
  for (const param of searchParams(resource.resourceType).values()) {
    if (param.name === '_id' || param.name === '_lastUpdated' || param.type === 'composite' || param.type === 'special') continue;
    // the library would fetch what resolve() names; the type stands in the reference
    const expression = param.expression.replace(/resolve\(\) is (\w+)/g, "reference.startsWith('$1/')").replace(/^Resource\./, '');
    let run = compiled.get(expression);
    if (!run) compiled.set(expression, (run = compile(expression, r4)));
    const wanted = new Set(run(resource).flatMap((value) => expected(param.type, JSON.parse(JSON.stringify(value)))).map(plain));
    const found = new Set(actual(entries.get(param.name) ?? []));
    const where = `${resource.resourceType}/${resource.id} ${param.name}`;
    for (const value of wanted) {
      if (![...found].some((one) => one === value || (param.type === 'token' && !value.includes('|') && withoutSystem(one) === value))) differences.push(`${where} lacks ${value}: ${[...found].join(', ')}`);
    }
    // beside the parts of a name stands the whole, made of them; beside a versioned canonical the bare one
    const made = (value: string) => (param.type === 'string' ? [...wanted].some((part) => value.includes(part)) : [...wanted].some((one) => one.startsWith(`${value}|`)));
    const more = [...found].filter((value) => !wanted.has(value) && !wanted.has(withoutSystem(value)) && !made(value));
    if (more.length > 0) differences.push(`${where} has besides ${more.join(', ')}: ${[...wanted].join(', ')}`);
    compared += wanted.size;
  }
  return { compared, differences };
}
