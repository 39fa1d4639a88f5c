import type { ElementDefinition, StructureDefinition } from '@medplum/fhirtypes';

/** What is known beside the base definitions: shipped profiles, those that the store keeps, those of a request. */
export interface ProfileRegistry {
  /** The definition of a canonical URL without its version; undefined where it is not known. */
  profile(url: string): StructureDefinition | undefined;
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
  const byUrl = new Map([...definitions].map((definition) => [definition.url, definition]));
  return { profile: (url) => byUrl.get(withoutVersion(url)) };
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

export function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
}
