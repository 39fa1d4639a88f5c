import type { Stored } from '../store/types.ts';

export interface DocumentParts {
  /** The FHIR base. */
  url: string;
  /** Of this document, for ever: a `urn:uuid:`. */
  identifier: string;
  at: Date;
  /** Composition first. */
  entries: readonly Pick<Stored, 'type' | 'id' | 'content'>[];
}

/** A document Bundle put together from texts as they are stored, with every decimal as it was written. */
export function writeDocument({ url, identifier, at, entries }: DocumentParts): string {
  const texts = entries.map(({ type, id, content }) => `{"fullUrl":"${url}/${type}/${id}","resource":${content}}`);
  const head = JSON.stringify({ resourceType: 'Bundle', identifier: { system: 'urn:ietf:rfc:3986', value: identifier }, type: 'document', timestamp: at.toISOString() });
  return `${head.slice(0, -1)},"entry":[${texts.join(',')}]}`;
}
