import { compileTest } from './fhirpath/compile.ts';
import type { Environment, Test } from './fhirpath/branch.ts';
import { TooCostly } from './fhirpath/branch.ts';
import type { Words } from './fault-words.ts';
import type { Rule } from './model-types.ts';
import { model } from './model.ts';
import { nativeRules } from './native-rules.ts';
import { statedRulesOf } from './stated-rules.ts';

/** A rule ready to run: `undefined` where it is met, else what is wrong in its own words, or `true` where its published text must do. */
export interface RulePlan {
  rule: Rule;
  broken: (value: unknown, environment: Environment) => true | Words | undefined;
  /** The element below at which the fault is told. */
  place?: string;
}

/** `*` where the resource that a data type stands in is not known. */
export function resourceTypeOf(type: string): string {
  const root = type.split('.')[0]!;
  return Object.hasOwn(model().search, root) ? root : '*';
}

/** All rules of a type: its invariants and what its definition says in words. */
export function rulesOfType(type: string): { errors: RulePlan[]; warnings: RulePlan[] } {
  const plans = compileRules(model().types[type]?.rules, type, resourceTypeOf(type));
  for (const { key, severity, place, broken } of statedRulesOf(type)) plans[severity === 'error' ? 'errors' : 'warnings'].push({ rule: { key, severity, human: '', expression: '' }, broken, ...(place === undefined ? {} : { place }) });
  return plans;
}

/** The rules of a type, or of an element whose values are of the type. Warnings stand apart, as most callers do not ask for them. */
export function compileRules(places: readonly number[] | undefined, type: string, resource: string): { errors: RulePlan[]; warnings: RulePlan[] } {
  const plans: { errors: RulePlan[]; warnings: RulePlan[] } = { errors: [], warnings: [] };
  for (const place of places ?? []) {
    const rule = model().rules[place]!;
    const plan = compileRule(rule, type, resource);
    if (plan) plans[rule.severity === 'error' ? 'errors' : 'warnings'].push(plan);
  }
  return plans;
}

function compileRule(rule: Rule, type: string, resource: string): RulePlan | undefined {
  const native = nativeRules[`${rule.key} ${type}`] ?? nativeRules[rule.key];
  if (native) return { rule, broken: native };
  let test: Test;
  try {
    test = compileTest(rule.expression, type, resource);
  } catch {
    return undefined; // asks for what this type of a choice does not have; a test names every such rule
  }
  return { rule, broken: brokenBy(test) };
}

/** An answer other than true breaks a rule, an empty one included (as the public validators hold it). */
export function brokenBy(test: Test): RulePlan['broken'] {
  return (value, environment) => {
    try {
      return test(value, environment) === true ? undefined : true;
    } catch (error) {
      if (error instanceof TooCostly) return { en: 'is too large for the rule to be checked', ru: 'слишком велико, чтобы проверить правило' };
      throw error;
    }
  };
}
