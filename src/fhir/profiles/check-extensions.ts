import type { StructureDefinition } from '@medplum/fhirtypes';
import { compileExpression, compileTest } from '../fhirpath/compile.ts';
import { isObject, Node, type Json } from '../fhirpath/items.ts';
import { isKind } from '../fhirpath/kinds.ts';
import { kindOf, membersOf, model } from '../model.ts';
import { tell, type Walk } from '../walk.ts';
import { checkProfile } from './check-profile.ts';
import { withoutVersion, type ProfileRegistry } from './registry.ts';

/** Extensions whose published context is too narrow: R4's own definitions and examples use them elsewhere, in every type, value set, code system and expansion. */
const widelyUsed = new Set(['structuredefinition-fhir-type', 'structuredefinition-normative-version', 'regex', 'valueset-concept-comments', 'translation'].map((name) => `http://hl7.org/fhir/StructureDefinition/${name}`));

/** The definition names a part `url` that R4's own example calls `uri`. */
const partsMisnamed = 'http://hl7.org/fhir/StructureDefinition/hla-genotyping-results-glstring';

/** Where an extension stands, as `StructureDefinition.context` may name it. */
interface Holder {
  /** `Patient.contact.name`, and the same from each data type on the way: `HumanName`. */
  paths: string[];
  type: string;
  value: unknown;
  /** Where the value is a primitive: what holds its extensions. */
  beside: unknown;
  /** The extension that it is, or whose value it is. */
  within: unknown;
  /** The nearest resource. */
  resource: Json;
}

/**
 * Checks every extension whose definition is known by that definition (http://hl7.org/fhir/R4/defining-extensions.html): what it holds, how often
 * and where it may stand, and whether it changes the meaning of its element. Those that are not known are let pass: anybody may define one.
 */
export function checkExtensions(walk: Walk, resource: Json, registry: ProfileRegistry): void {
  for (const { way, value } of walk.extensions ?? []) {
    const { url } = value;
    // within an extension the parts have short names of their own
    if (typeof url !== 'string' || !url.includes(':')) continue;
    const definition = registry.profile(url);
    const known = definition?.type === 'Extension' ? definition : undefined;
    if (!known && !walk.warnings) continue;
    const before = walk.way;
    walk.way = [...way];
    if (known) {
      checkProfile(walk, registry, url, value, 'Extension');
      checkParts(walk, known, value, registry);
      checkPlace(walk, known, resource, way, value);
    } else if (way.at(-2) === 'modifierExtension') {
      tell(walk, { severity: 'warning', code: 'not-supported', rule: 'modifierExtension' }, undefined, (expression) => ({
        en: `${expression} may change what its element means, and this server does not know the extension ${url}: whoever reads the element must know it.`,
        ru: `Поле ${expression} может менять смысл элемента, а расширение ${url} этому серверу не известно: его должен знать тот, кто читает элемент.`,
      }));
    }
    walk.way = before;
  }
}

type Refuse = (rule: string, en: string, ru: string, below?: string) => void;

function refuserOf(walk: Walk, url: string): Refuse {
  return (rule, en, ru, below) => tell(walk, { severity: 'error', code: 'structure', rule: `${url}#${rule}` }, below, (expression) => ({ en: `${expression} ${en}.`, ru: `Поле ${expression} ${ru}.` }));
}

/** A part with a short name means what the definition says of that name, and nothing where it says nothing. */
function checkParts(walk: Walk, definition: StructureDefinition, { extension: parts }: Json, registry: ProfileRegistry): void {
  if (!Array.isArray(parts) || definition.url === partsMisnamed) return;
  const names = partsOf(definition, registry);
  if (names.size === 0) return;
  const refuse = refuserOf(walk, definition.url);
  parts.forEach((part: unknown, index) => {
    if (!isObject(part) || typeof part.url !== 'string' || part.url.includes(':') || names.has(part.url)) return;
    refuse('part', `is no part of the extension ${definition.url}, which has: ${[...names].join(', ')}`, `не часть расширения ${definition.url}, в котором есть: ${[...names].join(', ')}`, `extension[${index}]`);
  });
}

function partsOf(definition: StructureDefinition, registry: ProfileRegistry, depth = 0): Set<string> {
  const names = new Set<string>();
  for (const { path, sliceName, fixedUri } of [...(definition.snapshot?.element ?? []), ...(definition.differential?.element ?? [])]) {
    if (path === 'Extension.extension' && sliceName !== undefined) names.add(sliceName);
    if (path === 'Extension.extension.url' && fixedUri !== undefined) names.add(fixedUri);
  }
  const base = definition.baseDefinition === undefined || depth > 8 ? undefined : registry.profile(withoutVersion(definition.baseDefinition));
  if (base) for (const name of partsOf(base, registry, depth + 1)) names.add(name);
  return names;
}

function checkPlace(walk: Walk, definition: StructureDefinition, resource: Json, way: readonly (string | number)[], extension: Json): void {
  const { url } = definition;
  const refuse = refuserOf(walk, url);
  const root = (definition.snapshot ?? definition.differential)?.element[0];
  const modifies = way.at(-2) === 'modifierExtension';
  if (root?.path === 'Extension' && (root.isModifier ?? false) !== modifies) {
    const [right, wrong] = modifies ? ['extension', 'modifierExtension'] : ['modifierExtension', 'extension'];
    return refuse('isModifier', `is the extension ${url}, which stands in ${right}, not in ${wrong}`, `содержит расширение ${url}, которое стоит в ${right}, а не в ${wrong}`);
  }
  const holder = holderOf(resource, way);
  if (!holder) return;
  if (root?.path === 'Extension' && root.max !== undefined && root.max !== '*') checkNumber(Number(root.max), holder, way, url, refuse);
  const contexts = definition.context ?? [];
  if (contexts.length > 0 && !widelyUsed.has(url) && !contexts.some(({ type, expression }) => mayStand(walk, holder, type, expression))) {
    const places = contexts.map(({ expression }) => expression).join(', ');
    return refuse('context', `is the extension ${url}, which may stand in ${places} only`, `содержит расширение ${url}, которое может стоять только в ${places}`);
  }
  for (const rule of definition.contextInvariant ?? []) {
    if (!meetsInvariant(walk, holder, rule, extension)) refuse('contextInvariant', `is the extension ${url}, which may stand here only where “${rule}” is true`, `содержит расширение ${url}, которое может стоять здесь, только если верно «${rule}»`);
  }
}

/** The cardinality of the root says how often the extension may stand at one element; told of each one too many. */
function checkNumber(most: number, { value, beside }: Holder, way: readonly (string | number)[], url: string, refuse: Refuse): void {
  const [name, at] = [String(way.at(-2)), Number(way.at(-1))];
  const list = isObject(value) ? value[name] : isObject(beside) ? beside[name] : undefined;
  if (!Array.isArray(list)) return;
  const before = list.slice(0, at).filter((one: unknown) => isObject(one) && one.url === url).length;
  if (before >= most) refuse('max', `is the extension ${url}, which may stand at most ${most} time${most === 1 ? '' : 's'} at one element`, `содержит расширение ${url}, которое у одного элемента может стоять не больше ${most} раз`);
}

/** http://hl7.org/fhir/R4/defining-extensions.html#context; an expression that cannot be read, or over elements of a profile, is not judged. */
function mayStand(walk: Walk, holder: Holder, kind: string | undefined, expression: string | undefined): boolean {
  const { paths, type, within } = holder;
  if (kind === 'extension') return within !== undefined && within === expression?.replace(/#.*$/, '');
  if (expression === undefined) return true;
  if (kind === 'fhirpath') return isFound(walk, holder, expression);
  if (kind !== 'element' || expression.includes(':')) return true;
  if (expression === 'Element' || isOf(type, expression)) return true;
  const [first, ...rest] = expression.split('.');
  return paths.some((path) => {
    if (path === expression) return true;
    const dot = path.indexOf('.');
    return dot > 0 && path.slice(dot + 1) === rest.join('.') && isOf(path.slice(0, dot), first!);
  });
}

/** The abstract types of R5 that definitions name by now stand for what has their elements. */
function isOf(type: string, named: string): boolean {
  if (named === 'CanonicalResource' || named === 'MetadataResource') return kindOf(type) === 'resource' && membersOf(type).has('url') && membersOf(type).has('status');
  return isKind(type, named);
}

/** Whether the expression, asked of the resource, finds the element. */
function isFound(walk: Walk, { resource, value, beside }: Holder, expression: string): boolean {
  const type = String(resource.resourceType);
  const first = /^\s*\(?\s*([A-Z]\w*)/.exec(expression)?.[1];
  if (first !== undefined && Object.hasOwn(model().search, first) && first !== type && !expression.includes('|')) return false;
  try {
    const found = compileExpression(expression, type, type)(resource, { ...walk.environment, resource, rootResource: resource, context: resource });
    return found.some((one) => (one instanceof Node ? (one.beside !== undefined && one.beside === beside) || (isObject(one.value) && one.value === value) : isObject(one) && one === value));
  } catch {
    return true;
  }
}

function meetsInvariant(walk: Walk, { type, value, beside, resource }: Holder, rule: string, extension: Json): boolean {
  try {
    const focus = isObject(beside) ? new Node(type, value, beside) : value;
    return compileTest(rule, type, String(resource.resourceType))(focus, { ...walk.environment, resource, rootResource: resource, context: value, extension }) === true;
  } catch {
    return true;
  }
}

/** Follows the way of an extension down to what holds it. */
function holderOf(root: Json, way: readonly (string | number)[]): Holder | undefined {
  let resource = root;
  let value: unknown = root;
  let beside: unknown;
  let type = String(root.resourceType);
  let paths = [type];
  let within: unknown;
  const enterResource = () => {
    if (kindOf(type) === 'resource' && isObject(value)) [resource, type] = [value, String(value.resourceType)];
    else return;
    paths = [type];
  };
  for (const step of way.slice(0, -2)) {
    if (typeof step === 'number') {
      value = Array.isArray(value) ? value[step] : undefined;
      beside = Array.isArray(beside) ? beside[step] : undefined;
      enterResource();
      continue;
    }
    const [name, of] = namesOf(step);
    const json = of === undefined ? name : name + of[0]!.toUpperCase() + of.slice(1);
    const member = membersOf(type).get(json);
    if (!member) return undefined;
    const object: unknown = isObject(value) ? value : beside;
    within = type === 'Extension' && name === 'value' && isObject(object) ? object.url : undefined;
    [value, beside] = isObject(object) ? [object[json], kindOf(member.type) === 'primitive' ? object[`_${json}`] : undefined] : [undefined, undefined];
    type = member.type;
    const longer = paths.flatMap((path) => (of === undefined ? [`${path}.${name}`] : [`${path}.${name}[x]`, `${path}.${json}`]));
    paths = [...longer, type];
    enterResource();
  }
  if (type === 'Extension' && isObject(value)) within = value.url;
  return { paths, type, value, beside, within, resource };
}

/** `value.ofType(Quantity)` to its name and type; the back quotes of a delimited name go. */
function namesOf(step: string): [name: string, type: string | undefined] {
  const choice = /^(.*)\.ofType\((.*)\)$/.exec(step);
  return choice ? [choice[1]!, choice[2]!] : [step.replaceAll('`', ''), undefined];
}
