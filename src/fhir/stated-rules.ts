import type { Words } from './fault-words.ts';
import { isObject, type Json } from './fhirpath/items.ts';
import type { Environment } from './fhirpath/branch.ts';
import { membersOf, model } from './model.ts';
import { shown, shownRu } from './primitive.ts';
import { resolveWithin } from './resolve-within.ts';

/** A rule that R4 states in the words of a definition, and for which it publishes no invariant. */
export interface StatedRule {
  key: string;
  severity: 'error' | 'warning';
  /** The element below which the fault is told. */
  place?: string;
  broken: (value: unknown, environment: Environment) => Words | undefined;
}

const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\S/;
const restful = /^https?:\/\/.*\/([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;
/** Entries of these types may carry what has no address yet (http://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl). */
const addressed = new Set(['document', 'message', 'collection', 'history']);

const byType: Readonly<Record<string, readonly StatedRule[]>> = {
  Bundle: [
    { key: 'document-references', severity: 'error', broken: (value) => missingFromDocument(value as Json) },
    { key: 'fullUrl', severity: 'warning', broken: (value) => withoutAddress(value as Json) },
  ],
  'Bundle.entry': [{ key: 'fullUrl', severity: 'error', place: 'fullUrl', broken: (value) => wrongAddress(value as Json) }],
  /** http://hl7.org/fhir/R4/datatypes.html#Attachment */
  Attachment: [{ key: 'size', severity: 'error', place: 'size', broken: (value) => wrongSize(value as Json) }],
  /** http://hl7.org/fhir/R4/datatypes.html#Coding: a code system is named, never a value set. */
  Coding: [
    {
      key: 'system',
      severity: 'warning',
      place: 'system',
      broken: ({ system }: Json) => {
        if (typeof system !== 'string') return undefined;
        if (!absolute.test(system)) return { en: `must be an absolute URI that names a code system, not ${shown(system)}`, ru: `должно быть полным URI системы кодов, а не ${shownRu(system)}` };
        return system.startsWith('http://hl7.org/fhir/ValueSet/') ? { en: `names a value set where a code system is wanted: ${shown(system)}`, ru: `называет набор значений, а нужна система кодов: ${shownRu(system)}` } : undefined;
      },
    },
  ],
  Identifier: [
    {
      key: 'uri',
      severity: 'warning',
      place: 'value',
      broken: ({ system, value }: Json) => (system === 'urn:ietf:rfc:3986' && typeof value === 'string' && !absolute.test(value) ? { en: `must be a full URI, as the system says, not ${shown(value)}`, ru: `должно быть полным URI, как говорит system, а не ${shownRu(value)}` } : undefined),
    },
  ],
  // R4's own example names a contained code system by its fragment
  'ValueSet.compose.include': [{ key: 'system', severity: 'error', place: 'system', broken: ({ system }: Json) => (typeof system === 'string' && system.startsWith('#') ? undefined : relative(system)) }],
} as Readonly<Record<string, readonly StatedRule[]>>;

const canonicalUrl: StatedRule = { key: 'url', severity: 'error', place: 'url', broken: (value) => relative((value as Json).url) };

const containedIds: StatedRule = {
  key: 'contained-id',
  severity: 'error',
  place: 'contained',
  broken: ({ contained }: Json) => {
    if (!Array.isArray(contained) || contained.length < 2) return undefined;
    const ids = contained.flatMap((one: unknown) => (isObject(one) && typeof one.id === 'string' ? [one.id] : []));
    const twice = ids.find((id, index) => ids.indexOf(id) < index);
    return twice === undefined ? undefined : { en: `has two resources with the id ${shown(twice)}: a reference to it leads nowhere certain`, ru: `содержит два ресурса с id ${shownRu(twice)}: неясно, куда ведёт ссылка на него` };
  },
} as StatedRule;

/** The rules of a type; the `url` of a definition is absolute (http://hl7.org/fhir/R4/metadataresource.html). */
export function statedRulesOf(type: string): readonly StatedRule[] {
  const own = byType[type] ?? [];
  if (!Object.hasOwn(model().search, type)) return own;
  const members = membersOf(type);
  return [...own, ...(members.has('contained') ? [containedIds] : []), ...(members.get('url')?.type === 'uri' && members.has('publisher') ? [canonicalUrl] : [])];
}

function relative(url: unknown): Words | undefined {
  return typeof url !== 'string' || absolute.test(url) ? undefined : { en: `must be an absolute URI, not ${shown(url)}`, ru: `должно быть полным URI, а не ${shownRu(url)}` };
}

function wrongAddress({ fullUrl, resource }: Json): Words | undefined {
  if (typeof fullUrl !== 'string') return undefined;
  if (!absolute.test(fullUrl)) return { en: `must be an absolute URL or urn:uuid:…, not ${shown(fullUrl)}`, ru: `должно быть полным URL или urn:uuid:…, а не ${shownRu(fullUrl)}` };
  const [, type, id] = restful.exec(fullUrl) ?? [];
  if (type === undefined || !Object.hasOwn(model().search, type) || !isObject(resource) || typeof resource.id !== 'string') return undefined;
  const wanted = `${String(resource.resourceType)}/${resource.id}`;
  return `${type}/${id}` === wanted ? undefined : { en: `must end with the type and id of its resource, ${shown(wanted)}, not with ${shown(`${type}/${id}`)}`, ru: `должно заканчиваться типом и id ресурса, ${shownRu(wanted)}, а не ${shownRu(`${type}/${id}`)}` };
}

function withoutAddress({ type, entry }: Json): Words | undefined {
  if (!addressed.has(String(type)) || !Array.isArray(entry)) return undefined;
  const at = entry.findIndex((one) => isObject(one) && one.resource !== undefined && one.fullUrl === undefined);
  return at < 0 ? undefined : { en: `holds a resource without fullUrl (entry ${at}): nothing can refer to it by its address`, ru: `содержит ресурс без fullUrl (запись ${at}): на него нельзя сослаться по адресу` };
}

/** What a Composition refers to is within the document (http://hl7.org/fhir/R4/documents.html#content). */
function missingFromDocument(bundle: Json): Words | undefined {
  const first: unknown = bundle.type === 'document' && Array.isArray(bundle.entry) ? bundle.entry[0] : undefined;
  if (!isObject(first) || !isObject(first.resource) || first.resource.resourceType !== 'Composition') return undefined;
  const around = [{ bundle, fullUrl: first.fullUrl }];
  for (const { place, reference } of namedInDocument(first.resource)) {
    if (reference.startsWith('#') || resolveWithin(reference, first.resource, around) !== undefined) continue;
    return { en: `is a document without what ${place} of its Composition refers to: ${shown(reference)}`, ru: `— документ, в котором нет того, на что ссылается ${place} в Composition: ${shownRu(reference)}` };
  }
  return undefined;
}

function namedInDocument(composition: Json): { place: string; reference: string }[] {
  const found: { place: string; reference: string }[] = [];
  const add = (value: unknown, place: string): void => {
    for (const one of listOf(value)) if (isObject(one) && typeof one.reference === 'string') found.push({ place, reference: one.reference });
  };
  const addSections = (sections: unknown, depth: number): void => {
    if (depth > 20) return;
    for (const section of listOf(sections)) {
      if (!isObject(section)) continue;
      for (const name of ['author', 'focus', 'entry']) add(section[name], `section.${name}`);
      addSections(section.section, depth + 1);
    }
  };
  for (const name of ['subject', 'encounter', 'author', 'custodian']) add(composition[name], name);
  for (const attester of listOf(composition.attester)) if (isObject(attester)) add(attester.party, 'attester.party');
  for (const event of listOf(composition.event)) if (isObject(event)) add(event.detail, 'event.detail');
  addSections(composition.section, 0);
  return found;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Of the data itself, before it was put into base64. */
function wrongSize({ size, data }: Json): Words | undefined {
  if (typeof size !== 'number' || typeof data !== 'string') return undefined;
  const bare = /\s/.test(data) ? data.replace(/\s+/g, '') : data;
  const bytes = (bare.length / 4) * 3 - (bare.endsWith('==') ? 2 : bare.endsWith('=') ? 1 : 0);
  return bytes === size ? undefined : { en: `is ${size}, but the data has ${bytes} bytes`, ru: `равно ${size}, а данных — ${bytes} байт` };
}
