import { isObject } from '../fhirpath/items.ts';
import { tell, type Walk } from '../walk.ts';
import { bindingOf } from './bind-codes.ts';
import type { ProfileRegistry } from './registry.ts';

/** Warns of codes that are not of the extensible sets of R4's own definitions (http://hl7.org/fhir/R4/terminologies.html#extensible). Words alone are no code. */
export function checkAdvised(walk: Walk, registry: ProfileRegistry): void {
  for (const { way, value, type, valueSet } of walk.advised ?? []) {
    if (!isCoded(type, value) || !bindingOf(valueSet, type, registry)?.(value)) continue;
    const before = walk.way;
    walk.way = [...way];
    tell(walk, { severity: 'warning', code: 'code-invalid', rule: `binding ${valueSet}` }, undefined, (expression) => ({
      en: `${expression} has a code that is not of ${valueSet}; another one is meant only for what the set does not have.`,
      ru: `Поле ${expression} содержит код не из набора ${valueSet}; другой код допустим, только если подходящего там нет.`,
    }));
    walk.way = before;
  }
}

export function isCoded(type: string, value: unknown): boolean {
  if (type === 'CodeableConcept') return isObject(value) && Array.isArray(value.coding) && value.coding.length > 0;
  return type === 'Coding' || type === 'Quantity' ? isObject(value) && value.code !== undefined : typeof value === 'string';
}
