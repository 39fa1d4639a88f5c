import { model } from './model.ts';
import { onOwnParams, ownParams } from './own-params.ts';
import type { SearchParam } from './types.ts';

const maps = new Map<string, ReadonlyMap<string, SearchParam>>();
const none: ReadonlyMap<string, SearchParam> = new Map();
onOwnParams(() => maps.clear());

/**
 * The search parameters of a type by name: those of R4, the common ones (`_id`, `_tag` …) included, and those defined here whose rows are
 * all brought up. Empty for an unknown type.
 */
export function searchParams(type: string): ReadonlyMap<string, SearchParam> {
  const known = maps.get(type);
  if (known) return known;
  const params = standardParams(type);
  if (!params) return none;
  const { params: own, building } = ownParams();
  const ready = (own[type] ?? []).filter(({ name }) => !building.has(`${type}.${name}`));
  const map = new Map([...params, ...ready].map((param) => [param.name, param]));
  maps.set(type, map);
  return map;
}

/** What the standard defines for a type; undefined for an unknown one. */
export function standardParams(type: string): readonly SearchParam[] | undefined {
  return Object.hasOwn(model().search, type) ? model().search[type] : undefined;
}
