import type { Path } from '../parse-path.ts';
import { booleanBranch, existence, focusOf, gather, outside, sameType, spend, testOf, wrap, type Branch, type Environment, type Known, type Test } from './branch.ts';
import { childrenOf, descendantsOf, follow, isObject, Node, resourceNode, valueOf, type Item } from './items.ts';
import { isType, ofType, resolvedFrom } from './kinds.ts';
import { callText } from './text-functions.ts';
import { allDistinct, distinctItems, includesItem } from './values.ts';

type Call = Path & { kind: 'call' };

/** A function asked of the branches before it; `outer` is the focus in which its arguments are read where they ask nothing of an item. */
export function callFunction(call: Call, of: readonly Branch[], outer: readonly Branch[], known: Known): Branch[] {
  const { name, args } = call;
  const all = gather(of);
  const [first] = args;
  const condition = () => of.map((branch) => ({ run: branch.run, test: testOf(known.compile(first!, focusOf(branch.type))) }));
  switch (name) {
    case 'exists':
    case 'empty': {
      const found = existence(first ? where(of, condition()) : of);
      return [booleanBranch(name === 'exists' ? found : (item, environment) => !found(item, environment))];
    }
    case 'not': {
      const test = testOf(of);
      return [booleanBranch((item, environment) => negated(test(item, environment)))];
    }
    case 'hasValue':
      return [booleanBranch((item, environment) => {
        const found = all(item, environment);
        return found.length === 1 && valueOf(found[0]) !== undefined && typeof valueOf(found[0]) !== 'object';
      })];
    case 'getValue':
      return of.filter(({ type }) => type !== '*').map(({ type, run }) => ({ type, run: (item, environment) => run(item, environment).map(valueOf).filter((value) => value !== undefined) }));
    case 'where':
      if (first) return where(of, condition());
      break;
    case 'all':
      if (first) return [booleanBranch(everyItem(condition()))];
      break;
    case 'select':
      if (first) return of.flatMap((branch) => select(branch, known.compile(first, focusOf(branch.type))));
      break;
    case 'repeat':
      if (first) return repeat(of, first, known);
      break;
    case 'extension':
      if (first?.kind === 'literal') return where(known.compile({ kind: 'member', of: { kind: 'variable', name: '$this' }, name: 'extension' }, of), [{ test: (item) => (valueOf(item) as { url?: unknown }).url === first.value }]);
      break;
    case 'ofType':
    case 'as':
      if (first) return ofType(of, typeNameOf(first, known));
      break;
    case 'is':
      if (first) return [isType(call.of ?? call, of, typeNameOf(first, known))];
      break;
    case 'resolve':
      return [resolve(of)];
    case 'children':
      return [{ type: '*', run: (item, environment) => collectNodes(of, item, environment, childrenOf) }];
    case 'descendants':
      return [{ type: '*', run: (item, environment) => collectNodes(of, item, environment, descendantsOf) }];
    case 'trace':
      return [...of];
    case 'iif':
      return choose(args, of, known);
    case 'count':
      // equal items of a union count once; elsewhere nobody can tell them apart
      if (call.of?.kind === 'union' || (call.of?.kind === 'call' && call.of.name === 'union')) return [{ type: 'integer', run: (item, environment) => [distinctItems(all(item, environment)).length] }];
      return [{ type: 'integer', run: (item, environment) => [all(item, environment).length] }];
    case 'isDistinct':
      return [booleanBranch((item, environment) => {
        const items = all(item, environment);
        spend(environment, items.length);
        return allDistinct(items);
      })];
    case 'distinct':
      return sameType(of, (item, environment) => distinctItems(all(item, environment)));
    case 'first':
      if (of.length === 1 && of[0]!.chain && of[0]!.chain.length > 0) return [firstAlong(of[0]!)];
      return sameType(of, (item, environment) => all(item, environment).slice(0, 1));
    case 'last':
      return sameType(of, (item, environment) => all(item, environment).slice(-1));
    case 'tail':
      return sameType(of, (item, environment) => all(item, environment).slice(1));
    case 'single':
      return sameType(of, (item, environment) => (all(item, environment).length === 1 ? all(item, environment) : []));
    case 'take':
    case 'skip':
      if (first?.kind === 'literal') return sameType(of, (item, environment) => (name === 'take' ? all(item, environment).slice(0, Number(first.value)) : all(item, environment).slice(Number(first.value))));
      break;
    case 'allTrue':
    case 'allFalse':
    case 'anyTrue':
    case 'anyFalse': {
      const wanted = name.endsWith('True');
      const every = name.startsWith('all');
      return [booleanBranch((item, environment) => {
        const answers = all(item, environment).map((one) => valueOf(one) === wanted);
        return every ? answers.every(Boolean) : answers.some(Boolean);
      })];
    }
    case 'combine':
    case 'union':
      if (first) return [...of, ...known.compile(first, outer)];
      break;
    case 'intersect':
    case 'exclude':
    case 'subsetOf':
    case 'supersetOf':
      if (first) return setFunction(name, of, gather(known.compile(first, outer)));
      break;
  }
  const textual = callText(call, of, outer, known);
  if (textual) return [textual];
  throw outside(known, `${name}()`);
}

function negated(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

function typeNameOf(path: Path, known: Known): string {
  if (path.kind === 'name') return path.name;
  if (path.kind === 'member' && path.of.kind === 'name') return `${path.of.name}.${path.name}`;
  throw outside(known, 'a type');
}

function where(of: readonly Branch[], conditions: readonly { test: Test }[]): Branch[] {
  return of.map((branch, index) => {
    const { test } = conditions[index] ?? conditions[0]!;
    return {
      type: branch.type,
      run: (item, environment) => {
        const found = branch.run(item, environment);
        spend(environment, found.length);
        return found.length === 0 ? found : found.filter((one) => test(one, environment) === true);
      },
    };
  });
}

function everyItem(conditions: readonly { run: Branch['run']; test: Test }[]): Test {
  return (item, environment) => {
    for (const { run, test } of conditions) {
      const found = run(item, environment);
      spend(environment, found.length);
      for (const one of found) if (test(one, environment) !== true) return false;
    }
    return true;
  };
}

function select(branch: Branch, inner: readonly Branch[]): Branch[] {
  return inner.map(({ type, run }) => ({ type, run: (item, environment) => branch.run(item, environment).flatMap((one) => run(one, environment)) }));
}

function repeat(of: readonly Branch[], path: Path, known: Known): Branch[] {
  const step = wrap(known.compile(path, [{ type: '*', run: (item) => [item] }]));
  const start = wrap(of);
  return [
    {
      type: '*',
      run: (item, environment) => {
        const found: Node[] = [];
        let last: Node[] = start(item, environment);
        while (last.length > 0) {
          last = last.flatMap((one) => step(one, environment));
          spend(environment, last.length);
          found.push(...last);
        }
        return found;
      },
    },
  ];
}

function resolve(of: readonly Branch[]): Branch {
  const references = gather(of);
  const branch: Branch = {
    type: '*',
    run: (item, environment) =>
      references(item, environment).flatMap((one) => {
        const value = valueOf(one);
        const reference = typeof value === 'string' ? value : isObject(value) ? value.reference : undefined;
        const found = typeof reference === 'string' ? environment.resolve(reference) : undefined;
        return found === undefined ? [] : [resourceNode(found)];
      }),
  };
  resolvedFrom.set(branch, references);
  return branch;
}

function collectNodes(of: readonly Branch[], item: Item, environment: Environment, collect: typeof childrenOf): Node[] {
  const found: Node[] = [];
  for (const branch of of) for (const one of branch.run(item, environment)) collect(one instanceof Node ? one.type : branch.type, one, found);
  spend(environment, found.length);
  return found;
}

/** Only the first item is read: rules ask for the first of a long list again and again. */
function firstAlong({ type, chain }: Branch): Branch {
  const way = chain!;
  return {
    type,
    run: (item) => {
      let object: unknown = item;
      for (let at = 0; at < way.length - 1; at++) {
        object = isObject(object) ? object[way[at]!.json] : undefined;
        if (Array.isArray(object)) {
          // a first item without the rest of the way is passed over
          const all: Item[] = [];
          if (object.length > 1 && at < way.length - 2) return (follow(item, way, 0, all), all.slice(0, 1));
          for (const one of object) {
            follow(one, way, at + 1, all);
            if (all.length > 0) return all.slice(0, 1);
          }
          return [];
        }
      }
      const all: Item[] = [];
      const last = way.at(-1)!;
      const value = isObject(object) ? object[last.json] : undefined;
      if (Array.isArray(value) && last.beside === undefined) return value.length === 0 ? [] : [last.type === '*' ? resourceNode(value[0]) : value[0]];
      follow(object, [last], 0, all);
      return all.slice(0, 1);
    },
  };
}

/** As a function (`x.iif(…)`) its arguments are asked of the whole collection. */
function choose(args: readonly Path[], of: readonly Branch[], known: Known): Branch[] {
  const [condition, then, otherwise] = args;
  if (!condition || !then) throw outside(known, 'iif()');
  const test = testOf(known.compile(condition, of));
  const one = known.compile(then, of);
  const other = otherwise ? known.compile(otherwise, of) : [];
  const guarded = (branches: readonly Branch[], wanted: boolean) => branches.map((branch): Branch => ({ type: branch.type, run: (item, environment) => ((test(item, environment) === true) === wanted ? branch.run(item, environment) : []) }));
  return [...guarded(one, true), ...guarded(other, false)];
}

function setFunction(name: string, of: readonly Branch[], other: Branch['run']): Branch[] {
  const all = gather(of);
  if (name === 'intersect' || name === 'exclude') {
    return sameType(of, (item, environment) => {
      const others = other(item, environment);
      const own = all(item, environment);
      spend(environment, own.length * others.length);
      const kept = own.filter((one) => includesItem(others, one, false) === (name === 'intersect'));
      return name === 'intersect' ? distinctItems(kept) : kept;
    });
  }
  return [
    booleanBranch((item, environment) => {
      const [small, large] = name === 'subsetOf' ? [all(item, environment), other(item, environment)] : [other(item, environment), all(item, environment)];
      spend(environment, small.length * large.length);
      return small.every((one) => includesItem(large, one, false));
    }),
  ];
}
