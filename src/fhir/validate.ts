import type { Issue } from '../kernel/problem.ts';
import { bindingCheck, type BindingCheck } from './check-binding.ts';
import type { Words } from './fault-words.ts';
import { isObject, type Json } from './fhirpath/items.ts';
import { faultPlaces } from './locate-fault.ts';
import type { ElementModel } from './model-types.ts';
import { kindOf, membersOf, model } from './model.ts';
import { checkAdvised } from './profiles/check-advised.ts';
import { checkExtensions as checkKnownExtensions } from './profiles/check-extensions.ts';
import { checkProfile } from './profiles/check-profile.ts';
import type { ProfileRegistry } from './profiles/registry.ts';
import { kindOfJson, kindOfJsonRu, primitiveChecks, shown, shownRu, type PrimitiveCheck } from './primitive.ts';
import { referenceProblem, typeInReference } from './reference-format.ts';
import { rulesInRussian } from './rules-ru.ts';
import { compileRules, resourceTypeOf, rulesOfType, type RulePlan } from './rules.ts';
import { delimited, labelOf, startWalk, tell, type Walk } from './walk.ts';

export interface ValidateOptions {
  /** False: structure, cardinality, formats, the form of references and required bindings only. Default true. */
  invariants?: boolean;
  /** `warning` also tells what is allowed but not advised (dom-6: a resource should have a narrative). Default `error`. */
  level?: 'error' | 'warning';
  /** Profiles to check the resource against, beside those that it claims in `meta.profile`. */
  profiles?: readonly string[];
  /** The profiles that are known; without it none is checked, not even a claimed one. `karta` of `profiles/shipped.ts` holds the shipped ones. */
  registry?: ProfileRegistry;
}

/** How a type is checked; made once for each type, when it is first met. */
interface TypePlan {
  name: string;
  resource: boolean;
  members: ReadonlyMap<string, MemberPlan>;
  /** Bits of the mandatory elements. */
  mandatory: number;
  mandatoryElements: readonly { name: string; bit: number }[];
  /** Compiled when the first value of the type is checked. */
  rules: Rules | undefined;
}

interface Rules {
  errors: readonly RulePlan[];
  warnings: readonly RulePlan[];
}

interface MemberPlan {
  element: ElementModel;
  type: string;
  /** Type of the element that has this member. */
  owner: string;
  /** As FHIRPath names it: `name`, `value.ofType(Quantity)`. */
  label: string;
  many: boolean;
  choice: boolean;
  /** The id of an element, which no other element of the resource has. */
  isId: boolean;
  /** Set for a mandatory element and for a choice: one bit for all its types. */
  bit: number;
  primitive: PrimitiveCheck | undefined;
  /** Undefined for a primitive and for a member that holds any resource. */
  plan: TypePlan | undefined;
  binding: BindingCheck | undefined;
  targets: ReadonlySet<string> | undefined;
  /** Rules of the element itself; false where it has none. */
  rules: Rules | undefined | false;
}

/** Elements within elements; hostile nesting must not exhaust the stack. */
const deepest = 300;

const plans = new Map<string, TypePlan>();

function planOf(type: string): TypePlan {
  const known = plans.get(type);
  if (known) return known;
  const plan = { name: type, resource: kindOf(type) === 'resource', members: new Map<string, MemberPlan>(), mandatory: 0, mandatoryElements: [] as { name: string; bit: number }[], rules: undefined };
  plans.set(type, plan); // before its members: types contain themselves
  const bits = new Map<ElementModel, number>();
  for (const element of model().types[type]?.elements ?? []) {
    if (element.min === 0 && !element.choice) continue;
    const bit = 1 << bits.size;
    if (bits.size > 30) throw new Error(`${type} has more mandatory and choice elements than bits`);
    bits.set(element, bit);
    if (element.min > 0) {
      plan.mandatory |= bit;
      plan.mandatoryElements.push({ name: element.name, bit });
    }
  }
  for (const [name, { element, type: memberType }] of membersOf(type)) {
    const kind = kindOf(memberType);
    plan.members.set(name, {
      element,
      type: memberType,
      owner: type,
      label: labelOf(element, memberType),
      many: element.many,
      choice: element.choice,
      // the parts of a StructureDefinition share theirs
      isId: name === 'id' && !plan.resource && type !== 'ElementDefinition',
      bit: bits.get(element) ?? 0,
      primitive: kind === 'primitive' ? (primitiveChecks[memberType] ?? primitiveChecks.string) : undefined,
      plan: kind === 'complex' ? planOf(memberType) : undefined,
      binding: element.valueSet ? bindingCheck(memberType, element.valueSet) : undefined,
      targets: (memberType === 'Reference' || memberType === 'canonical') && element.targets ? new Set(element.targets) : undefined,
      rules: element.rules ? undefined : false,
    });
  }
  return plan;
}

/**
 * Checks a resource against the base definitions of R4: structure, cardinality, formats of primitives, references and what they may lead to,
 * required bindings, and the invariants of every type. Answers every fault with the FHIRPath of its element and the rule; an empty list means
 * valid. Never throws.
 */
export function validateResource(resource: unknown, options: ValidateOptions = {}): Issue[] {
  const walk = startWalk(resource, options.invariants !== false, options.level === 'warning');
  if (options.registry) walk.extensions = [];
  if (options.registry && walk.warnings) walk.advised = [];
  checkResource(walk, resource, 'root');
  if (options.registry && walk.misshapen === 0) {
    checkProfiles(walk, resource as Json, options.profiles ?? [], options.registry);
    checkKnownExtensions(walk, resource as Json, options.registry);
    checkAdvised(walk, options.registry);
  }
  return walk.issues;
}

/** The profiles that the resource claims and those that the caller names; what a Bundle holds claims its own. */
function checkProfiles(walk: Walk, resource: Json, named: readonly string[], registry: ProfileRegistry): void {
  const claimed = isObject(resource.meta) && Array.isArray(resource.meta.profile) ? resource.meta.profile.filter((url) => typeof url === 'string') : [];
  for (const url of new Set([...claimed, ...named])) checkProfile(walk, registry, url, resource, String(resource.resourceType));
  if (resource.resourceType !== 'Bundle' || !Array.isArray(resource.entry)) return;
  enterBundle(walk, resource, 'Bundle');
  resource.entry.forEach((entry: unknown, index) => {
    if (!isObject(entry) || !isObject(entry.resource)) return;
    enterBundle(walk, entry, 'Bundle.entry');
    walk.way.push('entry', index, 'resource');
    const { environment } = walk;
    const outer = environment.resource;
    environment.resource = environment.rootResource = entry.resource;
    checkProfiles(walk, entry.resource, [], registry);
    environment.resource = environment.rootResource = outer;
    walk.way.length -= 3;
  });
  walk.bundles.pop();
}

function report(walk: Walk, code: string, rule: string, en: string, ru: string, below?: string): void {
  if (code === 'structure' || code === 'value') walk.misshapen++;
  tell(walk, { severity: 'error', code, rule }, below, (expression) => ({ en: `${expression} ${en}.`, ru: `Поле ${expression} ${ru}.` }));
}

function checkResource(walk: Walk, resource: unknown, place: 'root' | 'contained' | 'within'): void {
  if (!isObject(resource)) return report(walk, 'structure', 'resource', `must be a resource (a JSON object), not ${kindOfJson(resource)}`, `должно быть ресурсом (объект JSON), а не ${kindOfJsonRu(resource)}`);
  const type = resource.resourceType;
  if (typeof type !== 'string') return report(walk, 'structure', 'resource', 'has no “resourceType”', 'не содержит «resourceType»');
  if (!Object.hasOwn(model().search, type)) return report(walk, 'structure', 'resource', `has the “resourceType” ${shown(type)}, which R4 does not know`, `содержит «resourceType» ${shownRu(type)}, которого нет в R4`);
  if (place === 'root') walk.root = type;
  const { environment, ids } = walk;
  const { resource: outer, rootResource } = environment;
  environment.resource = resource;
  walk.ids = undefined;
  if (place !== 'contained') environment.rootResource = resource;
  checkObject(walk, resource, planOf(type));
  walk.ids = ids;
  environment.resource = outer;
  environment.rootResource = rootResource;
}

function checkObject(walk: Walk, object: Json, plan: TypePlan): void {
  if (walk.way.length > deepest) return report(walk, 'structure', 'depth', `is nested deeper than ${deepest} levels`, `вложено глубже ${deepest} уровней`);
  const { misshapen } = walk;
  const inBundle = plan.name === 'Bundle' || plan.name === 'Bundle.entry';
  if (inBundle) enterBundle(walk, object, plan.name);
  else if (walk.extensions && plan.name === 'Extension') walk.extensions.push({ way: [...walk.way], value: object });
  let seen = 0;
  let members = 0;
  for (const name in object) {
    const value = object[name];
    if (value === undefined) continue; // JSON does not write it
    const member = plan.members.get(name);
    members++;
    if (member) {
      if (member.bit !== 0) {
        if (member.choice && (seen & member.bit) !== 0) checkOneChoice(walk, object, plan, member);
        seen |= member.bit;
      }
      checkMember(walk, object, name, value, member);
    } else if (name.charCodeAt(0) === 95 && plan.members.get(name.slice(1))?.primitive) {
      const base = plan.members.get(name.slice(1))!;
      if (base.choice && (seen & base.bit) !== 0 && object[name.slice(1)] === undefined) checkOneChoice(walk, object, plan, base);
      seen |= base.bit;
      checkExtensions(walk, value, object[name.slice(1)], base);
    } else if (name !== 'resourceType' || !plan.resource) {
      report(walk, 'structure', 'element', `is not an element of ${plan.name}`, `не входит в ${plan.name}`, delimited(name));
    }
  }
  if (members === 0) report(walk, 'structure', 'ele-1', 'must not be an empty object', 'не должно быть пустым объектом');
  else if (members === 1 && !plan.resource && object.id !== undefined) report(walk, 'invariant', 'ele-1', 'has an id and nothing else', 'содержит только id');
  else if ((seen & plan.mandatory) !== plan.mandatory) {
    for (const { name, bit } of plan.mandatoryElements) if ((seen & bit) === 0) report(walk, 'required', 'min', `is required in ${plan.name} and is missing`, `обязательно в ${plan.name}, но отсутствует`, delimited(name));
  }
  if (walk.invariants && walk.misshapen === misshapen) checkRules(walk, object, (plan.rules ??= rulesOfType(plan.name)));
  if (plan.name === 'Bundle') walk.bundles.pop();
}

function enterBundle(walk: Walk, object: Json, name: string): void {
  if (name === 'Bundle') walk.bundles.push({ bundle: object, fullUrl: undefined });
  else if (walk.bundles.length > 0) walk.bundles.at(-1)!.fullUrl = object.fullUrl;
}

function checkRules(walk: Walk, value: unknown, rules: Rules): void {
  const { errors, warnings } = rules;
  walk.environment.context = value;
  for (let index = 0; index < errors.length; index++) {
    const broken = errors[index]!.broken(value, walk.environment);
    if (broken !== undefined) tellRule(walk, value, errors[index]!, broken);
  }
  if (!walk.warnings) return;
  for (const plan of warnings) {
    const broken = plan.broken(value, walk.environment);
    if (broken !== undefined) tellRule(walk, value, plan, broken);
  }
}

function tellRule(walk: Walk, value: unknown, { rule, place: below }: RulePlan, broken: true | Words): void {
  if (broken !== true && rule.expression === '') return tell(walk, { severity: rule.severity, code: 'invariant', rule: rule.key }, below, (expression) => ({ en: `${expression} ${broken.en}.`, ru: `Поле ${expression} ${broken.ru}.` }));
  const place = isObject(value) ? faultPlaces[rule.key]?.(value) : undefined;
  const human = rule.human.replace(/\.$/, '');
  const humanRu = rulesInRussian[rule.key] ?? human;
  tell(walk, { severity: rule.severity, code: 'invariant', rule: rule.key }, place, (expression) =>
    broken === true
      ? { en: `${expression} breaks the rule ${rule.key}: ${human}.`, ru: `Нарушено правило ${rule.key} у ${expression}: ${humanRu}.` }
      : { en: `${expression} breaks the rule ${rule.key}: it ${broken.en}.`, ru: `Нарушено правило ${rule.key} у ${expression}: поле ${broken.ru}.` },
  );
}

function checkOneChoice(walk: Walk, object: Json, plan: TypePlan, member: MemberPlan): void {
  const given = new Set(Object.keys(object).filter((name) => object[name] !== undefined).map((name) => (name.startsWith('_') ? name.slice(1) : name)).filter((name) => plan.members.get(name)?.element === member.element));
  if (given.size > 1) report(walk, 'structure', 'choice', `is a choice of one type, but ${[...given].join(' and ')} are given`, `может быть одного типа, а указаны ${[...given].join(' и ')}`, member.element.name);
}

function checkMember(walk: Walk, object: Json, name: string, value: unknown, member: MemberPlan): void {
  const { way } = walk;
  way.push(member.label);
  if (member.many) {
    if (!Array.isArray(value)) report(walk, 'structure', 'max', `repeats, so it must be a JSON array, not ${kindOfJson(value)}`, `повторяется, поэтому должно быть массивом JSON, а не ${kindOfJsonRu(value)}`);
    else if (value.length === 0) report(walk, 'structure', 'min', 'must not be an empty array', 'не должно быть пустым массивом');
    else {
      const last = way.length;
      for (let index = 0; index < value.length; index++) {
        way[last] = index;
        // where a primitive has only extensions, its place in the array is null (http://hl7.org/fhir/R4/json.html#primitive)
        if (value[index] === null && member.primitive && isObject((object[`_${name}`] as unknown[] | undefined)?.[index])) continue;
        checkValue(walk, value[index], member);
      }
      way.length = last;
    }
  } else if (Array.isArray(value)) report(walk, 'structure', 'max', 'does not repeat, so it must not be a JSON array', 'не повторяется, поэтому не должно быть массивом JSON');
  else checkValue(walk, value, member);
  way.pop();
}

function checkValue(walk: Walk, value: unknown, member: MemberPlan): void {
  const { misshapen } = walk;
  if (walk.advised && member.element.extensible !== undefined) walk.advised.push({ way: [...walk.way], value, type: member.type, valueSet: member.element.extensible });
  if (member.primitive) {
    const wrong = member.primitive(value);
    if (wrong) return report(walk, typeof value === 'object' ? 'structure' : 'value', member.type, wrong.en, wrong.ru);
    if (member.binding) checkBinding(walk, value, member);
    if (member.isId) checkElementId(walk, value as string);
    if (member.targets && walk.invariants) checkTarget(walk, value as string, undefined, member);
  } else if (!member.plan) {
    return checkResource(walk, value, member.element.name === 'contained' ? 'contained' : 'within');
  } else {
    if (!isObject(value)) return report(walk, 'structure', member.type, `must be a ${member.type} (a JSON object), not ${kindOfJson(value)}`, `должно быть ${member.type} (объект JSON), а не ${kindOfJsonRu(value)}`);
    checkObject(walk, value, member.plan);
    if (member.binding) checkBinding(walk, value, member);
    else if (member.type === 'Reference') checkReference(walk, value, member);
    else if (member.type === 'Extension' && member.owner !== 'Extension') checkExtensionUrl(walk, value.url);
  }
  if (member.rules !== false && walk.invariants && walk.misshapen === misshapen) checkRules(walk, value, rulesOfElement(member));
}

/** http://hl7.org/fhir/R4/element-definitions.html#Element.id */
function checkElementId(walk: Walk, id: string): void {
  if (!(walk.ids ??= new Set()).has(id)) return void walk.ids.add(id);
  report(walk, 'value', 'id', `is ${shown(id)}, as the id of another element of the resource is`, `равно ${shownRu(id)}, а такой id уже есть у другого элемента ресурса`);
}

/** Only within an extension a part may have a short name (http://hl7.org/fhir/R4/extensibility.html#Extension). */
function checkExtensionUrl(walk: Walk, url: unknown): void {
  if (typeof url === 'string' && !url.includes(':')) report(walk, 'value', 'url', `must be the absolute URL of the extension, not ${shown(url)}`, `должно быть полным URL расширения, а не ${shownRu(url)}`, 'url');
}

function rulesOfElement(member: MemberPlan): Rules {
  return (member.rules ||= compileRules(member.element.rules, member.type, resourceTypeOf(member.owner)));
}

function checkReference(walk: Walk, { reference, type }: Json, member: MemberPlan): void {
  const wrong = referenceProblem(reference);
  if (wrong) return report(walk, 'value', 'reference', wrong.en, wrong.ru, 'reference');
  if (member.targets && typeof reference === 'string') checkTarget(walk, reference, 'reference', member);
  if (typeof type === 'string' && walk.invariants) checkReferenceType(walk, reference, type, member);
}

/** What a reference or a canonical leads to, as far as its text or the resources around tell (http://hl7.org/fhir/R4/references.html#Reference). */
function typeReferred(walk: Walk, reference: string): string | undefined {
  if (reference.charCodeAt(0) !== 35 && !reference.startsWith('urn:')) return typeInReference(reference);
  if (!walk.invariants || (reference.charCodeAt(0) !== 35 && walk.bundles.length === 0)) return undefined;
  const found = walk.environment.resolve(reference);
  return isObject(found) && typeof found.resourceType === 'string' ? found.resourceType : undefined;
}

function checkTarget(walk: Walk, reference: string, below: string | undefined, member: MemberPlan): void {
  // a canonical is a name: only a fragment says where it leads
  if (member.type === 'canonical' && reference.charCodeAt(0) !== 35) return;
  const type = typeReferred(walk, reference);
  if (type === undefined || member.targets!.has(type) || !Object.hasOwn(model().search, type)) return;
  const allowed = [...member.targets!].join(', ');
  report(walk, 'value', 'target', `may refer to ${allowed}, not to ${type}`, `может ссылаться на ${allowed}, но не на ${type}`, below);
}

/** `Reference.type` is the type that the reference leads to (http://hl7.org/fhir/R4/references-definitions.html#Reference.type). */
function checkReferenceType(walk: Walk, reference: unknown, type: string, member: MemberPlan): void {
  const name = type.replace('http://hl7.org/fhir/StructureDefinition/', '');
  const leads = typeof reference === 'string' ? typeReferred(walk, reference) : undefined;
  if (leads !== undefined && leads !== name) report(walk, 'value', 'type', `is ${shown(name)}, but the reference leads to ${leads}`, `равно ${shownRu(name)}, но ссылка ведёт на ${leads}`, 'type');
  else if (member.targets && Object.hasOwn(model().search, name) && !member.targets.has(name)) {
    const allowed = [...member.targets].join(', ');
    report(walk, 'value', 'target', `may be ${allowed}, not ${name}`, `может быть ${allowed}, но не ${name}`, 'type');
  }
}

function checkBinding(walk: Walk, value: unknown, member: MemberPlan): void {
  const wrong = member.binding!(value);
  if (wrong) report(walk, 'code-invalid', `binding ${member.element.valueSet}`, wrong.en, wrong.ru);
}

/** The object beside a primitive: its id and extensions, an array of them beside an array. */
function checkExtensions(walk: Walk, value: unknown, beside: unknown, member: MemberPlan): void {
  const { name } = member.element;
  walk.way.push(member.label);
  const one = (item: unknown, has: boolean) => {
    if (!isObject(item)) report(walk, 'structure', 'element', `has beside it (“_${name}”) ${kindOfJson(item)}; only an object with id and extension may stand there`, `имеет рядом («_${name}») ${kindOfJsonRu(item)}; там может стоять только объект с id и extension`);
    else if (has) checkBesideValue(walk, item);
    else checkObject(walk, item, planOf('Element'));
  };
  if (!member.many) one(value, beside !== undefined);
  else if (!Array.isArray(value)) report(walk, 'structure', 'max', `repeats, so “_${name}” must be a JSON array`, `повторяется, поэтому «_${name}» должно быть массивом JSON`);
  else if (value.length === 0) report(walk, 'structure', 'min', `must not have an empty array beside it (“_${name}”)`, `не должно иметь рядом пустой массив («_${name}»)`);
  else value.forEach((item, index) => {
    const has = Array.isArray(beside) && beside[index] !== undefined && beside[index] !== null;
    if (item !== null) one(item, has);
    else if (!has) report(walk, 'structure', 'element', `has neither a value nor extensions at place ${index} (“_${name}”)`, `не имеет на месте ${index} ни значения, ни расширений («_${name}»)`);
  });
  walk.way.pop();
}

/** An id alone is enough beside a value. */
function checkBesideValue(walk: Walk, item: Json): void {
  if (Object.keys(item).length !== 1 || item.id === undefined) checkObject(walk, item, planOf('Element'));
  else checkMember(walk, item, 'id', item.id, planOf('Element').members.get('id')!);
}
