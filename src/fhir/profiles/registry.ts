import type { ElementDefinition, StructureDefinition } from '@medplum/fhirtypes';

/** What is known beside the base definitions: shipped profiles, those that the store keeps, those of a request. */
export interface ProfileRegistry {
  /** The definition of a canonical; where it names a version, that very one. Undefined where it is not known. */
  profile(canonical: string): StructureDefinition | undefined;
  /** Codes by system of a value set that a profile binds to; undefined where it cannot be listed. */
  valueSet?(url: string): Readonly<Record<string, readonly string[]>> | undefined;
}

export type Element = ElementDefinition;

/**
 * Whether a definition narrows a type instead of making a new one. Some say “specialization” of a profile: a new type has another name than what
 * it is derived from.
 */
export function isProfile({ derivation, type, baseDefinition }: StructureDefinition): boolean {
  return derivation === 'constraint' || baseDefinition === `http://hl7.org/fhir/StructureDefinition/${type}`;
}

export const noProfiles: ProfileRegistry = { profile: () => undefined };

/** A registry over a list of definitions. */
export function registryOf(definitions: Iterable<StructureDefinition>): ProfileRegistry {
  const byUrl = Map.groupBy(definitions, ({ url }) => url);
  return { profile: (canonical) => byUrl.get(withoutVersion(canonical))?.findLast((definition) => isVersion(definition, canonical)) };
}

/** Asks the registries one after the other. */
export function joinRegistries(...registries: readonly ProfileRegistry[]): ProfileRegistry {
  const firstOf = <T>(ask: (registry: ProfileRegistry) => T | undefined): T | undefined => {
    for (const registry of registries) {
      const found = ask(registry);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { profile: (url) => firstOf((registry) => registry.profile(url)), valueSet: (url) => firstOf((registry) => registry.valueSet?.(url)) };
}

/** Whether a definition may be the one that a canonical means; one without a version may be any (http://hl7.org/fhir/R4/references.html#canonical). */
export function isVersion({ version }: StructureDefinition, canonical: string): boolean {
  const bar = canonical.indexOf('|');
  return bar < 0 || version === undefined || canonical.slice(bar + 1).split('#')[0] === version;
}

export function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
}
