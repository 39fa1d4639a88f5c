import type { Parameters } from '@medplum/fhirtypes';
import { model, resourceTypes } from '../../../fhir/index.ts';
import { Problem } from '../../../kernel/problem.ts';

/** What an export was asked for (http://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters). */
export interface ExportAsked {
  level: 'system' | 'patients' | 'group';
  types: readonly string[];
  since?: string;
  /** By type: searches of which a resource must meet one. */
  filters: Readonly<Record<string, readonly string[]>>;
  /** By type, and of all types under `*`: the elements to be left. */
  elements?: Readonly<Record<string, readonly string[]>>;
  /** Ids of the patients, where they are named or the group's. */
  patients?: readonly string[];
}

const formats = ['application/fhir+ndjson', 'application/ndjson', 'ndjson'];
const known = ['_outputFormat', '_since', '_type', '_typeFilter', '_elements', 'patient'];

/** Parameters of the address, or of a Parameters resource, as one list. */
export function askedPairs(query: URLSearchParams, body: Parameters | undefined): [name: string, value: string][] {
  const fromBody = (body?.parameter ?? []).map(({ name, ...value }): [string, string] => {
    const [given] = Object.values(value) as unknown[];
    return [name, typeof given === 'object' && given !== null && 'reference' in given ? String(given.reference) : String(given)];
  });
  // a plus in an instant is a time zone, and forms make a space of it
  return [...query, ...fromBody].map(([name, value]) => [name, name === '_since' ? value.replace(/ (?=\d\d:\d\d$)/, '+') : value]);
}

/** Reads the parameters of a kick-off. Refuses what is not understood; what is only not supported passes where the caller is lenient. */
export function readExport(level: ExportAsked['level'], pairs: readonly (readonly [string, string])[], lenient: boolean): ExportAsked {
  const all = (name: string): string[] => pairs.filter(([given]) => given === name).map(([, value]) => value);
  const strange = pairs.find(([name]) => !known.includes(name) && !['_format', '_pretty'].includes(name));
  if (strange && !lenient) throw new Problem('exchange.unsupported-parameter', { name: strange[0].slice(0, 64) });
  const [format] = all('_outputFormat');
  if (format !== undefined && !formats.includes(format)) throw bad('_outputFormat', format, formats.join(', '));
  const [since] = all('_since');
  if (since !== undefined && (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(since) || Number.isNaN(Date.parse(since)))) throw bad('_since', since, '2026-11-21T14:05:00+03:00');
  const inCompartment = ['Patient', ...Object.keys(model().patientCompartment)];
  const usual = level === 'system' ? resourceTypes.filter((type) => type !== 'Subscription') : [...new Set(inCompartment)];
  const named = all('_type').flatMap((value) => value.split(',')).filter(Boolean);
  for (const type of named) {
    if (!resourceTypes.includes(type)) throw bad('_type', type, 'Patient, Observation …');
    if (level !== 'system' && !inCompartment.includes(type)) throw new Problem('exchange.not-a-patients-type', { type });
  }
  const types = named.length > 0 ? [...new Set(named)] : usual;
  return {
    level,
    types: types.toSorted(),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    filters: readFilters(all('_typeFilter'), types),
    ...readElements(all('_elements')),
    ...readPatients(level, all('patient')),
  };
}

/** `Observation?code=1,Condition?onset=…`: a comma begins the next one only before a type and a question mark. */
function readFilters(values: readonly string[], types: readonly string[]): ExportAsked['filters'] {
  const filters: Record<string, string[]> = {};
  for (const one of values.flatMap((value) => value.split(/,(?=[A-Z][A-Za-z]+\?)/))) {
    const found = /^([A-Z][A-Za-z]+)\?(.+)$/s.exec(one);
    if (!found || !types.includes(found[1]!)) throw bad('_typeFilter', one, 'Observation?code=718-7');
    if (/(^|&)_(sort|count|include|revinclude|summary|elements|total|cursor)\b/.test(found[2]!)) throw bad('_typeFilter', one, 'Observation?code=718-7');
    (filters[found[1]!] ??= []).push(found[2]!);
  }
  return filters;
}

function readElements(values: readonly string[]): Pick<ExportAsked, 'elements'> {
  const elements: Record<string, string[]> = {};
  for (const one of values.flatMap((value) => value.split(',')).filter(Boolean)) {
    const found = /^(?:([A-Z][A-Za-z]+)\.)?([a-z][A-Za-z0-9]*)$/.exec(one);
    if (!found) throw bad('_elements', one, 'id, Patient.name');
    (elements[found[1] ?? '*'] ??= []).push(found[2]!);
  }
  return Object.keys(elements).length > 0 ? { elements } : {};
}

function readPatients(level: ExportAsked['level'], values: readonly string[]): Pick<ExportAsked, 'patients'> {
  const patients = values.flatMap((value) => value.split(',')).filter(Boolean);
  if (patients.length === 0) return {};
  if (level === 'system') throw bad('patient', patients[0]!, '/Patient/$export');
  return {
    patients: patients.map((reference) => {
      const id = /^(?:Patient\/)?([A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1];
      if (id === undefined) throw bad('patient', reference, 'Patient/1');
      return id;
    }),
  };
}

function bad(name: string, value: string, expected: string): Problem {
  return new Problem('exchange.bad-parameter', { name, value: value.slice(0, 120), expected });
}

/** What `_elements` leaves of a resource (http://hl7.org/fhir/R4/search.html#elements): mandatory elements stay, and a tag says that something is missing. */
export function leaveElements(content: string, elements: ExportAsked['elements']): string {
  if (!elements) return content;
  const resource = JSON.parse(content) as Record<string, unknown> & { resourceType: string; meta?: { tag?: unknown[] } };
  const asked = [...(elements['*'] ?? []), ...(elements[resource.resourceType] ?? [])];
  if (asked.length === 0) return content;
  const mandatory = (model().types[resource.resourceType]?.elements ?? []).filter(({ min }) => min > 0).map(({ name }) => name);
  const stays = (member: string): boolean => {
    const name = member.replace(/^_/, '');
    return ['resourceType', 'id', 'meta', ...asked].includes(name) || mandatory.some((one) => name === one || (name.startsWith(one) && /^[A-Z]/.test(name.slice(one.length))));
  };
  const left = Object.fromEntries(Object.entries(resource).filter(([member]) => stays(member)));
  left.meta = { ...resource.meta, tag: [...(resource.meta?.tag ?? []), { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] };
  return JSON.stringify(left);
}
