import { keepElements, keepSummary } from '../../fhir/index.ts';
import type { Stored } from '../types.ts';
import type { Query } from './query.ts';

/** A value that serialises as this very text: decimals keep their digits (ECMAScript proposal JSON.parse source text access, in Node since 21). */
const rawJson = (JSON as unknown as { rawJSON(source: string): unknown }).rawJSON;

/**
 * `_elements` and `_summary` (http://hl7.org/fhir/R4/search.html#summary): a part of the resource, marked as such; untouched where neither is asked. Names like
 * `Patient.name` concern one type; bare ones the matches.
 */
export function shape(stored: Stored, query: Pick<Query, 'elements' | 'summary'>, mode: 'match' | 'include'): Stored {
  const names = query.elements && elementsFor(stored.type, query.elements, mode);
  if (names === undefined && query.summary === undefined) return stored;
  let resource = JSON.parse(stored.content, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value) ? rawJson(context.source) : value,
  ) as Record<string, unknown>;
  if (query.summary !== undefined) resource = keepSummary(resource, query.summary);
  if (names !== undefined) resource = keepElements(resource, names);
  return { ...stored, content: JSON.stringify(resource) };
}

function elementsFor(type: string, elements: readonly string[], mode: 'match' | 'include'): Set<string> | undefined {
  const names = elements.flatMap((element) => {
    const dot = element.indexOf('.');
    if (dot === -1) return mode === 'match' ? [element] : [];
    return element.slice(0, dot) === type ? [element.slice(dot + 1).split('.')[0]!] : [];
  });
  // includes of which no element is named come whole
  return names.length > 0 || mode === 'match' ? new Set(names) : undefined;
}
