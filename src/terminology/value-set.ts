import type { ValueSet, ValueSetComposeInclude, ValueSetComposeIncludeConcept } from '@medplum/fhirtypes';
import { Problem } from '../kernel/problem.ts';
import type { CodeSystemSource, ConceptEntry, Filter } from './code-system.ts';
import type { Definitions } from './definitions.ts';
import './problems.ts';

/** A code of a value set. */
export interface Member {
  system: string;
  version: string | undefined;
  concept: ConceptEntry;
  language: string | undefined;
}

/** Which versions of code systems are meant: http://hl7.org/fhir/R4/valueset-operation-expand.html */
export interface SystemVersions {
  /** Where the value set names none. */
  preferred?: ReadonlyMap<string, string>;
  /** Whatever the value set names. */
  forced?: ReadonlyMap<string, string>;
  /** Refused where another would be used. */
  checked?: ReadonlyMap<string, string>;
}

/** Codes that a value set may have to be worked out in memory; whole systems are paged in the database and may have more. */
export const memberLimit = 100_000;

/** Levels to which value sets may refer to each other. */
const depthLimit = 12;

export const nameOf = ({ url, id }: ValueSet): string => url ?? (id === undefined ? 'ValueSet' : `ValueSet/${id}`);

/** The one include that stands for a part of one code system: it can be paged where it lies. */
export function singleInclude({ compose }: ValueSet): ValueSetComposeInclude | undefined {
  const [include, ...more] = compose?.include ?? [];
  return include?.system !== undefined && more.length === 0 && !include.concept && !include.valueSet && !compose?.exclude ? include : undefined;
}

/** Works out value sets as http://hl7.org/fhir/R4/valueset.html#compositions says. */
export class ValueSets {
  readonly #definitions: Definitions;
  readonly #versions: SystemVersions;

  constructor(definitions: Definitions, versions: SystemVersions = {}) {
    this.#definitions = definitions;
    this.#versions = versions;
  }

  /** The code system that an include names; undefined where its codes are not held here. */
  source({ system, version }: Pick<ValueSetComposeInclude, 'system' | 'version'>): Promise<CodeSystemSource | undefined> {
    const { preferred, forced, checked } = this.#versions;
    // a few of R4's own value sets carry the version in the system
    const [url, inSystem] = system!.split('|') as [string, string | undefined];
    const used = forced?.get(url) ?? version ?? inSystem ?? preferred?.get(url);
    const wanted = checked?.get(url);
    if (wanted !== undefined && used !== undefined && wanted !== used) throw new Problem('terminology.bad-parameter', { name: 'check-system-version', given: `${url}|${wanted}`, expected: `${url}|${used}` });
    return this.#definitions.codeSystem(url, used ?? wanted);
  }

  async demandSource(include: Pick<ValueSetComposeInclude, 'system' | 'version'>): Promise<CodeSystemSource> {
    const source = await this.source(include);
    if (!source) throw new Problem('terminology.unknown-system', { system: include.version ? `${include.system}|${include.version}` : include.system! });
    return source;
  }

  /** All codes in the order of the definition, each once. */
  async members(valueSet: ValueSet, depth = 0): Promise<Map<string, Member>> {
    if (depth > depthLimit) throw new Problem('terminology.too-deep', { url: nameOf(valueSet), limit: depthLimit });
    const { compose } = valueSet;
    if (!compose) return stored(valueSet);
    const members = new Map<string, Member>();
    for (const include of compose.include ?? []) {
      for (const [key, member] of await this.#included(valueSet, include, depth)) if (!members.has(key)) members.set(key, member);
      if (members.size > memberLimit) throw tooMany(valueSet);
    }
    for (const exclude of compose.exclude ?? []) for (const key of (await this.#included(valueSet, exclude, depth)).keys()) members.delete(key);
    if (compose.inactive === false) for (const [key, { concept }] of members) if (!concept.active) members.delete(key);
    return members;
  }

  /** The member that a code is, without working out the whole value set. */
  async find(valueSet: ValueSet, system: string, code: string, depth = 0): Promise<Member | undefined> {
    if (depth > depthLimit) throw new Problem('terminology.too-deep', { url: nameOf(valueSet), limit: depthLimit });
    const { compose } = valueSet;
    if (!compose) return stored(valueSet).get(keyOf(system, code));
    for (const exclude of compose.exclude ?? []) if (await this.#within(valueSet, exclude, system, code, depth)) return undefined;
    for (const include of compose.include ?? []) {
      const member = await this.#within(valueSet, include, system, code, depth);
      if (member) return compose.inactive === false && !member.concept.active ? undefined : member;
    }
    return undefined;
  }

  /** The code systems that a value set draws on: what a code without a system may mean. */
  async systems(valueSet: ValueSet, depth = 0): Promise<Set<string>> {
    const found = new Set<string>();
    if (depth > depthLimit) throw new Problem('terminology.too-deep', { url: nameOf(valueSet), limit: depthLimit });
    for (const { system, valueSet: others = [] } of valueSet.compose?.include ?? []) {
      if (system !== undefined) found.add(system.split('|')[0]!);
      for (const other of others) for (const one of await this.systems(await this.#demand(valueSet, other), depth + 1)) found.add(one);
    }
    if (!valueSet.compose) for (const { system } of stored(valueSet).values()) found.add(system);
    return found;
  }

  /** A value set that another refers to; `#id` is one that it contains (http://hl7.org/fhir/R4/references.html#canonical). */
  async #demand({ contained }: ValueSet, canonical: string): Promise<ValueSet> {
    const inner = canonical.startsWith('#') ? contained?.find((one): one is ValueSet => one.resourceType === 'ValueSet' && one.id === canonical.slice(1)) : undefined;
    if (inner) return { ...inner, contained };
    const valueSet = canonical.startsWith('#') ? undefined : await this.#definitions.valueSet(canonical);
    if (!valueSet) throw new Problem('terminology.unknown-value-set', { url: canonical });
    return valueSet;
  }

  async #included(valueSet: ValueSet, include: ValueSetComposeInclude, depth: number): Promise<Map<string, Member>> {
    let members: Map<string, Member> | undefined;
    if (include.system !== undefined) {
      members = new Map();
      const source = include.concept ? await this.source(include) : await this.demandSource(include);
      const entries = include.concept ? await listed(include.concept, source, include.filter) : (await source!.select({ filters: include.filter ?? [], limit: memberLimit + 1 })).concepts;
      if (entries.length > memberLimit) throw tooMany(valueSet);
      const system = source?.url ?? include.system;
      for (const concept of entries) members.set(keyOf(system, concept.code), { system, version: source?.version ?? include.version, concept, language: source?.language });
    }
    // several value sets in one include mean what they have in common
    for (const canonical of include.valueSet ?? []) {
      const others = await this.members(await this.#demand(valueSet, canonical), depth + 1);
      members = members ? new Map([...members].filter(([key]) => others.has(key))) : others;
    }
    return members ?? new Map();
  }

  async #within(valueSet: ValueSet, include: ValueSetComposeInclude, system: string, code: string, depth: number): Promise<Member | undefined> {
    let member: Member | undefined;
    if (include.system !== undefined) {
      if (include.system.split('|')[0] !== system) return undefined;
      const source = include.concept ? await this.source(include) : await this.demandSource(include);
      const [concept] = include.concept
        ? await listed(include.concept.filter((one) => one.code === code), source, include.filter)
        : (await source!.select({ filters: include.filter ?? [], codes: [code], limit: 1 })).concepts;
      if (!concept) return undefined;
      member = { system, version: source?.version ?? include.version, concept, language: source?.language };
    }
    for (const canonical of include.valueSet ?? []) {
      const found = await this.find(await this.#demand(valueSet, canonical), system, code, depth + 1);
      if (!found) return undefined;
      member ??= found;
    }
    return member;
  }
}

export const keyOf = (system: string, code: string): string => `${system}|${code}`;

const tooMany = (valueSet: ValueSet): Problem => new Problem('terminology.too-costly', { url: nameOf(valueSet), limit: memberLimit });

/** Codes that the value set lists itself: with its own displays, and as it lists them where their system is not held here. */
async function listed(concepts: readonly ValueSetComposeIncludeConcept[], source: CodeSystemSource | undefined, filters: readonly Filter[] | undefined): Promise<ConceptEntry[]> {
  const codes = concepts.map(({ code }) => code);
  const known = source && codes.length > 0 ? new Map((await source.select({ codes, filters: filters ?? [], limit: codes.length })).concepts.map((concept) => [concept.code, concept])) : undefined;
  return concepts.flatMap(({ code, display, designation }): ConceptEntry[] => {
    const entry = known?.get(code);
    if (source?.content === 'complete' && !entry) return [];
    const designations = (designation ?? []).map(({ language, value, use }) => ({ language: language ?? '', value, ...(use && { use }) }));
    const bare: ConceptEntry = { code: code, parents: [], active: true, abstract: false, designations: [], properties: [] };
    return [{ ...(entry ?? bare), display: display ?? entry?.display, designations: [...designations, ...(entry?.designations ?? [])] }];
  });
}

/** A value set that is stored as its expansion only. */
function stored({ expansion }: ValueSet): Map<string, Member> {
  const members = new Map<string, Member>();
  const walk = (contains: NonNullable<ValueSet['expansion']>['contains']): void => {
    for (const { system, version, code, display, abstract, inactive, designation, contains: inner } of contains ?? []) {
      if (system !== undefined && code !== undefined) {
        const designations = (designation ?? []).map(({ language, value, use }) => ({ language: language ?? '', value, ...(use && { use }) }));
        members.set(keyOf(system, code), { system, version, language: undefined, concept: { code, display, parents: [], active: inactive !== true, abstract: abstract === true, designations, properties: [] } });
      }
      walk(inner);
    }
  };
  walk(expansion?.contains);
  return members;
}
