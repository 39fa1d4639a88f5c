import type { CodeSystem, ConceptMap, Resource, ValueSet } from '@medplum/fhirtypes';
import type { Sql } from '../db/types.ts';
import type { Scope, Store, Stored } from '../store/types.ts';
import type { CodeSystemSource } from './code-system.ts';
import { icd10System, systemOfOid } from './code-system-of-dictionary.ts';
import { grammarCodeSystem, grammarSystems } from './grammar-code-systems.ts';
import { entriesOf, ListedCodeSystem } from './listed-code-system.ts';
import { StandardDefinitions } from './standard-definitions.ts';
import { TableCodeSystem } from './table-code-system.ts';
import { compareVersions, type DictionaryVersion } from './tables.ts';
import { typedCodeSystem } from './typed-code-system.ts';
import type { Terminology } from './open-terminology.ts';

/** Who reads definitions on behalf of a caller: they belong to no patient and say nothing of one. */
const reader = (): Scope => ({ access: { name: 'terminology', rules: [{ types: ['CodeSystem', 'ValueSet', 'ConceptMap'], patients: 'all', write: false }] }, actor: 'Device/karta', now: new Date() });

/** `url|version` apart; the fragment of a canonical names nothing here. */
export function splitCanonical(canonical: string): { url: string; version: string | undefined } {
  const bar = canonical.indexOf('|');
  return bar < 0 ? { url: canonical, version: undefined } : { url: canonical.slice(0, bar), version: canonical.slice(bar + 1) || undefined };
}

/**
 * Finds definitions by canonical: imported dictionaries first, then what is stored as a resource, then R4's own. A canonical without a
 * version means the newest.
 */
export class Definitions {
  readonly sql: Sql;
  readonly #store: Store;
  readonly #terminology: Terminology;
  /** R4's own. */
  readonly standard = new StandardDefinitions();
  /** Versions never change, so what was made of one stays good. */
  readonly #made = new Map<string, CodeSystemSource>();

  constructor(sql: Sql, store: Store, terminology: Terminology) {
    this.sql = sql;
    this.#store = store;
    this.#terminology = terminology;
  }

  /** Undefined where the server does not hold the codes of the system, or not of this version. */
  async codeSystem(canonical: string, wanted?: string): Promise<CodeSystemSource | undefined> {
    const { url, version = wanted } = splitCanonical(canonical);
    const grammar = grammarCodeSystem(url);
    if (grammar) return grammar;
    const dictionary = pick(this.#dictionaries(url), version);
    if (dictionary) return this.#ofDictionary(dictionary, url);
    const stored = pick(await this.#stored<CodeSystem>('CodeSystem', url), version);
    // a resource without its concepts names a system and knows none of its codes
    if (stored?.resource.concept) return this.#once(`${stored.resource.id} ${stored.row}`, () => new ListedCodeSystem(this.sql, stored.resource, entriesOf(stored.resource)));
    const compact = this.#terminology.compact;
    if (url === icd10System && compact && (version === undefined || version === compact.header.version)) {
      return this.#once('compact', () => typedCodeSystem(new ListedCodeSystem(this.sql, compact.header, compact.entries), this.#terminology.icd10));
    }
    const standard = this.standard.codeSystem(url);
    if (!standard?.concept || (version !== undefined && version !== standard.version)) return undefined;
    return this.#once(url, () => new ListedCodeSystem(this.sql, standard, entriesOf(standard)));
  }

  /** The code systems whose codes the server holds, each with its versions, the newest first; those of a grammar have none. */
  async codeSystems(): Promise<Map<string, string[]>> {
    const { matches } = await this.#store.search(reader(), 'CodeSystem', 'content-mode=complete,fragment&_elements=url,version&_count=1000');
    const stored = matches.map(({ content }) => JSON.parse(content) as CodeSystem);
    const { dictionaries, compact } = this.#terminology;
    const found: [url: string | undefined, version: string | undefined][] = [
      ...grammarSystems.map((url): [string, undefined] => [url, undefined]),
      ...dictionaries.flatMap(({ oid, also, version }) => [oid, ...also].map((one): [string, string] => [systemOfOid(one), version])),
      ...(compact ? [[icd10System, compact.header.version] as [string, string | undefined]] : []),
      ...stored.map(({ url, version }): [string | undefined, string | undefined] => [url, version]),
      ...Object.entries(this.standard.held()),
    ];
    const systems = new Map<string, Set<string>>();
    for (const [url, version] of found) {
      if (url === undefined) continue;
      const versions = systems.get(url) ?? new Set();
      systems.set(url, version ? versions.add(version) : versions);
    }
    return new Map([...systems].map(([url, versions]) => [url, [...versions].toSorted((a, b) => compareVersions(b, a))]));
  }

  /** Among them those that a code system implies: `<system>?fhir_vs`, `<system>?fhir_vs=isa/<code>`. */
  async valueSet(canonical: string, wanted?: string): Promise<ValueSet | undefined> {
    const { url, version = wanted } = splitCanonical(canonical);
    const implicit = /^(.+)\?fhir_vs(?:=isa\/(.+))?$/.exec(url);
    if (implicit) {
      const source = await this.codeSystem(implicit[1]!, version);
      return source && wholeOf(url, source, implicit[2]);
    }
    const stored = pick(await this.#stored<ValueSet>('ValueSet', url), version);
    if (stored) return stored.resource;
    const standard = this.standard.valueSet(url);
    if (standard && (version === undefined || version === standard.version)) return standard;
    const system = this.standard.wholeSystem(url);
    const source = system === undefined ? undefined : await this.codeSystem(system, version);
    return source && wholeOf(url, source, undefined);
  }

  async conceptMap(canonical: string, wanted?: string): Promise<ConceptMap | undefined> {
    const { url, version = wanted } = splitCanonical(canonical);
    const stored = pick(await this.#stored<ConceptMap>('ConceptMap', url), version);
    if (stored) return stored.resource;
    const standard = this.standard.conceptMap(url);
    return standard && (version === undefined || version === standard.version) ? standard : undefined;
  }

  /** Concept maps that lead from one system to another, where these are given. */
  async mapsBetween(from: string | undefined, to: string | undefined): Promise<ConceptMap[]> {
    const query = [...(from === undefined ? [] : [`source-system=${asValue(from)}`]), ...(to === undefined ? [] : [`target-system=${asValue(to)}`])];
    if (query.length === 0) return [];
    const { matches } = await this.#store.search(reader(), 'ConceptMap', [...query, '_count=100'].join('&'));
    return [...matches.map(({ content }) => JSON.parse(content) as ConceptMap).filter(({ status }) => status !== 'retired'), ...this.standard.mapsBetween(from, to)];
  }

  /** Versions of a dictionary by any of its OIDs; its own come before those of a dictionary that bears it as a further one. */
  #dictionaries(url: string): { version: string; resource: DictionaryVersion }[] {
    const own = this.#terminology.dictionaries.filter(({ oid }) => systemOfOid(oid) === url);
    const found = own.length > 0 ? own : this.#terminology.dictionaries.filter(({ also }) => also.some((oid) => systemOfOid(oid) === url));
    return found.map((resource) => ({ version: resource.version, resource }));
  }

  #ofDictionary({ resource }: { resource: DictionaryVersion }, url: string): CodeSystemSource {
    const { oid, version, imported } = resource;
    return this.#once(`${oid} ${version} ${url} ${imported.toString()}`, () => {
      const source = new TableCodeSystem(this.sql, resource, url);
      const { icd10, icd10Complete, icd10Version } = this.#terminology;
      return systemOfOid(oid) === icd10System && icd10Complete && version === icd10Version ? typedCodeSystem(source, icd10) : source;
    });
  }

  #once(key: string, make: () => CodeSystemSource): CodeSystemSource {
    const known = this.#made.get(key);
    if (known) return known;
    if (this.#made.size >= 200) this.#made.delete(this.#made.keys().next().value!);
    const made = make();
    this.#made.set(key, made);
    return made;
  }

  /** Each time from the store: what a finished write said is what counts. */
  async #stored<T extends Resource & { version?: string }>(type: 'CodeSystem' | 'ValueSet' | 'ConceptMap', url: string): Promise<{ version: string | undefined; resource: T; row: string }[]> {
    const { matches } = await this.#store.search(reader(), type, `url=${asValue(url)}&_count=100`);
    return matches.map((match: Stored) => {
      const resource = JSON.parse(match.content) as T;
      return { version: resource.version, resource, row: `${match.type} ${match.version} ${match.updated}` };
    });
  }
}

/** As the value of a search parameter: http://hl7.org/fhir/R4/search.html#escaping */
const asValue = (text: string): string => encodeURIComponent(text.replace(/[\\,$|]/g, (one) => `\\${one}`));

function wholeOf(url: string, source: CodeSystemSource, root: string | undefined): ValueSet {
  return {
    resourceType: 'ValueSet',
    url,
    ...(source.version !== undefined && { version: source.version }),
    name: source.name,
    status: 'active',
    compose: { include: [{ system: source.url, ...(source.version !== undefined && { version: source.version }), ...(root !== undefined && { filter: [{ property: 'concept', op: 'is-a' as const, value: root }] }) }] },
  };
}

/** The version that is asked for, else the newest. */
function pick<T extends { version: string | undefined }>(found: readonly T[], version: string | undefined): T | undefined {
  if (version !== undefined) return found.find((one) => one.version === version);
  return found.toSorted((a, b) => compareVersions(b.version ?? '', a.version ?? ''))[0];
}
