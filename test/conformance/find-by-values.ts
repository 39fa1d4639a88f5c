import { indexResource, searchParams, type IndexEntry } from '../../src/fhir/index.ts';

/** A search by one value that a resource holds: it must find the resource. */
export interface Lookup {
  type: string;
  query: string;
  id: string;
}

/** In UTC, the zone in which the examples are stored. */
const zone = 'UTC';
const escaped = (text: string) => text.replace(/[\\,|$]/g, '\\$&');
const instant = (milliseconds: number) => new Date(milliseconds).toISOString();
const hasWords = (text: string) => /[\p{L}\p{N}]/u.test(text);

/** The ways in which an entry of the index may be asked for (http://hl7.org/fhir/R4/search.html#table). */
function asked(entry: IndexEntry): [modifier: string, value: string][] {
  switch (entry.kind) {
    case 'token': {
      const ways: [string, string][] = [];
      if (entry.code !== undefined) {
        ways.push(['', escaped(entry.code)], ['', entry.system === undefined ? `|${escaped(entry.code)}` : `${escaped(entry.system)}|${escaped(entry.code)}`]);
        if (entry.identifierType?.code !== undefined) ways.push([':of-type', `${escaped(entry.identifierType.system ?? '')}|${escaped(entry.identifierType.code)}|${escaped(entry.code)}`]);
      }
      if (entry.system !== undefined) ways.push(['', `${escaped(entry.system)}|`]);
      if (entry.text !== undefined && hasWords(entry.text)) ways.push([':text', escaped(entry.text.split(/\s+/).slice(0, 3).join(' '))]);
      return ways;
    }
    case 'string':
      return [[':exact', escaped(entry.value)], ...(hasWords(entry.value) && entry.value.length < 100 ? ([['', escaped(entry.value)], [':contains', escaped(entry.value)]] as [string, string][]) : [])];
    case 'uri':
      return [['', escaped(entry.value)]];
    case 'reference':
      return [...(entry.target === undefined || entry.target.startsWith('#') ? [] : ([['', escaped(entry.target)]] as [string, string][])), ...(entry.identifier === undefined ? [] : ([[':identifier', `${escaped(entry.identifier.system ?? '')}|${escaped(entry.identifier.value ?? '')}`]] as [string, string][]))];
    case 'date':
      return [...(Number.isFinite(entry.low) ? ([['', `ge${instant(entry.low)}`]] as [string, string][]) : []), ...(Number.isFinite(entry.high) ? ([['', `le${instant(entry.high)}`]] as [string, string][]) : []), ...(Number.isFinite(entry.low) && Number.isFinite(entry.high) ? ([['', `ap${instant(entry.low)}`]] as [string, string][]) : [])];
    case 'number':
      return [['', String(entry.value)]];
    case 'quantity': {
      // open and ranged ones are not equal to any number
      const exact = Number.isFinite(entry.low) && Number.isFinite(entry.high) && Math.abs((entry.low + entry.high) / 2 - entry.value) <= Math.abs(entry.value) * 1e-9 + 1e-12;
      if (!exact) return [];
      const number = String(entry.value);
      return [['', number], ...(entry.code === undefined ? [] : ([['', `${number}|${escaped(entry.system ?? '')}|${escaped(entry.code)}`]] as [string, string][]))];
    }
    case 'position':
      return [['', `${entry.latitude}|${entry.longitude}|1|km`]];
    case 'composite': {
      const parts = entry.parts.map((part) => part.flatMap((one) => asked(one)).find(([modifier]) => modifier === '')?.[1]);
      return parts.every((part) => part !== undefined) ? [['', parts.map((part) => part.replace(/\\?\$/g, '\\$')).join('$')]] : [];
    }
  }
}

/** Every search that must find a resource by one of its own values, and that the value is not missing. */
export function lookupsOf(resource: { resourceType: string; id: string }): Lookup[] {
  const queries = new Set<string>();
  for (const entry of indexResource(resource, { zone })) {
    if (!searchParams(resource.resourceType).has(entry.param)) continue;
    const ways = asked(entry).filter(([, value]) => value !== '' && value.length < 1500 && !value.includes('\u0000'));
    for (const [modifier, value] of ways) queries.add(`${entry.param}${modifier}=${encodeURIComponent(value)}`);
    if (ways.length > 0 && entry.kind !== 'composite') queries.add(`${entry.param}:missing=false`);
  }
  return [...queries].map((query) => ({ type: resource.resourceType, query, id: resource.id }));
}

/** JSON with the numbers as they are written, without what the server itself sets. */
export function asWritten(text: string): unknown {
  const value = JSON.parse(text, (_key, one: unknown, context?: { source?: string }) => (typeof one === 'number' ? `#${context?.source}` : one)) as { meta?: Record<string, unknown> };
  if (value.meta) {
    delete value.meta.versionId;
    delete value.meta.lastUpdated;
    if (Object.keys(value.meta).length === 0) delete value.meta;
  }
  return value;
}
