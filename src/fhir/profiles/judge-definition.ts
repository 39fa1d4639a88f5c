import type { StructureDefinition } from '@medplum/fhirtypes';
import type { Issue } from '../../kernel/problem.ts';
import { isKind } from '../fhirpath/kinds.ts';
import { kindOf, membersOf, model } from '../model.ts';
import { parsePath, PathRefusal } from '../parse-path.ts';
import { isProfile, withoutVersion, type Element, type ProfileRegistry } from './registry.ts';

const core = 'http://hl7.org/fhir/StructureDefinition/';
const slicingRules = ['closed', 'open', 'openAtEnd'];
const discriminators = ['value', 'exists', 'pattern', 'type', 'profile'];
const mostIssues = 50;

/**
 * What is wrong with a profile or the definition of an extension, before it is written: a resource could not be held against it, or would be held
 * against something else than its author meant. Definitions of types (specializations, logical models) ask nothing of resources here and are not judged.
 */
export function judgeDefinition(definition: StructureDefinition, registry: ProfileRegistry): Issue[] {
  const issues: Issue[] = [];
  if (!isProfile(definition)) return issues;
  const refuse = (expression: string, rule: string, en: string, ru: string): void => {
    if (issues.length < mostIssues) issues.push({ severity: 'error', code: 'invalid', expression: `StructureDefinition.${expression}`, rule: `profile-${rule}`, diagnostics: en, ru });
  };
  const { type, kind, baseDefinition, differential, snapshot } = definition;
  if (!Object.hasOwn(model().types, type)) {
    // a profile of a logical model is about no resource
    if (kind !== 'logical') refuse('type', 'type', `“${type}” is no type of R4, so nothing can follow this profile.`, `«${type}» — не тип R4, такому профилю ничто не может соответствовать.`);
    return issues;
  }
  // profiles of sections call a Composition complex-type, the official ones too
  const meant = kindOf(type) === 'resource' ? ['resource', 'complex-type'] : kindOf(type) === 'primitive' ? ['primitive-type'] : ['complex-type'];
  if (!meant.includes(kind)) refuse('kind', 'kind', `The kind of ${type} is ${meant[0]}, not ${kind}.`, `Вид типа ${type} — ${meant[0]}, а не ${kind}.`);
  judgeBase(definition, registry, refuse);
  for (const [part, list] of [['differential', differential], ['snapshot', snapshot]] as const) {
    list?.element.forEach((element, index) => judgeElement(element, { type, at: `${part}.element[${index}]`, whole: list.element, refuse }));
  }
  if (baseDefinition && withoutVersion(baseDefinition) === withoutVersion(definition.url)) refuse('baseDefinition', 'base', 'A profile cannot be derived from itself.', 'Профиль не может быть основан сам на себе.');
  return issues;
}

type Refuse = (expression: string, rule: string, en: string, ru: string) => void;

function judgeBase({ type, baseDefinition, snapshot }: StructureDefinition, registry: ProfileRegistry, refuse: Refuse): void {
  if (!baseDefinition) return refuse('baseDefinition', 'base', 'A constraint must name the definition that it constrains.', 'Ограничение должно называть определение, которое оно ограничивает.');
  const url = withoutVersion(baseDefinition);
  const named = url.startsWith(core) ? url.slice(core.length) : '';
  const base = Object.hasOwn(model().types, named) ? named : registry.profile(url)?.type;
  if (base === undefined) {
    // with a snapshot it can be applied all the same
    if (!snapshot) refuse('baseDefinition', 'base', `The base ${url.slice(0, 200)} is not known here: write it first, or give a snapshot.`, `Основа ${url.slice(0, 200)} здесь не известна: сначала запишите её или приложите snapshot.`);
  } else if (base !== type && !(['Resource', 'DomainResource', 'Element', 'BackboneElement', 'Quantity'].includes(base))) {
    refuse('baseDefinition', 'base', `The base is for ${base}, this profile for ${type}.`, `Основа описывает ${base}, а этот профиль — ${type}.`);
  }
}

interface Judged {
  type: string;
  at: string;
  whole: readonly Element[];
  refuse: Refuse;
}

function judgeElement(element: Element, { type, at, whole, refuse }: Judged): void {
  const { path, min, max, slicing, sliceName, id } = element;
  const found = typesAt(path, type);
  if (!found) return refuse(`${at}.path`, 'path', `${path} is no element of ${type}.`, `В типе ${type} нет элемента ${path}.`);
  if (max !== undefined && max !== '*' && min !== undefined && min > Number(max)) refuse(`${at}.max`, 'cardinality', `${path} cannot have at least ${min} and at most ${max} values.`, `${path} не может иметь не меньше ${min} и не больше ${max} значений.`);
  if (max !== undefined && !/^(?:\*|\d+)$/.test(max)) refuse(`${at}.max`, 'cardinality', `The greatest number of values is a number or *, not ${max.slice(0, 20)}.`, `Наибольшее число значений — число или *, а не ${max.slice(0, 20)}.`);
  else if (!found.many && max !== undefined && (max === '*' || Number(max) > 1) && !path.endsWith('[x]') && path !== type) refuse(`${at}.max`, 'cardinality', `${path} does not repeat, a profile cannot let it.`, `${path} не повторяется, и профиль не может этого разрешить.`);
  if (sliceName !== undefined) judgeSlice(sliceName, id, at, refuse);
  if (slicing) {
    if (slicing.rules === undefined || !slicingRules.includes(slicing.rules)) refuse(`${at}.slicing.rules`, 'slicing', `Slicing is ${slicingRules.join(', ')}.`, `Нарезка бывает ${slicingRules.join(', ')}.`);
    (slicing.discriminator ?? []).forEach(({ type: kind, path: way }, index) => {
      const place = `${at}.slicing.discriminator[${index}]`;
      if (!discriminators.includes(kind)) refuse(`${place}.type`, 'slicing', `A discriminator is ${discriminators.join(', ')}.`, `Различитель бывает ${discriminators.join(', ')}.`);
      if (!/^(?:\$this|[a-z]\w*|resolve\(\)|ofType\(\w+\)|extension\((?:'[^']*'|"[^"]*")\))(?:\.(?:[a-z]\w*|resolve\(\)|ofType\(\w+\)|extension\((?:'[^']*'|"[^"]*")\)))*$/.test(way)) {
        refuse(`${place}.path`, 'slicing', `“${way.slice(0, 80)}” is no way that a discriminator may take (elements, extension(url), resolve(), ofType()).`, `«${way.slice(0, 80)}» — не путь различителя: допустимы элементы, extension(url), resolve() и ofType().`);
      }
    });
    if (slicing.discriminator === undefined && slicing.rules === 'closed' && whole.some((other) => other.path === path && other.sliceName !== undefined)) {
      refuse(`${at}.slicing`, 'slicing', 'Closed slices need a discriminator: otherwise no value could be told to belong to one.', 'Закрытой нарезке нужен различитель: иначе ни об одном значении нельзя сказать, к какому срезу оно относится.');
    }
  }
  judgeTypes(element, found.types, at, refuse);
  (element.constraint ?? []).forEach(({ key, expression }, index) => {
    if (!expression) return;
    const wrong = faultOf(expression);
    if (wrong) refuse(`${at}.constraint[${index}].expression`, 'invariant', `The expression of ${key} is not FHIRPath from character ${wrong.at + 1} on: ${wrong.reason}.`, `Выражение правила ${key} — не FHIRPath, начиная с ${wrong.at + 1}-го знака: ${wrong.reason}.`);
  });
}

function judgeSlice(sliceName: string, id: string | undefined, at: string, refuse: Refuse): void {
  // http://hl7.org/fhir/R4/profiling.html#reslicing: a slice of a slice is named a/b
  if (sliceName.includes('/')) refuse(`${at}.sliceName`, 'reslicing', `“${sliceName.slice(0, 64)}” slices a slice again, which is not supported: derive a profile, or slice by more discriminators.`, `«${sliceName.slice(0, 64)}» делит срез ещё раз, это не поддерживается: основывайте новый профиль или добавьте различители.`);
  const last = id?.slice(id.lastIndexOf(':') + 1);
  if (last !== undefined && id!.includes(':') && !id!.slice(id!.lastIndexOf(':')).includes('.') && last !== sliceName) refuse(`${at}.id`, 'slice-name', `The id names the slice “${last.slice(0, 64)}”, sliceName “${sliceName.slice(0, 64)}”.`, `В id назван срез «${last.slice(0, 64)}», а в sliceName — «${sliceName.slice(0, 64)}».`);
}

function judgeTypes(element: Element, allowed: readonly string[], at: string, refuse: Refuse): void {
  if (!element.path.includes('.')) return;
  (element.type ?? []).forEach(({ code }, index) => {
    if (!code || code.startsWith('http://hl7.org/fhirpath/') || allowed.length === 0) return;
    const fits = allowed.some((one) => isKind(code, one) || one.includes('.') || kindOf(one) === 'resource' || (!element.path.endsWith('[x]') && kindOf(one) === 'primitive' && kindOf(code) === 'primitive'));
    if (!fits) refuse(`${at}.type[${index}].code`, 'type', `${element.path} may be ${allowed.slice(0, 12).join(', ')}, not ${code}.`, `${element.path} может иметь тип ${allowed.slice(0, 12).join(', ')}, но не ${code}.`);
  });
}

/** An element that an expression names may be one of another type: only what cannot be read is refused. */
function faultOf(expression: string): PathRefusal | undefined {
  try {
    parsePath(expression);
    return undefined;
  } catch (error) {
    if (error instanceof PathRefusal) return error;
    throw error;
  }
}

/** The types of the element that a path leads to from the type; undefined where it leads nowhere. */
function typesAt(path: string, root: string): { types: string[]; many: boolean } | undefined {
  const [first, ...steps] = path.split('.');
  if (first !== root) return undefined;
  let types = [root];
  let many = false;
  for (const step of steps) {
    const name = step.replace(/\[x\]$/, '').replace(/:.*$/, '');
    const next = types.flatMap((type) => {
      // what stands in `contained` or in an entry may be of any type; a profile may have said which
      if (kindOf(type) === 'resource' && type !== root && !Object.hasOwn(model().search, type)) return ['Element'];
      return [...membersOf(type)].filter(([json, { element }]) => element.name === name || json === step).map(([, member]) => ((many = member.element.many), member.type));
    });
    // a choice that the schema spells out type by type
    if (next.length === 0 && step.endsWith('[x]') && types.some((type) => [...membersOf(type).keys()].some((json) => json.startsWith(name)))) return { types: [], many };
    if (next.length === 0) return name === 'id' || name === 'extension' || name === 'value' ? { types: [], many: name === 'extension' } : undefined;
    types = [...new Set(next)];
  }
  return { types, many };
}
