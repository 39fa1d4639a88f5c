import { bindingOf } from './bind-codes.ts';
import { isCoded } from './check-advised.ts';
import type { Checking } from './checking.ts';
import { compileProfile, rulesOfNode, type ProfileNode } from './compile-profile.ts';
import { isKind } from '../fhirpath/kinds.ts';
import { isObject, type Json } from '../fhirpath/items.ts';
import { kindOf, model } from '../model.ts';
import { compareQuantities } from '../quantities.ts';
import { typeInReference } from '../reference-format.ts';
import { delimited, tell, type Walk } from '../walk.ts';
import { valuesOf, type Found } from './found-values.ts';
import { isFixed, matchesPattern, restrictionOf, shownRestriction } from './match-value.ts';
import { withoutVersion, type ProfileRegistry } from './registry.ts';
import { sliceOf } from './slice-values.ts';

const deepestTrial = 6;
const core = 'http://hl7.org/fhir/StructureDefinition/';

/**
 * Checks a value against a profile and those that it is derived from, by its URL. The value has passed the base definitions. Unknown profiles
 * are told as a warning: a resource may claim more than this server knows (http://hl7.org/fhir/R4/profiling.html#meta-profile).
 */
export function checkProfile(walk: Walk, registry: ProfileRegistry, url: string, value: unknown, type: string): void {
  const definition = registry.profile(url);
  if (!definition) {
    // the base definition of a type asks for nothing more than has been asked
    const named = withoutVersion(url).startsWith(core) ? withoutVersion(url).slice(core.length) : '';
    if (!Object.hasOwn(model().types, named)) return unknownProfile(walk, url);
    return isKind(type, named) ? undefined : refuseType(walk, url, type, named);
  }
  const plan = compileProfile(definition, registry);
  if (!isKind(type, plan.type)) return refuseType(walk, plan.url, type, plan.type);
  for (const missing of plan.missing) unknownProfile(walk, missing);
  for (const one of [plan, ...plan.bases]) checkNode({ walk, registry, plan: one }, one.root, { value, beside: undefined, type, label: '', index: undefined }, type);
}

function refuseType(walk: Walk, url: string, type: string, wanted: string): void {
  tell(walk, { severity: 'error', code: 'structure', rule: url }, undefined, (expression) => ({
    en: `${expression} is a ${type}, but the profile ${url} is for ${wanted}.`,
    ru: `Поле ${expression} имеет тип ${type}, а профиль ${url} описывает ${wanted}.`,
  }));
}

export function unknownProfile(walk: Walk, url: string): void {
  if (!walk.warnings) return;
  tell(walk, { severity: 'warning', code: 'not-supported', rule: 'profile' }, undefined, (expression) => ({
    en: `${expression} was not checked against the profile ${url}: this server does not know it.`,
    ru: `Поле ${expression} не проверено по профилю ${url}: этот сервер его не знает.`,
  }));
}

function refuse({ walk, plan }: Checking, node: ProfileNode, code: string, rule: string, en: string, ru: string, below?: string): void {
  tell(walk, { severity: 'error', code, rule: `${plan.url}#${node.id} ${rule}` }, below, (expression) => ({ en: `${expression} ${en} (profile “${plan.title}”).`, ru: `Поле ${expression} ${ru} (профиль «${plan.title}»).` }));
}

/** What the node asks of one value; `owner` is the type of the element that holds it. */
function checkNode(checking: Checking, node: ProfileNode, found: Found, owner: string): void {
  const { walk } = checking;
  const { element } = node;
  const { value, type } = found;
  if (value !== undefined) {
    const fixed = restrictionOf(element, 'fixed');
    if (fixed !== undefined && !isFixed(value, fixed)) refuse(checking, node, 'value', 'fixed', `must be exactly ${shownRestriction(fixed)}`, `должно быть в точности ${shownRestriction(fixed)}`);
    const pattern = restrictionOf(element, 'pattern');
    if (pattern !== undefined && !matchesPattern(value, pattern)) refuse(checking, node, 'value', 'pattern', `must hold ${shownRestriction(pattern)}`, `должно содержать ${shownRestriction(pattern)}`);
    checkBinding(checking, node, value, type);
    if (typeof value === 'string' && element.maxLength !== undefined && [...value].length > element.maxLength) refuse(checking, node, 'value', 'maxLength', `must have no more than ${element.maxLength} characters`, `должно содержать не больше ${element.maxLength} знаков`);
    const least = element.extension?.find(({ url }) => url === `${core}minLength`)?.valueInteger;
    if (typeof value === 'string' && least !== undefined && [...value].length < least) refuse(checking, node, 'value', 'minLength', `must have at least ${least} characters`, `должно содержать не меньше ${least} знаков`);
    checkLimits(checking, node, value);
    checkType(checking, node, found);
    if (walk.invariants) checkRules(checking, node, found, owner);
  }
  const object = isObject(value) ? value : found.beside;
  if (!object) return;
  const holder = isObject(value) ? type : 'Element';
  for (const child of node.children.values()) checkChild(checking, child, object, holder);
}

/** A code of another set than an extensible one is advised against, not refused (http://hl7.org/fhir/R4/terminologies.html#extensible); a greatest set is a limit to it. */
function checkBinding(checking: Checking, node: ProfileNode, value: unknown, type: string): void {
  const { strength, valueSet, extension } = node.element.binding ?? {};
  if (valueSet && strength === 'required') {
    const wrong = bindingOf(valueSet, type, checking.registry)?.(value);
    if (wrong) refuse(checking, node, 'code-invalid', `binding ${valueSet}`, wrong.en, wrong.ru);
  }
  const most = extension?.find(({ url }) => url === `${core}elementdefinition-maxValueSet`)?.valueCanonical;
  // words alone are no code that could be of another set
  if (!isCoded(type, value)) return;
  if (most !== undefined) {
    const wrong = bindingOf(most, type, checking.registry)?.(value);
    if (wrong) return refuse(checking, node, 'code-invalid', `binding ${most}`, wrong.en, wrong.ru);
  }
  const { walk, plan } = checking;
  if (!valueSet || strength !== 'extensible' || !walk.warnings || !bindingOf(valueSet, type, checking.registry)?.(value)) return;
  tell(walk, { severity: 'warning', code: 'code-invalid', rule: `${plan.url}#${node.id} binding ${valueSet}` }, undefined, (expression) => ({
    en: `${expression} has a code that is not of ${valueSet}; another one is meant only for what the set does not have (profile “${plan.title}”).`,
    ru: `Поле ${expression} содержит код не из набора ${valueSet}; другой код допустим, только если подходящего там нет (профиль «${plan.title}»).`,
  }));
}

function checkLimits(checking: Checking, node: ProfileNode, value: unknown): void {
  const { element } = node;
  for (const name in element) {
    const least = name.startsWith('minValue');
    if (!least && !name.startsWith('maxValue')) continue;
    const limit = (element as unknown as Record<string, unknown>)[name];
    const order = isObject(limit) ? (isObject(value) ? compareQuantities(value, limit) : undefined) : orderOf(value, limit);
    if (order !== undefined && (least ? order < 0 : order > 0)) {
      const unit = isObject(limit) ? (limit.unit ?? limit.code) : undefined;
      const words = typeof unit === 'string' ? `${String((limit as Json).value)} ${unit}` : String(limit);
      refuse(checking, node, 'value', name, `must be ${least ? 'at least' : 'at most'} ${words}`, `должно быть не ${least ? 'меньше' : 'больше'} ${words}`);
    }
  }
}

function orderOf(value: unknown, limit: unknown): number | undefined {
  if (typeof value === 'number' && typeof limit === 'number') return value - limit;
  return typeof value === 'string' && typeof limit === 'string' ? (value < limit ? -1 : value > limit ? 1 : 0) : undefined;
}

function checkRules(checking: Checking, node: ProfileNode, { value, type }: Found, owner: string): void {
  const { walk, plan } = checking;
  const before = walk.environment.context;
  walk.environment.context = value;
  for (const { rule, broken } of rulesOfNode(node, type, owner)) {
    if (rule.severity === 'warning' && !walk.warnings) continue;
    const wrong = broken(value, walk.environment);
    if (wrong === undefined) continue;
    const [human, humanRu] = [rule.human, rule.ru ?? rule.human].map((text) => text.replace(/\.$/, ''));
    tell(walk, { severity: rule.severity, code: 'invariant', rule: rule.key }, undefined, (expression) =>
      wrong === true
        ? { en: `${expression} breaks the rule ${rule.key}: ${human} (profile “${plan.title}”).`, ru: `Нарушено правило ${rule.key} у ${expression}: ${humanRu} (профиль «${plan.title}»).` }
        : { en: `${expression} ${wrong.en}: ${rule.key}.`, ru: `Поле ${expression} ${wrong.ru}: ${rule.key}.` },
    );
  }
  walk.environment.context = before;
}

/** Types of a choice that are left, profiles of data types and contained resources, and what a reference may lead to. */
function checkType(checking: Checking, node: ProfileNode, found: Found): void {
  const { walk, registry } = checking;
  const types = node.element.type;
  if (!types || types.length === 0 || node.name === checking.plan.type) return;
  // a primitive that has no other type to choose goes by several names: the url of an Extension is a uri and a System.String
  const only = kindOf(found.type) === 'primitive' && !found.label.includes('.ofType(');
  const fitting = only ? types : types.filter(({ code }) => code !== undefined && fits(found.type, code));
  if (fitting.length === 0) {
    const allowed = types.map(({ code }) => code).join(', ');
    return refuse(checking, node, 'structure', 'type', `must be ${allowed}, not ${found.type}`, `должно иметь тип ${allowed}, а не ${found.type}`);
  }
  const profiles = fitting.flatMap(({ profile }) => profile ?? []).filter((url) => !url.startsWith(core) || kindOf(url.slice(core.length)) === 'resource' || registry.profile(withoutVersion(url)) !== undefined);
  if (profiles.length === 1) checkProfile(walk, registry, profiles[0]!, found.value, found.type);
  else if (profiles.length > 1 && !profiles.some((url) => conforms(checking, url, found.value, found.type))) {
    refuse(checking, node, 'structure', 'profile', `must follow one of the profiles ${profiles.join(', ')}`, `должно соответствовать одному из профилей ${profiles.join(', ')}`);
  }
  const targets = fitting.flatMap(({ targetProfile }) => targetProfile ?? []);
  if (found.type === 'Reference' && isObject(found.value) && targets.length > 0) checkTargets(checking, node, found.value, targets);
}

function fits(type: string, code: string): boolean {
  return code.startsWith('http://hl7.org/fhirpath/') || isKind(type, code) || (code === 'BackboneElement' && type.includes('.')) || (code === 'Element' && type.includes('.'));
}

function checkTargets(checking: Checking, node: ProfileNode, { reference }: Json, targets: readonly string[]): void {
  const { walk, registry } = checking;
  if (typeof reference !== 'string') return;
  const resolved = walk.environment.resolve(reference);
  const type = isObject(resolved) && typeof resolved.resourceType === 'string' ? resolved.resourceType : typeInReference(reference);
  if (type === undefined) return;
  const allowed = targets.map((url) => (url.startsWith(core) && Object.hasOwn(model().types, url.slice(core.length)) ? url.slice(core.length) : registry.profile(withoutVersion(url))?.type));
  if (allowed.includes(undefined) || allowed.some((one) => one === type || one === 'Resource')) return;
  const names = [...new Set(allowed)].join(', ');
  refuse(checking, node, 'value', 'target', `may refer to ${names}, not to ${type}`, `может ссылаться на ${names}, но не на ${type}`, 'reference');
}

/** Whether a value follows a profile, without telling what is wrong. */
export function conforms(checking: Checking, url: string, value: unknown, type: string): boolean {
  const named = withoutVersion(url);
  if (!checking.registry.profile(url)) return named.startsWith(core) && isKind(type, named.slice(core.length));
  const { walk } = checking;
  // profiles whose slices ask for one another's are not followed for ever
  if (walk.trials >= deepestTrial) return true;
  const trial: Walk = { ...walk, way: [...walk.way], issues: [], warnings: false, trials: walk.trials + 1 };
  checkProfile(trial, checking.registry, url, value, type);
  return trial.issues.length === 0;
}

/** The values of one element: how many, each by itself, and by slice. */
function checkChild(checking: Checking, node: ProfileNode, object: Json, owner: string): void {
  const { walk } = checking;
  const found = valuesOf(object, owner, node.name);
  count(checking, node, found.length, undefined);
  const before = walk.way.length;
  for (const one of found) {
    step(walk, one);
    checkNode(checking, node, one, owner);
    walk.way.length = before;
  }
  if (node.slices.length > 0) checkSlices(checking, node, found, owner);
}

function step(walk: Walk, { label, index }: Found): void {
  walk.way.push(label);
  if (index !== undefined) walk.way.push(index);
}

function count(checking: Checking, node: ProfileNode, length: number, slice: string | undefined): void {
  const { min = 0, max } = node.element;
  const [en, ru] = slice === undefined ? ['', ''] : [` of the slice “${slice}”`, ` среза «${slice}»`];
  if (length < min) refuse(checking, node, 'required', 'min', `must have at least ${min} value${min === 1 ? '' : 's'}${en}, not ${length}`, `должно содержать значений${ru} не меньше ${min}, а содержит ${length}`, delimited(node.name));
  if (max !== undefined && max !== '*' && length > Number(max)) refuse(checking, node, 'structure', 'max', `may have at most ${max} value${max === '1' ? '' : 's'}${en}, not ${length}`, `может содержать значений${ru} не больше ${max}, а содержит ${length}`, delimited(node.name));
}

/** http://hl7.org/fhir/R4/profiling.html#slicing */
function checkSlices(checking: Checking, node: ProfileNode, found: readonly Found[], owner: string): void {
  const { walk } = checking;
  const { rules = 'open', ordered = false } = node.element.slicing ?? {};
  const before = walk.way.length;
  const bySlice = new Map<ProfileNode, Found[]>(node.slices.map((slice) => [slice, []]));
  const rest = node.slices.find(({ slice }) => slice === '@default');
  let furthest = -1;
  let openEnd = false;
  for (const one of found) {
    const slice = sliceOf(checking, node, one, conforms);
    const place = slice ? node.slices.indexOf(slice) : -1;
    step(walk, one);
    if (slice) {
      bySlice.get(slice)!.push(one);
      if (ordered && place < furthest) refuse(checking, node, 'structure', 'ordered', `belongs to the slice “${slice.slice}” and stands after those that must follow it`, `относится к срезу «${slice.slice}» и стоит после тех, которые должны идти за ним`);
      if (rules === 'openAtEnd' && openEnd) refuse(checking, node, 'structure', 'openAtEnd', `belongs to the slice “${slice.slice}” and must stand before all other values`, `относится к срезу «${slice.slice}» и должно стоять раньше остальных значений`);
      furthest = Math.max(furthest, place);
    } else if (rest) bySlice.get(rest)!.push(one);
    else {
      openEnd = true;
      if (rules === 'closed') {
        const names = node.slices.map(({ slice }) => slice).join(', ');
        refuse(checking, node, 'structure', 'closed', `belongs to none of the slices that are allowed: ${names}`, `не относится ни к одному из разрешённых срезов: ${names}`);
      }
    }
    walk.way.length = before;
  }
  for (const [slice, values] of bySlice) {
    count(checking, slice, values.length, slice.slice);
    for (const one of values) {
      step(walk, one);
      checkNode(checking, slice, one, owner);
      walk.way.length = before;
    }
    if (slice.slices.length > 0) checkSlices(checking, slice, values, owner);
  }
}

