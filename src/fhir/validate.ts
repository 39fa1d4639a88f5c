import type { Issue } from '../kernel/problem.ts';
import { bindingCheck, type BindingCheck } from './check-binding.ts';
import { invariantsOf, type Invariant } from './invariants.ts';
import type { ElementModel } from './model-types.ts';
import { kindOf, membersOf, model } from './model.ts';
import { kindOfJson, primitiveChecks, shown, type PrimitiveCheck } from './primitive.ts';
import { referenceProblem } from './reference-format.ts';

/** How a type is checked; made once for each type, when it is first met. */
interface TypePlan {
  name: string;
  resource: boolean;
  members: ReadonlyMap<string, MemberPlan>;
  /** Bits of the mandatory elements. */
  mandatory: number;
  mandatoryElements: readonly { name: string; bit: number }[];
  invariants: readonly Invariant[];
}

interface MemberPlan {
  element: ElementModel;
  type: string;
  /** As FHIRPath names it: `name`, `value.ofType(Quantity)`. */
  label: string;
  many: boolean;
  choice: boolean;
  /** Set for a mandatory element and for a choice: one bit for all its types. */
  bit: number;
  primitive: PrimitiveCheck | undefined;
  /** Undefined for a primitive and for a member that holds any resource. */
  plan: TypePlan | undefined;
  binding: BindingCheck | undefined;
  targets: ReadonlySet<string> | undefined;
}

/** The way to the value that is being checked; paths are only put together when something is wrong. */
interface Walk {
  root: string;
  way: (string | number)[];
  issues: Issue[];
}

type Json = Record<string, unknown>;

/** After so many the rest is not looked for: a person mends the first ones and asks again. */
const mostIssues = 100;
/** Elements within elements; hostile nesting must not exhaust the stack. */
const deepest = 300;

const plans = new Map<string, TypePlan>();

function planOf(type: string): TypePlan {
  const known = plans.get(type);
  if (known) return known;
  const plan = { name: type, resource: kindOf(type) === 'resource', members: new Map<string, MemberPlan>(), mandatory: 0, mandatoryElements: [] as { name: string; bit: number }[], invariants: invariantsOf(type) };
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
      label: element.choice ? `${element.name}.ofType(${memberType})` : delimited(element.name),
      many: element.many,
      choice: element.choice,
      bit: bits.get(element) ?? 0,
      primitive: kind === 'primitive' ? (primitiveChecks[memberType] ?? primitiveChecks.string) : undefined,
      plan: kind === 'complex' ? planOf(memberType) : undefined,
      binding: element.valueSet ? bindingCheck(memberType, element.valueSet) : undefined,
      targets: memberType === 'Reference' && element.targets ? new Set(element.targets) : undefined,
    });
  }
  return plan;
}

/**
 * Checks a resource against the base definitions of R4: structure, cardinality, primitive formats, references, required bindings and the
 * invariants of `invariants.ts`. Answers every fault with the FHIRPath of its element; an empty list means valid. Never throws.
 */
export function validateResource(resource: unknown): Issue[] {
  const walk: Walk = { root: 'Resource', way: [], issues: [] };
  checkResource(walk, resource, true);
  return walk.issues;
}

function report(walk: Walk, code: string, diagnostics: string, below?: string): void {
  if (walk.issues.length >= mostIssues) return;
  let expression = walk.root;
  for (const step of walk.way) expression += typeof step === 'number' ? `[${step}]` : `.${step}`;
  if (below) expression += `.${below}`;
  walk.issues.push({ severity: 'error', code, expression, diagnostics: `${expression} ${diagnostics}.` });
}

/** A name that FHIRPath would not read as one stands between back quotes (http://hl7.org/fhirpath/N1/#identifiers). */
function delimited(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !/^(?:and|as|contains|div|false|in|implies|is|mod|or|true|xor)$/.test(name) ? name : `\`${name.slice(0, 60).replaceAll('`', "'")}\``;
}

function checkResource(walk: Walk, resource: unknown, root: boolean): void {
  if (!isObject(resource)) return report(walk, 'structure', `must be a resource (a JSON object), not ${kindOfJson(resource)}`);
  const type = resource.resourceType;
  if (typeof type !== 'string') return report(walk, 'structure', 'has no “resourceType”');
  if (!Object.hasOwn(model().search, type)) return report(walk, 'structure', `has the “resourceType” ${shown(type)}, which R4 does not know`);
  if (root) walk.root = type;
  checkObject(walk, resource, planOf(type));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkObject(walk: Walk, object: Json, plan: TypePlan): void {
  if (walk.way.length > deepest) return report(walk, 'structure', `is nested deeper than ${deepest} levels`);
  let seen = 0;
  let members = 0;
  for (const name in object) {
    if (object[name] === undefined) continue; // JSON does not write it
    const member = plan.members.get(name);
    members++;
    if (member) {
      if (member.bit !== 0) {
        if (member.choice && (seen & member.bit) !== 0) checkOneChoice(walk, object, plan, member);
        seen |= member.bit;
      }
      checkMember(walk, object, name, object[name], member);
    } else if (name.charCodeAt(0) === 95 && plan.members.get(name.slice(1))?.primitive) {
      const base = plan.members.get(name.slice(1))!;
      if (base.choice && (seen & base.bit) !== 0 && object[name.slice(1)] === undefined) checkOneChoice(walk, object, plan, base);
      seen |= base.bit;
      checkExtensions(walk, object[name], base);
    } else if (name !== 'resourceType' || !plan.resource) {
      report(walk, 'structure', `is not an element of ${plan.name}`, delimited(name));
    }
  }
  if (members === 0) report(walk, 'structure', 'must not be an empty object');
  else if ((seen & plan.mandatory) !== plan.mandatory) {
    for (const { name, bit } of plan.mandatoryElements) if ((seen & bit) === 0) report(walk, 'required', `is required in ${plan.name} and is missing`, delimited(name));
  }
  for (const invariant of plan.invariants) invariant(object, (code, diagnostics, below) => report(walk, code, diagnostics, below));
}

function checkOneChoice(walk: Walk, object: Json, plan: TypePlan, member: MemberPlan): void {
  const given = new Set(Object.keys(object).filter((name) => object[name] !== undefined).map((name) => (name.startsWith('_') ? name.slice(1) : name)).filter((name) => plan.members.get(name)?.element === member.element));
  if (given.size > 1) report(walk, 'structure', `is a choice of one type, but ${[...given].join(' and ')} are given`, member.element.name);
}

function checkMember(walk: Walk, object: Json, name: string, value: unknown, member: MemberPlan): void {
  const { way } = walk;
  way.push(member.label);
  if (member.many) {
    if (!Array.isArray(value)) report(walk, 'structure', `repeats, so it must be a JSON array, not ${kindOfJson(value)}`);
    else if (value.length === 0) report(walk, 'structure', 'must not be an empty array');
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
  } else if (Array.isArray(value)) report(walk, 'structure', 'does not repeat, so it must not be a JSON array');
  else checkValue(walk, value, member);
  way.pop();
}

function checkValue(walk: Walk, value: unknown, member: MemberPlan): void {
  if (member.primitive) {
    const wrong = member.primitive(value);
    if (wrong) report(walk, typeof value === 'object' ? 'structure' : 'value', wrong);
    else if (member.binding) checkBinding(walk, value, member.binding);
    return;
  }
  if (!member.plan) return checkResource(walk, value, false);
  if (!isObject(value)) return report(walk, 'structure', `must be a ${member.type} (a JSON object), not ${kindOfJson(value)}`);
  checkObject(walk, value, member.plan);
  if (member.binding) checkBinding(walk, value, member.binding);
  else if (member.type === 'Reference') {
    const wrong = referenceProblem(value.reference, member.targets);
    if (wrong) report(walk, 'value', wrong, 'reference');
  }
}

function checkBinding(walk: Walk, value: unknown, check: BindingCheck): void {
  const wrong = check(value);
  if (wrong) report(walk, 'code-invalid', wrong);
}

/** The object beside a primitive: its id and extensions, an array of them beside an array. */
function checkExtensions(walk: Walk, value: unknown, member: MemberPlan): void {
  walk.way.push(member.label);
  const one = (item: unknown) => {
    if (!isObject(item)) report(walk, 'structure', `has beside it (“_${member.element.name}”) ${kindOfJson(item)}; only an object with id and extension may stand there`);
    else checkObject(walk, item, planOf('Element'));
  };
  if (!member.many) one(value);
  else if (!Array.isArray(value)) report(walk, 'structure', `repeats, so “_${member.element.name}” must be a JSON array`);
  else if (value.length === 0) report(walk, 'structure', `must not have an empty array beside it (“_${member.element.name}”)`);
  else for (const item of value) if (item !== null) one(item);
  walk.way.pop();
}
