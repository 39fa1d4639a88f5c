import { kindOf, membersOf } from './model.ts';
import { parsePath, PathRefusal, type Path } from './parse-path.ts';
import { localReference, splitReference } from './reference-format.ts';

/**
 * One way through a resource, compiled with the types known, so that running it tests no type: `Observation.value` becomes a way
 * for each type of the choice, each ending in one JSON member.
 */
export interface Way {
  steps: readonly Step[];
  /** Type of what is found at the end. */
  type: string;
}

export type Step = { kind: 'member'; name: string; /** only this item of the array */ at?: number } | { kind: 'where'; test: Test } | { kind: 'compute'; test: Test };

/** A condition on a value; `undefined` is FHIRPath's empty. */
export type Test = (value: unknown) => boolean | undefined;

type Json = Record<string, unknown>;

/**
 * Compiles an expression that starts at `type`. A leading type name (`Patient.name`) is the start itself; `%resource` is refused here, as the
 * caller splits it off. Throws on what lies outside the subset or names an element that does not exist.
 */
export function compilePath(expression: string, type: string): Way[] {
  return waysOf(parsePath(expression), [{ steps: [], type }], expression);
}

function waysOf(path: Path, from: readonly Way[], expression: string): Way[] {
  switch (path.kind) {
    case 'name':
      // the name of the resource's own type, or of what it is derived from
      if (/^[A-Z]/.test(path.name)) return [...from];
      return from.flatMap((way) => member(way, path.name, path.start, expression));
    case 'member':
      return waysOf(path.of, from, expression).flatMap((way) => member(way, path.name, path.start, expression));
    case 'union':
      return path.parts.flatMap((part) => waysOf(part, from, expression));
    case 'index':
      return waysOf(path.of, from, expression).map((way) => at(way, path.at));
    case 'type':
      if (path.operator === 'as') return ofType(waysOf(path.of, from, expression), path.type);
      break;
    case 'call':
      return call(path, path.of ? waysOf(path.of, from, expression) : [...from], expression);
    case 'compare':
      return from.map((way) => ({ steps: [...way.steps, { kind: 'compute', test: testOf(path, way.type, expression) }], type: 'boolean' }));
    case 'variable':
      if (path.name === '$this') return [...from];
  }
  throw outside(path, expression);
}

/** What search parameters are not compiled from; the general library would need the whole resource and 100 times as long. */
function outside(path: Path, expression: string): PathRefusal {
  const what = path.kind === 'call' ? `the function “${path.name}()”` : path.kind === 'variable' ? `“${path.name}”` : path.kind === 'compare' ? `the operator “${path.operator}”` : 'this expression';
  return new PathRefusal(`${what} lies outside the part of FHIRPath that search parameters are compiled from`, path.start ?? 0, expression);
}

function member(way: Way, name: string, start = 0, expression = name): Way[] {
  const members = membersOf(way.type);
  const found: Way[] = [];
  for (const [json, { element, type }] of members) {
    if (element.name === name) found.push({ steps: [...way.steps, { kind: 'member', name: json }], type });
  }
  if (found.length === 0 && kindOf(way.type) !== 'primitive') throw new PathRefusal(`${way.type} has no element “${name}”`, start, expression);
  return found;
}

function at(way: Way, index: number): Way {
  const last = way.steps.at(-1);
  if (last?.kind !== 'member') throw new PathRefusal('an index needs an element before it', 0, '');
  return { ...way, steps: [...way.steps.slice(0, -1), { ...last, at: index }] };
}

/** Types that are a kind of another one (http://hl7.org/fhir/R4/datatypes.html). */
const kinds: Readonly<Record<string, readonly string[]>> = {
  uri: ['url', 'canonical', 'oid', 'uuid'],
  string: ['code', 'id', 'markdown'],
  integer: ['positiveInt', 'unsignedInt'],
  Quantity: ['Age', 'Count', 'Distance', 'Duration', 'MoneyQuantity', 'SimpleQuantity'],
};

function ofType(ways: readonly Way[], type: string): Way[] {
  return ways.filter((way) => way.type === type || kinds[type]?.includes(way.type));
}

function call(path: Path & { kind: 'call' }, ways: readonly Way[], expression: string): Way[] {
  const [first] = path.args;
  switch (path.name) {
    case 'ofType':
    case 'as':
      if (first?.kind === 'name') return ofType(ways, first.name);
      break;
    case 'where':
      if (first) return ways.map((way) => ({ ...way, steps: [...way.steps, { kind: 'where', test: testOf(first, way.type, expression) }] }));
      break;
    case 'extension':
      if (first?.kind === 'literal') {
        const test: Test = (value) => (value as Json).url === first.value;
        return ways.flatMap((way) => member(way, 'extension')).map((way) => ({ ...way, steps: [...way.steps, { kind: 'where', test }] }));
      }
      break;
    case 'first':
      return ways.map((way) => at(way, 0));
    case 'exists':
    case 'empty':
      return ways.map((way) => ({ steps: [...way.steps, { kind: 'compute', test: (value) => (value !== undefined) === (path.name === 'exists') }], type: 'boolean' }));
  }
  throw outside(path, expression);
}

/** A condition as a function of the value it is asked of. */
function testOf(path: Path, type: string, expression: string): Test {
  if (path.kind === 'compare') {
    if (path.operator === 'and' || path.operator === 'or') {
      const left = testOf(path.left, type, expression);
      const right = testOf(path.right, type, expression);
      // three-valued logic, http://hl7.org/fhirpath/N1/#boolean-logic
      const decides = path.operator === 'or';
      return (value) => {
        const one = left(value);
        if (one === decides) return decides;
        const other = right(value);
        return other === decides ? decides : one === undefined || other === undefined ? undefined : !decides;
      };
    }
    const left = waysOf(path.left, [{ steps: [], type }], expression);
    if ((path.operator !== '=' && path.operator !== '!=') || path.right.kind !== 'literal') throw outside(path, expression);
    const { value: wanted } = path.right;
    return (value) => {
      const found = collect(left, value);
      return found.length === 0 ? undefined : (found.length === 1 && found[0] === wanted) === (path.operator === '=');
    };
  }
  if (path.kind === 'type' && path.operator === 'is') {
    const { of, type: wanted } = path;
    if (of.kind === 'call' && of.name === 'resolve' && !of.of) return (value) => referredType(value) === wanted;
    const ways = ofType(waysOf(of, [{ steps: [], type }], expression), wanted);
    return (value) => collect(ways, value).length > 0;
  }
  if (path.kind === 'call' && (path.name === 'exists' || path.name === 'empty' || path.name === 'not') && path.of && path.args.length === 0) {
    if (path.name === 'not') {
      const inner = testOf(path.of, type, expression);
      return (value) => {
        const answer = inner(value);
        return answer === undefined ? undefined : !answer;
      };
    }
    const ways = waysOf(path.of, [{ steps: [], type }], expression);
    return (value) => collect(ways, value).length > 0 === (path.name === 'exists');
  }
  const ways = waysOf(path, [{ steps: [], type }], expression);
  return (value) => {
    const found = collect(ways, value);
    return found.length === 0 ? undefined : found[0] === true;
  };
}

/** The type that a Reference leads to, read from its text: nothing is fetched. */
export function referredType(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { reference, type } = value as { reference?: unknown; type?: unknown };
  if (typeof reference === 'string') {
    const local = localReference(reference);
    if (local) return local.type;
    const absolute = splitReference(reference);
    if (absolute.type) return absolute.type;
  }
  return typeof type === 'string' ? type : undefined;
}

/** Follows the ways from a value and tells each thing found, arrays one by one. */
export function follow(steps: readonly Step[], from: number, value: unknown, found: (value: unknown) => void): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) follow(steps, from, item, found);
    return;
  }
  const step = steps[from];
  if (!step) return found(value);
  if (step.kind === 'member') {
    const next = (value as Json)[step.name];
    follow(steps, from + 1, step.at !== undefined && Array.isArray(next) ? next[step.at] : next, found);
  } else if (step.kind === 'where') {
    if (step.test(value) === true) follow(steps, from + 1, value, found);
  } else {
    const answer = step.test(value);
    if (answer !== undefined) follow(steps, from + 1, answer, found);
  }
}

export function collect(ways: readonly Way[], value: unknown): unknown[] {
  const values: unknown[] = [];
  for (const way of ways) follow(way.steps, 0, value, (one) => values.push(one));
  return values;
}
