import { createHash } from 'node:crypto';
import type { Coding, DocumentReference, Extension, Meta, Provenance, Reference, Resource } from '@medplum/fhirtypes';
import type { WithId } from './content.ts';
import { kindSystem, originalMediaType, type PreparedDocument } from './prepare-document.ts';

/** A doctor keeps a document from the patient until they have talked, and says why. */
export interface Delay {
  /** Day on which it opens by itself, `YYYY-MM-DD`; absent for a kind that is given out on request. */
  until?: string;
  reason: string;
  /** Who decided: Practitioner/…; absent where the rule of its kind did. */
  by?: string;
  /** Instant of the decision. */
  since?: string;
}

export const delayedLabel: Coding = { system: 'urn:karta:label', code: 'delayed' };
const confidentialitySystem = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

/** The FHIR face of a signed document. Its original is `Binary/<fileId>`. */
export function documentReference(prepared: PreparedDocument, ids: { document: string; file: string }, at: Date, delay?: Delay): WithId<DocumentReference> {
  const { content, bytes, sha256 } = prepared;
  const { kind, patient, author, authorRole, coauthors = [], organization, encounter, replaces } = content;
  const confidentiality = content.confidentiality ?? 'N';
  return {
    resourceType: 'DocumentReference',
    id: ids.document,
    ...labels(prepared, delay),
    ...(delay ? { extension: [delayExtension(delay)] } : {}),
    masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${content.id}` },
    status: 'current',
    docStatus: replaces ? 'amended' : 'final',
    type: { coding: [{ system: kind.system ?? kindSystem, code: kind.code, display: kind.name }], text: kind.name },
    subject: { reference: `Patient/${patient.id}` },
    date: at.toISOString(),
    author: [author, ...(authorRole ? [authorRole] : []), ...coauthors].map((each) => ({ reference: `${each.resourceType}/${each.id}` })),
    authenticator: { reference: `Practitioner/${author.id}` },
    custodian: { reference: `Organization/${organization.id}` },
    ...(replaces ? { relatesTo: [{ code: 'replaces', target: { reference: replaces.reference } }] } : {}),
    description: content.title,
    securityLabel: [{ coding: [{ system: confidentialitySystem, code: confidentiality }] }],
    content: [
      {
        attachment: {
          extension: [{ url: 'urn:karta:sha256', valueString: Buffer.from(sha256).toString('hex') }],
          contentType: originalMediaType,
          language: content.language === 'ru' ? 'ru-RU' : 'en',
          url: `Binary/${ids.file}`,
          size: bytes.byteLength,
          // FHIR R4 wants SHA-1 here; what is signed and checked is the SHA-256 above
          hash: createHash('sha1').update(bytes).digest('base64'),
          title: content.title,
          creation: content.date.toISOString(),
        },
      },
    ],
    context: { ...(encounter ? { encounter: [{ reference: `Encounter/${encounter.id}` }] } : {}), period: { start: content.date.toISOString() } },
  };
}

const delayUrl = 'urn:karta:delay';

export function delayExtension({ until, reason, by, since }: Delay): Extension {
  return {
    url: delayUrl,
    extension: [
      ...(until ? [{ url: 'until', valueDate: until }] : []),
      { url: 'reason', valueString: reason },
      ...(by ? [{ url: 'by', valueReference: { reference: by } }] : []),
      ...(since ? [{ url: 'since', valueDateTime: since }] : []),
    ],
  };
}

export function isDelayed(document: Pick<DocumentReference, 'meta'>): boolean {
  return document.meta?.security?.some((each) => each.system === delayedLabel.system && each.code === delayedLabel.code) ?? false;
}

/** The delay of a document that is kept from its patient now. */
export function delayOf(document: DocumentReference): Delay | undefined {
  if (!isDelayed(document)) return undefined;
  const parts = document.extension?.find((each) => each.url === delayUrl)?.extension ?? [];
  const part = (url: string) => parts.find((each) => each.url === url);
  const [until, reason, by, since] = [part('until')?.valueDate, part('reason')?.valueString ?? '', part('by')?.valueReference?.reference, part('since')?.valueDateTime];
  return { reason, ...(until ? { until } : {}), ...(by ? { by } : {}), ...(since ? { since } : {}) };
}

/** The same document with another delay, or without. */
export function withDelay<R extends Resource>(resource: R, delay: Delay | undefined): R {
  const rest = resource.meta?.security?.filter((each) => each.system !== delayedLabel.system || each.code !== delayedLabel.code) ?? [];
  const security = delay ? [delayedLabel, ...rest] : rest;
  const { security: _, ...meta } = resource.meta ?? {};
  const labelled = { ...resource, meta: { ...meta, ...(security.length > 0 ? { security } : {}) } };
  if (labelled.resourceType !== 'DocumentReference') return labelled;
  const others = labelled.extension?.filter((each) => each.url !== delayUrl) ?? [];
  const extension = delay ? [...others, delayExtension(delay)] : others;
  const { extension: __, ...bare } = labelled;
  return { ...bare, ...(extension.length > 0 ? { extension } : {}) } as R;
}

/** Labels that a document and what it wrote carry alike. */
export function labels({ content }: Pick<PreparedDocument, 'content'>, delay: Delay | undefined): { meta?: Meta } {
  const { confidentiality } = content;
  const security: Coding[] = [...(delay ? [delayedLabel] : []), ...(confidentiality === 'R' || confidentiality === 'V' ? [{ system: confidentialitySystem, code: confidentiality }] : [])];
  return security.length > 0 ? { meta: { security } } : {};
}

/** Says which document a resource comes from. The patient is among the targets: that puts it into his compartment. */
export function provenance(prepared: PreparedDocument, id: string, document: string, written: readonly WithId[], at: Date, delay?: Delay): WithId<Provenance> {
  const { content } = prepared;
  const to = (reference: string): Reference => ({ reference });
  return {
    resourceType: 'Provenance',
    id,
    // it tells nothing but who and from what; a label of confidentiality would only hide the origin of what the label already guards
    ...(delay ? { meta: { security: [delayedLabel] } } : {}),
    target: [...written.map((each) => to(`${each.resourceType}/${each.id}`)), to(`Patient/${content.patient.id}`)],
    occurredDateTime: content.date.toISOString(),
    recorded: at.toISOString(),
    activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion', code: 'LA', display: 'legally authenticated' }] },
    agent: [
      { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who: { reference: `Practitioner/${content.author.id}` }, onBehalfOf: { reference: `Organization/${content.organization.id}` } },
    ],
    entity: [{ role: 'source', what: to(`DocumentReference/${document}`) }],
  };
}

/** SHA-256 of a document's original, hexadecimal, as its FHIR face says. */
export function sha256Of(document: DocumentReference): string | undefined {
  return document.content[0]?.attachment?.extension?.find((each) => each.url === 'urn:karta:sha256')?.valueString;
}
