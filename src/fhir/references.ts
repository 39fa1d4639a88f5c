import { kindOf, membersOf } from './model.ts';

type Json = Record<string, unknown>;

/** Types whose values a server rewrites when a transaction gives an entry its id (http://hl7.org/fhir/R4/http.html#trules). */
const links = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);

type Visit = (holder: Json | unknown[], key: string | number, value: string, type: string, way: readonly (string | number)[]) => void;

/**
 * Every literal reference in a resource, contained resources included, with the FHIRPath of its Reference. What lies in the entries of a
 * Bundle is left out: there a reference means the entry beside it.
 */
export function referencesOf(resource: { resourceType: string }): { path: string; reference: string }[] {
  const found: { path: string; reference: string }[] = [];
  walk(resource, resource.resourceType, [], (_holder, _key, value, type, way) => {
    if (type !== 'Reference') return;
    let path = resource.resourceType;
    for (const step of way.slice(0, -1)) path += typeof step === 'number' ? `[${step}]` : `.${step}`;
    found.push({ path, reference: value });
  });
  return found;
}

/** The same without their paths, which cost more than the finding. */
export function literalReferences(resource: { resourceType: string }): string[] {
  const found: string[] = [];
  walk(resource, resource.resourceType, [], (_holder, _key, value, type) => {
    if (type === 'Reference') found.push(value);
  });
  return found;
}

/**
 * Replaces references in place where `map` answers a new one: literal references, and links (uri, url, canonical, oid, uuid; in the narrative
 * href and src) that are a `urn:uuid:` or `urn:oid:`. The resources within a Bundle are left as they are.
 */
export function rewriteReferences(resource: { resourceType: string }, map: (reference: string) => string | undefined): void {
  walk(resource, resource.resourceType, [], (holder, key, value, type) => {
    let changed: string | undefined;
    if (type === 'xhtml') changed = value.replace(/\b(href|src)=(["'])(urn:[^"']+)\2/g, (all, name: string, mark: string, link: string) => (map(link) === undefined ? all : `${name}=${mark}${map(link)}${mark}`));
    else if (type === 'Reference' || /^urn:(uuid|oid):/.test(value)) changed = map(value);
    if (changed !== undefined) (holder as Json)[key] = changed;
  });
}

/** Every literal reference, canonical, uri and url in a resource, what it contains included. */
export function eachLink(resource: Record<string, unknown>, visit: (link: string) => void): void {
  walk(resource, String(resource.resourceType), [], (_holder, _key, value, type) => {
    if (type !== 'xhtml') visit(value);
  });
}

function walk(object: Json, type: string, way: (string | number)[], visit: Visit): void {
  if (way.length > 300) return;
  const members = membersOf(type);
  for (const name in object) {
    const member = members.get(name);
    if (!member) continue;
    const value = object[name];
    way.push(member.element.name);
    if (Array.isArray(value)) {
      const last = way.length;
      for (let index = 0; index < value.length; index++) {
        way[last] = index;
        visitValue(value, index, value[index], member.type, type, way, visit);
      }
      way.length = last;
    } else visitValue(object, name, value, member.type, type, way, visit);
    way.pop();
  }
}

function visitValue(holder: Json | unknown[], key: string | number, value: unknown, type: string, of: string, way: (string | number)[], visit: Visit): void {
  if (typeof value === 'string') {
    if (of === 'Reference' && key === 'reference') visit(holder, key, value, 'Reference', way);
    else if (links.has(type) || type === 'xhtml') visit(holder, key, value, type, way);
  } else if (typeof value === 'object' && value !== null) {
    if (kindOf(type) !== 'resource') walk(value as Json, type, way, visit);
    else if (of !== 'Bundle.entry') walk(value as Json, String((value as Json).resourceType), way, visit);
  }
}
