import type { StructureDefinition } from '@medplum/fhirtypes';
import { isDeepStrictEqual } from 'node:util';
import type { Ctx } from '../access/index.ts';
import type { Tail } from '../events/index.ts';
import { kartaProfiles, makeSnapshot, standardDefinition } from '../fhir/index.ts';
import type { Store } from '../store/index.ts';

/** Karta's profiles stand in the store too, with their snapshots, so that integrators read them by the API as any other. Written where they are another than shipped. */
export async function keepProfiles(ctx: Ctx): Promise<void> {
  const stored = new Map((await ctx.store.readMany(kartaProfiles.map(({ id }) => `StructureDefinition/${id}`))).map(({ id, content }) => [id, content]));
  const shipped = (url: string) => kartaProfiles.find((profile) => profile.url === url);
  const find = async (canonical: string): Promise<StructureDefinition | undefined> => shipped(canonical) ?? standardDefinition(canonical);
  const changed: StructureDefinition[] = [];
  for (const profile of kartaProfiles) {
    const known = stored.get(profile.id!);
    if (known !== undefined) {
      const { meta: _meta, snapshot: _snapshot, ...rest } = JSON.parse(known) as StructureDefinition;
      if (isDeepStrictEqual(rest, profile)) continue;
    }
    changed.push({ ...profile, snapshot: { element: await makeSnapshot(profile, find) } });
  }
  if (changed.length > 0) await ctx.store.write(changed.map((resource) => ({ method: 'update', resource })));
}

/** What another process writes of profiles and value sets counts here as soon as the feed has told of it. */
export async function followDefinitions(store: Store, tail: Tail): Promise<void> {
  const defining = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem']);
  await tail.subscribe((changes) => {
    if (changes.some(({ type }) => defining.has(type))) store.profiles.forget();
  });
}
