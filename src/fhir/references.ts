import { kindOf, membersOf } from './model.ts';

type Json = Record<string, unknown>;

/** Types whose values a server rewrites when a transaction gives an entry its id (http://hl7.org/fhir/R4/http.html#trules). */
const links = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);

type Visit = (holder: Json | unknown[], key: string | number, value: string, type: string) => void;

/**
 * Every literal reference in a resource, contained resources included, with the FHIRPath of its Reference. What lies in the entries of a
 * Bundle is left out: there a reference means the entry beside it.
 */
export function referencesOf(resource: { resourceType: string }): { path: string; reference: string }[] {
  const found: { path: string; reference: string }[] = [];
  const way: (string | number)[] = [];
  walk(resource, resource.resourceType, 0, (_holder, _key, value, type) => {
    if (type !== 'Reference') return;
    let path = resource.resourceType;
    for (const step of way.slice(0, -1)) path += typeof step === 'number' ? `[${step}]` : `.${step}`;
    found.push({ path, reference: value });
  }, way);
  return found;
}

/** The same without their paths, which cost more than the finding. */
export function literalReferences(resource: { resourceType: string }): string[] {
  const found: string[] = [];
  walk(resource, resource.resourceType, 0, (_holder, _key, value, type) => {
    if (type === 'Reference') found.push(value);
  });
  return found;
}

/** A place of a resource where a reference stands, or a link that a server may rewrite; `value` is kept up to date. */
export interface LinkPlace {
  readonly holder: Json | unknown[];
  readonly key: string | number;
  readonly type: 'Reference' | 'link' | 'xhtml';
  value: string;
}

/** The places of a resource that `rewriteLinks` may change, found once for all that is asked of them. */
export function linkPlaces(resource: { resourceType: string }): LinkPlace[] {
  const places: LinkPlace[] = [];
  walk(resource, resource.resourceType, 0, (holder, key, value, type) => {
    if (type === 'Reference') places.push({ holder, key, type, value });
    else if (type === 'xhtml') {
      if (value.includes('urn:')) places.push({ holder, key, type, value });
    } else if (isUrn(value)) places.push({ holder, key, type: 'link', value });
  });
  return places;
}

const isUrn = (value: string): boolean => value.startsWith('urn:uuid:') || value.startsWith('urn:oid:');

/**
 * Replaces in place where `map` answers a new one: literal references, and links (uri, url, canonical, oid, uuid; in the narrative
 * href and src) that are a `urn:uuid:` or `urn:oid:`. The resources within a Bundle are left as they are.
 */
export function rewriteLinks(places: readonly LinkPlace[], map: (reference: string) => string | undefined): void {
  for (const place of places) {
    const { holder, key, type, value } = place;
    const changed = type === 'xhtml' ? value.replace(/\b(href|src)=(["'])(urn:[^"']+)\2/g, (all, name: string, mark: string, link: string) => (map(link) === undefined ? all : `${name}=${mark}${map(link)}${mark}`)) : map(value);
    if (changed !== undefined) (holder as Json)[key] = place.value = changed;
  }
}

export function rewriteReferences(resource: { resourceType: string }, map: (reference: string) => string | undefined): void {
  rewriteLinks(linkPlaces(resource), map);
}

/** Every literal reference, canonical, uri and url in a resource, what it contains included, and the images and links of narratives. */
export function eachLink(resource: Record<string, unknown>, visit: (link: string) => void): void {
  walk(resource, String(resource.resourceType), 0, (_holder, _key, value, type) => {
    if (type !== 'xhtml') visit(value);
    else for (const [, , link] of value.matchAll(/\b(?:href|src)\s*=\s*(["'])(.*?)\1/g)) visit(link!);
  });
}

/** A member under which a link may stand: a link itself, a narrative, or an object. */
interface Leading {
  /** Name of the element, `value` of `valueReference`. */
  name: string;
  type: string;
  isText: boolean;
  isResource: boolean;
}

const leadingByType = new Map<string, ReadonlyMap<string, Leading>>();

/** Most members are texts and numbers that never are a link: they are not looked at. */
function leadingOf(type: string): ReadonlyMap<string, Leading> {
  let leading = leadingByType.get(type);
  if (leading) return leading;
  const found = new Map<string, Leading>();
  for (const [name, member] of membersOf(type)) {
    const isText = links.has(member.type) || member.type === 'xhtml' || (type === 'Reference' && name === 'reference');
    if (isText || kindOf(member.type) !== 'primitive') found.set(name, { name: member.element.name, type: member.type, isText, isResource: kindOf(member.type) === 'resource' });
  }
  leadingByType.set(type, (leading = found));
  return leading;
}

/** `way` holds the steps to where the walk is; only who wants them gives it. */
function walk(object: Json, type: string, depth: number, visit: Visit, way?: (string | number)[]): void {
  if (depth > 300) return;
  const leading = leadingOf(type);
  for (const name in object) {
    const member = leading.get(name);
    const value = object[name];
    if (!member) {
      if (name.charCodeAt(0) === underscore) walkBeside(value, membersOf(type).get(name.slice(1))?.element.name ?? name.slice(1), depth, visit, way);
      continue;
    }
    way?.push(member.name);
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        way?.push(index);
        visitValue(value, index, value[index], member, type, depth + 2, visit, way);
        way?.pop();
      }
    } else visitValue(object, name, value, member, type, depth + 1, visit, way);
    way?.pop();
  }
}

const underscore = 0x5f;

/** What `_birthDate` holds of `birthDate`, or of each of its values: extensions, which may refer as any other (http://hl7.org/fhir/R4/json.html#primitive). */
function walkBeside(value: unknown, name: string, depth: number, visit: Visit, way?: (string | number)[]): void {
  if (typeof value !== 'object' || value === null) return;
  way?.push(name);
  if (!Array.isArray(value)) walk(value as Json, 'Element', depth + 1, visit, way);
  else {
    for (const [index, one] of value.entries()) {
      if (typeof one !== 'object' || one === null) continue;
      way?.push(index);
      walk(one as Json, 'Element', depth + 2, visit, way);
      way?.pop();
    }
  }
  way?.pop();
}

function visitValue(holder: Json | unknown[], key: string | number, value: unknown, { type, isText, isResource }: Leading, of: string, depth: number, visit: Visit, way?: (string | number)[]): void {
  if (typeof value === 'string') {
    if (isText) visit(holder, key, value, of === 'Reference' && key === 'reference' ? 'Reference' : type);
  } else if (typeof value === 'object' && value !== null) {
    if (!isResource) walk(value as Json, type, depth, visit, way);
    else if (of !== 'Bundle.entry') walk(value as Json, String((value as Json).resourceType), depth, visit, way);
  }
}
