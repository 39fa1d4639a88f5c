import { keepElements, keepSummary } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { parseExactly } from './exact-json.ts';

/** Cuts a resource's text to the part that was asked for. */
export type Shape = (content: string) => string;

const summaries = new Set(['true', 'text', 'data', 'false']);

/**
 * `_summary` and `_elements` where one resource or a history is read (http://hl7.org/fhir/R4/http.html#read, #parameters); undefined where
 * neither is asked. To count is for searches only. Refuses `rest.bad-parameter`.
 */
export function shapeOf(query: string): Shape | undefined {
  if (!query.includes('_summary') && !query.includes('_elements')) return undefined;
  const given = new URLSearchParams(query);
  const summary = given.get('_summary') ?? 'false';
  if (!summaries.has(summary)) throw new Problem('rest.bad-parameter', { name: '_summary', value: summary.slice(0, 40), expected: [...summaries].join(', ') });
  const names = given.getAll('_elements').flatMap((value) => value.split(',')).map((name) => name.trim()).filter((name) => name !== '');
  if (summary === 'false' && names.length === 0) return undefined;
  return (content) => {
    let resource = parseExactly(content) as Record<string, unknown>;
    if (summary === 'true' || summary === 'text' || summary === 'data') resource = keepSummary(resource, summary);
    if (names.length > 0) resource = keepElements(resource, new Set(names.flatMap((name) => ownName(name, String(resource.resourceType)))));
    return JSON.stringify(resource);
  };
}

/** `Patient.name` concerns one type, `name` any. */
function ownName(name: string, type: string): string[] {
  const dot = name.indexOf('.');
  if (dot === -1) return [name];
  return name.slice(0, dot) === type ? [name.slice(dot + 1).split('.')[0]!] : [];
}
