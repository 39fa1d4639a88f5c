import type { StructureDefinition } from '@medplum/fhirtypes';
import { isKind } from '../fhirpath/kinds.ts';
import { isObject, type Json } from '../fhirpath/items.ts';
import { kindOf, membersOf } from '../model.ts';
import { tell, type Walk } from '../walk.ts';
import { checkProfile } from './check-profile.ts';
import type { ProfileRegistry } from './registry.ts';

/** Extensions whose published context is too narrow: R4's own definitions use them elsewhere, in every type, value set and code system. */
const widelyUsed = new Set(['structuredefinition-fhir-type', 'structuredefinition-normative-version', 'regex', 'valueset-concept-comments'].map((name) => `http://hl7.org/fhir/StructureDefinition/${name}`));

/** Where an extension stands, as `StructureDefinition.context` may name it. */
interface Holder {
  /** `Patient.contact.name`, and the same from each data type on the way: `HumanName`. */
  paths: string[];
  type: string;
  /** The extension that holds this one. */
  url: string | undefined;
}

/**
 * Checks every extension whose definition is known by that definition (http://hl7.org/fhir/R4/defining-extensions.html): what it holds, where it may stand,
 * and whether it changes the meaning of its element. Those that are not known are let pass: anybody may define one.
 */
export function checkExtensions(walk: Walk, resource: Json, registry: ProfileRegistry): void {
  for (const { way, value } of walk.extensions ?? []) {
    const { url } = value;
    // within an extension the parts have short names of their own
    if (typeof url !== 'string' || !url.includes(':')) continue;
    const definition = registry.profile(url);
    if (!definition || definition.type !== 'Extension') continue;
    const before = walk.way;
    walk.way = [...way];
    checkProfile(walk, registry, url, value, 'Extension');
    checkPlace(walk, definition, resource, way);
    walk.way = before;
  }
}

function checkPlace(walk: Walk, definition: StructureDefinition, resource: Json, way: readonly (string | number)[]): void {
  const { url } = definition;
  const refuse = (rule: string, en: string, ru: string) => tell(walk, { severity: 'error', code: 'structure', rule: `${url}#${rule}` }, undefined, (expression) => ({ en: `${expression} ${en}.`, ru: `Поле ${expression} ${ru}.` }));
  const root = (definition.snapshot ?? definition.differential)?.element[0];
  const modifies = way.at(-2) === 'modifierExtension';
  if (root && (root.isModifier ?? false) !== modifies) {
    const [right, wrong] = modifies ? ['extension', 'modifierExtension'] : ['modifierExtension', 'extension'];
    return refuse('isModifier', `is the extension ${url}, which stands in ${right}, not in ${wrong}`, `содержит расширение ${url}, которое стоит в ${right}, а не в ${wrong}`);
  }
  const holder = holderOf(resource, way);
  const contexts = definition.context ?? [];
  if (!holder || contexts.length === 0 || widelyUsed.has(url) || contexts.some(({ type, expression }) => mayStand(holder, type, expression))) return;
  const places = contexts.map(({ expression }) => expression).join(', ');
  refuse('context', `is the extension ${url}, which may stand in ${places} only`, `содержит расширение ${url}, которое может стоять только в ${places}`);
}

/** http://hl7.org/fhir/R4/defining-extensions.html#context; an expression in FHIRPath, or over elements of a profile, is not judged. */
function mayStand({ paths, type, url }: Holder, kind: string | undefined, expression: string | undefined): boolean {
  if (kind === 'extension') return url !== undefined && url === expression?.replace(/#.*$/, '');
  if (kind !== 'element' || expression === undefined || expression.includes(':')) return true;
  return expression === 'Element' || paths.includes(expression) || isKind(type, expression);
}

/** Follows the way of an extension down to what holds it. */
function holderOf(resource: Json, way: readonly (string | number)[]): Holder | undefined {
  let value: unknown = resource;
  let type = String(resource.resourceType);
  let paths = [type];
  for (const step of way.slice(0, -2)) {
    if (typeof step === 'number') {
      value = Array.isArray(value) ? value[step] : undefined;
      if (kindOf(type) === 'resource' && isObject(value)) paths = [(type = String(value.resourceType))];
      continue;
    }
    const [name, of] = namesOf(step);
    const json = of === undefined ? name : name + of[0]!.toUpperCase() + of.slice(1);
    const member = membersOf(type).get(json);
    if (!member) return undefined;
    value = isObject(value) ? value[json] : undefined;
    type = member.type;
    const longer = paths.flatMap((path) => (of === undefined ? [`${path}.${name}`] : [`${path}.${name}[x]`, `${path}.${json}`]));
    paths = [...longer, type];
    if (kindOf(type) === 'resource' && isObject(value)) paths = [(type = String(value.resourceType))];
  }
  const url = type === 'Extension' && isObject(value) && typeof value.url === 'string' ? value.url : undefined;
  return { paths, type, url };
}

/** `value.ofType(Quantity)` to its name and type; the back quotes of a delimited name go. */
function namesOf(step: string): [name: string, type: string | undefined] {
  const choice = /^(.*)\.ofType\((.*)\)$/.exec(step);
  return choice ? [choice[1]!, choice[2]!] : [step.replaceAll('`', ''), undefined];
}
