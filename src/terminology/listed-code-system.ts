import type { CodeSystem, CodeSystemConcept } from '@medplum/fhirtypes';
import type { Sql } from '../db/types.ts';
import type { CodeSystemSource, ConceptEntry, Filter, Selection } from './code-system.ts';
import { filterByWords } from './match-words.ts';
import { badFilter, wholeMatch } from './table-code-system.ts';

/** What the server needs of a CodeSystem beside its concepts. */
export type CodeSystemHeader = Pick<CodeSystem, 'url' | 'version' | 'name' | 'title' | 'content' | 'language' | 'caseSensitive' | 'property'>;

/** A code system whose concepts stand in its resource: R4's own, and those that users store. */
export class ListedCodeSystem implements CodeSystemSource {
  readonly url: string;
  readonly version: string | undefined;
  readonly name: string;
  readonly content: 'complete' | 'fragment';
  readonly language: string | undefined;
  readonly properties: readonly { code: string; description?: string | undefined }[];
  readonly #sql: Sql;
  readonly #entries: readonly ConceptEntry[];
  readonly #byCode: ReadonlyMap<string, ConceptEntry>;
  readonly #below = new Map<string, string[]>();
  readonly #fold: (code: string) => string;

  constructor(sql: Sql, header: CodeSystemHeader, entries: readonly ConceptEntry[]) {
    this.#sql = sql;
    this.url = header.url ?? '';
    this.version = header.version;
    this.name = header.title ?? header.name ?? this.url;
    this.content = header.content === 'complete' ? 'complete' : 'fragment';
    this.language = header.language;
    this.properties = (header.property ?? []).map(({ code, description }) => ({ code: code, description }));
    // http://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.caseSensitive: absent, it is safest to hold codes apart
    this.#fold = header.caseSensitive === false ? (code) => code.toLowerCase() : (code) => code;
    this.#entries = entries;
    this.#byCode = new Map(entries.map((entry) => [this.#fold(entry.code), entry]));
    for (const { code, parents } of entries) for (const parent of parents) this.#below.set(parent, [...(this.#below.get(parent) ?? []), code]);
  }

  async select({ filters = [], codes, text, activeOnly, offset = 0, limit }: Selection): Promise<{ total: number; concepts: readonly ConceptEntry[] }> {
    let found: readonly ConceptEntry[] = this.#entries;
    if (codes) found = [...new Set(codes.map((code) => this.#byCode.get(this.#fold(code))).filter((entry) => entry !== undefined))];
    for (const filter of filters) found = await this.#narrow(found, filter);
    if (activeOnly) found = found.filter(({ active }) => active);
    if (text !== undefined) found = filterByWords(found, text, textsOf);
    return { total: found.length, concepts: found.slice(offset, offset + limit) };
  }

  async above(code: string): Promise<readonly string[]> {
    const all = new Set<string>();
    let level = this.#byCode.get(this.#fold(code))?.parents ?? [];
    while (level.length > 0) {
      const fresh = level.filter((parent) => !all.has(parent));
      for (const parent of fresh) all.add(parent);
      level = fresh.flatMap((parent) => this.#byCode.get(this.#fold(parent))?.parents ?? []);
    }
    return [...all];
  }

  async children(code: string): Promise<readonly string[]> {
    return this.#below.get(code) ?? [];
  }

  #withBelow(code: string): ReadonlySet<string> {
    const all = new Set<string>([this.#byCode.get(this.#fold(code))?.code ?? code]);
    for (const one of all) for (const child of this.#below.get(one) ?? []) all.add(child);
    return all;
  }

  async #narrow(found: readonly ConceptEntry[], filter: Filter): Promise<readonly ConceptEntry[]> {
    const { property, op, value } = filter;
    if (value === undefined) throw badFilter(filter);
    const list = () => new Set(value.split(',').map((one) => one.trim()));
    if (property === 'concept' || property === 'code') {
      switch (op) {
        case 'is-a': return keep(found, this.#withBelow(value));
        case 'descendent-of': return keep(found, this.#withBelow(value)).filter(({ code }) => code !== value);
        case 'is-not-a': {
          const below = this.#withBelow(value);
          return found.filter(({ code }) => !below.has(code));
        }
        case 'generalizes': return keep(found, new Set([value, ...(await this.above(value))]));
        case '=': return found.filter(({ code }) => this.#fold(code) === this.#fold(value));
        case 'in': return keep(found, list());
        case 'not-in': {
          const without = list();
          return found.filter(({ code }) => !without.has(code));
        }
        case 'regex': {
          const matching = await this.#matching(found.map(({ code }) => code), filter);
          return found.filter(({ code }) => matching.has(code));
        }
        default: throw badFilter(filter);
      }
    }
    if (property === undefined || !this.#knows(property)) throw badFilter(filter);
    const has = (test: (value: string) => boolean) => found.filter((entry) => valuesOf(entry, property).some(test));
    switch (op) {
      case '=': return has((one) => one === value);
      case 'in': {
        const wanted = list();
        return has((one) => wanted.has(one));
      }
      case 'not-in': {
        const without = list();
        return found.filter((entry) => !valuesOf(entry, property).some((one) => without.has(one)));
      }
      case 'exists': return found.filter((entry) => (valuesOf(entry, property).length > 0) === (value !== 'false'));
      case 'regex': {
        const matching = await this.#matching(found.flatMap((entry) => valuesOf(entry, property)), filter);
        return has((one) => matching.has(one));
      }
      default: throw badFilter(filter);
    }
  }

  #knows(property: string): boolean {
    return ['display', 'parent', 'child', 'inactive', 'notSelectable', 'status'].includes(property) || this.properties.some(({ code }) => code === property) || this.#entries.some(({ properties }) => properties.some(({ code }) => code === property));
  }

  /** By the database: a stored pattern must not hold up this process. */
  async #matching(values: readonly string[], filter: Filter): Promise<ReadonlySet<string>> {
    try {
      const rows = await this.#sql.query<{ one: string }>('select distinct one from unnest($1::text[]) as one where one ~ $2', [values, wholeMatch(filter.value)]);
      return new Set(rows.map(({ one }) => one));
    } catch (error) {
      if ((error as { code?: string }).code === '2201B') throw badFilter(filter);
      throw error;
    }
  }
}

const keep = (found: readonly ConceptEntry[], codes: ReadonlySet<string>) => found.filter(({ code }) => codes.has(code));

const textsOf = ({ code, display, designations }: ConceptEntry): string[] => [display ?? '', code, ...designations.map(({ value }) => value)];

function valuesOf(entry: ConceptEntry, property: string): string[] {
  if (property === 'display') return entry.display === undefined ? [] : [entry.display];
  if (property === 'parent') return [...entry.parents];
  if (property === 'inactive') return [String(!entry.active)];
  if (property === 'notSelectable') return [String(entry.abstract)];
  return entry.properties.filter(({ code }) => code === property).map((one) => String(Object.entries(one).find(([name]) => name.startsWith('value'))?.[1] ?? ''));
}

/** The concepts of a CodeSystem resource, in its order, each with the codes above: nested, or named by the property `parent`. */
export function entriesOf(resource: Pick<CodeSystem, 'concept' | 'property'>): ConceptEntry[] {
  const entries: ConceptEntry[] = [];
  const parentCodes = new Set(['parent', 'subsumedBy', ...(resource.property ?? []).filter(({ uri }) => uri?.endsWith('#parent')).map(({ code }) => code)]);
  const walk = (concepts: readonly CodeSystemConcept[], above: readonly string[]): void => {
    for (const { code, display, definition, designation, property = [], concept } of concepts) {
      const valueOf = (name: string) => property.find((one) => one.code === name);
      const named = property.filter((one) => parentCodes.has(one.code)).map((one) => one.valueCode ?? one.valueString).filter((one) => one !== undefined);
      entries.push({
        code: code,
        display,
        definition,
        parents: [...new Set([...above, ...named])],
        active: valueOf('inactive')?.valueBoolean !== true && !['retired', 'inactive'].includes(valueOf('status')?.valueCode ?? ''),
        abstract: valueOf('notSelectable')?.valueBoolean === true || valueOf('abstract')?.valueBoolean === true,
        designations: (designation ?? []).map(({ language, value, use }) => ({ language: language ?? '', value, ...(use && { use }) })),
        properties: property.filter((one) => !parentCodes.has(one.code) && one.code !== 'inactive' && one.code !== 'notSelectable'),
      });
      if (concept) walk(concept, [code]);
    }
  };
  walk(resource.concept ?? [], []);
  return entries;
}
