import { parseDateRange } from './dates.ts';
import { localReference, splitReference } from './reference-format.ts';
import type { IndexEntry, SearchParamType } from './types.ts';

/** What an extraction knows beside the value. */
export interface Extraction {
  zone: string;
  out: IndexEntry[];
}

/** Reads the entries of one value. The value's type is settled when the extraction is compiled. */
export type Extract = (value: never, into: Extraction) => void;

interface Coding {
  system?: string;
  code?: string;
  display?: string;
}
interface Concept {
  coding?: Coding[];
  text?: string;
}
interface Identifier {
  system?: string;
  value?: string;
  type?: Concept;
}
interface Quantity {
  value?: number;
  comparator?: string;
  unit?: string;
  system?: string;
  code?: string;
}
type Named = Record<'text' | 'family', string | undefined> & Record<'given' | 'prefix' | 'suffix', (string | null)[] | undefined>;
type Placed = Record<'text' | 'city' | 'district' | 'state' | 'country' | 'postalCode', string | undefined> & { line?: (string | null)[] };

/**
 * How a value of a data type is read for a search parameter (http://hl7.org/fhir/R4/search.html#table); undefined where the type has no meaning for
 * the parameter's type. `system` is the one that a required binding implies for a code.
 */
export function extractorFor(kind: SearchParamType, type: string, param: string, targets: readonly string[], system: string | undefined): Extract | undefined {
  switch (kind) {
    case 'token':
      return tokens(type, param, system);
    case 'string':
      return strings(type, param);
    case 'date':
      return dates(type, param);
    case 'number':
      return type === 'integer' || type === 'positiveInt' || type === 'unsignedInt' || type === 'decimal'
        ? (value: number, { out }) => {
            if (typeof value === 'number') out.push({ kind: 'number', param, value, low: value, high: value });
          }
        : undefined;
    case 'quantity':
      return quantities(type, param);
    case 'reference':
      return references(type, param, targets);
    case 'uri':
      return isText(type) ? (value: string, { out }) => uris(value, (one) => out.push({ kind: 'uri', param, value: one })) : undefined;
    case 'special':
      return type === 'Location.position' ? positions(param) : undefined;
    default:
      return undefined;
  }
}

const isText = (type: string) => /^(?:uri|url|canonical|oid|uuid|id|string|code|markdown)$/.test(type);

/** A canonical with a version is also found without it. */
function uris(value: string, add: (value: string) => void): void {
  add(value);
  const bar = value.indexOf('|');
  if (bar > 0) add(value.slice(0, bar));
}

function tokens(type: string, param: string, system: string | undefined): Extract | undefined {
  const coding = (value: Coding, out: IndexEntry[]) => {
    if (value.code === undefined && value.system === undefined && value.display === undefined) return;
    out.push({ kind: 'token', param, ...pick(value.system, value.code, value.display) });
  };
  switch (type) {
    case 'Coding':
      return (value: Coding, { out }) => coding(value, out);
    case 'CodeableConcept':
      return (value: Concept, { out }) => {
        for (const one of value.coding ?? []) coding(one, out);
        if (value.text !== undefined) out.push({ kind: 'token', param, text: value.text });
      };
    case 'Identifier':
      return (value: Identifier, { out }) => {
        if (value.value === undefined && value.system === undefined) return;
        const entry = { kind: 'token' as const, param, ...pick(value.system, value.value, value.type?.text) };
        const types = value.type?.coding ?? [];
        if (types.length === 0) out.push(entry);
        for (const one of types) out.push({ ...entry, identifierType: { ...(one.system !== undefined && { system: one.system }), ...(one.code !== undefined && { code: one.code }) } });
      };
    case 'ContactPoint':
      return ({ value }: { value?: string }, { out }) => {
        if (value !== undefined) out.push({ kind: 'token', param, code: value });
      };
    case 'boolean':
      return (value: boolean, { out }) => out.push({ kind: 'token', param, code: String(value) });
    default:
      if (!isText(type)) return undefined;
      return system === undefined ? (value: string, { out }) => out.push({ kind: 'token', param, code: value }) : (value: string, { out }) => out.push({ kind: 'token', param, system, code: value });
  }
}

function pick(system: string | undefined, code: string | undefined, text: string | undefined): { system?: string; code?: string; text?: string } {
  const picked: { system?: string; code?: string; text?: string } = {};
  if (system !== undefined) picked.system = system;
  if (code !== undefined) picked.code = code;
  if (text !== undefined) picked.text = text;
  return picked;
}

function strings(type: string, param: string): Extract | undefined {
  const each = (values: (string | null | undefined)[], out: IndexEntry[]) => {
    const seen = new Set<string>();
    for (const value of values) {
      if (!value || seen.has(value)) continue;
      seen.add(value);
      out.push({ kind: 'string', param, value });
    }
  };
  if (type === 'HumanName') {
    return ({ text, family, given = [], prefix = [], suffix = [] }: Named, { out }) => each([text, [family, ...given].filter(Boolean).join(' '), family, ...given, ...prefix, ...suffix], out);
  }
  if (type === 'Address') {
    return ({ text, line = [], city, district, state, country, postalCode }: Placed, { out }) =>
      each([text, [...line, city, district, state, postalCode, country].filter(Boolean).join(' '), ...line, city, district, state, postalCode, country], out);
  }
  return isText(type) ? (value: string, { out }) => out.push({ kind: 'string', param, value }) : undefined;
}

function dates(type: string, param: string): Extract | undefined {
  const add = ({ out }: Extraction, low: number, high: number) => {
    if (!Number.isNaN(low) && !Number.isNaN(high)) out.push({ kind: 'date', param, low, high });
  };
  const period = ({ start, end }: { start?: string; end?: string }, into: Extraction) => {
    if (start === undefined && end === undefined) return;
    add(into, start === undefined ? -Infinity : parseDateRange(start, into.zone).low, end === undefined ? Infinity : parseDateRange(end, into.zone).high);
  };
  switch (type) {
    case 'date':
    case 'dateTime':
    case 'instant':
      return (value: string, into) => {
        const { low, high } = parseDateRange(value, into.zone);
        add(into, low, high);
      };
    case 'Period':
      return period;
    case 'Timing':
      // only the outer limits of a schedule matter
      return ({ event, repeat }: { event?: (string | null)[]; repeat?: { boundsPeriod?: { start?: string; end?: string } } }, into) => {
        const ranges = (event ?? []).filter((one) => one !== null).map((one) => parseDateRange(one, into.zone));
        if (ranges.length > 0) add(into, Math.min(...ranges.map(({ low }) => low)), Math.max(...ranges.map(({ high }) => high)));
        if (repeat?.boundsPeriod) period(repeat.boundsPeriod, into);
      };
    default:
      return undefined;
  }
}

function quantities(type: string, param: string): Extract | undefined {
  const add = ({ out }: Extraction, value: number, range: { low: number; high: number }, { system, code, unit }: Quantity) => {
    out.push({ kind: 'quantity', param, value, low: range.low, high: range.high, ...(system !== undefined && { system }), ...(code !== undefined && { code }), ...(unit !== undefined && { unit }) });
  };
  switch (type) {
    case 'Quantity':
    case 'SimpleQuantity':
    case 'MoneyQuantity':
    case 'Age':
    case 'Count':
    case 'Distance':
    case 'Duration':
      return (quantity: Quantity, into) => {
        const { value, comparator } = quantity;
        if (typeof value === 'number') add(into, value, boundsOf(value, comparator), quantity);
      };
    case 'Money':
      return (value: { value?: number; currency?: string }, into) => {
        if (typeof value.value === 'number') add(into, value.value, boundsOf(value.value, undefined), { system: 'urn:iso:std:iso:4217', ...(value.currency !== undefined && { code: value.currency }) });
      };
    case 'Range':
      return ({ low, high }: { low?: Quantity; high?: Quantity }, into) => {
        const value = low?.value ?? high?.value;
        if (value === undefined) return;
        add(into, value, { low: low?.value ?? -Infinity, high: high?.value ?? Infinity }, (low?.value === undefined ? high : low)!);
      };
    case 'SampledData':
      return ({ origin, factor = 1, data }: { origin?: Quantity; factor?: number; data?: string }, into) => {
        const values = (data ?? '').split(' ').filter((one) => /^-?[\d.]+$/.test(one)).map((one) => Number(one) * factor + (origin?.value ?? 0));
        if (origin && values.length > 0) {
          const low = values.reduce((a, b) => Math.min(a, b));
          add(into, low, { low, high: values.reduce((a, b) => Math.max(a, b)) }, origin);
        }
      };
    default:
      return undefined;
  }
}

/**
 * What a measured value may be: itself, or what its comparator leaves open; `<5` never reaches 5. The digits it was written with say nothing here:
 * the precision that counts is the one asked for (http://hl7.org/fhir/R4/search.html#number).
 */
function boundsOf(value: number, comparator: string | undefined): { low: number; high: number } {
  if (!comparator?.startsWith('<') && !comparator?.startsWith('>')) return { low: value, high: value };
  const step = comparator.length > 1 ? 0 : Math.max(Math.abs(value) * 2 ** -52, Number.MIN_VALUE);
  return comparator.startsWith('<') ? { low: -Infinity, high: value - step } : { low: value + step, high: Infinity };
}

/** `Location.near` (http://hl7.org/fhir/R4/location.html#search); what is no place on Earth is left out. */
function positions(param: string): Extract {
  return ({ latitude, longitude }: { latitude?: number; longitude?: number }, { out }) => {
    if (typeof latitude === 'number' && typeof longitude === 'number' && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) out.push({ kind: 'position', param, latitude, longitude });
  };
}

function references(type: string, param: string, targets: readonly string[]): Extract | undefined {
  if (type === 'Resource') {
    // Bundle's `composition` and `message` lead to a resource inside
    return ({ resourceType, id }: { resourceType: string; id?: string }, { out }) => {
      if (targets.includes(resourceType)) out.push({ kind: 'reference', param, targetType: resourceType, ...(id !== undefined && { target: `${resourceType}/${id}` }) });
    };
  }
  if (type !== 'Reference') return isText(type) ? (value: string, { out }) => uris(value, (one) => out.push({ kind: 'reference', param, target: one })) : undefined;
  return (value: { reference?: string; type?: string; identifier?: Identifier }, { out }) => {
    const { reference } = value;
    const entry: IndexEntry & { kind: 'reference' } = { kind: 'reference', param };
    if (typeof reference === 'string' && !reference.startsWith('#')) {
      const local = localReference(reference);
      if (local) {
        entry.target = local.target;
        entry.targetType = local.type;
      } else {
        const absolute = splitReference(reference);
        entry.target = absolute.target;
        if (absolute.type !== undefined) entry.targetType = absolute.type;
      }
    }
    if (entry.targetType === undefined && value.type !== undefined) entry.targetType = value.type;
    const { identifier } = value;
    if (identifier?.value !== undefined) entry.identifier = { ...(identifier.system !== undefined && { system: identifier.system }), value: identifier.value };
    if (entry.target !== undefined || entry.identifier) out.push(entry);
  };
}
