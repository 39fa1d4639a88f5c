import { Problem } from '../kernel/problem.ts';
import type { Answer } from './call.ts';

/** Version in `W/"3"` (http://hl7.org/fhir/R4/http.html#concurrency); `"3"` and a bare 3 are taken too. `*` means any that is there (RFC 9110 §13.1.1). */
export function versionOf(header: string | undefined, name: string): number | 'any' | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const tag = /^(?:W\/)?"(\d{1,9})"$|^(\d{1,9})$/.exec(header.trim());
  if (!tag) throw new Problem('rest.bad-header', { name, value: header.slice(0, 80), expected: 'W/"1"' });
  return Number(tag[1] ?? tag[2]);
}

export function etag(version: number): string {
  return `W/"${version}"`;
}

/** Is what the caller already has still current (RFC 9110 §13.1.2, §13.1.3)? */
export function notModified(call: { ifNoneMatch?: string | undefined; ifModifiedSince?: string | undefined }, version: number, updated: string): boolean {
  if (call.ifNoneMatch !== undefined) {
    return call.ifNoneMatch.split(',').some((tag) => {
      const bare = tag.trim().replace(/^W\//, '');
      return bare === '*' || bare === `"${version}"`;
    });
  }
  if (call.ifModifiedSince === undefined) return false;
  const since = Date.parse(call.ifModifiedSince);
  // An HTTP date has whole seconds, so a version's instant is cut to its second as Last-Modified was; the instant of a Bundle's entry may have more.
  const at = Date.parse(updated);
  return !Number.isNaN(since) && (since % 1000 === 0 ? Math.floor(at / 1000) * 1000 : at) <= since;
}

export type Preference = 'minimal' | 'representation' | 'OperationOutcome';

/** `Prefer: return=…`; the whole resource where the caller has no wish (http://hl7.org/fhir/R4/http.html#ops). */
export function preferenceOf(header: string | undefined): Preference {
  const wish = /\breturn=(\w+)/.exec(header ?? '')?.[1];
  return wish === 'minimal' || wish === 'OperationOutcome' ? wish : 'representation';
}

/** `Prefer: handling=lenient` (http://hl7.org/fhir/R4/search.html#errors): what is not understood is left out rather than refused. */
export function isLenient(header: string | undefined): boolean {
  return /\bhandling\s*=\s*"?lenient\b/i.test(header ?? '');
}

/** HTTP headers of an answer. */
export function headersOf(answer: Answer): Record<string, string> {
  const headers: Record<string, string> = {};
  if (answer.version !== undefined) headers.etag = etag(answer.version);
  if (answer.updated !== undefined) headers['last-modified'] = new Date(answer.updated).toUTCString();
  if (answer.location !== undefined) headers.location = answer.location;
  if (answer.contentLocation !== undefined) headers['content-location'] = answer.contentLocation;
  return headers;
}
