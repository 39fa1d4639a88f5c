import type { Path } from '../parse-path.ts';
import { leadsAnywhere, Node, resourceNode, valueOf, type Accessor, type Item } from './items.ts';

/** What an expression may name besides its focus (http://hl7.org/fhir/R4/fhirpath.html#variables). */
export interface Environment {
  /** The resource that holds the focus, and the one that holds that one where it is contained. */
  resource: unknown;
  rootResource: unknown;
  /** The element that the rule is attached to. */
  context: unknown;
  /** The extension whose `contextInvariant` is asked. */
  extension?: unknown;
  /** What a reference leads to, within the same resource or Bundle. */
  resolve: (reference: string) => unknown;
  /** Items looked at so far: a hostile resource must not make a rule run for minutes. */
  spent: number;
  /** The ids of what a resource contains, once they have been asked for. */
  containedIds?: { of: unknown; ids: ReadonlySet<unknown> };
}

/**
 * One alternative of an expression, with the type of what it finds; a choice of types makes several. `*` is a type known only at run time:
 * then the items are Nodes. `chain` is set where nothing but members lead from the focus, `test` where the answer is a Boolean.
 */
export interface Branch {
  type: string;
  run: (item: Item, environment: Environment) => Item[];
  chain?: readonly Accessor[];
  test?: Test;
}

/** `undefined` is FHIRPath's empty. */
export type Test = (item: Item, environment: Environment) => boolean | undefined;

/** The types that the compiler knows of what is not the focus. */
export interface Known {
  resource: string;
  context: string;
  expression: string;
  /** The compiler itself, for the arguments of functions. */
  compile: (path: Path, focus: readonly Branch[]) => Branch[];
}

export class TooCostly extends Error {}

const most = 20_000_000;

export function spend(environment: Environment, items: number): void {
  environment.spent += items;
  if (environment.spent > most) throw new TooCostly('the resource is too large for the rule');
}

export function focusOf(type: string): Branch[] {
  return [{ type, chain: [], run: (item) => [item] }];
}

export function outside(known: Known, what: string): Error {
  return new Error(`FHIRPath ${what} outside the subset: ${known.expression}`);
}

/** All that the branches find, in one list. */
export function gather(branches: readonly Branch[]): (item: Item, environment: Environment) => Item[] {
  if (branches.length === 1) return branches[0]!.run;
  return (item, environment) => {
    const found: Item[] = [];
    for (const branch of branches) for (const one of branch.run(item, environment)) found.push(one);
    return found;
  };
}

/** The branches as a Boolean: one item that is no Boolean counts as true (http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections). */
export function testOf(branches: readonly Branch[]): Test {
  if (branches.length === 1 && branches[0]!.test) return branches[0]!.test;
  const run = gather(branches);
  return (item, environment) => {
    const found = run(item, environment);
    if (found.length !== 1) return undefined;
    const value = valueOf(found[0]);
    return typeof value === 'boolean' ? value : true;
  };
}

export function booleanBranch(test: Test): Branch {
  return {
    type: 'boolean',
    test,
    run: (item, environment) => {
      const answer = test(item, environment);
      return answer === undefined ? [] : [answer];
    },
  };
}

/** Whether the branches find anything. */
export function existence(branches: readonly Branch[]): (item: Item, environment: Environment) => boolean {
  const tests = branches.map(({ chain, run }) => {
    if (chain && chain.length === 0) return (item: Item) => item !== undefined;
    if (chain) return (item: Item) => leadsAnywhere(item, chain, 0);
    return (item: Item, environment: Environment) => run(item, environment).length > 0;
  });
  if (tests.length === 1) return tests[0]!;
  return (item, environment) => {
    for (const test of tests) if (test(item, environment)) return true;
    return false;
  };
}

/** One branch over what all of them find, typed where they agree. */
export function sameType(branches: readonly Branch[], run: Branch['run']): Branch[] {
  const [first] = branches;
  if (!first) return [];
  if (branches.every(({ type }) => type === first.type)) return [{ type: first.type, run }];
  const wrapped = wrap(branches);
  return [{ type: '*', run: (item, environment) => keepOnly(wrapped(item, environment), run(item, environment)) }];
}

function keepOnly(nodes: readonly Node[], items: readonly Item[]): Node[] {
  const values = new Set(items.map(valueOf));
  return nodes.filter(({ value }) => values.has(value));
}

/** What the branches find as Nodes, so that branches of different types may be one. */
export function wrap(branches: readonly Branch[]): (item: Item, environment: Environment) => Node[] {
  return (item, environment) => branches.flatMap(({ type, run }) => run(item, environment).map((one) => (one instanceof Node ? one : type === '*' ? resourceNode(one) : new Node(type, one))));
}
