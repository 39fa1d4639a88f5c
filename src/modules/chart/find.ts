import type { ExtractResource, Practitioner, PractitionerRole, ResourceType } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { Stored } from '../../store/types.ts';
import { shortNameOf } from './person.ts';

type Of<T extends ResourceType> = ExtractResource<T> & { id: string };

export const parsed = <T extends ResourceType>(stored: Stored): Of<T> => JSON.parse(stored.content) as Of<T>;

/** One page of a search, parsed. */
export async function find<T extends ResourceType>(ctx: Ctx, type: T, query: string): Promise<Of<T>[]> {
  return (await ctx.store.search(type, query)).matches.map((stored) => parsed<T>(stored));
}

/** Two years: as far back as a line of measurements is looked at every day. */
export const recentDays = 730;

/**
 * The newest of what a person has: looked for in the last years first, since of a thousand visits only those are shown; with few found, in the
 * whole life.
 */
export async function findNewest<T extends ResourceType>(ctx: Ctx, type: T, query: string, { since, enough, most }: { since: string; enough: number; most: number }): Promise<Of<T>[]> {
  const recent = await find(ctx, type, `${query}&date=ge${since}&_sort=-date&_count=${most}`);
  return recent.length >= enough ? recent : find(ctx, type, `${query}&_sort=-date&_count=${most}`);
}

export async function count(ctx: Ctx, type: ResourceType, query: string): Promise<number> {
  return (await ctx.store.search(type, `${query}&_summary=count`)).total ?? 0;
}

/** Many by reference, in a map; what is absent or not allowed is left out. */
export async function readMap<T extends ResourceType>(ctx: Ctx, references: Iterable<string | undefined>): Promise<Map<string, Of<T>>> {
  const wanted = [...new Set([...references].filter((each) => each !== undefined))];
  const found = wanted.length > 0 ? await ctx.store.readMany(wanted) : [];
  return new Map(found.map((stored) => [`${stored.type}/${stored.id}`, parsed<T>(stored)]));
}

/**
 * Short names of staff by reference, `Practitioner/…` or `PractitionerRole/…`. Read on behalf of Karta: a patient may know who treated him
 * and not the rest of the directory.
 */
export async function staffNames(ctx: Ctx, references: Iterable<string | undefined>): Promise<Map<string, string>> {
  const system = ctx.asSystem();
  const wanted = [...new Set([...references].filter((each) => each !== undefined && /^Practitioner(Role)?\//.test(each)))];
  const posts = await readMap<'PractitionerRole'>(system, wanted.filter((each) => each!.startsWith('PractitionerRole/')));
  const people = await readMap<'Practitioner'>(system, [...wanted.filter((each) => each!.startsWith('Practitioner/')), ...[...posts.values()].map((post: PractitionerRole) => post.practitioner?.reference)]);
  const nameOf = (reference: string | undefined) => {
    const person: Practitioner | undefined = people.get(reference ?? '');
    return person ? shortNameOf(person.name) : undefined;
  };
  const named = new Map<string, string>();
  for (const each of wanted) {
    const name = nameOf(each) ?? nameOf(posts.get(each!)?.practitioner?.reference);
    if (name) named.set(each!, name);
  }
  return named;
}
