import { model } from './model.ts';
import { shown } from './primitive.ts';

const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;
const absolute = /^[a-z][a-z0-9+.-]*:\S+$/;
const withinResource = /^#[^\s]*$/;
/** A conditional reference, as a transaction may carry (http://hl7.org/fhir/R4/http.html#trules). */
const conditional = /^([A-Z][A-Za-z]+)\?\S+$/;

/** A relative literal reference taken apart; undefined for any other. */
export function localReference(reference: string): { type: string; id: string } | undefined {
  const found = relative.exec(reference);
  return found && isType(found[1]!) ? { type: found[1]!, id: found[2]! } : undefined;
}

/** A reference that is not relative: without its version, with the type where the URL ends in `Type/id`. */
export function splitReference(reference: string): { target: string; type?: string } {
  const found = /^(.*\/([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference);
  return found && isType(found[2]!) ? { target: found[1]!, type: found[2]! } : { target: reference };
}

/** What is wrong with `Reference.reference`; `targets` are the types that the element allows, undefined for any. */
export function referenceProblem(reference: unknown, targets: ReadonlySet<string> | undefined): string | undefined {
  if (typeof reference !== 'string') return undefined; // absent, or already reported as no string
  const type = (relative.exec(reference) ?? conditional.exec(reference))?.[1];
  if (type === undefined) {
    if (absolute.test(reference) || withinResource.test(reference)) return undefined;
    return `must be a reference like Patient/123, an absolute URL, urn:uuid:… or #id, not ${shown(reference)}`;
  }
  if (!isType(type)) return `names the type ${shown(type)}, which R4 does not know`;
  return !targets || targets.has(type) ? undefined : `may refer to ${[...targets].join(', ')}, not to ${type}`;
}

function isType(name: string): boolean {
  return Object.hasOwn(model().search, name);
}
