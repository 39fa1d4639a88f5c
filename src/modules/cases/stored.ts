import type { HumanName, Patient, Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Stored } from '../../store/types.ts';
import type { Person } from './contract.ts';

export type Of<T extends Resource['resourceType']> = Extract<Resource, { resourceType: T }> & { id: string };

export const parsed = <T extends Resource['resourceType']>(stored: Stored): Of<T> => JSON.parse(stored.content) as Of<T>;
export const idOf = (reference: string): string => reference.slice(reference.indexOf('/') + 1);

/** An absent or closed resource answers in this module's words. */
export async function readCaseResource(ctx: Ctx, id: string): Promise<{ episode: Of<'EpisodeOfCare'>; version: number }> {
  const [stored] = await ctx.store.readMany([`EpisodeOfCare/${id}`]);
  if (!stored) throw new Problem('cases.not-found');
  return { episode: parsed<'EpisodeOfCare'>(stored), version: stored.version };
}

const piece = 50;

/** Every match of a search, page by page. */
export async function findAll<T extends Resource['resourceType']>(ctx: Ctx, type: T, query: string): Promise<Of<T>[]> {
  const found: Of<T>[] = [];
  let cursor: string | undefined;
  do {
    const page = await ctx.store.search(type, `${query}&_count=1000${cursor ? `&_cursor=${encodeURIComponent(cursor)}` : ''}`);
    found.push(...page.matches.map((stored) => parsed<T>(stored)));
    cursor = page.next;
  } while (cursor);
  return found;
}

/** The same for a long list of references, asked in pieces. */
export async function findFor<T extends Resource['resourceType']>(ctx: Ctx, type: T, param: string, references: readonly string[], more = ''): Promise<Of<T>[]> {
  const all = [...new Set(references)];
  const found: Of<T>[] = [];
  for (let at = 0; at < all.length; at += piece) found.push(...(await findAll(ctx, type, `${param}=${all.slice(at, at + piece).join(',')}${more}`)));
  return found;
}

export async function readAll<T extends Resource['resourceType']>(ctx: Ctx, type: T, references: readonly (string | undefined)[]): Promise<Map<string, Of<T>>> {
  const wanted = [...new Set(references)].filter((reference): reference is string => reference?.startsWith(`${type}/`) ?? false);
  const found = new Map<string, Of<T>>();
  for (let at = 0; at < wanted.length; at += 500) {
    for (const stored of await ctx.store.readMany(wanted.slice(at, at + 500))) found.set(`${stored.type}/${stored.id}`, parsed<T>(stored));
  }
  return found;
}

const usual = (names: readonly HumanName[] | undefined) => names?.find((name) => name.use === 'official') ?? names?.[0];

/** «Иванова Мария Петровна» */
export function fullName(names: readonly HumanName[] | undefined): string {
  const name = usual(names);
  return [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ') || (name?.text ?? '');
}

/** «Иванова М. П.», with spaces that do not break */
export function shortName(names: readonly HumanName[] | undefined): string {
  const name = usual(names);
  if (!name?.family) return fullName(names);
  return [name.family, ...(name.given ?? []).filter(Boolean).map((part) => `${[...part][0]!.toUpperCase()}.`)].join('\u00a0');
}

export function personOf(id: string, patient: Patient | undefined): Person {
  return { id, name: fullName(patient?.name), shortName: shortName(patient?.name), birthDate: patient?.birthDate ?? '', sex: patient?.gender ?? 'unknown' };
}
