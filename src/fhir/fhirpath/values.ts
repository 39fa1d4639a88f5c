import { isObject, Node, valueOf, type Item } from './items.ts';
import { compareQuantities } from '../quantities.ts';

/** Types whose values are compared as points in time (http://hl7.org/fhirpath/N1/#datetime-comparison). */
export const timeTypes: ReadonlySet<string> = new Set(['date', 'dateTime', 'instant', 'time']);

/** Equality of one item with another; undefined where it cannot be told: dates of different precision (http://hl7.org/fhirpath/N1/#equals). */
export function equalItems(left: Item, right: Item, asTime: boolean): boolean | undefined {
  const one = valueOf(left);
  const other = valueOf(right);
  if (one === other) return true;
  if (typeof one === 'string' && typeof other === 'string') {
    if (!asTime && !isTime(left) && !isTime(right)) return false;
    const order = compareTimes(one, other);
    return order === undefined ? undefined : order === 0;
  }
  if (isObject(one) && isObject(other) && (isWritten(one) || isWritten(other))) {
    const order = compareQuantities(one, other);
    return order === undefined ? undefined : order === 0;
  }
  return typeof one === 'object' && typeof other === 'object' && deepEqual(one, other);
}

/** A quantity that stands in the expression itself. */
function isWritten(value: unknown): boolean {
  return isObject(value) && value.unit !== undefined && value.unit === value.code && value.system === undefined;
}

function isTime(item: Item): boolean {
  return item instanceof Node && timeTypes.has(item.type);
}

function deepEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((item, index) => deepEqual(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && deepEqual(one[name], other[name]));
}

/** Negative, zero or positive; undefined where the two cannot be ordered. */
export function compareItems(left: Item, right: Item, asTime: boolean): number | undefined {
  const one = valueOf(left);
  const other = valueOf(right);
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') {
    if (asTime || isTime(left) || isTime(right)) return compareTimes(one, other);
    return one < other ? -1 : one > other ? 1 : 0;
  }
  return isObject(one) && isObject(other) ? compareQuantities(one, other) : undefined;
}

const pattern = /^T?(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?)?(?:(?:T|^)(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Compares component by component; undefined as soon as one says less than the other, or has a zone and the other has none. */
export function compareTimes(one: string, other: string): number | undefined {
  if (one === other) return 0;
  const a = componentsOf(one);
  const b = componentsOf(other);
  if (!a || !b || a.zoned !== b.zoned) {
    // up to the day both are told in the same way
    if (!a || !b || a.parts.length < 4 === b.parts.length < 4) return undefined;
  }
  const length = Math.max(a.parts.length, b.parts.length);
  for (let index = 0; index < length; index++) {
    const x = a.parts[index];
    const y = b.parts[index];
    if (x === undefined || y === undefined) return undefined;
    if (x !== y) return x - y;
  }
  return 0;
}

function componentsOf(text: string): { parts: number[]; zoned: boolean } | undefined {
  const part = pattern.exec(text);
  if (!part) return undefined;
  const zoned = part[8] !== undefined;
  const seconds = part[6] === undefined ? undefined : Number(`${part[6]}.${part[7] ?? '0'}`);
  const parts = [part[1], part[2], part[3], part[4], part[5]].filter((one) => one !== undefined).map(Number);
  if (zoned && part[3] !== undefined) {
    const offset = part[8] === 'Z' ? 0 : (part[8]!.startsWith('-') ? -1 : 1) * (Number(part[8]!.slice(1, 3)) * 60 + Number(part[8]!.slice(4)));
    const at = new Date(0);
    at.setUTCFullYear(parts[0]!, parts[1]! - 1, parts[2]);
    at.setUTCHours(parts[3] ?? 0, (parts[4] ?? 0) - offset);
    parts.splice(0, 5, at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes());
  }
  if (seconds !== undefined) parts.push(seconds);
  return { parts, zoned };
}

/** Whether no two are equal. */
export function allDistinct(items: readonly Item[]): boolean {
  return distinctItems(items).length === items.length;
}

export function distinctItems(items: readonly Item[]): Item[] {
  const seen = new Set<unknown>();
  const objects: unknown[] = [];
  return items.filter((item) => {
    const value = valueOf(item);
    if (typeof value !== 'object' || value === null) return !seen.has(value) && seen.add(value);
    if (objects.some((one) => deepEqual(one, value))) return false;
    objects.push(value);
    return true;
  });
}

export function includesItem(items: readonly Item[], wanted: Item, asTime: boolean): boolean {
  return items.some((item) => equalItems(item, wanted, asTime) === true);
}
