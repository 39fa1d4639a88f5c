import { parseDateRange } from './dates.ts';
import { narrativeFault } from './check-narrative.ts';
import type { Words } from './fault-words.ts';
import type { Environment } from './fhirpath/branch.ts';
import { isObject, type Json } from './fhirpath/items.ts';
import { eachLink } from './references.ts';

/**
 * Rules written by hand. Each is here because its expression is wrong or says too little (ref-1, per-1, rng-2, mdd-1, inv-1 of a Task), leads
 * to a function outside FHIRPath (txt-1, txt-2), or would be asked of every element or in a square of the resource's size (ext-1, dom-3).
 */
export const nativeRules: Readonly<Record<string, (value: unknown, environment: Environment) => true | Words | undefined>> = {
  'ext-1': (value) => {
    let has = false;
    for (const name in value as Json) {
      if (name.startsWith('value') || name.startsWith('_value')) {
        has = true;
        break;
      }
    }
    return ((value as Json).extension !== undefined) === has || undefined;
  },
  /** The published expression refuses `#`, by which a contained resource names its container (http://hl7.org/fhir/R4/references.html#contained). */
  'ref-1': (value, environment) => {
    const { rootResource, resource } = environment;
    const { reference } = value as { reference?: unknown };
    if (typeof reference !== 'string' || reference.charCodeAt(0) !== 35) return undefined;
    if (reference === '#') return resource === rootResource || undefined;
    return !containedIds(environment).has(reference.slice(1)) || undefined;
  },
  /** Ends of different precision are compared as far as both are written, as R4B has it; the expression would refuse them. */
  'per-1': (value) => {
    const { start, end } = value as { start?: unknown; end?: unknown };
    return notBefore(end, start);
  },
  'mdd-1': (value) => notBefore((value as Json).whenHandedOver, (value as Json).whenPrepared),
  'inv-1 Task': (value) => notBefore((value as Json).lastModified, (value as Json).authoredOn),
  /** Ends in different units cannot be ordered without converting them; that is not a fault. */
  'rng-2': (value) => {
    const { low, high } = value as { low?: unknown; high?: unknown };
    if (!isObject(low) || !isObject(high) || typeof low.value !== 'number' || typeof high.value !== 'number') return undefined;
    return (low.code ?? low.unit) === (high.code ?? high.unit) && low.system === high.system && low.value > high.value ? true : undefined;
  },
  'txt-1': (value) => narrative(value, 'txt-1'),
  'txt-2': (value) => narrative(value, 'txt-2'),
  /** Linear in the size of the resource. Also takes what names its container by `#` in a uri, as the human text of the rule says. */
  'dom-3': (value) => {
    const { contained } = value as { contained?: unknown };
    if (!Array.isArray(contained) || contained.length === 0) return undefined;
    const wanted = referredWithin(value as Json);
    for (const inner of contained) if (isObject(inner) && typeof inner.id === 'string' && !wanted.has(`#${inner.id}`) && !namesContainer(inner)) return true;
    return undefined;
  },
};

function notBefore(later: unknown, earlier: unknown): true | undefined {
  if (typeof later !== 'string' || typeof earlier !== 'string' || later === earlier) return undefined;
  // both in the same form and the same zone: their order is that of the texts
  if (later.length === earlier.length && (later.length < 11 || later.slice(-6) === earlier.slice(-6) && !later.includes('.') || later.endsWith('Z') && earlier.endsWith('Z') && !later.includes('.'))) return later < earlier || undefined;
  const [end, start] = [parseDateRange(later), parseDateRange(earlier)];
  return end.high < start.low || undefined;
}

function narrative(value: unknown, rule: 'txt-1' | 'txt-2'): Words | undefined {
  if (typeof value !== 'string') return undefined;
  const fault = narrativeFault(value);
  return fault?.rule === rule ? fault : undefined;
}

function containedIds(environment: Environment): ReadonlySet<unknown> {
  const { rootResource, containedIds: known } = environment;
  if (known !== undefined && known.of === rootResource) return known.ids;
  const ids = new Set(isObject(rootResource) && Array.isArray(rootResource.contained) ? rootResource.contained.map((one: unknown) => (isObject(one) ? one.id : undefined)) : []);
  environment.containedIds = { of: rootResource, ids };
  return ids;
}

/** Every `#id` that a reference or a link of the resource holds. */
export function referredWithin(resource: Json): Set<string> {
  const found = new Set<string>();
  eachLink(resource, (link) => {
    if (link.charCodeAt(0) === 35) found.add(link);
  });
  return found;
}

export function namesContainer(contained: Json): boolean {
  return referredWithin(contained).has('#');
}
