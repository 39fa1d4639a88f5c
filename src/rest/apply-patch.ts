import { Problem } from '../kernel/problem.ts';
import { parseExactly } from './exact-json.ts';

/** An operation of http://hl7.org/fhir/R4/http.html#patch, RFC 6902; pointers are taken apart. */
interface Step {
  number: number;
  op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  path: readonly string[];
  from: readonly string[];
  value: unknown;
}

export const patchLimit = 1000;
/** Characters that `copy` may add altogether: a few operations that copy the whole into itself double it each time. */
const copyLimit = 16 * 1024 * 1024;

const isRawJson = (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON;

/**
 * The text of a resource with a JSON Patch applied, every number as it was written. Only members that are there by themselves are found on
 * the way (nothing inherited), and test compares numbers by value. Refuses `rest.patch-malformed`, `rest.patch-failed`, `rest.patch-test`,
 * `rest.patch-too-large`.
 */
export function applyPatch(text: string, patch: string): string {
  const steps = readPatch(patch);
  const holder: { root: unknown } = { root: parseExactly(text) };
  const budget = { left: copyLimit };
  for (const step of steps) apply(holder, step, budget);
  return JSON.stringify(holder.root);
}

function readPatch(text: string): Step[] {
  let operations: unknown;
  try {
    operations = parseExactly(text);
  } catch {
    throw new Problem('rest.patch-malformed', { number: 0, rule: 'JSON' });
  }
  if (!Array.isArray(operations)) throw new Problem('rest.patch-malformed', { number: 0, rule: 'array' });
  if (operations.length > patchLimit) throw new Problem('rest.patch-too-large', { limit: patchLimit });
  return operations.map((operation: unknown, index) => {
    const wrong = (rule: string) => new Problem('rest.patch-malformed', { number: index + 1, rule });
    if (typeof operation !== 'object' || operation === null || Array.isArray(operation)) throw wrong('object');
    const { op, path, from, value } = operation as Record<string, unknown>;
    if (typeof op !== 'string' || !Object.hasOwn(appliers, op)) throw wrong('op: add, remove, replace, move, copy, test');
    const moves = op === 'move' || op === 'copy';
    if (!isPointer(path)) throw wrong('path: /name/0/family');
    if (moves && !isPointer(from)) throw wrong('from: /name/0/family');
    if (!moves && op !== 'remove' && !Object.hasOwn(operation, 'value')) throw wrong('value');
    return { number: index + 1, op: op as Step['op'], path: segmentsOf(path), from: moves ? segmentsOf(from as string) : [], value };
  });
}

/** RFC 6901. */
function isPointer(value: unknown): value is string {
  return typeof value === 'string' && /^(?:\/(?:[^~/]|~[01])*)*$/.test(value);
}

function segmentsOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

type Holder = { root: unknown };
type Budget = { left: number };

const appliers: Record<Step['op'], (holder: Holder, step: Step, budget: Budget) => void> = {
  add: (holder, step) => add(holder, step, step.path, step.value),
  remove: (holder, step) => remove(holder, step, step.path),
  replace: (holder, step) => {
    if (step.path.length === 0) holder.root = step.value;
    else set(containerOf(holder, step, step.path), step, step.path.at(-1)!, step.value);
  },
  move: (holder, step) => {
    const { from, path } = step;
    if (from.length < path.length && from.every((segment, index) => segment === path[index])) throw failed(step, path);
    const value = find(holder, step, from);
    if (from.length === path.length && from.every((segment, index) => segment === path[index])) return;
    remove(holder, step, from);
    add(holder, step, path, value);
  },
  copy: (holder, step, budget) => {
    const text = JSON.stringify(find(holder, step, step.from));
    if ((budget.left -= text.length) < 0) throw new Problem('rest.patch-too-large', { limit: patchLimit });
    add(holder, step, step.path, parseExactly(text));
  },
  test: (holder, step) => {
    if (!areEqual(find(holder, step, step.path), step.value)) throw new Problem('rest.patch-test', { number: step.number, path: pointerOf(step.path) });
  },
};

function apply(holder: Holder, step: Step, budget: Budget): void {
  appliers[step.op](holder, step, budget);
}

function failed(step: Step, path: readonly string[]): Problem {
  return new Problem('rest.patch-failed', { number: step.number, op: step.op, path: pointerOf(path) });
}

function pointerOf(path: readonly string[]): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('').slice(0, 160);
}

function find(holder: Holder, step: Step, path: readonly string[]): unknown {
  let value = holder.root;
  for (const segment of path) {
    if (Array.isArray(value)) value = value[indexOf(value, segment, value.length - 1) ?? refuse(step, path)];
    else if (isObject(value) && Object.hasOwn(value, segment)) value = value[segment];
    else refuse(step, path);
  }
  return value;
}

function refuse(step: Step, path: readonly string[]): never {
  throw failed(step, path);
}

function containerOf(holder: Holder, step: Step, path: readonly string[]): unknown {
  return find(holder, step, path.slice(0, -1));
}

/** RFC 6901 §4: digits without leading zeros; undefined where it is no place of the array. */
function indexOf(array: readonly unknown[], segment: string, most: number): number | undefined {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(segment) ? Number(segment) : -1;
  return index >= 0 && index <= most && most <= array.length ? index : undefined;
}

function add(holder: Holder, step: Step, path: readonly string[], value: unknown): void {
  if (path.length === 0) {
    holder.root = value;
    return;
  }
  const [container, last] = [containerOf(holder, step, path), path.at(-1)!];
  if (Array.isArray(container)) container.splice(last === '-' ? container.length : (indexOf(container, last, container.length) ?? refuse(step, path)), 0, value);
  // No element is called so, and to set it would change what the object inherits.
  else if (isObject(container) && last !== '__proto__') container[last] = value;
  else refuse(step, path);
}

/** Replaces what is there. */
function set(container: unknown, step: Step, last: string, value: unknown): void {
  if (Array.isArray(container)) container[indexOf(container, last, container.length - 1) ?? refuse(step, step.path)] = value;
  else if (isObject(container) && last !== '__proto__' && Object.hasOwn(container, last)) container[last] = value;
  else refuse(step, step.path);
}

function remove(holder: Holder, step: Step, path: readonly string[]): void {
  if (path.length === 0) {
    holder.root = null;
    return;
  }
  const [container, last] = [containerOf(holder, step, path), path.at(-1)!];
  if (Array.isArray(container)) container.splice(indexOf(container, last, container.length - 1) ?? refuse(step, path), 1);
  else if (isObject(container) && Object.hasOwn(container, last)) delete container[last];
  else refuse(step, path);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value);
}

function numberOf(value: unknown): unknown {
  return isRawJson(value) ? Number((value as { rawJSON: string }).rawJSON) : value;
}

/** RFC 6902 §4.6: numbers are equal by value, objects whatever their order. */
function areEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, index) => areEqual(one, b[index]));
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && areEqual(a[name], b[name]));
  }
  return numberOf(a) === numberOf(b);
}
