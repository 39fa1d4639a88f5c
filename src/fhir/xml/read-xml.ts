import { SaxesParser, type SaxesTagNS } from 'saxes';
import { kindOf, membersOf, model, type Member } from '../model.ts';
import { narrativeDepth, xhtmlNamespace } from './narrative.ts';

const fhirNamespace = 'http://hl7.org/fhir';

/** Why an XML document is no resource. `line` and `column` count from 1; `element` is the way to the element, e.g. `Patient.name`. */
export class XmlRefusal extends Error {
  readonly reason: 'syntax' | 'doctype' | 'deep' | 'structure';
  readonly line: number;
  readonly column: number;
  readonly element: string;

  constructor(reason: XmlRefusal['reason'], place: { line: number; column: number; element: string }, message = reason as string) {
    super(message);
    this.reason = reason;
    this.line = place.line;
    this.column = place.column;
    this.element = place.element;
  }
}

type Json = Record<string, unknown>;

/** An element that is open. */
type Frame =
  /** A resource, a complex type, or what stands beside a primitive (its `type` is Element). */
  | { kind: 'object'; name: string; type: string; object: Json; member: Member | undefined; value: unknown; /** The place of its last element in the type. */ at?: number }
  /** An element that holds one resource: contained, Bundle.entry.resource … */
  | { kind: 'slot'; name: string; type: string; member: Member; filled: boolean; value: unknown }
  /** Within the narrative: everything is kept as it is written. */
  | { kind: 'xhtml'; name: string; member: Member | undefined; start: number };

/** Objects without a prototype: an element called `__proto__` is then a name like any other. */
const emptyObject = (): Json => Object.create(null) as Json;

/** A number that JSON writes with these very digits (ECMAScript proposal JSON.parse source text access, in Node since 21). */
const rawJson = (JSON as unknown as { rawJSON(source: string): unknown }).rawJSON;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const numeric = new Set(['decimal', 'integer', 'unsignedInt', 'positiveInt']);

/**
 * Reads a resource in XML (http://hl7.org/fhir/R4/xml.html) piece by piece and answers it as JSON text, decimals and narrative as they were
 * written. Document types and entities of their own are refused, as the standard demands. What the values may be is left to validation.
 */
export class XmlReader {
  readonly #parser = new SaxesParser({ xmlns: true });
  readonly #frames: Frame[] = [];
  readonly #depthLimit: number;
  #text = '';
  /** Place of the first character of `#text` in the document. */
  #dropped = 0;
  #tagStart = 0;
  #root: Json | undefined;

  constructor(depthLimit: number) {
    this.#depthLimit = depthLimit;
    this.#parser.on('error', () => this.#refuse('syntax'));
    this.#parser.on('doctype', () => this.#refuse('doctype'));
    this.#parser.on('opentagstart', () => void (this.#tagStart = this.#dropped + this.#text.lastIndexOf('<', this.#parser.position - this.#dropped - 1)));
    this.#parser.on('opentag', (tag) => this.#open(tag));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('text', (text) => this.#characters(text));
    this.#parser.on('cdata', (text) => this.#characters(text));
  }

  /** Throws `XmlRefusal`; after that the reader is of no more use. */
  write(piece: string): void {
    // Only what an open narrative began with is looked at again.
    const narrative = this.#frames.find((frame) => frame.kind === 'xhtml');
    const keep = Math.min(narrative ? narrative.start : Number.POSITIVE_INFINITY, this.#dropped + Math.max(this.#text.length - lookBack, 0));
    this.#text = this.#text.slice(keep - this.#dropped) + piece;
    this.#dropped = keep;
    this.#parser.write(piece);
  }

  /** The JSON text of the resource. Throws `XmlRefusal`. */
  close(): string {
    this.#parser.close();
    if (!this.#root) this.#refuse('syntax');
    return JSON.stringify(this.#root);
  }

  #refuse(reason: XmlRefusal['reason'], message?: string): never {
    const element = this.#frames.map(({ name }) => name).join('.').slice(0, 200);
    throw new XmlRefusal(reason, { line: this.#parser.line, column: this.#parser.column, element }, message);
  }

  #open(tag: SaxesTagNS): void {
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'xhtml') {
      if (this.#frames.length - this.#frames.findIndex(({ kind }) => kind === 'xhtml') >= narrativeDepth) this.#refuse('deep');
      this.#frames.push({ kind: 'xhtml', name: tag.local, member: undefined, start: frame.start });
      return;
    }
    if (this.#frames.length >= this.#depthLimit) this.#refuse('deep');
    if (!frame || frame.kind === 'slot') return this.#openResource(tag, frame);
    const member = membersOf(frame.type).get(tag.local);
    // The ids of elements and the urls of extensions are attributes in XML, and only there.
    if (!member || isAttribute(frame.type, tag.local)) return this.#refuse('structure', `is no element of ${frame.type}`.concat(`: ${tag.local.slice(0, 64)}`));
    const at = placesOf(frame.type).get(tag.local)!;
    if (at < (frame.at ?? 0)) this.#refuse('structure', `${tag.local.slice(0, 64)} stands after an element that it must precede (http://hl7.org/fhir/R4/xml.html)`);
    frame.at = at;
    if (member.type === 'xhtml') return this.#openNarrative(tag, member);
    if (tag.uri !== fhirNamespace) this.#refuse('structure', `${tag.local.slice(0, 64)} is not in the namespace ${fhirNamespace}`);
    const kind = kindOf(member.type);
    if (kind === 'resource') {
      this.#takeAttributes(tag, {});
      this.#frames.push({ kind: 'slot', name: tag.local, type: member.type, member, filled: false, value: undefined });
      return;
    }
    const object = emptyObject();
    const value = this.#takeAttributes(tag, { object, url: member.type === 'Extension', value: kind === 'primitive' });
    this.#frames.push({ kind: 'object', name: tag.local, type: kind === 'primitive' ? 'Element' : member.type, object, member, value: value === undefined ? undefined : valueOf(member.type, value) });
  }

  #openResource(tag: SaxesTagNS, slot: (Frame & { kind: 'slot' }) | undefined): void {
    if (slot?.filled) this.#refuse('structure', 'holds one resource, not several');
    if (tag.uri !== fhirNamespace) this.#refuse('structure', `${tag.local.slice(0, 64)} is not in the namespace ${fhirNamespace}`);
    if (!Object.hasOwn(model().search, tag.local)) this.#refuse('structure', `${tag.local.slice(0, 64)} is no resource of R4`);
    this.#takeAttributes(tag, {});
    const object = emptyObject();
    object.resourceType = tag.local;
    if (slot) slot.filled = true;
    this.#frames.push({ kind: 'object', name: tag.local, type: tag.local, object, member: undefined, value: undefined });
  }

  /** To the letter where the element declares the namespace itself; a narrative by prefix would not be one of JSON. */
  #openNarrative(tag: SaxesTagNS, member: Member): void {
    if (tag.name !== 'div' || tag.attributes.xmlns?.value !== xhtmlNamespace) this.#refuse('structure', `div must be in the namespace ${xhtmlNamespace}, declared on itself and without a prefix`);
    this.#frames.push({ kind: 'xhtml', name: 'div', member, start: this.#tagStart });
  }

  /** Puts `id` and `url` into the object and answers `value`; any other attribute is refused. */
  #takeAttributes(tag: SaxesTagNS, allowed: { object?: Json; url?: boolean; value?: boolean }): string | undefined {
    let value: string | undefined;
    for (const name in tag.attributes) {
      const attribute = tag.attributes[name]!;
      if (attribute.prefix === 'xmlns' || name === 'xmlns' || attribute.uri === 'http://www.w3.org/2001/XMLSchema-instance') continue;
      if (name === 'value' && allowed.value) value = attribute.value;
      else if (allowed.object && (name === 'id' || (name === 'url' && allowed.url))) allowed.object[name] = attribute.value;
      else this.#refuse('structure', `${tag.local.slice(0, 64)} has no attribute ${name.slice(0, 64)}`);
    }
    return value;
  }

  #characters(text: string): void {
    if (this.#frames.at(-1)?.kind !== 'xhtml' && text.trim() !== '') this.#refuse('structure', 'has text where only elements may stand');
  }

  #close(): void {
    const frame = this.#frames.pop()!;
    const parent = this.#frames.at(-1);
    switch (frame.kind) {
      case 'xhtml':
        if (frame.member) put((parent as Frame & { kind: 'object' }).object, 'div', frame.member, this.#text.slice(frame.start - this.#dropped, this.#parser.position - this.#dropped));
        return;
      case 'slot':
        if (!frame.filled) this.#refuse('structure', `${frame.name} holds no resource`);
        put((parent as Frame & { kind: 'object' }).object, frame.name, frame.member, frame.value);
        return;
      case 'object':
        settleArrays(frame);
        if (!parent) this.#root = frame.object;
        else if (parent.kind === 'slot') parent.value = frame.object;
        else if (frame.member && frame.type === 'Element') putPrimitive((parent as Frame & { kind: 'object' }).object, frame.name, frame.member, frame.value, frame.object);
        else put((parent as Frame & { kind: 'object' }).object, frame.name, frame.member!, frame.object);
    }
  }
}

/** Longest `<name` that is looked for behind the parser's place. */
const lookBack = 1024;

function isAttribute(type: string, name: string): boolean {
  return (name === 'id' && kindOf(type) !== 'resource') || (name === 'url' && type === 'Extension');
}

const places = new Map<string, ReadonlyMap<string, number>>();

/** The order in which the elements of a type stand; the types of a choice share a place. */
function placesOf(type: string): ReadonlyMap<string, number> {
  const known = places.get(type);
  if (known) return known;
  const elements = model().types[type]?.elements ?? [];
  const made = new Map([...membersOf(type)].map(([name, { element }]) => [name, elements.indexOf(element)]));
  places.set(type, made);
  return made;
}

/** A value that is none of its type stays a string: validation then names it. */
function valueOf(type: string, text: string): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return numeric.has(type) && number.test(text) ? rawJson(text) : text;
}

/** A second value where only one may stand makes an array, which validation refuses. */
function put(object: Json, name: string, { element }: Member, value: unknown): void {
  const known = object[name];
  if (Array.isArray(known)) known.push(value);
  else object[name] = known !== undefined ? [known, value] : element.many ? [value] : value;
}

/** http://hl7.org/fhir/R4/json.html#primitive: id and extensions of a primitive stand beside it, in arrays of equal length. */
function putPrimitive(object: Json, name: string, member: Member, value: unknown, beside: Json): void {
  const bare = Object.keys(beside).length === 0;
  if (!member.element.many && object[name] === undefined && object[`_${name}`] === undefined) {
    if (value !== undefined) object[name] = value;
    if (!bare || value === undefined) object[`_${name}`] = beside;
    return;
  }
  put(object, name, member, value ?? null);
  put(object, `_${name}`, member, bare ? null : beside);
}

/** Leaves out the one of two arrays side by side that holds nothing. */
function settleArrays(frame: Frame & { kind: 'object' }): void {
  for (const name in frame.object) {
    const values = frame.object[name];
    if (!Array.isArray(values) || !values.every((one) => one === null)) continue;
    if (name.startsWith('_') || Array.isArray(frame.object[`_${name}`])) delete frame.object[name];
  }
}

/** A whole document at once. */
export function readXml(text: string, depthLimit = 64): string {
  const reader = new XmlReader(depthLimit);
  reader.write(text);
  return reader.close();
}
