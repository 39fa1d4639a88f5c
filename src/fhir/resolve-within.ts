import { isObject, type Json } from './fhirpath/items.ts';
import { splitReference } from './reference-format.ts';

/** A Bundle around a resource, and the fullUrl of the entry that the resource is in. */
export interface AroundBundle {
  bundle: Json;
  fullUrl: unknown;
  /** The resources of the entries by their URLs, once they have been asked for. */
  entries?: ReadonlyMap<string, unknown>;
}

/**
 * What a reference leads to without a look into the store: a contained resource, or an entry of the Bundles around
 * (http://hl7.org/fhir/R4/bundle.html#references). Undefined where neither holds it.
 */
export function resolveWithin(reference: string, rootResource: unknown, bundles: readonly AroundBundle[]): unknown {
  if (reference === '#') return rootResource;
  if (reference.startsWith('#')) {
    const contained = isObject(rootResource) && Array.isArray(rootResource.contained) ? rootResource.contained : [];
    return contained.find((one: unknown) => isObject(one) && one.id === reference.slice(1));
  }
  for (let index = bundles.length - 1; index >= 0; index--) {
    const around = bundles[index]!;
    const entries = (around.entries ??= entriesByUrl(around.bundle));
    const found = entries.get(absoluteFrom(reference, around.fullUrl)) ?? entries.get(reference);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A relative reference is relative to the base of its own entry. */
function absoluteFrom(reference: string, fullUrl: unknown): string {
  if (/^[a-z][a-z0-9+.-]*:/.test(reference) || typeof fullUrl !== 'string') return splitReference(reference).target;
  const base = /^(https?:.*\/)[A-Z][A-Za-z]+\/[^/]+$/.exec(fullUrl)?.[1];
  return `${base ?? ''}${reference.replace(/\/_history\/.*$/, '')}`;
}

function entriesByUrl(bundle: Json): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const entry of Array.isArray(bundle.entry) ? bundle.entry : []) {
    if (!isObject(entry) || !isObject(entry.resource)) continue;
    if (typeof entry.fullUrl === 'string') entries.set(entry.fullUrl, entry.resource);
    else if (typeof entry.resource.id === 'string') entries.set(`${String(entry.resource.resourceType)}/${entry.resource.id}`, entry.resource);
  }
  return entries;
}
