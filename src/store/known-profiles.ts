import type { Resource, StructureDefinition } from '@medplum/fhirtypes';
import type { Sql } from '../db/types.ts';
import { isProfile, isVersion, joinRegistries, judgeDefinition, kartaRegistry, standardRegistry, validateResource, withoutVersion, type ProfileRegistry, type ValidateOptions } from '../fhir/index.ts';
import type { Issue } from '../kernel/problem.ts';
import type { TokenHasher } from './token-hash.ts';
import { typeNumber } from './type-number.ts';
import type { CodeLookup, KnownProfiles } from './types.ts';
import { bigints } from './values.ts';

type Codes = Readonly<Record<string, readonly string[]>>;

/** A resource may name any number of canonicals; so many new ones are looked up for it. */
const mostAsked = 300;
/** Canonicals that are remembered, those that lead nowhere among them. */
const mostRemembered = 3000;
/** Profiles lead to profiles, in so many steps. */
const mostRounds = 8;

/**
 * Stored definitions in memory. They are looked up when a resource first names them and kept until the feed tells that a definition was
 * written: a write by this process is seen by its next one, a write elsewhere as soon as the feed has told of it.
 */
export function openProfiles({ db, hasher, codes }: { db: Sql; hasher: TokenHasher; codes: CodeLookup | undefined }): KnownProfiles {
  let age = 0;
  let definitions = new Map<string, StructureDefinition | undefined>();
  let sets = new Map<string, Codes | undefined>();
  let extensions: Promise<readonly string[]> | undefined;
  const wanted = { definitions: new Set<string>(), sets: new Set<string>() };
  const stored: ProfileRegistry = {
    profile(canonical) {
      if (!definitions.has(canonical) && wanted.definitions.size < mostAsked) wanted.definitions.add(canonical);
      return definitions.get(canonical);
    },
    valueSet(url) {
      if (codes && !sets.has(url) && wanted.sets.size < mostAsked) wanted.sets.add(url);
      return sets.get(url);
    },
  };
  const registry = joinRegistries(kartaRegistry, standardRegistry, stored);

  const look = async (): Promise<void> => {
    const before = age;
    const [urls, canonicals] = [[...wanted.definitions], [...wanted.sets]];
    wanted.definitions.clear();
    wanted.sets.clear();
    const [found, listed] = await Promise.all([readDefinitions(db, hasher, urls), Promise.all(canonicals.map(async (canonical) => [canonical, bySystem(await codes!.members(canonical))] as const))]);
    // what was read while a definition was written may be the former one
    if (before !== age) return;
    if (definitions.size + sets.size > mostRemembered) [definitions, sets] = [new Map(), new Map()];
    for (const url of urls) definitions.set(url, found.get(url));
    for (const [canonical, members] of listed) sets.set(canonical, members);
  };
  const isSettled = () => wanted.definitions.size === 0 && wanted.sets.size === 0;
  const check = (resource: Resource, options: ValidateOptions): Issue[] => {
    const issues = validateResource(resource, { ...options, registry });
    if (resource.resourceType === 'StructureDefinition' && options.invariants !== false && issues.every(({ severity }) => severity !== 'error')) issues.push(...judgeDefinition(resource, registry));
    return issues;
  };
  const settle = async <T>(ask: () => T): Promise<T> => {
    for (let round = 0; round < mostRounds && !isSettled(); round++) {
      await look();
      ask();
    }
    wanted.definitions.clear();
    wanted.sets.clear();
    return ask();
  };

  return {
    validate(resource, options = {}) {
      const issues = check(resource, options);
      return isSettled() ? issues : settle(() => check(resource, options));
    },
    find(canonical) {
      const ask = () => registry.profile(canonical);
      ask();
      return settle(ask);
    },
    extensions() {
      return (extensions ??= readExtensions(db, hasher).catch((error: unknown) => {
        extensions = undefined;
        throw error;
      }));
    },
    forget() {
      age++;
      extensions = undefined;
      definitions = new Map();
      sets = new Map();
    },
  };
}

/** The newest of each canonical that is not retired; where it names a version, of that one. */
async function readDefinitions(db: Sql, hasher: TokenHasher, canonicals: readonly string[]): Promise<Map<string, StructureDefinition>> {
  const found = new Map<string, StructureDefinition>();
  if (canonicals.length === 0) return found;
  const urls = new Set(canonicals.map(withoutVersion));
  const of = hasher.of('StructureDefinition', 'url');
  const rows = await db.query<{ content: string }>(`select content from resource where type = $1 and not deleted and tokens && $2::bigint[] order by updated`, [typeNumber('StructureDefinition'), bigints([...urls].map((url) => of.token('uri', url)))]);
  for (const { content } of rows) {
    const definition = JSON.parse(content) as StructureDefinition;
    if (definition.status === 'retired' || !isProfile(definition)) continue;
    for (const canonical of canonicals) if (withoutVersion(canonical) === definition.url && isVersion(definition, canonical)) found.set(canonical, definition);
  }
  return found;
}

async function readExtensions(db: Sql, hasher: TokenHasher): Promise<string[]> {
  const type = hasher.of('StructureDefinition', 'type').token('uri', 'Extension');
  const rows = await db.query<{ url: string }>(`select content::jsonb ->> 'url' as url from resource where type = $1 and not deleted and tokens && $2::bigint[]`, [typeNumber('StructureDefinition'), bigints([type])]);
  return rows.flatMap(({ url }) => (kartaRegistry.profile(url) || standardRegistry.profile(url) ? [] : [url]));
}

function bySystem(members: readonly { system: string; code: string }[] | undefined): Codes | undefined {
  if (!members) return undefined;
  const codes: Record<string, string[]> = {};
  for (const { system, code } of members) (codes[system] ??= []).push(code);
  return codes;
}
