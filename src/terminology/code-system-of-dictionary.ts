import type { CodeSystem, CodeSystemConcept, CodeSystemProperty } from '@medplum/fhirtypes';
import { icd10Oid } from './compact-icd10.ts';
import type { Concept, Dictionary, PassportField } from './import-dictionary.ts';
import { knownColumns } from './nsi-columns.ts';

/** Rows up to which the CodeSystem carries its concepts itself; larger ones are asked through the operations. */
const carried = 300;

export const systemOfOid = (oid: string): string => `urn:oid:${oid}`;
export const icd10System = systemOfOid(icd10Oid);

/** Id of the CodeSystem of a dictionary's version. */
export function idOfDictionary(oid: string, version: string): string {
  return `nsi-${oid}-${version}`.replaceAll(/[^A-Za-z0-9.-]/g, '-').slice(0, 64);
}

/**
 * A dictionary's version as CodeSystem (http://hl7.org/fhir/R4/codesystem.html). `content` says honestly whether the concepts stand in
 * the resource; with `not-present` they are in the database all the same, and `count` tells how many.
 */
export function codeSystemOfDictionary(dictionary: Dictionary): CodeSystem & { id: string } {
  const { oid, version, name, title, passport, properties, hierarchical, concepts } = dictionary;
  const known = { ...knownColumns(passport.oid), ...knownColumns(oid) };
  const published = /^(\d{2})\.(\d{2})\.(\d{4})/.exec(passport.publishDate ?? '');
  const others = otherOids(dictionary);
  const description = plain(passport.description ?? '');
  return {
    resourceType: 'CodeSystem',
    id: idOfDictionary(oid, version),
    language: 'ru',
    url: systemOfOid(oid),
    identifier: [oid, ...others].map((value) => ({ system: 'urn:ietf:rfc:3986', value: systemOfOid(value) })),
    version,
    name: `Nsi_${oid.replaceAll('.', '_')}`,
    title: name,
    // an archived passport: the ministry has published a newer version
    status: passport.archive ? 'retired' : 'active',
    experimental: false,
    ...(published && { date: `${published[3]}-${published[2]}-${published[1]}` }),
    publisher: 'Минздрав России, федеральный реестр НСИ',
    description: description && description !== title ? `${title}\n\n${description}` : title,
    caseSensitive: true,
    valueSet: `${systemOfOid(oid)}?fhir_vs`,
    ...(hierarchical && { hierarchyMeaning: known.hierarchy ?? 'grouped-by' }),
    compositional: false,
    versionNeeded: false,
    content: concepts.length <= carried ? 'complete' : 'not-present',
    count: concepts.length,
    property: propertiesOf(dictionary),
    ...(concepts.length <= carried && concepts.length > 0 && { concept: concepts.map((concept) => conceptOf(concept, properties)) }),
  };
}

/** The dictionary's OIDs beside the one it is imported under; what is no OID is a slip of the passport. */
export function otherOids({ oid, passport }: Pick<Dictionary, 'oid' | 'passport'>): string[] {
  const all = [passport.oid, ...(passport.codes ?? []).map(({ value }) => value)];
  return [...new Set(all)].filter((other) => other !== oid && /^[012](\.(0|[1-9]\d*))+$/.test(other));
}

function propertiesOf({ properties, hierarchical, concepts }: Dictionary): CodeSystemProperty[] {
  const made: CodeSystemProperty[] = [
    { code: 'inactive', uri: 'http://hl7.org/fhir/concept-properties#inactive', description: 'Строка выведена из действия', type: 'boolean' },
  ];
  if (concepts.some(({ abstract }) => abstract)) made.push({ code: 'notSelectable', uri: 'http://hl7.org/fhir/concept-properties#notSelectable', description: 'Строка только объединяет другие', type: 'boolean' });
  if (hierarchical) made.push({ code: 'parent', uri: 'http://hl7.org/fhir/concept-properties#parent', description: 'Код строки выше', type: 'code' });
  for (const field of properties) {
    const description = [field.alias, field.description].map((text) => text?.trim()).filter((text) => text).join(': ');
    made.push({ code: field.field, ...(description && { description }), type: typeOf(field) });
  }
  return made;
}

export function typeOf({ dataType }: Pick<PassportField, 'dataType'>): 'string' | 'integer' | 'boolean' | 'dateTime' {
  return dataType === 'INTEGER' ? 'integer' : dataType === 'BOOLEAN' ? 'boolean' : dataType === 'DATETIME' ? 'dateTime' : 'string';
}

export interface PropertyValue {
  code: string;
  valueCode?: string;
  valueString?: string;
  valueInteger?: number;
  valueBoolean?: boolean;
  valueDateTime?: string;
}

/** A cell as the passport types it; what does not read as that type stays text. */
export function propertyValue(field: Pick<PassportField, 'field' | 'dataType'>, text: string): PropertyValue {
  const type = typeOf(field);
  if (type === 'integer' && /^-?(0|[1-9]\d{0,8})$/.test(text)) return { code: field.field, valueInteger: Number(text) };
  if (type === 'boolean' && (text === 'true' || text === 'false')) return { code: field.field, valueBoolean: text === 'true' };
  if (type === 'dateTime' && /^\d{4}-\d{2}-\d{2}$/.test(text)) return { code: field.field, valueDateTime: text };
  return { code: field.field, valueString: text };
}

function conceptOf({ code, display, designations, parent, active, abstract, extra }: Concept, properties: readonly PassportField[]): CodeSystemConcept {
  const property: PropertyValue[] = [
    ...(active ? [] : [{ code: 'inactive', valueBoolean: true }]),
    ...(abstract ? [{ code: 'notSelectable', valueBoolean: true }] : []),
    ...(parent === undefined ? [] : [{ code: 'parent', valueCode: parent }]),
    ...properties.flatMap((field) => (extra[field.field] === undefined ? [] : [propertyValue(field, extra[field.field]!)])),
  ];
  return { code, ...(display && { display }), ...(designations.length > 0 && { designation: designations }), ...(property.length > 0 && { property }) };
}

/** A passport's description without the markup that some carry. */
function plain(text: string): string {
  return text
    .replace(/<br\s*\/?>|<\/p>/gi, '\n')
    .replace(/<[^>]{1,200}>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .trim();
}
