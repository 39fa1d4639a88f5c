import type { Stored } from '../store/types.ts';
import { resourceTypes } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';

const types = new Set(resourceTypes);

export function checkType(type: string): string {
  if (!types.has(type)) throw new Problem('rest.unknown-type', { type: type.slice(0, 64) });
  return type;
}

/** http://hl7.org/fhir/R4/datatypes.html#id */
export function checkId(id: string): string {
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) throw new Problem('rest.bad-id', { id: id.slice(0, 80) });
  return id;
}

/** Address of a version below the base, as Location and `response.location` carry it. */
export function versionPath(stored: Pick<Stored, 'type' | 'id' | 'version'>): string {
  return `${stored.type}/${stored.id}/_history/${stored.version}`;
}

/** Parameters about the answer itself, which are not search criteria (http://hl7.org/fhir/R4/http.html#parameters). */
const general = new Set(['_format', '_pretty']);

/** The search criteria of a query, untouched and in their order. */
export function withoutGeneral(query: string): string {
  if (!query.includes('_format') && !query.includes('_pretty')) return query;
  return query
    .split('&')
    .filter((pair) => !general.has(pair.split('=')[0]!))
    .join('&');
}
