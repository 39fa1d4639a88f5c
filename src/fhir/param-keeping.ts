import { membersOf, model } from './model.ts';
import { compilePath, type Way } from './path.ts';
import { standardParams } from './search-params.ts';
import type { SearchParam } from './types.ts';

/** What an index need not keep of a search parameter, because another one keeps it or the definitions tell it. */
export interface Keeping {
  /** Parameters of the type whose values together are this one's: itself alone where no other has them. */
  sources: readonly string[];
  /** Of the source's values only what leads to this type: `patient` is `subject` where that is a Patient. */
  target?: string;
  /** Every valid resource has a value. */
  always: boolean;
  /** Every value is a code of this one system, which has these codes. */
  bound?: { system: string; codes: readonly string[] };
  /** Another parameter is this one as far as it leads to a type. */
  narrowed: boolean;
  /** Defined by the standard. */
  standard: boolean;
}

/** Whose values may be kept by another; dates have columns and a table whose meaning hangs on the parameter. */
const shared = new Set<SearchParam['type']>(['token', 'reference', 'string', 'number', 'quantity', 'uri']);

const known = new Map<string, Map<string, Keeping>>();
/** What is defined here, and what no type has: kept by itself. */
const itself = (name: string): Keeping => ({ sources: [name], always: false, narrowed: false, standard: false });

/** Of the standard's parameters alone: what is defined later must not change where rows keep what. */
export function keepingOf(type: string, name: string): Keeping {
  let keepings = known.get(type);
  if (!keepings) known.set(type, (keepings = keepingsOf(type)));
  return keepings.get(name) ?? itself(name);
}

interface Described {
  param: SearchParam;
  /** Of each way the JSON members and the type at its end; undefined where a way does more than lead to an element. */
  ways: ReadonlySet<string> | undefined;
  target?: string;
}

function keepingsOf(type: string): Map<string, Keeping> {
  const described = (standardParams(type) ?? []).filter((param) => shared.has(param.type)).map((param) => describe(param, type));
  const plain = described.filter(({ ways, target }) => ways && target === undefined);
  const keepings = new Map<string, Keeping>(described.map((one) => {
    const { param } = one;
    const compiled = compilePath(param.expression, type);
    const sources = sourcesOf(one, plain);
    const bound = boundOf(compiled, type);
    return [param.name, { sources, narrowed: false, standard: true, always: one.target === undefined && isAlways(compiled, type), ...(one.target !== undefined && sources[0] !== param.name && { target: one.target }), ...(bound && { bound }) }];
  }));
  for (const { target, sources } of keepings.values()) if (target !== undefined) keepings.get(sources[0]!)!.narrowed = true;
  return keepings;
}

function describe(param: SearchParam, type: string): Described {
  const target = targetOf(param);
  const ways = compilePath(param.expression, type).map(({ steps, type: end }) => {
    const path = target === undefined ? steps : steps.slice(0, -1);
    return path.every((step) => step.kind === 'member' && step.at === undefined) ? [...path.map((step) => (step.kind === 'member' ? step.name : '')), end].join(' ') : undefined;
  });
  return { param, ways: ways.includes(undefined) ? undefined : new Set(ways as string[]), ...(target !== undefined && { target }) };
}

/** The type that every part of an expression asks its reference to lead to: `….where(resolve() is Patient)`. */
function targetOf({ expression }: SearchParam): string | undefined {
  const asked = expression.split('|').map((part) => /\.where\(resolve\(\) is (\w+)\)\)?\s*$/.exec(part)?.[1]);
  return asked.every((one) => one !== undefined && one === asked[0]) ? asked[0] : undefined;
}

function sourcesOf({ param, ways, target }: Described, plain: readonly Described[]): string[] {
  if (!ways) return [param.name];
  const alike = plain.filter((one) => one.param.type === param.type);
  const same = alike.filter((one) => one.ways!.size === ways.size && [...ways].every((way) => one.ways!.has(way)));
  // of several with the same values the first one keeps them
  const [first] = same;
  if (first && first.param !== param) return [first.param.name];
  if (target !== undefined) return [param.name];
  const parts: Described[] = [];
  const left = new Set(ways);
  for (const one of alike.toSorted((a, b) => b.ways!.size - a.ways!.size)) {
    if (one.ways!.size === ways.size || ![...one.ways!].every((way) => left.has(way))) continue;
    parts.push(one);
    for (const way of one.ways!) left.delete(way);
  }
  return left.size === 0 && parts.length > 0 ? parts.map((one) => one.param.name) : [param.name];
}

function isAlways(ways: readonly Way[], type: string): boolean {
  const [way, ...more] = ways;
  const [step, ...further] = way?.steps ?? [];
  if (more.length > 0 || further.length > 0 || step?.kind !== 'member') return false;
  const element = membersOf(type).get(step.name)?.element;
  return element !== undefined && element.min > 0 && !element.choice;
}

function boundOf(ways: readonly Way[], type: string): Keeping['bound'] {
  const all = ways.map((way) => boundCodes(way, type));
  const [first] = all;
  return first && all.every((one) => one?.system === first.system) ? { system: first.system, codes: [...new Set(all.flatMap((one) => one!.codes))] } : undefined;
}

/** The code system of a `code` that is bound to a value set of one system (http://hl7.org/fhir/R4/search.html#token). */
export function impliedSystem(way: Way, root: string): string | undefined {
  return boundCodes(way, root)?.system;
}

function boundCodes(way: Way, root: string): { system: string; codes: readonly string[] } | undefined {
  let type = root;
  let valueSet: string | undefined;
  for (const step of way.steps) {
    if (step.kind !== 'member') continue;
    const member = membersOf(type).get(step.name);
    if (!member) return undefined;
    type = member.type;
    valueSet = member.element.valueSet;
  }
  if (way.type !== 'code' || !valueSet) return undefined;
  const [only, ...others] = Object.entries(model().valueSets[valueSet] ?? {});
  return only && others.length === 0 ? { system: only[0], codes: only[1] } : undefined;
}
