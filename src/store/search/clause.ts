import { searchParams, shareBuilt } from '../../fhir/index.ts';
import type { SearchParam } from '../../fhir/types.ts';
import { Problem } from '../../kernel/problem.ts';

/** One condition of a search: all must hold; of its values one must (http://hl7.org/fhir/R4/search.html#combining). `name` is as typed. */
export type Clause =
  | { kind: 'param'; param: SearchParam; modifier: string | undefined; values: readonly string[]; name: string }
  | { kind: 'id'; modifier: string | undefined; values: readonly string[]; name: string }
  | { kind: 'updated'; modifier: string | undefined; values: readonly string[]; name: string }
  /** `subject:Patient.name=…` */
  | { kind: 'chain'; param: SearchParam; targetType: string | undefined; rest: string; value: string; name: string }
  /** `_has:Observation:patient:code=…` */
  | { kind: 'has'; type: string; param: SearchParam; rest: string; value: string; name: string }
  | { kind: 'list'; values: readonly string[]; name: string }
  /** Words anywhere in the resource, or in its narrative. */
  | { kind: 'words'; within: 'resource' | 'narrative'; values: readonly string[]; name: string }
  /** `/Patient/1/Observation`: a compartment and its owner. */
  | { kind: 'compartment'; owner: string; id: string; name: string };

export interface Include {
  reverse: boolean;
  /** `*` for every type. */
  type: string;
  param: string;
  targetType: string | undefined;
  iterate: boolean;
}

/** The definition of a parameter that all of the types share. */
export function findParam(types: readonly string[], name: string): SearchParam {
  const [first, ...others] = types.map((type) => readyParam(type, name));
  const unknown = () => new Problem('store.unknown-parameter', { type: types.length > 3 ? '*' : types.join(', '), parameter: name });
  if (!first || others.some((other) => other?.type !== first.type)) throw unknown();
  if (others.length === 0 || first.type !== 'reference') return first;
  return { ...first, targets: [...new Set([first, ...others].flatMap((param) => param!.targets))] };
}

/** Searchable only when every row carries it. */
function readyParam(type: string, name: string): SearchParam | undefined {
  const param = searchParams(type).get(name);
  const share = shareBuilt(type, param ?? name);
  if (share !== undefined) throw new Problem('store.parameter-building', { type, parameter: name, percent: Math.floor(share * 100) });
  return param;
}
