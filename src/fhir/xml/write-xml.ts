import { parseWithDecimals, type Written } from '../decimals.ts';
import { kindOf, membersOf, model, type Member } from '../model.ts';
import { escapeAttribute, narrativeForXml } from './narrative.ts';

type Json = Record<string, unknown>;

/** A member of a type and its place in the order of the standard. */
type Placed = Member & { place: number };

const placedByType = new Map<string, ReadonlyMap<string, Placed>>();

function placedOf(type: string): ReadonlyMap<string, Placed> {
  const known = placedByType.get(type);
  if (known) return known;
  const order = new Map((model().types[type]?.elements ?? []).map((element, index) => [element, index]));
  const placed = new Map([...membersOf(type)].map(([name, member]) => [name, { ...member, place: order.get(member.element)! }] as const));
  placedByType.set(type, placed);
  return placed;
}

interface Writing {
  parts: string[];
  written: Written | undefined;
  pretty: boolean;
}

/**
 * A resource in JSON as XML (http://hl7.org/fhir/R4/xml.html): elements in the order of the standard, decimals as they were written, the
 * narrative to the letter. `text` must be a valid resource; members that R4 does not know are left out.
 */
export function writeXml(text: string, options: { pretty?: boolean } = {}): string {
  const exact = parseWithDecimals(text);
  const writing: Writing = { parts: ['<?xml version="1.0" encoding="UTF-8"?>'], written: exact?.written, pretty: options.pretty ?? false };
  writeResource(writing, (exact?.value ?? JSON.parse(text)) as Json, 0);
  if (writing.pretty) writing.parts.push('\n');
  return writing.parts.join('');
}

function writeResource(writing: Writing, resource: Json, depth: number): void {
  const type = String(resource.resourceType);
  if (kindOf(type) !== 'resource') return;
  begin(writing, depth, `<${type}${depth === 0 ? ' xmlns="http://hl7.org/fhir"' : ''}>`);
  writeMembers(writing, resource, type, depth + 1);
  begin(writing, depth, `</${type}>`);
}

function begin({ parts, pretty }: Writing, depth: number, tag: string): void {
  if (pretty) parts.push(`\n${'  '.repeat(depth)}`);
  parts.push(tag);
}

function writeMembers(writing: Writing, object: Json, type: string, depth: number): void {
  const placed = placedOf(type);
  const found: { name: string; member: Placed }[] = [];
  for (const key in object) {
    const name = key.charCodeAt(0) === 95 ? key.slice(1) : key;
    const member = placed.get(name);
    if (!member || isAttribute(type, name) || (name !== key && object[name] !== undefined)) continue;
    found.push({ name, member });
  }
  found.sort((a, b) => a.member.place - b.member.place);
  for (const { name, member } of found) writeMember(writing, object, name, member, depth);
}

/** `Element.id` and `Extension.url` are attributes; the id of a resource is an element like any other. */
function isAttribute(type: string, name: string): boolean {
  return (name === 'id' && kindOf(type) !== 'resource') || (name === 'url' && type === 'Extension');
}

function writeMember(writing: Writing, object: Json, name: string, { type }: Member, depth: number): void {
  const value = object[name];
  const beside = object[`_${name}`];
  if (kindOf(type) !== 'primitive') {
    for (const one of Array.isArray(value) ? value : [value]) writeComplex(writing, name, type, one as Json, depth);
    return;
  }
  if (!Array.isArray(value) && !Array.isArray(beside)) return writePrimitive(writing, name, type, value, beside as Json | undefined, writing.written?.get(object)?.[name], depth);
  const values = (value ?? []) as unknown[];
  const besides = (beside ?? []) as (Json | undefined)[];
  const digits = writing.written?.get(values);
  for (let index = 0; index < Math.max(values.length, besides.length); index++) writePrimitive(writing, name, type, values[index], besides[index], digits?.[index], depth);
}

function writePrimitive(writing: Writing, name: string, type: string, value: unknown, beside: Json | null | undefined, digits: string | undefined, depth: number): void {
  if (type === 'xhtml' && typeof value === 'string') return begin(writing, depth, narrativeForXml(value));
  const id = typeof beside?.id === 'string' ? ` id="${escapeAttribute(beside.id)}"` : '';
  const given = value === undefined || value === null ? '' : ` value="${typeof value === 'string' ? escapeAttribute(value) : (digits ?? JSON.stringify(value))}"`;
  if (!Array.isArray(beside?.extension)) return begin(writing, depth, `<${name}${id}${given}/>`);
  begin(writing, depth, `<${name}${id}${given}>`);
  for (const extension of beside.extension) writeComplex(writing, 'extension', 'Extension', extension as Json, depth + 1);
  begin(writing, depth, `</${name}>`);
}

function writeComplex(writing: Writing, name: string, type: string, object: Json, depth: number): void {
  if (kindOf(type) === 'resource') {
    begin(writing, depth, `<${name}>`);
    writeResource(writing, object, depth + 1);
    return begin(writing, depth, `</${name}>`);
  }
  const id = typeof object.id === 'string' ? ` id="${escapeAttribute(object.id)}"` : '';
  const url = type === 'Extension' && typeof object.url === 'string' ? ` url="${escapeAttribute(object.url)}"` : '';
  begin(writing, depth, `<${name}${id}${url}>`);
  writeMembers(writing, object, type, depth + 1);
  begin(writing, depth, `</${name}>`);
}
