import type { Stored } from '../store/types.ts';

/** A link of a Bundle: absolute URLs. */
export interface Link {
  relation: 'self' | 'next' | 'first' | 'previous';
  url: string;
}

/**
 * Puts a Bundle together from texts as they are stored: nothing is parsed. `entries` are JSON texts of `Bundle.entry`.
 */
export function bundleText(type: string, head: { total?: number | undefined; links?: readonly Link[] }, entries: readonly string[]): string {
  const total = head.total === undefined ? '' : `,"total":${head.total}`;
  const links = head.links?.length ? `,"link":${JSON.stringify(head.links)}` : '';
  // FHIR knows no empty arrays: without entries the element is left out (http://hl7.org/fhir/R4/json.html#primitive).
  return `{"resourceType":"Bundle","type":"${type}"${total}${links}${entries.length ? `,"entry":[${entries.join(',')}]` : ''}}`;
}

export function searchEntryText(url: string, stored: Stored, mode: 'match' | 'include'): string {
  return `{"fullUrl":"${url}/${stored.type}/${stored.id}","resource":${stored.content},"search":{"mode":"${mode}"}}`;
}
