import type { Words } from './fault-words.ts';
import { model } from './model.ts';
import { shown, shownRu } from './primitive.ts';

const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;
const absolute = /^[a-z][a-z0-9+.-]*:\S+$/;
const withinResource = /^#[^\s]*$/;
/** A conditional reference, as a transaction may carry (http://hl7.org/fhir/R4/http.html#trules). */
const conditional = /^([A-Z][A-Za-z]+)\?\S+$/;

export interface LocalReference {
  readonly type: string;
  readonly id: string;
  /** `Type/id`, whichever version. */
  readonly target: string;
}

/** One resource is referred to many times, and each reference is looked at from several sides: as a rule it is taken apart already. */
const known = new Map<string, LocalReference | null>();

/** A relative literal reference taken apart; undefined for any other. */
export function localReference(reference: string): LocalReference | undefined {
  let local = known.get(reference);
  if (local === undefined) {
    const found = relative.exec(reference);
    local = found && isType(found[1]!) ? { type: found[1]!, id: found[2]!, target: `${found[1]!}/${found[2]!}` } : null;
    if (known.size >= 20_000) known.clear();
    known.set(reference, local);
  }
  return local ?? undefined;
}

/** A reference that is not relative: without its version, with the type where the URL ends in `Type/id`. */
export function splitReference(reference: string): { target: string; type?: string } {
  const found = /^(.*\/([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference);
  return found && isType(found[2]!) ? { target: found[1]!, type: found[2]! } : { target: reference };
}

/** The type that a literal reference names; undefined where its text does not tell. */
export function typeInReference(reference: string): string | undefined {
  const type = localReference(reference)?.type ?? (relative.exec(reference) ?? conditional.exec(reference))?.[1];
  return type ?? (reference.startsWith('http') ? splitReference(reference).type : undefined);
}

/** What is wrong with the form of `Reference.reference`. */
export function referenceProblem(reference: unknown): Words | undefined {
  if (typeof reference !== 'string') return undefined; // absent, or already reported as no string
  if (localReference(reference)) return undefined;
  const type = (relative.exec(reference) ?? conditional.exec(reference))?.[1];
  if (type !== undefined) return isType(type) ? undefined : { en: `names the type ${shown(type)}, which R4 does not know`, ru: `называет тип ${shownRu(type)}, которого нет в R4` };
  if (absolute.test(reference) || withinResource.test(reference)) return undefined;
  return { en: `must be a reference like Patient/123, an absolute URL, urn:uuid:… or #id, not ${shown(reference)}`, ru: `должно быть ссылкой вида Patient/123, полным URL, urn:uuid:… или #id, а не ${shownRu(reference)}` };
}

function isType(name: string): boolean {
  return Object.hasOwn(model().search, name);
}
