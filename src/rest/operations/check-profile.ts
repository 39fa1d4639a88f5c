import type { Resource, StructureDefinition } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { joinRegistries, kartaRegistry, profilesNamed, registryOf, validateProfile, withoutVersion, type ProfileRegistry } from '../../fhir/index.ts';
import type { Issue } from '../../kernel/problem.ts';

/** A profile that asks for more than so many others is checked as far as they go. */
const mostDefinitions = 60;
const core = 'http://hl7.org/fhir/StructureDefinition/';

/** Checks against a profile that Karta ships or that is stored here; undefined where it is neither. */
export async function checkProfile(ctx: Ctx, resource: Resource, profile: string): Promise<readonly Issue[] | undefined> {
  return validateProfile(resource, profile, await registryFor(ctx, profile));
}

/** The shipped profiles, and those stored ones that the named profile leads to. Read with the rights of whoever asks. */
async function registryFor(ctx: Ctx, profile: string): Promise<ProfileRegistry> {
  const stored: StructureDefinition[] = [];
  const wanted = [withoutVersion(profile)];
  const seen = new Set(wanted);
  for (let at = 0; at < wanted.length && stored.length < mostDefinitions; at++) {
    const url = wanted[at]!;
    if (kartaRegistry.profile(url)) continue;
    const { matches } = await ctx.store.search('StructureDefinition', `url=${encodeURIComponent(url)}&_sort=-_lastUpdated&_count=1`);
    const definition = matches[0] && (JSON.parse(matches[0].content) as StructureDefinition);
    if (!definition) continue;
    stored.push(definition);
    for (const next of profilesNamed(definition)) {
      if (seen.has(next) || (next.startsWith(core) && /^[A-Z]\w*$/.test(next.slice(core.length)))) continue;
      seen.add(next);
      wanted.push(next);
    }
  }
  return joinRegistries(kartaRegistry, registryOf(stored));
}
