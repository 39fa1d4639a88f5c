import type { Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { Stored } from '../../store/types.ts';

type Of<T extends Resource['resourceType']> = Extract<Resource, { resourceType: T }> & { id: string };

export function parsed<T extends Resource['resourceType']>(stored: Stored): Of<T> {
  return JSON.parse(stored.content) as Of<T>;
}

export async function readOne<T extends Resource['resourceType']>(ctx: Ctx, type: T, id: string): Promise<Of<T>> {
  return parsed<T>(await ctx.store.read(type, id));
}

/** `Practitioner/1` as the resource; undefined where it is absent or not for this caller. */
export async function readReference<T extends Resource['resourceType']>(ctx: Ctx, type: T, reference: string | undefined): Promise<Of<T> | undefined> {
  if (!reference?.startsWith(`${type}/`)) return undefined;
  const [stored] = await ctx.store.readMany([reference]);
  return stored && parsed<T>(stored);
}

export async function findAll<T extends Resource['resourceType']>(ctx: Ctx, type: T, query: string): Promise<Of<T>[]> {
  return (await ctx.store.search(type, query)).matches.map((stored) => parsed<T>(stored));
}

export const idOf = (reference: string): string => reference.slice(reference.indexOf('/') + 1);
