import { writeXml } from '../fhir/xml/index.ts';
import { Problem } from '../kernel/problem.ts';
import { parseExactly } from './exact-json.ts';

/** How an answer is written. */
export interface Format {
  xml: boolean;
  /** Line by line, for people: `_pretty`. */
  pretty: boolean;
}

export const usualFormat: Format = { xml: false, pretty: false };

const json = new Set(['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir', 'json']);
const xml = new Set(['application/fhir+xml', 'application/xml', 'text/xml', 'application/xml+fhir', 'xml']);
const any: Record<string, number> = { 'application/*': 1, 'text/*': 1, '*/*': 0 };

/**
 * The format of the answer: `_format` overrides Accept (http://hl7.org/fhir/R4/http.html#mime-type, #parameters). Where the caller has no wish
 * he gets what he sent. Refuses `rest.not-acceptable`.
 */
export function formatOf(query: string, accept: string | undefined, sentXml = false): Format {
  const general = query.includes('_format') || query.includes('_pretty') ? new URLSearchParams(query) : undefined;
  const pretty = general?.get('_pretty') === 'true';
  const wished = general?.get('_format') ?? undefined;
  if (wished !== undefined && wished !== '') {
    const name = nameOf(wished);
    if (json.has(name) || xml.has(name)) return { xml: xml.has(name), pretty };
    throw new Problem('rest.not-acceptable', { given: wished.slice(0, 80) });
  }
  if (accept === undefined || accept.trim() === '') return { xml: sentXml, pretty };
  const wishes = { json: rank(accept, json), xml: rank(accept, xml) };
  if (wishes.json.weight === 0 && wishes.xml.weight === 0) throw new Problem('rest.not-acceptable', { given: accept.slice(0, 80) });
  if (wishes.json.weight !== wishes.xml.weight) return { xml: wishes.xml.weight > wishes.json.weight, pretty };
  if (wishes.json.place !== wishes.xml.place) return { xml: wishes.xml.place < wishes.json.place, pretty };
  return { xml: sentXml, pretty };
}

/** Of a media type the name alone; an unencoded `+` of `application/fhir+json` arrives as a blank. */
function nameOf(type: string): string {
  return type.split(';')[0]!.trim().replace(' ', '+').toLowerCase();
}

/** How much the caller wants one of these types (RFC 9110 §12.5.1: the most specific range counts), and where he named it. */
function rank(accept: string, types: ReadonlySet<string>): { weight: number; place: number } {
  let best = { specific: -1, weight: 0, place: Number.POSITIVE_INFINITY };
  for (const [place, range] of accept.slice(0, 1000).split(',').entries()) {
    const parameters = range.split(';').map((part) => part.trim().toLowerCase());
    const name = parameters[0]!;
    const specific = types.has(name) ? 2 : (any[name] ?? -1);
    const version = parameters.find((one) => one.startsWith('fhirversion='))?.slice('fhirversion='.length);
    if (specific <= best.specific || (version !== undefined && !isOurVersion(version))) continue;
    const weight = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1);
    best = { specific, weight: weight >= 0 && weight <= 1 ? weight : 1, place: specific === 2 ? place : Number.POSITIVE_INFINITY };
  }
  return best;
}

/** http://hl7.org/fhir/R4/http.html#version-parameter */
export function isOurVersion(version: string): boolean {
  return /^"?4\.0(\.\d+)?"?$/.test(version);
}

export function mediaTypeOf({ xml: isXml }: Format): string {
  return isXml ? 'application/fhir+xml; charset=utf-8' : 'application/fhir+json; charset=utf-8';
}

/** The JSON text of a resource as the caller wants it. */
export function encode(body: string, format: Format): string {
  if (format.xml) return writeXml(body, format);
  return format.pretty ? JSON.stringify(parseExactly(body), null, 2) : body;
}
