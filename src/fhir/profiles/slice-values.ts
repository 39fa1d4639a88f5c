import { bindingOf } from './bind-codes.ts';
import type { Checking } from './checking.ts';
import type { ProfileNode } from './compile-profile.ts';
import { compileExpression } from '../fhirpath/compile.ts';
import { isKind } from '../fhirpath/kinds.ts';
import { isObject, Node, valueOf, type Item } from '../fhirpath/items.ts';
import { model } from '../model.ts';
import { typeInReference } from '../reference-format.ts';
import { valuesOf, type Found } from './found-values.ts';
import { isFixed, matchesPattern, restrictionOf } from './match-value.ts';
import { withoutVersion } from './registry.ts';

type Conforms = (checking: Checking, url: string, value: unknown, type: string) => boolean;

/**
 * The slice that a value belongs to (http://hl7.org/fhir/R4/profiling.html#discriminator); the first where several fit. A discriminator of which
 * a slice says nothing does not tell it apart: the others do.
 */
export function sliceOf(checking: Checking, node: ProfileNode, found: Found, conforms: Conforms): ProfileNode | undefined {
  const discriminators = node.element.slicing?.discriminator ?? [];
  return node.slices.find((slice) => {
    if (slice.slice === '@default') return false;
    let told = false;
    for (const { type = 'value', path = '$this' } of discriminators) {
      const teller = [slice, ...slice.bases].find((one) => tells(one, type, path, found));
      if (!teller) continue;
      if (!belongs(checking, teller, type, path, found, conforms)) return false;
      told = true;
    }
    return told;
  });
}

/** Whether a slice says anything of a discriminator. */
function tells(slice: ProfileNode, kind: string, path: string, { type }: Found): boolean {
  if (kind === 'exists' || urlOf(slice, path, type) !== undefined) return true;
  const wanted = follow(slice, path);
  if (!wanted) return false;
  if (kind === 'type') return typesOf(wanted.node).length > 0;
  if (kind === 'profile') return (wanted.node.element.type ?? []).some(({ profile, targetProfile }) => profile !== undefined || targetProfile !== undefined);
  return wanted.inherited !== undefined || restricts(wanted.node) || wanted.node.element.max === '0';
}

function belongs(checking: Checking, slice: ProfileNode, kind: string, path: string, found: Found, conforms: Conforms): boolean {
  const wanted = follow(slice, path);
  switch (kind) {
    case 'exists':
      return (valuesAt(checking, path, found).length > 0) === (wanted?.node.element.max !== '0');
    case 'type':
      return hasType(checking, wanted?.node ?? slice, path, found);
    case 'profile':
      return hasProfile(checking, wanted?.node ?? slice, path, found, conforms);
    default:
      return hasValue(checking, slice, path, wanted, found);
  }
}

interface Wanted {
  node: ProfileNode;
  /** What an element above has fixed for this one, with the way that is left. */
  inherited: unknown;
}

/** The node that a discriminator leads to within a slice; where an element on the way has a pattern, what it says of the end of the way. */
function follow(slice: ProfileNode, path: string): Wanted | undefined {
  let node: ProfileNode | undefined = slice;
  let inherited: unknown = restrictionOf(slice.element, 'pattern') ?? restrictionOf(slice.element, 'fixed');
  for (const { name, url } of stepsOf(path)) {
    inherited = isObject(inherited) ? inherited[name] : Array.isArray(inherited) ? inherited.flatMap((one: unknown) => (isObject(one) && one[name] !== undefined ? [one[name]] : [])).flat() : undefined;
    const next: ProfileNode | undefined = node && (url === undefined ? (childOf(node, name) ?? node.slices.flatMap((one) => childOf(one, name) ?? [])[0]) : extensionOf(node, url));
    node = next;
    if (next) inherited = restrictionOf(next.element, 'pattern') ?? restrictionOf(next.element, 'fixed') ?? inherited;
  }
  return node ? { node, inherited } : inherited === undefined ? undefined : { node: slice, inherited };
}

/** The element of a name, or the one type of it that is named: `valueCode` for `value`. */
function childOf(node: ProfileNode, name: string): ProfileNode | undefined {
  const own = node.children.get(name);
  if (own) return own;
  for (const [json, child] of node.children) if (json.startsWith(name) && typeNamed(json.slice(name.length)) !== undefined) return child;
  return undefined;
}

function extensionOf(node: ProfileNode, url: string): ProfileNode | undefined {
  return node.children.get('extension')?.slices.find((slice) => urlOf(slice, 'url', 'Extension') === url || restrictionOf(slice.children.get('url')?.element ?? { path: '' }, 'fixed') === url);
}

/** `Quantity` and `String` as `valueQuantity` and `contentString` end; undefined for what is no type. */
function typeNamed(end: string): string | undefined {
  return /^[A-Z]/.test(end) ? [end, end[0]!.toLowerCase() + end.slice(1)].find((type) => Object.hasOwn(model().types, type)) : undefined;
}

/** The elements on the way; functions lead to no node of their own, but for the extension of a url. */
function stepsOf(path: string): { name: string; url?: string }[] {
  return [...path.matchAll(/extension\(["']([^"']*)["']\)|(?:resolve\(\)|ofType\(\w+\)|\$this)|(\w+)/g)].flatMap(([, url, name]) => (url !== undefined ? [{ name: 'extension', url }] : name === undefined ? [] : [{ name }]));
}

function valuesAt({ walk }: Checking, path: string, { value, type, beside }: Found): Item[] {
  if (path === '$this') return [value];
  return expressionOf(path, type)(beside ? new Node(type, value, beside) : value, walk.environment);
}

const expressions = new Map<string, ReturnType<typeof compileExpression>>();

function expressionOf(path: string, type: string): ReturnType<typeof compileExpression> {
  const key = `${type} ${path}`;
  let made = expressions.get(key);
  if (!made) {
    try {
      made = compileExpression(path, type, '*');
    } catch {
      made = () => []; // a way that this type does not have leads nowhere
    }
    if (expressions.size > 2000) expressions.clear();
    expressions.set(key, made);
  }
  return made;
}

function hasValue(checking: Checking, slice: ProfileNode, path: string, wanted: Wanted | undefined, found: Found): boolean {
  const url = urlOf(slice, path, found.type);
  if (url !== undefined) return isObject(found.value) && found.value.url === url;
  if (!wanted) return false;
  const values = valuesAt(checking, path, found).map(valueOf);
  const { node, inherited } = wanted;
  if (inherited === undefined && node.element.max === '0') return values.length === 0;
  if (inherited !== undefined) return values.some((value) => (Array.isArray(inherited) && !Array.isArray(value) ? inherited.some((one) => matchesPattern(value, one)) : matchesPattern(value, inherited)));
  return values.some((value) => fulfils(checking, node, value));
}

/** Extensions are told apart by their url, which stands in their own profile. */
function urlOf(slice: ProfileNode, path: string, type: string): string | undefined {
  const profile = path === 'url' && type === 'Extension' ? slice.element.type?.[0]?.profile?.[0] : undefined;
  return profile === undefined ? undefined : withoutVersion(profile);
}

/** A value that has what the node and the elements below it fix, at least one thing. */
function fulfils(checking: Checking, node: ProfileNode, value: unknown): boolean {
  const fixed = restrictionOf(node.element, 'fixed');
  if (fixed !== undefined) return isFixed(value, fixed);
  const pattern = restrictionOf(node.element, 'pattern');
  if (pattern !== undefined) return matchesPattern(value, pattern);
  const { binding } = node.element;
  if (binding?.strength === 'required' && binding.valueSet) {
    const type = typeof value === 'string' ? 'code' : isObject(value) && 'coding' in value ? 'CodeableConcept' : 'Coding';
    const check = bindingOf(binding.valueSet, type, checking.registry);
    if (check) return check(value) === undefined;
  }
  let asked = false;
  for (const [name, child] of node.children) {
    if (!restricts(child)) continue;
    asked = true;
    const below = isObject(value) ? value[name] : undefined;
    const items = Array.isArray(below) ? below : below === undefined ? [] : [below];
    if (!items.some((one) => fulfils(checking, child, one))) return false;
  }
  return asked;
}

function restricts(node: ProfileNode): boolean {
  return restrictionOf(node.element, 'fixed') !== undefined || restrictionOf(node.element, 'pattern') !== undefined || node.element.binding?.strength === 'required' || [...node.children.values()].some(restricts);
}

function typesOf(node: ProfileNode): string[] {
  const { type } = node.element;
  if (type) return type.map(({ code }) => code);
  // `valueQuantity`, the element or the slice, names its type itself
  const named = (node.slice ?? node.name).replace(/^[a-z]+/, '');
  const end = typeNamed(named);
  return end === undefined ? [] : [end];
}

function hasType(checking: Checking, node: ProfileNode, path: string, found: Found): boolean {
  if (path.endsWith('resolve()')) {
    const targets = (node.element.type ?? []).flatMap(({ targetProfile, code, profile }) => targetProfile ?? profile ?? [`http://hl7.org/fhir/StructureDefinition/${code}`]);
    const type = referredType(checking, path, found);
    return type !== undefined && targets.some((url) => (checking.registry.profile(withoutVersion(url))?.type ?? url.slice(url.lastIndexOf('/') + 1)) === type);
  }
  const types = typesOf(node);
  return typedAt(path, found).some(({ type }) => types.some((one) => isKind(type, one)));
}

/** The values that a way of plain elements leads to, with their types. */
function typedAt(path: string, found: Found): Found[] {
  let values = [found];
  for (const { name } of stepsOf(path)) values = values.flatMap(({ value, type }) => (isObject(value) ? valuesOf(value, type, name) : []));
  return values;
}

function referencesAt(checking: Checking, path: string, found: Found): string[] {
  const before = path.replace(/\.?resolve\(\)$/, '') || '$this';
  return valuesAt(checking, before, found).flatMap((one) => {
    const value = valueOf(one);
    return isObject(value) && typeof value.reference === 'string' ? [value.reference] : [];
  });
}

function referredType(checking: Checking, path: string, found: Found): string | undefined {
  for (const reference of referencesAt(checking, path, found)) {
    const resolved = checking.walk.environment.resolve(reference);
    if (isObject(resolved) && typeof resolved.resourceType === 'string') return resolved.resourceType;
    const type = typeInReference(reference);
    if (type !== undefined) return type;
  }
  return undefined;
}

function hasProfile(checking: Checking, node: ProfileNode, path: string, found: Found, conforms: Conforms): boolean {
  const resolving = path.endsWith('resolve()');
  const profiles = (node.element.type ?? []).flatMap(({ profile, targetProfile }) => (resolving ? (targetProfile ?? profile ?? []) : (profile ?? [])));
  const values = resolving ? referencesAt(checking, path, found).map((reference) => ({ value: checking.walk.environment.resolve(reference), type: '' })) : typedAt(path, found);
  return values.some(({ value, type }) => value !== undefined && profiles.some((url) => conforms(checking, url, value, isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : type)));
}
