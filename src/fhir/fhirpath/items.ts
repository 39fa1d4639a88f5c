import { kindOf, membersOf } from '../model.ts';

export type Json = Record<string, unknown>;

/**
 * What an expression works on: a JSON value whose type the compiler knows, or a Node where it does not (whatever a resource contains, its
 * descendants) and where a primitive has an id or extensions beside it. So the common way makes no objects.
 */
export type Item = unknown;

export class Node {
  readonly type: string;
  /** Undefined for a primitive that has only extensions. */
  readonly value: unknown;
  /** What stands in the member with the underscore. */
  readonly beside: Json | undefined;

  constructor(type: string, value: unknown, beside?: Json) {
    this.type = type;
    this.value = value;
    this.beside = beside;
  }
}

export function valueOf(item: Item): unknown {
  return item instanceof Node ? item.value : item;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One JSON member by which an element is reached. */
export interface Accessor {
  json: string;
  /** The member beside a primitive. */
  beside: string | undefined;
  /** Type of what is found; `*` for any resource, which names its own. */
  type: string;
}

const accessors = new Map<string, ReadonlyMap<string, readonly Accessor[]>>();

/** The members behind each element of a type: several for a choice. */
export function accessorsOf(type: string): ReadonlyMap<string, readonly Accessor[]> {
  const known = accessors.get(type);
  if (known) return known;
  const made = new Map<string, Accessor[]>();
  for (const [json, { element, type: of }] of membersOf(type)) {
    const kind = kindOf(of);
    const accessor = { json, beside: kind === 'primitive' ? `_${json}` : undefined, type: kind === 'resource' ? '*' : of };
    const some = made.get(element.name);
    if (some) some.push(accessor);
    else made.set(element.name, [accessor]);
  }
  accessors.set(type, made);
  return made;
}

/** A resource as a Node: its type stands in it. */
export function resourceNode(value: unknown): Node {
  return new Node(isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : 'Resource', value);
}

/** Appends what a member of an object holds; `wrap` makes Nodes of everything. */
export function readMember(object: unknown, accessor: Accessor, out: Item[], wrap: boolean): void {
  if (typeof object !== 'object' || object === null) return;
  const value = (object as Json)[accessor.json];
  const beside = accessor.beside === undefined ? undefined : (object as Json)[accessor.beside];
  if (value === undefined && beside === undefined) return;
  if (Array.isArray(value) || Array.isArray(beside)) {
    const values = Array.isArray(value) ? value : [];
    const besides = Array.isArray(beside) ? beside : [];
    for (let index = 0; index < Math.max(values.length, besides.length); index++) readOne(values[index] ?? undefined, besides[index], accessor.type, out, wrap);
  } else readOne(value ?? undefined, beside, accessor.type, out, wrap);
}

function readOne(value: unknown, beside: unknown, type: string, out: Item[], wrap: boolean): void {
  if (isObject(beside)) out.push(new Node(type, value, beside));
  else if (value === undefined) return;
  else if (type === '*') out.push(resourceNode(value));
  else out.push(wrap ? new Node(type, value) : value);
}

/** Whether the way leads anywhere, without gathering what it finds. */
export function leadsAnywhere(object: unknown, chain: readonly Accessor[], at: number): boolean {
  if (typeof object !== 'object' || object === null) return false;
  const { json, beside } = chain[at]!;
  const value = (object as Json)[json];
  if (at === chain.length - 1) return (value !== undefined && (!Array.isArray(value) || value.length > 0)) || (beside !== undefined && (object as Json)[beside] !== undefined);
  if (value === undefined) return false;
  if (!Array.isArray(value)) return leadsAnywhere(value, chain, at + 1);
  for (const one of value) if (leadsAnywhere(one, chain, at + 1)) return true;
  return false;
}

export function follow(object: unknown, chain: readonly Accessor[], at: number, out: Item[]): void {
  if (typeof object !== 'object' || object === null) return;
  if (at === chain.length - 1) return readMember(object, chain[at]!, out, false);
  const value = (object as Json)[chain[at]!.json];
  if (value === undefined) return;
  if (Array.isArray(value)) for (const one of value) follow(one, chain, at + 1, out);
  else follow(value, chain, at + 1, out);
}

/** The elements directly below an item of a known type. */
export function childrenOf(type: string, item: Item, out: Node[]): void {
  const node = item instanceof Node ? item : undefined;
  const value = node ? node.value : item;
  if (isObject(value)) for (const some of accessorsOf(type).values()) for (const accessor of some) readMember(value, accessor, out, true);
  if (node?.beside) for (const some of accessorsOf('Element').values()) for (const accessor of some) readMember(node.beside, accessor, out, true);
}

export function descendantsOf(type: string, item: Item, out: Node[]): void {
  const from = out.length;
  childrenOf(type, item, out);
  const to = out.length;
  for (let index = from; index < to; index++) descendantsOf(out[index]!.type, out[index], out);
}
