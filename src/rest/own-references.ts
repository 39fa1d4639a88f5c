import type { Resource } from '@medplum/fhirtypes';
import { linkPlaces, localReference, rewriteLinks } from '../fhir/index.ts';
import type { Call } from './call.ts';
import { rewriteText, type Replaced } from './entry-texts.ts';

/**
 * `Patient/1` where a reference names it by this server's own base (http://hl7.org/fhir/R4/references.html#literal): both mean the same, and only the relative
 * one survives a move. So it is kept, checked and found as every other; undefined where the reference is none of ours.
 */
export function ownReference(base: string, reference: string): string | undefined {
  if (base === '' || !reference.startsWith(base) || reference[base.length] !== '/') return undefined;
  const local = reference.slice(base.length + 1);
  return localReference(local) ? local : undefined;
}

/** The resource of a create or update with its text, references to this server made relative. */
export function withOwnReferences(base: string, call: Pick<Call, 'text'>, resource: Resource): { resource: Resource; text?: string } {
  const { text } = call;
  const given = text === undefined ? { resource } : { resource, text };
  // an escaped slash may hide the base; nearly no resource has either
  if (text !== undefined && !text.includes(`${base}/`) && !text.includes('\\/')) return given;
  const replaced = new Map<string, Replaced>();
  const map = (reference: string) => ownReference(base, reference);
  rewriteLinks(linkPlaces(resource).filter(({ type }) => type === 'Reference'), (reference) => {
    const to = map(reference);
    if (to !== undefined) replaced.set(reference, { to, times: (replaced.get(reference)?.times ?? 0) + 1 });
    return to;
  });
  if (text === undefined || replaced.size === 0) return given;
  const rewritten = rewriteText(text, map, replaced);
  return rewritten === undefined ? { resource } : { resource, text: rewritten };
}
