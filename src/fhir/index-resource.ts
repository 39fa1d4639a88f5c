import { defaultZone } from './dates.ts';
import { extractorFor, type Extract, type Extraction } from './extract-values.ts';
import { model } from './model.ts';
import { onOwnParams, ownParams } from './own-params.ts';
import { impliedSystem } from './param-keeping.ts';
import { compilePath, follow, type Step } from './path.ts';
import { searchParams } from './search-params.ts';
import type { IndexEntry, SearchParam } from './types.ts';

/** A compiled extraction: the rest of the way after its first member, and what reads the value at its end. */
interface Reading {
  steps: readonly Step[];
  from: number;
  extract: Extract;
}

interface Plan {
  /** By the first member of the way: what the resource does not have costs nothing. */
  byMember: ReadonlyMap<string, readonly Reading[]>;
  /** What is asked of the resource as a whole. */
  always: readonly Reading[];
  composites: readonly CompositePlan[];
}

interface CompositePlan {
  param: string;
  /** Where a composite is looked for (the resource, its components), each with what is read there. */
  contexts: readonly { steps: readonly Step[]; components: readonly { fromResource: boolean; readings: readonly Reading[] }[] }[];
}

export interface IndexOptions {
  /** IANA zone for dates without one. */
  zone?: string;
  /** False: without the composite parameters, whose parts are read by parameters of their own. */
  composites?: boolean;
}

const plans = new Map<string, Plan>();
onOwnParams(() => plans.clear());
const notIndexed = new Set(['_id', '_lastUpdated']);

function planOf(type: string): Plan {
  const known = plans.get(type);
  if (known) return known;
  const byMember = new Map<string, Reading[]>();
  const always: Reading[] = [];
  const composites: CompositePlan[] = [];
  for (const param of [...(model().search[type] ?? []), ...(ownParams().params[type] ?? [])]) {
    if (notIndexed.has(param.name)) continue;
    if (param.type === 'composite') {
      composites.push(compositeOf(param, type));
      continue;
    }
    for (const { steps, extract } of readingsOf(param.expression, type, param)) {
      const first = steps[0];
      if (first?.kind === 'member' && first.at === undefined) {
        const readings = byMember.get(first.name);
        const reading = { steps, from: 1, extract };
        if (readings) readings.push(reading);
        else byMember.set(first.name, [reading]);
      } else always.push({ steps, from: 0, extract });
    }
  }
  const plan = { byMember, always, composites };
  plans.set(type, plan);
  return plan;
}

function readingsOf(expression: string, type: string, param: Pick<SearchParam, 'name' | 'type' | 'targets'>): Reading[] {
  const readings: Reading[] = [];
  const ways = new Set<string>();
  for (const way of compilePath(expression, type)) {
    const extract = extractorFor(param.type, way.type, param.name, param.targets, impliedSystem(way, type));
    // the same way twice comes from unions that overlap
    const key = JSON.stringify(way.steps.map((step) => (step.kind === 'member' ? [step.name, step.at] : readings.length)));
    if (!extract || ways.has(key)) continue;
    ways.add(key);
    readings.push({ steps: way.steps, from: 0, extract });
  }
  return readings;
}

/** Does the expression lead to anything that the parameter can read? Throws where it cannot be compiled. */
export function canRead(expression: string, type: string, param: Pick<SearchParam, 'name' | 'type' | 'targets'>): boolean {
  return readingsOf(expression, type, param).length > 0;
}

function compositeOf(param: SearchParam, type: string): CompositePlan {
  const contexts = compilePath(param.expression, type).map((way) => ({
    steps: way.steps,
    components: param.components.map((component) => {
      const fromResource = component.expression.startsWith('%resource.');
      const expression = fromResource ? component.expression.slice('%resource.'.length) : component.expression;
      return { fromResource, readings: readingsOf(expression, fromResource ? type : way.type, { name: component.param, type: component.type, targets: [] }) };
    }),
  }));
  return { param: param.name, contexts };
}

/**
 * What search reads from a resource: entries for every search parameter of its type but `_id` and `_lastUpdated`. The resource must be
 * valid (`validateResource`): types are not looked at again.
 */
export function indexResource(resource: { resourceType: string }, options: IndexOptions = {}): IndexEntry[] {
  const plan = planOf(resource.resourceType);
  const members = resource as unknown as Readonly<Record<string, unknown>>;
  const out: IndexEntry[] = [];
  const into: Extraction = { zone: options.zone ?? defaultZone, out };
  for (const name in members) {
    const readings = plan.byMember.get(name);
    if (readings) for (const reading of readings) read(reading, members[name], into);
  }
  for (const reading of plan.always) read(reading, resource, into);
  if (options.composites !== false) for (const composite of plan.composites) readComposite(composite, members, into);
  return out;
}

/** The same for one parameter alone: what an include follows, what a page is sorted by. */
export function indexParam(resource: { resourceType: string }, name: string, options: IndexOptions = {}): IndexEntry[] {
  const { resourceType: type } = resource;
  let byName = readers.get(type);
  if (!byName) readers.set(type, (byName = new Map()));
  let readings = byName.get(name);
  if (!readings) {
    const param = searchParams(type).get(name);
    byName.set(name, (readings = param && param.type !== 'composite' && !notIndexed.has(name) ? readingsOf(param.expression, type, param) : []));
  }
  const out: IndexEntry[] = [];
  const into: Extraction = { zone: options.zone ?? defaultZone, out };
  for (const reading of readings) read(reading, resource, into);
  return out;
}
const readers = new Map<string, Map<string, readonly Reading[]>>();

function read({ steps, from, extract }: Reading, value: unknown, into: Extraction): void {
  follow(steps, from, value, (found) => extract(found as never, into));
}

function readComposite({ param, contexts }: CompositePlan, resource: Readonly<Record<string, unknown>>, into: Extraction): void {
  for (const { steps, components } of contexts) {
    follow(steps, 0, resource, (value) => {
      const parts: IndexEntry[][] = [];
      for (const component of components) {
        const part: IndexEntry[] = [];
        const partial = { zone: into.zone, out: part };
        for (const reading of component.readings) read(reading, component.fromResource ? resource : value, partial);
        if (part.length === 0) return;
        parts.push(part);
      }
      into.out.push({ kind: 'composite', param, parts });
    });
  }
}
