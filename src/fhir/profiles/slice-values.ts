import { bindingOf } from './bind-codes.ts';
import type { Checking } from './checking.ts';
import type { ProfileNode } from './compile-profile.ts';
import { compileExpression } from '../fhirpath/compile.ts';
import { isKind } from '../fhirpath/kinds.ts';
import { isObject, Node, valueOf, type Item, type Json } from '../fhirpath/items.ts';
import { typeInReference } from '../reference-format.ts';
import type { Found } from './found-values.ts';
import { isFixed, matchesPattern, restrictionOf } from './match-value.ts';
import { withoutVersion } from './registry.ts';

type Conforms = (checking: Checking, url: string, value: Json, type: string) => boolean;

/** The slice that a value belongs to by all discriminators (http://hl7.org/fhir/R4/profiling.html#discriminator); the first where several fit. */
export function sliceOf(checking: Checking, node: ProfileNode, found: Found, conforms: Conforms): ProfileNode | undefined {
  const discriminators = node.element.slicing?.discriminator ?? [];
  if (discriminators.length === 0) return undefined;
  return node.slices.find((slice) => slice.slice !== '@default' && discriminators.every(({ type, path }) => belongs(checking, telling(slice, path ?? '$this'), type, path ?? '$this', found, conforms)));
}

/** The slice itself where it says something of the discriminator, else the same slice of a profile that this one is derived from. */
function telling(slice: ProfileNode, path: string): ProfileNode {
  return [slice, ...slice.bases].find((one) => {
    const wanted = follow(one, path);
    return wanted !== undefined && (wanted.inherited !== undefined || wanted.node.element.max !== undefined || wanted.node.element.min !== undefined || wanted.node.element.type !== undefined || restricts(wanted.node));
  }) ?? slice;
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
  for (const step of stepsOf(path)) {
    inherited = isObject(inherited) ? inherited[step] : Array.isArray(inherited) ? inherited.flatMap((one: unknown) => (isObject(one) && one[step] !== undefined ? [one[step]] : [])).flat() : undefined;
    const next: ProfileNode | undefined = node?.children.get(step) ?? node?.slices.flatMap((one) => one.children.get(step) ?? [])[0];
    node = next;
    if (next) inherited = restrictionOf(next.element, 'pattern') ?? restrictionOf(next.element, 'fixed') ?? inherited;
  }
  return node ? { node, inherited } : inherited === undefined ? undefined : { node: slice, inherited };
}

/** The elements on the way; functions lead to no node of their own. */
function stepsOf(path: string): string[] {
  return path.replace(/(?:^|\.)(?:resolve\(\)|ofType\(\w+\)|\$this)/g, '').split('.').filter(Boolean);
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
  // extensions are told apart by their url, which stands in their own profile
  const profile = path === 'url' && found.type === 'Extension' ? slice.element.type?.[0]?.profile?.[0] : undefined;
  if (profile !== undefined) return isObject(found.value) && found.value.url === withoutVersion(profile);
  if (!wanted) return false;
  const values = valuesAt(checking, path, found).map(valueOf);
  const { node, inherited } = wanted;
  if (inherited !== undefined) return values.some((value) => (Array.isArray(inherited) && !Array.isArray(value) ? inherited.some((one) => matchesPattern(value, one)) : matchesPattern(value, inherited)));
  return values.some((value) => fulfils(checking, node, value));
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

function hasType(checking: Checking, node: ProfileNode, path: string, found: Found): boolean {
  const codes = (node.element.type ?? []).map(({ code }) => code);
  if (path.endsWith('resolve()')) {
    const targets = (node.element.type ?? []).flatMap(({ targetProfile, code, profile }) => targetProfile ?? profile ?? [`http://hl7.org/fhir/StructureDefinition/${code}`]);
    const type = referredType(checking, path, found);
    return type !== undefined && targets.some((url) => (checking.registry.profile(withoutVersion(url))?.type ?? url.slice(url.lastIndexOf('/') + 1)) === type);
  }
  if (path === '$this') return codes.some((code) => isKind(found.type, code));
  return valuesAt(checking, path, found).some((one) => codes.some((code) => isKind(one instanceof Node ? one.type : typeOfValue(one), code)));
}

function typeOfValue(value: unknown): string {
  if (isObject(value)) return typeof value.resourceType === 'string' ? value.resourceType : 'Element';
  return typeof value === 'number' ? 'decimal' : typeof value;
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
  const values = resolving ? referencesAt(checking, path, found).map((reference) => checking.walk.environment.resolve(reference)) : valuesAt(checking, path, found).map(valueOf);
  return values.some((value) => isObject(value) && profiles.some((url) => conforms(checking, url, value, typeof value.resourceType === 'string' ? value.resourceType : found.type)));
}
