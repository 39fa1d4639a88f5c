import { isObject } from '../fhirpath/items.ts';
import type { Element } from './registry.ts';

/** The value of `fixed[x]` or `pattern[x]`, whatever its type; undefined where there is none. */
export function restrictionOf(element: Element, kind: 'fixed' | 'pattern'): unknown {
  for (const name in element) if (name.startsWith(kind) && name.length > kind.length) return (element as unknown as Record<string, unknown>)[name];
  return undefined;
}

/** Equal in every member, as fixed[x] asks (http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_). */
export function isFixed(value: unknown, fixed: unknown): boolean {
  if (Array.isArray(fixed)) return Array.isArray(value) && value.length === fixed.length && fixed.every((one, index) => isFixed(value[index], one));
  if (!isObject(fixed)) return value === fixed;
  if (!isObject(value)) return false;
  const names = Object.keys(fixed);
  return names.length === Object.keys(value).length && names.every((name) => isFixed(value[name], fixed[name]));
}

/** Holds at least what the pattern holds; items of its arrays may stand anywhere (…#ElementDefinition.pattern_x_). */
export function matchesPattern(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) return Array.isArray(value) && pattern.every((one) => value.some((item) => matchesPattern(item, one)));
  if (!isObject(pattern)) return value === pattern;
  return isObject(value) && Object.keys(pattern).every((name) => matchesPattern(value[name], pattern[name]));
}

/** A restriction as a message shows it. */
export function shownRestriction(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
