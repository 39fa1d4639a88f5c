import { kindOf, membersOf } from './model.ts';

type Json = Record<string, unknown>;

/** Members that every part of a resource keeps. */
const always = new Set(['resourceType', 'id', 'meta']);

const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

/**
 * `_summary` (http://hl7.org/fhir/R4/search.html#summary): `true` keeps what the definition marks, at every depth; `text` the narrative
 * and what is mandatory; `data` everything but the narrative. The part is marked SUBSETTED, as it must not be written back.
 */
export function keepSummary(resource: Json, summary: 'true' | 'text' | 'data'): Json {
  const members = membersOf(String(resource.resourceType));
  if (summary === 'data') return marked(resource, (name) => name !== 'text');
  if (summary === 'text') return marked(resource, (name) => name === 'text' || mandatory(members, name));
  return marked(summaryOf(resource, String(resource.resourceType)) as Json, () => true);
}

/** `_elements`: the members named, and those without which the resource would not be valid (http://hl7.org/fhir/R4/search.html#elements). */
export function keepElements(resource: Json, names: ReadonlySet<string>): Json {
  const members = membersOf(String(resource.resourceType));
  return marked(resource, (name) => {
    const base = members.get(name.replace(/^_/, ''))?.element.name ?? name;
    return names.has(base) || mandatory(members, name);
  });
}

function mandatory(members: ReturnType<typeof membersOf>, name: string): boolean {
  return (members.get(name.replace(/^_/, ''))?.element.min ?? 0) > 0;
}

function marked(resource: Json, keep: (name: string) => boolean): Json {
  const part = Object.fromEntries(Object.entries(resource).filter(([name]) => always.has(name) || keep(name)));
  const meta = (resource.meta ?? {}) as { tag?: readonly { system?: string; code?: string }[] };
  const tags = meta.tag ?? [];
  part.meta = tags.some(({ system, code }) => system === subsetted.system && code === subsetted.code) ? meta : { ...meta, tag: [...tags, subsetted] };
  return part;
}

function summaryOf(value: unknown, type: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => summaryOf(item, type));
  if (typeof value !== 'object' || value === null || kindOf(type) === 'primitive') return value;
  // a resource within a resource (Bundle.entry) is there as a whole or not at all
  if (type === 'Resource') return value;
  const members = membersOf(type);
  const part: Json = {};
  for (const [name, one] of Object.entries(value)) {
    const member = members.get(name.replace(/^_/, ''));
    if (always.has(name) && name !== 'meta') part[name] = one;
    else if (member && (member.element.summary || member.element.min > 0)) part[name] = summaryOf(one, name.startsWith('_') ? 'Element' : member.type);
  }
  // an element of which nothing would be left says more as a whole than as an empty object, which is no FHIR
  return Object.keys(part).length > 0 ? part : value;
}
