import type { StructureDefinition } from '@medplum/fhirtypes';
import { withIds } from './element-ids.ts';
import type { Element } from './registry.ts';

/** Definitions by canonical, those of types and resources among them. */
export type Find = (canonical: string) => Promise<StructureDefinition | undefined>;

/** Why no snapshot can be made: a definition that is not known, or an element that its base does not have. */
export class NoSnapshot extends Error {
  readonly missing: string;
  constructor(missing: string) {
    super(`no snapshot can be made without ${missing}`);
    this.name = 'NoSnapshot';
    this.missing = missing;
  }
}

const core = 'http://hl7.org/fhir/StructureDefinition/';
/** Definitions that are derived from one another, at most. */
const longestLine = 12;
const mostElements = 10_000;
/** What a differential adds to the list of its base instead of putting its own in its place (http://hl7.org/fhir/R4/profiling.html#snapshot). */
const added = ['constraint', 'mapping', 'condition', 'alias'] as const;
const named: Readonly<Record<(typeof added)[number], (one: unknown) => string>> = {
  constraint: (one) => String((one as { key?: unknown }).key),
  mapping: (one) => JSON.stringify(one),
  condition: String,
  alias: String,
};

/**
 * The snapshot of a definition: the elements of its base with what the differential says of them, slices and what lies within data types
 * unfolded as far as the differential goes (http://hl7.org/fhir/R4/profiling.html#snapshot). Throws `NoSnapshot`.
 */
export async function makeSnapshot(definition: StructureDefinition, find: Find, line = 0): Promise<Element[]> {
  if (!definition.baseDefinition) throw new NoSnapshot('baseDefinition');
  const elements = structuredClone(await elementsOf(definition.baseDefinition, find, line));
  const list = new ElementList(elements, find, line);
  for (const element of withIds(definition.differential?.element ?? [])) merge(await list.ensure(element.id!), element);
  return list.elements;
}

async function elementsOf(canonical: string, find: Find, line: number): Promise<Element[]> {
  const found = await find(canonical);
  if (!found || line > longestLine) throw new NoSnapshot(canonical.slice(0, 200));
  return found.snapshot?.element ?? makeSnapshot(found, find, line + 1);
}

function merge(target: Element, { id: _id, path: _path, ...said }: Element): void {
  const before = structuredClone(target) as unknown as Record<string, unknown>;
  Object.assign(target, structuredClone(said));
  for (const name of added) {
    const [old, own] = [before[name] as unknown[] | undefined, said[name] as unknown[] | undefined];
    if (!old || !own) continue;
    const keys = new Set(own.map(named[name]));
    Object.assign(target, { [name]: [...old.filter((one) => !keys.has(named[name](one))), ...own] });
  }
  if (said.definition?.startsWith('...') && typeof before.definition === 'string') target.definition = before.definition + said.definition.slice(3);
}

/** The elements so far, in their order; asked for one by id it unfolds what is needed. */
class ElementList {
  elements: Element[];
  readonly #find: Find;
  readonly #line: number;
  /** Types of the choices that were closed, as they were before. */
  readonly #closed = new Map<string, NonNullable<Element['type']>>();

  constructor(elements: Element[], find: Find, line: number) {
    this.elements = elements;
    this.#find = find;
    this.#line = line;
  }

  async ensure(id: string): Promise<Element> {
    const known = this.#named(id);
    if (known) return known;
    const dot = id.lastIndexOf('.');
    if (dot < 0 || this.elements.length > mostElements) throw new NoSnapshot(id.slice(0, 200));
    const colon = id.indexOf(':', dot);
    if (colon >= 0) return this.#addSlice(await this.ensure(id.slice(0, colon)), id.slice(colon + 1));
    const parent = await this.ensure(id.slice(0, dot));
    const name = id.slice(dot + 1);
    if (!this.#has(parent)) await this.#unfold(parent);
    return this.#named(`${parent.id}.${name}`) ?? this.#ofChoice(parent, name);
  }

  #named(id: string): Element | undefined {
    return this.elements.find((element) => element.id === id);
  }

  #has(parent: Element): boolean {
    return this.elements.some(({ id }) => id!.startsWith(`${parent.id}.`));
  }

  /** `valueQuantity` means the slice of `value[x]` that is a Quantity (http://hl7.org/fhir/R4/profiling.html#choice). */
  #ofChoice(parent: Element, name: string): Element {
    for (const element of this.elements) {
      if (!element.id!.startsWith(`${parent.id}.`) || !element.id!.endsWith('[x]') || element.id!.slice(parent.id!.length + 1).includes('.')) continue;
      const stem = element.id!.slice(parent.id!.length + 1, -3);
      const type = (this.#closed.get(element.id!) ?? element.type ?? []).find(({ code }) => `${stem}${code[0]!.toUpperCase()}${code.slice(1)}` === name);
      if (!type) continue;
      const known = this.#named(`${element.id}:${name}`);
      if (known) return known;
      const slice = this.#addSlice(element, name);
      slice.type = [type];
      // named by its type alone it means no other type; a second one so named opens the choice again
      const before = this.#closed.get(element.id!);
      if (before) Object.assign(element, { type: before, slicing: { ...element.slicing, rules: 'open' } });
      else {
        this.#closed.set(element.id!, element.type!);
        Object.assign(element, { type: [type], slicing: { ...element.slicing, rules: 'closed' } });
      }
      return slice;
    }
    throw new NoSnapshot(`${parent.id}.${name}`.slice(0, 200));
  }

  #addSlice(whole: Element, sliceName: string): Element {
    const { slicing: _slicing, ...rest } = structuredClone(whole);
    const slice: Element = { ...rest, id: `${whole.id}:${sliceName}`, sliceName, min: 0 };
    whole.slicing ??= defaultSlicing(whole);
    let last = this.elements.indexOf(whole);
    for (let at = last + 1; at < this.elements.length && /^[.:]/.test(this.elements[at]!.id!.slice(whole.id!.length)) && this.elements[at]!.id!.startsWith(whole.id!); at++) last = at;
    this.elements.splice(last + 1, 0, slice);
    return slice;
  }

  /** The elements within: those of the element that it is a slice of, of what it refers to, or of its type. */
  async #unfold(parent: Element): Promise<void> {
    const colon = parent.id!.lastIndexOf(':');
    const whole = colon > parent.id!.lastIndexOf('.') ? parent.id!.slice(0, colon) : undefined;
    const referred = parent.contentReference?.slice(parent.contentReference.indexOf('#') + 1);
    for (const id of [whole, referred]) {
      const inner = id === undefined ? [] : this.elements.filter((element) => element.id!.startsWith(`${id}.`));
      if (inner.length > 0) return this.#insert(parent, inner, id!, this.#named(id!)!.path);
    }
    const type = parent.type?.[0];
    if (!type?.code || (parent.type!.length > 1 && !parent.id!.endsWith('[x]'))) throw new NoSnapshot(`${parent.id}: ${(parent.type ?? []).map(({ code }) => code).join(', ')}`);
    const canonical = type.profile?.[0] !== undefined && type.code !== 'Reference' && (await this.#find(type.profile[0])) ? type.profile[0] : core + type.code;
    const [root, ...inner] = await elementsOf(canonical, this.#find, this.#line + 1);
    this.#insert(parent, inner, root!.id ?? root!.path, root!.path);
    delete parent.contentReference;
  }

  #insert(parent: Element, inner: readonly Element[], fromId: string, fromPath: string): void {
    const copies = inner.map((element) => ({
      ...structuredClone(element),
      id: parent.id! + (element.id ?? element.path).slice(fromId.length),
      path: parent.path + element.path.slice(fromPath.length),
      base: element.base ?? { path: element.path, min: element.min ?? 0, max: element.max ?? '*' },
    }));
    this.elements.splice(this.elements.indexOf(parent) + 1, 0, ...copies);
  }
}

function defaultSlicing({ id }: Element): Element['slicing'] {
  if (id!.endsWith('[x]')) return { discriminator: [{ type: 'type', path: '$this' }], ordered: false, rules: 'open' };
  if (/\.(?:modifierE|e)xtension$/.test(id!)) return { discriminator: [{ type: 'value', path: 'url' }], ordered: false, rules: 'open' };
  return undefined;
}
