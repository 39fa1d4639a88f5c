import type { Parameters, ValueSet } from '@medplum/fhirtypes';
import { call } from '../../../ui/client.ts';
import { queryOf } from '../paths.ts';

/** A row as the page shows it. */
export interface ConceptRow {
  code: string;
  display: string;
  inactive: boolean;
  abstract: boolean;
}

export interface ConceptPage {
  total: number;
  rows: readonly ConceptRow[];
}

export const pageSize = 50;

export interface Wish {
  system: string;
  version: string;
  /** Typed words; then the best match stands first. */
  typed: string;
  withClosed: boolean;
  /** Of a dictionary with levels: rows directly below this code, or the topmost where it is empty. Undefined: all rows. */
  below: string | undefined;
  offset: number;
}

/** Rows of a dictionary, by the terminology operations that everybody has: http://hl7.org/fhir/R4/valueset-operation-expand.html */
export async function readConcepts({ system, version, typed, withClosed, below, offset }: Wish, signal: AbortSignal): Promise<ConceptPage> {
  const words = typed.trim();
  const paging = { offset: String(offset), count: String(pageSize) };
  if (words !== '' || below === undefined) {
    const query = queryOf({ url: `${system}?fhir_vs`, valueSetVersion: version || undefined, ...paging, filter: words || undefined, activeOnly: words !== '' ? String(!withClosed) : undefined });
    return pageOf(await call<ValueSet>(`/fhir/R4/ValueSet/$expand?${query}`, { signal }));
  }
  const filter = below === '' ? { property: 'parent', op: 'exists', value: 'false' } : { property: 'parent', op: '=', value: below };
  const valueSet = { resourceType: 'ValueSet', status: 'active', compose: { include: [{ system, ...(version && { version }), filter: [filter] }] } };
  return pageOf(await call<ValueSet>(`/fhir/R4/ValueSet/$expand?${queryOf(paging)}`, { method: 'POST', body: valueSet, signal }));
}

function pageOf({ expansion }: ValueSet): ConceptPage {
  const rows = (expansion?.contains ?? []).map(({ code = '', display = '', inactive = false, abstract = false }) => ({ code, display, inactive, abstract }));
  return { total: expansion?.total ?? rows.length, rows };
}

export interface ConceptNode extends ConceptRow {
  names: readonly string[];
  facts: readonly { code: string; title: string; value: string }[];
  parent: string | undefined;
  children: number;
  /** From the top down, without the code itself. */
  above: readonly { code: string; display: string }[];
}

/** Levels that a way up may have; a dictionary's own are five. */
const deepest = 12;

/** All that is known of a code, and the way to it: http://hl7.org/fhir/R4/codesystem-operation-lookup.html */
export async function readNode(of: { system: string; version: string; code: string }, signal: AbortSignal): Promise<ConceptNode> {
  const node = read(of.code, await lookup(of, signal));
  const above: { code: string; display: string }[] = [];
  for (let next = node.parent; next !== undefined && above.length < deepest; ) {
    const { code, display, parent } = read(next, await lookup({ ...of, code: next }, signal));
    above.unshift({ code, display });
    next = parent;
  }
  return { ...node, above };
}

function lookup({ system, version, code }: { system: string; version: string; code: string }, signal: AbortSignal): Promise<Parameters> {
  return call<Parameters>(`/fhir/R4/CodeSystem/$lookup?${queryOf({ system, version: version || undefined, code })}`, { signal });
}

function read(code: string, { parameter = [] }: Parameters): Omit<ConceptNode, 'above'> {
  const properties = parameter.filter(({ name }) => name === 'property').map(({ part = [] }) => {
    const value = part.find(({ name }) => name === 'value');
    const said = Object.entries(value ?? {}).find(([key]) => key.startsWith('value'))?.[1];
    return { code: part.find(({ name }) => name === 'code')?.valueCode ?? '', title: part.find(({ name }) => name === 'description')?.valueString, value: String(said ?? '') };
  });
  const one = (name: string) => properties.find((property) => property.code === name)?.value;
  const structural = ['parent', 'child', 'inactive', 'notSelectable'];
  return {
    code,
    display: parameter.find(({ name }) => name === 'display')?.valueString ?? code,
    inactive: one('inactive') === 'true',
    abstract: one('notSelectable') === 'true',
    names: parameter.filter(({ name }) => name === 'designation').flatMap(({ part = [] }) => part.find(({ name }) => name === 'value')?.valueString ?? []),
    facts: properties.filter((property) => !structural.includes(property.code) && property.value !== '').map((property) => ({ code: property.code, title: property.title ?? property.code, value: property.value })),
    parent: one('parent'),
    children: properties.filter((property) => property.code === 'child').length,
  };
}
