import { isObject, type Json } from '../fhirpath/items.ts';
import { kindOf, membersOf } from '../model.ts';
import { labelOf } from '../walk.ts';

/** A value of an element, with the type that its member has chosen and its place. */
export interface Found {
  value: unknown;
  /** Id and extensions of a primitive. */
  beside: Json | undefined;
  type: string;
  label: string;
  index: number | undefined;
}

/** The values of an element in an object of the type; `valueQuantity` means this one type of the choice. */
export function valuesOf(object: Json, type: string, name: string): Found[] {
  const found: Found[] = [];
  for (const [json, { element, type: of }] of membersOf(type)) {
    if (element.name !== name && json !== name) continue;
    const value = object[json];
    const primitive = kindOf(of) === 'primitive';
    const beside = primitive ? object[`_${json}`] : undefined;
    if (value === undefined && beside === undefined) continue;
    const add = (one: unknown, aside: unknown, index: number | undefined) => {
      const known = one ?? undefined;
      if (known !== undefined || isObject(aside)) found.push({ value: known, beside: isObject(aside) ? aside : undefined, type: typeOf(known, of), label: labelOf(element, of), index });
    };
    if (element.many) {
      const values = Array.isArray(value) ? value : [];
      const besides = Array.isArray(beside) ? beside : [];
      for (let index = 0; index < Math.max(values.length, besides.length); index++) add(values[index], besides[index], index);
    } else add(value, beside, undefined);
  }
  return found;
}

function typeOf(value: unknown, type: string): string {
  return kindOf(type) === 'resource' && isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : type;
}
