import { narrativeFault } from '../check-narrative.ts';
import type { Path } from '../parse-path.ts';
import { booleanBranch, gather, type Branch, type Environment, type Known } from './branch.ts';
import { Node, valueOf, type Item } from './items.ts';

type Value = string | number | boolean;

/** Functions of one value: text, numbers and conversions. `undefined` where the name is none of them. */
export function callText(call: Path & { kind: 'call' }, of: readonly Branch[], outer: readonly Branch[], known: Known): Branch | undefined {
  const run = textFunctions[call.name];
  if (!run) return undefined;
  const subject = gather(of);
  const args = call.args.map((arg) => gather(known.compile(arg, outer)));
  const answer = (item: Item, environment: Environment): Value | undefined => {
    const found = subject(item, environment);
    const value = found.length === 1 ? valueOf(found[0]) : undefined;
    if (value === undefined || typeof value === 'object') return undefined;
    const given = args.map((arg) => {
      const [one] = arg(item, environment);
      return (one instanceof Node ? one.value : one) as Value | undefined;
    });
    return given.includes(undefined) ? undefined : run(value as Value, given as Value[]);
  };
  const type = call.name === 'toDecimal' ? 'decimal' : integers.has(call.name) ? 'integer' : booleans.has(call.name) ? 'boolean' : 'string';
  if (type === 'boolean') return booleanBranch((item, environment) => answer(item, environment) as boolean | undefined);
  return {
    type,
    run: (item, environment) => {
      const value = answer(item, environment);
      return value === undefined ? [] : [value];
    },
  };
}

const integers = new Set(['toInteger', 'length', 'indexOf', 'abs', 'round', 'floor', 'ceiling']);
const booleans = new Set(['contains', 'startsWith', 'endsWith', 'matches', 'matchesFull', 'htmlChecks', 'toBoolean', 'convertsToInteger', 'convertsToDecimal']);

const patterns = new Map<string, RegExp>();

function pattern(text: string, flags = 'su'): RegExp {
  const key = `${flags} ${text}`;
  let known = patterns.get(key);
  if (!known) {
    try {
      known = new RegExp(text, flags);
    } catch {
      known = new RegExp(text, flags.replace('u', '')); // escapes that Unicode mode refuses: `\/`, `\-`
    }
    if (patterns.size > 1000) patterns.clear();
    patterns.set(key, known);
  }
  return known;
}

const text = (value: Value) => String(value);

const textFunctions: Readonly<Record<string, (value: Value, args: readonly Value[]) => Value | undefined>> = {
  contains: (value, [part]) => text(value).includes(text(part!)),
  startsWith: (value, [part]) => text(value).startsWith(text(part!)),
  endsWith: (value, [part]) => text(value).endsWith(text(part!)),
  matches: (value, [regex]) => pattern(text(regex!)).test(text(value)),
  matchesFull: (value, [regex]) => pattern(`^(?:${text(regex!)})$`).test(text(value)),
  replace: (value, [part, by]) => text(value).replaceAll(text(part!), () => text(by!)),
  replaceMatches: (value, [regex, by]) => (regex === '' ? value : text(value).replace(pattern(text(regex!), 'gsu'), text(by!))),
  substring: (value, [start, length]) => (Number(start) < 0 || Number(start) > text(value).length ? undefined : text(value).slice(Number(start), length === undefined ? undefined : Number(start) + Number(length))),
  indexOf: (value, [part]) => text(value).indexOf(text(part!)),
  length: (value) => text(value).length,
  upper: (value) => text(value).toUpperCase(),
  lower: (value) => text(value).toLowerCase(),
  trim: (value) => text(value).trim(),
  toString: (value: Value) => text(value),
  toInteger: (value) => (/^[+-]?\d+$/.test(text(value)) ? Number(value) : typeof value === 'boolean' ? Number(value) : undefined),
  toDecimal: (value) => (/^[+-]?\d+(?:\.\d+)?$/.test(text(value)) ? Number(value) : undefined),
  toBoolean: (value) => (/^(?:true|t|yes|y|1|1\.0)$/i.test(text(value)) ? true : /^(?:false|f|no|n|0|0\.0)$/i.test(text(value)) ? false : undefined),
  convertsToInteger: (value) => /^[+-]?\d+$/.test(text(value)),
  convertsToDecimal: (value) => /^[+-]?\d+(?:\.\d+)?$/.test(text(value)),
  abs: (value) => (typeof value === 'number' ? Math.abs(value) : undefined),
  floor: (value) => (typeof value === 'number' ? Math.floor(value) : undefined),
  ceiling: (value) => (typeof value === 'number' ? Math.ceil(value) : undefined),
  round: (value, [digits]) => (typeof value === 'number' ? Math.round(value * 10 ** Number(digits ?? 0)) / 10 ** Number(digits ?? 0) : undefined),
  /** http://hl7.org/fhir/R4/fhirpath.html#functions */
  htmlChecks: (value) => narrativeFault(text(value)) === undefined,
};
