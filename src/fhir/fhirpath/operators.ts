import type { Operator } from '../parse-path.ts';
import { booleanBranch, existence, gather, outside, spend, testOf, type Branch, type Environment, type Known, type Test } from './branch.ts';
import { valueOf, type Item } from './items.ts';
import { isKind } from './kinds.ts';
import { compareItems, equalItems, includesItem, timeTypes } from './values.ts';

/** A binary operator over two compiled sides. */
export function compareBranches(operator: Operator, left: readonly Branch[], right: readonly Branch[], known: Known): Branch {
  switch (operator) {
    case 'and':
    case 'or':
    case 'xor':
    case 'implies':
      return booleanBranch(logic(operator, testOf(left), testOf(right)));
    case '=':
    case '!=':
    case '~':
    case '!~':
      return booleanBranch(equality(operator, left, right));
    case '<':
    case '>':
    case '<=':
    case '>=':
      return booleanBranch(order(operator, left, right));
    case 'in':
      return booleanBranch(membership(left, right));
    case 'contains':
      return booleanBranch(membership(right, left));
    case '&': {
      const one = gather(left);
      const other = gather(right);
      return { type: 'string', run: (item, environment) => [textOf(one(item, environment)[0]) + textOf(other(item, environment)[0])] };
    }
    default:
      return arithmetic(operator, left, right, known);
  }
}

/** Nothing is an empty text to `&`. */
function textOf(item: Item): string {
  const value = valueOf(item);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Three-valued logic, http://hl7.org/fhirpath/N1/#boolean-logic */
function logic(operator: 'and' | 'or' | 'xor' | 'implies', left: Test, right: Test): Test {
  switch (operator) {
    case 'and':
      return (item, environment) => {
        const one = left(item, environment);
        if (one === false) return false;
        const other = right(item, environment);
        return other === false ? false : one === undefined || other === undefined ? undefined : true;
      };
    case 'or':
      return (item, environment) => {
        const one = left(item, environment);
        if (one === true) return true;
        const other = right(item, environment);
        return other === true ? true : one === undefined || other === undefined ? undefined : false;
      };
    case 'xor':
      return (item, environment) => {
        const one = left(item, environment);
        const other = right(item, environment);
        return one === undefined || other === undefined ? undefined : one !== other;
      };
    case 'implies':
      return (item, environment) => {
        const one = left(item, environment);
        if (one === false) return true;
        const other = right(item, environment);
        return other === true ? true : one === undefined || other === undefined ? undefined : false;
      };
  }
}

const isTime = (branches: readonly Branch[]) => branches.some(({ type }) => timeTypes.has(type));

function equality(operator: '=' | '!=' | '~' | '!~', left: readonly Branch[], right: readonly Branch[]): Test {
  const one = gather(left);
  const other = gather(right);
  const asTime = isTime(left) || isTime(right);
  const wanted = operator === '=' || operator === '~';
  // two questions with a yes or no answer: the commonest form of a rule
  const [leftTest, rightTest] = [left.length === 1 && left[0]!.test, right.length === 1 && right[0]!.test];
  if (leftTest && rightTest && wanted) {
    return (item, environment) => {
      const a = leftTest(item, environment);
      const b = rightTest(item, environment);
      return a === undefined || b === undefined ? undefined : a === b;
    };
  }
  return (item, environment) => {
    const some = one(item, environment);
    const others = other(item, environment);
    if (operator === '~' || operator === '!~') {
      if (some.length === 0 || others.length === 0) return (some.length === others.length) === wanted;
      return (some.length === others.length && some.every((each) => others.some((another) => equivalent(each, another)))) === wanted;
    }
    if (some.length === 0 || others.length === 0) return undefined;
    if (some.length !== others.length) return !wanted;
    let undecided = false;
    for (let index = 0; index < some.length; index++) {
      const answer = equalItems(some[index], others[index], asTime);
      if (answer === false) return !wanted;
      if (answer === undefined) undecided = true;
    }
    return undecided ? undefined : wanted;
  };
}

/** Equivalence of text leaves case and white space out (http://hl7.org/fhirpath/N1/#equivalent). */
function equivalent(one: Item, other: Item): boolean {
  const fold = (value: unknown) => (typeof value === 'string' ? value.toLowerCase().replace(/\s+/g, ' ').trim() : value);
  return fold(valueOf(one)) === fold(valueOf(other)) || equalItems(one, other, false) === true;
}

function order(operator: '<' | '>' | '<=' | '>=', left: readonly Branch[], right: readonly Branch[]): Test {
  const one = gather(left);
  const other = gather(right);
  const asTime = isTime(left) || isTime(right);
  return (item, environment) => {
    const [a, more] = one(item, environment);
    const [b, evenMore] = other(item, environment);
    if (a === undefined || b === undefined || more !== undefined || evenMore !== undefined) return undefined;
    const found = compareItems(a, b, asTime);
    if (found === undefined) return undefined;
    return operator === '<' ? found < 0 : operator === '>' ? found > 0 : operator === '<=' ? found <= 0 : found >= 0;
  };
}

/** `member in collection` */
function membership(member: readonly Branch[], collection: readonly Branch[]): Test {
  const asTime = isTime(member);
  const one = gather(member);
  const present = existence(collection);
  const constant = collection.every(({ type, run }) => type === 'string' && run.length === 0) ? new Set(collection.flatMap(({ run }) => (run as () => Item[])())) : undefined;
  const all = gather(collection);
  return (item, environment) => {
    const some = one(item, environment);
    if (some.length !== 1) return undefined;
    if (constant) return constant.has(valueOf(some[0]));
    if (!present(item, environment)) return false;
    const items = all(item, environment);
    spend(environment, items.length);
    return includesItem(items, some[0], asTime);
  };
}

function arithmetic(operator: Operator, left: readonly Branch[], right: readonly Branch[], known: Known): Branch {
  if ([...left, ...right].some(({ type }) => timeTypes.has(type) || isKind(type, 'Quantity'))) throw outside(known, `${operator} with dates or units`);
  const one = gather(left);
  const other = gather(right);
  const textual = operator === '+' && [...left, ...right].some(({ type }) => !['integer', 'decimal', 'positiveInt', 'unsignedInt', '*'].includes(type));
  const number = (a: number, b: number): number | undefined => {
    switch (operator) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '/':
        return b === 0 ? undefined : a / b;
      case 'div':
        return b === 0 ? undefined : Math.trunc(a / b);
      case 'mod':
        return b === 0 ? undefined : a % b;
      default:
        throw outside(known, operator);
    }
  };
  const run = (item: Item, environment: Environment): Item[] => {
    const [a] = one(item, environment).map(valueOf);
    const [b] = other(item, environment).map(valueOf);
    if (typeof a === 'number' && typeof b === 'number') {
      const answer = number(a, b);
      // decimals are exact: 1.8 - 1.2 is 0.6
      return answer === undefined ? [] : [Math.abs(answer) < 1e7 ? Number(answer.toFixed(8)) : answer];
    }
    return operator === '+' && typeof a === 'string' && typeof b === 'string' ? [a + b] : [];
  };
  return { type: textual ? 'string' : operator === 'div' || operator === 'mod' ? 'integer' : 'decimal', run };
}
