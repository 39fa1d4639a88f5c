import { createHash } from 'node:crypto';
import type { Bundle, BundleEntry, Composition, CompositionSection, Reference } from '@medplum/fhirtypes';
import { stringify } from 'lossless-json';
import type { DocumentContent, DocumentSection, WithId } from './content.ts';
import { escapeHtml } from './escape-html.ts';

export const kindSystem = 'urn:oid:1.2.643.5.1.13.13.11.1520';
export const sectionSystem = 'urn:oid:1.2.643.5.1.13.13.99.2.197';
export const originalMediaType = 'application/fhir+json';

/** The original of a document: its bytes are frozen here and never made again. */
export interface PreparedDocument {
  content: DocumentContent;
  bytes: Uint8Array;
  sha256: Uint8Array;
  bundle: Bundle;
}

/**
 * Freezes a document: an FHIR document (http://hl7.org/fhir/R4/documents.html) with everything it refers to as it stands now,
 * serialised once as UTF-8 JSON. Pure: the same content gives the same bytes.
 */
export function prepareDocument(content: DocumentContent): PreparedDocument {
  const bundle = documentBundle(content);
  // numbers that came with their decimals keep them (1.00 is not 1)
  const bytes = new TextEncoder().encode(stringify(bundle));
  return { content, bytes, sha256: createHash('sha256').update(bytes).digest(), bundle };
}

function documentBundle(content: DocumentContent): Bundle {
  const { patient, author, authorRole, organization, encounter } = content;
  const included = new Map<string, WithId>();
  for (const each of [patient, author, authorRole, organization, encounter, ...(content.coauthors ?? []), ...content.sections.flatMap((section) => section.resources ?? [])]) {
    if (each) included.set(`${each.resourceType}/${each.id}`, each);
  }
  const entry = (resource: WithId): BundleEntry => ({ fullUrl: `${content.base}/${resource.resourceType}/${resource.id}`, resource });
  return {
    resourceType: 'Bundle',
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${content.id}` },
    type: 'document',
    timestamp: content.date.toISOString(),
    entry: [entry(composition(content)), ...[...included.values()].map(snapshot).map(entry)],
  };
}

function composition(content: DocumentContent): WithId<Composition> {
  const { kind, patient, author, authorRole, coauthors = [], organization, encounter, replaces } = content;
  return {
    resourceType: 'Composition',
    id: content.id,
    language: content.language === 'ru' ? 'ru-RU' : 'en',
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${content.id}` },
    status: replaces ? 'amended' : 'final',
    type: { coding: [{ system: kind.system ?? kindSystem, code: kind.code, display: kind.name }], text: kind.name },
    subject: to(patient),
    ...(encounter ? { encounter: to(encounter) } : {}),
    date: content.date.toISOString(),
    author: [to(author), ...(authorRole ? [to(authorRole)] : []), ...coauthors.map(to)],
    title: content.title,
    confidentiality: content.confidentiality ?? 'N',
    attester: [{ mode: 'legal', party: to(author) }, { mode: 'official', party: to(organization) }],
    custodian: to(organization),
    ...(replaces ? { relatesTo: [{ code: 'replaces', targetIdentifier: { system: 'urn:ietf:rfc:3986', value: replaces.identifier } }] } : {}),
    extension: [{ url: 'urn:karta:zone', valueCode: content.zone }],
    section: content.sections.map((each) => section(each, content)),
  };
}

function section({ code, title, resources = [], ...said }: DocumentSection, content: DocumentContent): CompositionSection {
  return {
    title,
    code: { coding: [{ system: code.system ?? sectionSystem, code: code.code, ...(code.display ? { display: code.display } : {}) }], text: title },
    text: { status: resources.length > 0 ? 'generated' : 'additional', div: narrative(said, content.language) },
    ...(resources.length > 0 ? { entry: resources.map(to) } : {}),
  };
}

/** XHTML of a section (http://hl7.org/fhir/R4/narrative.html): what people read and what the signature covers are the same words. */
export function narrative({ paragraphs, table, by }: Pick<DocumentSection, 'paragraphs' | 'table' | 'by'>, language: DocumentContent['language']): string {
  const cell = (value: DocumentSection['title'] | { text: string; flag?: 'high' | 'low' }): string => {
    if (typeof value === 'string') return `<td>${escapeHtml(value)}</td>`;
    return `<td>${value.flag ? `<b>${escapeHtml(value.text)} ${value.flag === 'high' ? '↑' : '↓'}</b>` : escapeHtml(value.text)}</td>`;
  };
  const parts = paragraphs.filter((each) => each.trim() !== '').map((each) => `<p>${escapeHtml(each).replace(/\n/g, '<br/>')}</p>`);
  if (table) {
    parts.push(
      `<table><thead><tr>${table.columns.map((each) => `<th>${escapeHtml(each)}</th>`).join('')}</tr></thead>` +
        `<tbody>${table.rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table>`,
    );
  }
  if (by) parts.push(`<p><i>${escapeHtml(by)}</i></p>`);
  // narrative must not be empty (invariant txt-2)
  if (parts.length === 0) parts.push(`<p>${language === 'ru' ? 'Не заполнено.' : 'Not filled in.'}</p>`);
  return `<div xmlns="http://www.w3.org/1999/xhtml">${parts.join('')}</div>`;
}

function to(resource: WithId): Reference<never> {
  return { reference: `${resource.resourceType}/${resource.id}` };
}

/** As it stood: without a portrait, which belongs to the card and not to each document. */
function snapshot(resource: WithId): WithId {
  if (!('photo' in resource)) return resource;
  const { photo: _, ...rest } = resource;
  return rest;
}
