import { tellingDigits } from '../fhir/index.ts';

/** A value that serialises as this very text (ECMAScript proposal JSON.parse source text access, in Node since 21). */
const rawJson = (JSON as unknown as { rawJSON(source: string): unknown }).rawJSON;

/** Parses so that `JSON.stringify` writes every number with the digits that it had: 1.00 stays 1.00. */
export function parseExactly(text: string): unknown {
  if (!tellingDigits.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => (typeof value === 'number' && context?.source !== undefined && context.source !== String(value) ? rawJson(context.source) : value));
}
