import type { Stored } from '../types.ts';
import type { Query } from './query.ts';

const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const always = ['resourceType', 'id', 'meta'];

/** `_elements` and `_summary` (http://hl7.org/fhir/R4/search.html#summary): a part of the resource, marked as such. Untouched where neither is asked. */
export function shape(stored: Stored, query: Pick<Query, 'elements' | 'summary'>): Stored {
  if (query.elements === undefined && query.summary === undefined) return stored;
  const resource = JSON.parse(stored.content) as Record<string, unknown> & { meta?: { tag?: unknown[] } };
  const wanted = (name: string): boolean => {
    if (always.includes(name)) return true;
    if (query.elements) return query.elements.includes(name.replace(/^_/, ''));
    if (query.summary === 'text') return name === 'text';
    return name !== 'text' && (query.summary === 'data' || (name !== 'contained' && name !== 'extension'));
  };
  const part = Object.fromEntries(Object.entries(resource).filter(([name]) => wanted(name)));
  part.meta = { ...resource.meta, tag: [...(resource.meta?.tag ?? []), subsetted] };
  return { ...stored, content: JSON.stringify(part) };
}
