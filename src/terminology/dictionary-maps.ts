import type { ConceptMap, ConceptMapGroupElement } from '@medplum/fhirtypes';
import type { CodeSystemSource } from './code-system.ts';
import { conceptOf } from './code-system.ts';
import { systemOfOid } from './code-system-of-dictionary.ts';
import type { Definitions } from './definitions.ts';
import { mappedDictionaries } from './nsi-columns.ts';

/** A column of a dictionary whose values are codes of another system, as a concept map: `urn:oid:<OID>?fhir_cm=<column>`. */
export interface DictionaryMap {
  url: string;
  source: string;
  target: string;
  column: string;
}

const maps: readonly DictionaryMap[] = mappedDictionaries().map(({ oid, column, target }) => ({ url: `${systemOfOid(oid)}?fhir_cm=${column}`, source: systemOfOid(oid), target, column }));

export function dictionaryMap(url: string): DictionaryMap | undefined {
  return maps.find((map) => map.url === url);
}

export function dictionaryMapsBetween(from: string | undefined, to: string | undefined): DictionaryMap[] {
  return maps.filter((map) => (from === undefined || map.source === from) && (to === undefined || map.target === to));
}

/**
 * The part of the map that answers for one code, as a ConceptMap with one group; undefined where the dictionary is not imported. The
 * ministry does not say how exact its mapping is: `relatedto`.
 */
export async function partOfMap(definitions: Definitions, map: DictionaryMap, code: string, reverse: boolean): Promise<ConceptMap | undefined> {
  const source = await definitions.codeSystem(map.source);
  if (!source) return undefined;
  const elements = reverse ? await leadingTo(definitions, source, map, code) : await leadingFrom(definitions, source, map, code);
  return {
    resourceType: 'ConceptMap',
    url: map.url,
    ...(source.version !== undefined && { version: source.version }),
    status: 'active',
    group: [{ source: map.source, ...(source.version !== undefined && { sourceVersion: source.version }), target: map.target, element: elements }],
  };
}

async function leadingFrom(definitions: Definitions, source: CodeSystemSource, { column, target }: DictionaryMap, code: string): Promise<ConceptMapGroupElement[]> {
  const concept = await conceptOf(source, code);
  const value = concept?.properties.find((property) => property.code === column);
  const codes = value ? mappedCodes(target, String(value.valueString ?? value.valueInteger ?? '')) : [];
  const known = await definitions.codeSystem(target);
  const displays = known && codes.length > 0 && target.startsWith('urn:oid:') ? new Map((await known.select({ codes, limit: codes.length })).concepts.map((one) => [one.code, one.display])) : new Map<string, string | undefined>();
  return [{ code, target: codes.map((one) => ({ code: one, ...(displays.get(one) !== undefined && { display: displays.get(one)! }), equivalence: 'relatedto' as const })) }];
}

async function leadingTo(definitions: Definitions, source: CodeSystemSource, { column, target, source: system }: DictionaryMap, code: string): Promise<ConceptMapGroupElement[]> {
  const oid = system.slice('urn:oid:'.length);
  const rows = await definitions.sql.query<{ code: string; display: string; value: string }>(
    `select code, display, extra ->> $3 as value from concept where oid = $1 and version = $2 and active and strpos(extra ->> $3, $4) > 0 order by place limit 1000`,
    [oid, source.version, column, code],
  );
  return rows.filter(({ value }) => mappedCodes(target, value).includes(code)).map((row) => ({ code: row.code, display: row.display, target: [{ code, equivalence: 'relatedto' as const }] }));
}

/** What codes of a system look like: a column also holds `0`, `~` and slips of the keyboard. */
const shapes: Readonly<Record<string, RegExp>> = {
  'http://loinc.org': /^\d{1,7}-\d$/,
  // 2147483647 is what is left of a code too long for the column
  'http://snomed.info/sct': /^(?!2147483647$)[1-9]\d{5,17}$/,
  'http://www.whocc.no/atc': /^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$/,
  'urn:oid:1.2.643.5.1.13.13.11.1005': /^[A-Z]\d{2}(\.\d{1,2})?$/,
  'urn:oid:1.2.643.5.1.13.13.11.1070': /^[A-Z]\d{2}(\.\d{2,3})*$/,
};

export function mappedCodes(target: string, cell: string): string[] {
  const shape = shapes[target];
  return [...new Set(cell.split(';').map((one) => one.trim()))].filter((one) => one !== '' && (!shape || shape.test(one)));
}
