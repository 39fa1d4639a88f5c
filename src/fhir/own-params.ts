import { resourceTypes } from './resource-types.ts';
import type { SearchParam, SearchParamType } from './types.ts';

/**
 * The search parameters that users of this installation have defined, and how far the rows are brought up to them. One value, replaced as a
 * whole: what is extracted with it and the generation that the row is stamped with can never belong to different sets.
 */
export interface OwnParams {
  /** Index generation of the database: what a row is stamped with that is extracted with this set. */
  readonly generation: number;
  /** By resource type: what is extracted. */
  readonly params: Readonly<Record<string, readonly SearchParam[]>>;
  /** `Type.name` of those that are being built, each with the share of rows done, 0 to 1: not searchable yet. */
  readonly building: ReadonlyMap<string, number>;
  /** Kinds of the standard's parameters that this version of Karta extracts anew, with the share of rows done. */
  readonly renewing: ReadonlyMap<SearchParamType, number>;
}

let current: OwnParams = { generation: 0, params: {}, building: new Map(), renewing: new Map() };
const listeners = new Set<() => void>();

/** What is extracted and searched by from now on in this process. */
export function installOwnParams(next: OwnParams): void {
  current = next;
  for (const changed of listeners) changed();
}

export function ownParams(): OwnParams {
  return current;
}

/** For caches of what is made from the parameters. */
export function onOwnParams(changed: () => void): void {
  listeners.add(changed);
}

/** The share of rows done where a parameter is still being built, else undefined. */
export function shareBuilt(type: string, param: Pick<SearchParam, 'name' | 'type'> | string): number | undefined {
  const name = typeof param === 'string' ? param : param.name;
  return current.building.get(`${type}.${name}`) ?? (typeof param === 'string' ? undefined : current.renewing.get(param.type));
}

/** The types that a `base` means: `Resource` and `DomainResource` are all. */
export function typesOfBase(base: string): readonly string[] {
  return base === 'Resource' || base === 'DomainResource' ? resourceTypes : [base];
}
