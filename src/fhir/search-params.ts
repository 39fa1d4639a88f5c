import { model } from './model.ts';
import type { SearchParam } from './types.ts';

const maps = new Map<string, ReadonlyMap<string, SearchParam>>();
const none: ReadonlyMap<string, SearchParam> = new Map();

/** The R4 search parameters of a type by name, the common ones (`_id`, `_tag` …) included; empty for an unknown type. */
export function searchParams(type: string): ReadonlyMap<string, SearchParam> {
  const known = maps.get(type);
  if (known) return known;
  const params = Object.hasOwn(model().search, type) ? model().search[type]! : undefined;
  if (!params) return none;
  const map = new Map(params.map((param) => [param.name, param]));
  maps.set(type, map);
  return map;
}
