import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import type { Environment } from '../src/fhir/fhirpath/branch.ts';
import { resolveWithin } from '../src/fhir/resolve-within.ts';
import { compileRules, resourceTypeOf } from '../src/fhir/rules.ts';
import { kindOf, membersOf, model } from '../src/fhir/model.ts';

type Json = Record<string, unknown>;
type Run = (focus: unknown, variables?: Record<string, unknown>) => unknown[];

const compiled = new Map<string, Run>();

/** What the general library says to a rule: met where it answers true and nothing else. Undefined where it cannot run the expression. */
function refereeSays(expression: string, base: string, element: unknown, variables: Record<string, unknown>): boolean | undefined {
  const key = `${base} ${expression}`;
  let run = compiled.get(key);
  if (!run) compiled.set(key, (run = compile({ base, expression }, r4, { traceFn: () => {}, userInvocationTable: { htmlChecks: { fn: () => [true], arity: { 0: [] } } } }) as Run));
  try {
    const answer = run(structuredClone(element), structuredClone(variables));
    return answer.length === 1 && answer[0] === true;
  } catch {
    return undefined;
  }
}

export interface RuleComparison {
  /** How many rules were asked on both sides, and how many of them were broken. */
  compared: number;
  broken: number;
  /** `key Path: Karta true, library false` */
  differences: string[];
}

/** Asks every rule of every element of a resource on both sides. `skip` names the keys that are known to differ, with their reasons elsewhere. */
export function compareRules(resource: Json & { resourceType: string }, skip: ReadonlySet<string>): RuleComparison {
  const result: RuleComparison = { compared: 0, broken: 0, differences: [] };
  const environment: Environment = { resource, rootResource: resource, context: undefined, resolve: (reference) => resolveWithin(reference, environment.rootResource, []), spent: 0 };
  const ask = (places: readonly number[] | undefined, type: string, owner: string, base: string, value: unknown) => {
    const { errors, warnings } = compileRules(places, type, resourceTypeOf(owner));
    environment.context = value;
    for (const { rule, broken } of [...errors, ...warnings]) {
      if (skip.has(rule.key)) continue;
      const own = broken(value, environment) === undefined;
      const other = refereeSays(rule.expression, base, value, { resource: environment.resource, rootResource: environment.rootResource, context: value, ucum: 'http://unitsofmeasure.org' });
      if (other === undefined) continue;
      result.compared++;
      if (!own) result.broken++;
      if (own !== other) result.differences.push(`${rule.key} ${base}: Karta ${own}, library ${other}`);
    }
  };
  const visit = (value: unknown, type: string) => {
    if (typeof value !== 'object' || value === null) return;
    if (kindOf(type) === 'resource') {
      const inner = String((value as Json).resourceType);
      const outer = { ...environment };
      environment.resource = value;
      if (type !== 'contained') environment.rootResource = value;
      ask(model().types[inner]?.rules, inner, inner, inner, value);
      members(value as Json, inner);
      Object.assign(environment, { resource: outer.resource, rootResource: outer.rootResource });
    } else {
      ask(model().types[type]?.rules, type, type, type, value);
      members(value as Json, type);
    }
  };
  const members = (object: Json, type: string) => {
    for (const [name, { element, type: of }] of membersOf(type)) {
      if (object[name] === undefined || name === 'contained') continue;
      for (const one of Array.isArray(object[name]) ? object[name] : [object[name]]) {
        ask(element.rules, of, type, `${type}.${element.name}`, one);
        visit(one, of);
      }
    }
  };
  visit(resource, 'Resource');
  return result;
}
