import type { ElementDefinitionConstraint, Extension, StructureDefinition } from '@medplum/fhirtypes';
import { evaluateExpression, markElement } from '../evaluate-expression.ts';
import { compileTest } from '../fhirpath/compile.ts';
import { isObject } from '../fhirpath/items.ts';
import type { Rule } from '../model-types.ts';
import { kindOf, membersOf, model } from '../model.ts';
import { brokenBy, resourceTypeOf, type RulePlan } from '../rules.ts';
import { withIds } from './element-ids.ts';
import { isProfile, withoutVersion, type Element, type ProfileRegistry } from './registry.ts';

/** What a profile asks of an element beside the base definitions. */
export interface ProfileNode {
  /** `Patient.identifier:snils.value` */
  id: string;
  name: string;
  slice: string | undefined;
  element: Element;
  children: Map<string, ProfileNode>;
  slices: ProfileNode[];
  /** The same place in the profiles that this one is derived from: what tells a slice apart may stand there alone. */
  bases: readonly ProfileNode[];
  /** Compiled by the type of the value, when the first one is met. */
  rules: Map<string, RulePlan[]>;
}

export interface ProfilePlan {
  url: string;
  title: string;
  type: string;
  root: ProfileNode;
  /** Profiles that this one is derived from, nearest first: they hold too. */
  bases: ProfilePlan[];
  /** What cannot be judged: a base that is not known. */
  missing: string[];
}

const plans = new WeakMap<StructureDefinition, ProfilePlan>();

/**
 * Compiles a profile once. A differential is laid over its base, which gives the same answers as a snapshot would: a profile may only narrow
 * (http://hl7.org/fhir/R4/profiling.html#limitations), so an element is right where it is right by the base and by each differential.
 * The snapshot is used where the base is not known.
 */
export function compileProfile(definition: StructureDefinition, registry: ProfileRegistry): ProfilePlan {
  const known = plans.get(definition);
  if (known) return known;
  const type = definition.type;
  const plan: ProfilePlan = { url: definition.url, title: definition.title ?? definition.name ?? definition.url, type, root: emptyNode(type, type, undefined), bases: [], missing: [] };
  plans.set(definition, plan); // before its base: a definition that is derived from itself must not hang
  const base = isProfile(definition) ? definition.baseDefinition : undefined;
  if (base !== undefined) addBase(plan, base, registry);
  // what is not known now may be known the next time
  if (plan.missing.length > 0) plans.delete(definition);
  const alone = definition.snapshot && (!definition.differential || plan.missing.length > 0);
  if (alone) [plan.bases, plan.missing] = [[], []];
  const elements = (alone ? definition.snapshot : definition.differential)?.element ?? definition.snapshot?.element ?? [];
  for (const element of withIds(elements)) place(plan.root, element, type);
  closeChoices(plan.root, type);
  inheritSlicing(plan.root, plan.bases);
  return plan;
}

function addBase(plan: ProfilePlan, canonical: string, registry: ProfileRegistry): void {
  const url = withoutVersion(canonical);
  if (Object.hasOwn(model().types, url.replace('http://hl7.org/fhir/StructureDefinition/', ''))) return;
  const base = registry.profile(canonical);
  if (!base) return void plan.missing.push(canonical);
  const compiled = compileProfile(base, registry);
  if (compiled === plan) return;
  plan.bases.push(compiled, ...compiled.bases.filter((one) => one !== plan));
  plan.missing.push(...compiled.missing);
}

/** `valueQuantity` alone among the types of `value[x]` means that there is no other (http://hl7.org/fhir/R4/profiling.html#choice). */
function closeChoices(node: ProfileNode, type: string): void {
  const named = Map.groupBy([...node.children.keys()].flatMap((name) => membersOf(type).get(name) ?? []).filter(({ element }) => element.choice), ({ element }) => element.name);
  for (const [name, members] of named) {
    const [one] = members;
    if (members.length !== 1 || node.children.has(name) || !one) continue;
    const choice = emptyNode(`${node.id}.${name}[x]`, name, undefined);
    choice.element = { path: '', type: [{ code: one.type }] };
    node.children.set(name, choice);
  }
  for (const [name, child] of node.children) {
    const inner = membersOf(type).get(name)?.type;
    if (inner !== undefined && inner.includes('.')) for (const one of [child, ...child.slices]) closeChoices(one, inner);
  }
}

function emptyNode(id: string, name: string, slice: string | undefined): ProfileNode {
  return { id, name, slice, element: { path: '' }, children: new Map(), slices: [], bases: [], rules: new Map() };
}

/** Puts an element where its id says (http://hl7.org/fhir/R4/elementdefinition.html#id). */
function place(root: ProfileNode, element: Element, type: string): void {
  const [, ...steps] = splitId(element.id!);
  let node = root;
  let at = type;
  for (const step of steps) {
    const colon = step.indexOf(':');
    const raw = colon < 0 ? step : step.slice(0, colon);
    const slice = colon < 0 ? undefined : step.slice(colon + 1);
    at += `.${raw}`;
    const name = raw.replace('[x]', '');
    let child = node.children.get(name);
    if (!child) node.children.set(name, (child = emptyNode(`${node.id}.${raw}`, name, undefined)));
    node = child;
    if (slice === undefined) continue;
    let sliced = node.slices.find((one) => one.slice === slice);
    if (!sliced) node.slices.push((sliced = emptyNode(`${node.id}:${slice}`, name, slice)));
    node = sliced;
  }
  node.element = element;
}

/** The steps of an id; a slice name may hold points. */
function splitId(id: string): string[] {
  const steps: string[] = [];
  for (const part of id.split('.')) {
    const last = steps.at(-1);
    // an element begins with a small letter; what else follows a slice’s name belongs to that name
    if (last?.includes(':') && !/^[a-z]\w*(?:\[x\])?(?::|$)/.test(part)) steps[steps.length - 1] = `${last}.${part}`;
    else steps.push(part);
  }
  return steps;
}

/** A derived profile may add slices to what its base has sliced; extensions are sliced by their url everywhere. */
function inheritSlicing(node: ProfileNode, bases: readonly ProfilePlan[]): void {
  const visit = (one: ProfileNode, others: readonly ProfileNode[]) => {
    one.bases = others;
    if (one.slices.length > 0 && !one.element.slicing) {
      const slicing = others.find((other) => other.element.slicing)?.element.slicing ?? defaultSlicing(one);
      if (slicing) one.element = { ...one.element, slicing };
    }
    for (const [name, child] of one.children) visit(child, others.flatMap((other) => other.children.get(name) ?? []));
    for (const slice of one.slices) visit(slice, others.flatMap((other) => other.slices.find(({ slice: named }) => named === slice.slice) ?? []));
  };
  visit(node, bases.map(({ root }) => root));
}

function defaultSlicing({ name, id }: ProfileNode): Element['slicing'] {
  if (name === 'extension' || name === 'modifierExtension') return { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' };
  return id.endsWith('[x]') ? { discriminator: [{ type: 'type', path: '$this' }], rules: 'open' } : undefined;
}

/** The invariants that the profile adds, compiled for a value of the type. */
export function rulesOfNode(node: ProfileNode, type: string, owner: string): readonly RulePlan[] {
  const known = node.rules.get(type);
  if (known) return known;
  const base = new Set((model().types[type]?.rules ?? []).map((place) => model().rules[place]!.key));
  const made: RulePlan[] = [];
  for (const constraint of node.element.constraint ?? []) {
    const { key, severity, expression } = constraint;
    if (!expression || !key || baseRules().has(`${key} ${expression}`) || base.has(key)) continue;
    const rule: Rule = { key, severity: severity === 'warning' ? 'warning' : 'error', ...humanOf(constraint), expression };
    try {
      made.push({ rule, broken: brokenBy(compileTest(expression, type, kindOf(type) === 'resource' ? type : resourceTypeOf(owner))) });
    } catch {
      const general = brokenInGeneral(expression, type);
      if (general) made.push({ rule, broken: general });
      else made.push({ rule: { ...rule, severity: 'warning' }, broken: () => ({ en: 'was not checked by it: its expression is not FHIRPath of R4 that can be run here', ru: 'по нему не проверено: выражение — не FHIRPath из R4, который здесь можно выполнить' }) });
    }
  }
  node.rules.set(type, made);
  return made;
}

/**
 * The rule asked of the general FHIRPath library, which knows units, dates and whatever else the compiled part does not; slower, and only for
 * the rules of profiles. Undefined where the library cannot run it either. What it fails at in a value is no fault of the value.
 */
function brokenInGeneral(expression: string, type: string): RulePlan['broken'] | undefined {
  // types, and variables given from outside, mean something else to the library than to a rule
  if (/\btype\(\)|%/.test(expression)) return undefined;
  const ask = (value: unknown) => {
    const focus: unknown = structuredClone(value);
    return evaluateExpression(expression, isObject(focus) && kindOf(type) !== 'resource' ? markElement(focus, type) : focus, {});
  };
  try {
    ask({});
  } catch {
    return undefined;
  }
  return (value) => {
    try {
      const answer = ask(value);
      return answer.length === 1 && answer[0] === true ? undefined : true;
    } catch {
      return undefined;
    }
  };
}

/** What a rule says for people: with a translation (http://hl7.org/fhir/R4/extension-translation.html) in both languages. */
function humanOf({ key, human, ...rest }: ElementDefinitionConstraint): Pick<Rule, 'human' | 'ru'> {
  const translations = (rest as { _human?: { extension?: Extension[] } })._human?.extension?.filter(({ url }) => url === 'http://hl7.org/fhir/StructureDefinition/translation') ?? [];
  const said = (language: string) => {
    const parts = translations.map(({ extension }) => extension ?? []).find((some) => some.some(({ url, valueCode }) => url === 'lang' && valueCode === language));
    return parts?.find(({ url }) => url === 'content')?.valueString;
  };
  const text = human ?? key ?? '';
  const ru = said('ru') ?? (/[а-яё]/i.test(text) ? text : undefined);
  return { human: said('en') ?? text, ...(ru === undefined ? {} : { ru }) };
}

let baseKeys: { of: unknown; keys: ReadonlySet<string> } | undefined;

/** What snapshots repeat from the base definitions has been asked already. */
function baseRules(): ReadonlySet<string> {
  const { rules } = model();
  if (baseKeys?.of !== rules) baseKeys = { of: rules, keys: new Set(['ele-1 hasValue() or (children().count() > id.count())', ...rules.map(({ key, expression }) => `${key} ${expression}`)]) };
  return baseKeys.keys;
}
