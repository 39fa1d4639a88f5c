import type { SearchParameter } from '@medplum/fhirtypes';
import type { Issue } from '../kernel/problem.ts';
import { canRead } from './index-resource.ts';
import { typesOfBase } from './own-params.ts';
import { narrowExpression, PathRefusal } from './parse-path.ts';
import { compilePath } from './path.ts';
import { resourceTypes } from './resource-types.ts';
import { standardParams } from './search-params.ts';
import type { SearchParam, SearchParamType } from './types.ts';

/** Modifiers that a search of the type understands (http://hl7.org/fhir/R4/search.html#modifiers). */
const modifiers: Readonly<Partial<Record<SearchParamType, readonly string[]>>> = {
  number: ['missing'],
  date: ['missing'],
  quantity: ['missing'],
  string: ['missing', 'exact', 'contains'],
  token: ['missing', 'text', 'not', 'above', 'below', 'in', 'not-in', 'ofType'],
  reference: ['missing', 'type', 'identifier', 'above', 'below'],
  uri: ['missing', 'above', 'below'],
  composite: [],
};
const reserved = new Set(['patient', 'subject', 'beneficiary']);
const longestExpression = 4000;

export interface Definition {
  /** By resource type: the parameter as it is extracted there. Empty where anything is wrong. */
  params: Record<string, SearchParam>;
  issues: Issue[];
}

/** Is it one of the standard's own definitions? They are compiled into Karta and are no new parameters wherever they are stored. */
export function isStandardDefinition(definition: Pick<SearchParameter, 'url'>): boolean {
  return definition.url?.startsWith('http://hl7.org/fhir/SearchParameter/') ?? false;
}

/**
 * What a SearchParameter (http://hl7.org/fhir/R4/searchparameter.html) means here: its expression compiled for each base. Each issue names the element, and of
 * an expression the character, that Karta cannot work with. `named` finds the definition of a component by its canonical.
 */
export function defineParam(definition: SearchParameter, named: (url: string, type: string) => SearchParam | undefined = standardByUrl): Definition {
  const issues: Issue[] = [];
  const report = (element: string, code: string, diagnostics: string) => issues.push({ severity: 'error', code, expression: `SearchParameter.${element}`, diagnostics: `SearchParameter.${element}: ${diagnostics}.` });
  const kind = definition.type;
  const allowed = modifiers[kind];
  if (!allowed) report('type', 'not-supported', `parameters of type “${kind}” cannot be defined`);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(definition.code ?? '')) report('code', 'value', 'Latin letters, digits and “-” are allowed, a letter first, 64 at most');
  if (reserved.has(definition.code ?? '')) report('code', 'business-rule', `“${definition.code}” decides whose record a resource is in and cannot be defined anew`);
  for (const [index, modifier] of (definition.modifier ?? []).entries()) {
    if (allowed && !allowed.includes(modifier)) report(`modifier[${index}]`, 'not-supported', `a parameter of type “${kind}” has no modifier “${modifier}”`);
  }
  for (const [index, target] of (definition.target ?? []).entries()) {
    if (kind !== 'reference') report(`target[${index}]`, 'business-rule', 'only references have targets');
    else if (!resourceTypes.includes(target)) report(`target[${index}]`, 'value', `there is no resource type “${target}”`);
  }
  const params: Record<string, SearchParam> = {};
  if (!definition.expression) report('expression', 'required', 'an expression is needed; XPath is not evaluated');
  else if (definition.expression.length > longestExpression) report('expression', 'too-long', `${longestExpression} characters at most`);
  for (const [index, base] of (definition.base ?? []).entries()) {
    const types = typesOfBase(base);
    if (types.some((type) => !resourceTypes.includes(type))) {
      report(`base[${index}]`, 'value', `there is no resource type “${base}”`);
      continue;
    }
    if (issues.length > 0) continue;
    for (const type of types) {
      const param = defineFor(type, definition, named, report);
      if (param) params[type] = param;
    }
  }
  return issues.length > 0 ? { params: {}, issues } : { params, issues };
}

type Report = (element: string, code: string, diagnostics: string) => void;

function defineFor(type: string, definition: SearchParameter, named: (url: string, type: string) => SearchParam | undefined, report: Report): SearchParam | undefined {
  const kind = definition.type;
  const own = definition.code;
  const taken = standardParams(type)?.find(({ name }) => name === own);
  if (taken) {
    report('code', 'duplicate', `${type} has a parameter “${own}” of the standard (${taken.url})`);
    return undefined;
  }
  try {
    const whole = definition.expression!;
    const bases = [type, 'DomainResource', 'Resource'];
    const narrowed = narrowExpression(whole, bases) ?? (/^[\s(]*[A-Z]/.test(whole) ? undefined : whole);
    if (narrowed === undefined) {
      report('expression', 'value', `no part of “${whole.slice(0, 200)}” begins with ${type}`);
      return undefined;
    }
    const ways = compilePath(narrowed, type);
    const components = kind === 'composite' ? componentsOf(type, definition, ways.map((way) => way.type), named, report) : [];
    if (components === undefined) return undefined;
    if (kind !== 'composite' && !canRead(narrowed, type, { name: own, type: kind, targets: definition.target ?? [] })) {
      const found = [...new Set(ways.map((way) => way.type))].join(', ') || 'nothing';
      report('expression', 'value', `“${narrowed.slice(0, 200)}” leads to ${found}, which a parameter of type “${kind}” cannot read (http://hl7.org/fhir/R4/search.html#table)`);
      return undefined;
    }
    return { name: own, type: kind, url: definition.url ?? '', expression: narrowed, targets: definition.target ?? [], components };
  } catch (error) {
    if (!(error instanceof PathRefusal)) throw error;
    report('expression', 'value', placed(definition.expression!, error));
    return undefined;
  }
}

/** The reason, and where: for one base the expression may have been narrowed, so the place is also shown as text. */
function placed(expression: string, refusal: PathRefusal): string {
  const inner = refusal.message.slice(refusal.message.indexOf('): ') + 3);
  const shift = Math.max(0, expression.indexOf(inner));
  const at = shift + refusal.at;
  return `${refusal.reason}; at character ${at + 1}: “${expression.slice(Math.max(0, at - 20), at)}▸${expression.slice(at, at + 40)}”`;
}

function componentsOf(type: string, definition: SearchParameter, contexts: readonly string[], named: (url: string, type: string) => SearchParam | undefined, report: Report): SearchParam['components'] | undefined {
  const given = definition.component ?? [];
  if (given.length < 2) {
    report('component', 'required', 'a composite has at least two components');
    return undefined;
  }
  const components: { param: string; expression: string; type: SearchParamType }[] = [];
  for (const [index, component] of given.entries()) {
    const of = named(component.definition, type);
    if (!of || of.type === 'composite') {
      report(`component[${index}].definition`, 'not-found', `${type} has no simple parameter ${component.definition}`);
      return undefined;
    }
    const fromResource = component.expression.startsWith('%resource.');
    const expression = fromResource ? component.expression.slice('%resource.'.length) : component.expression;
    const param = { name: of.name, type: of.type, targets: of.targets };
    try {
      if (!(fromResource ? [type] : contexts).some((context) => canRead(expression, context, param))) throw new PathRefusal(`it leads to nothing that a parameter of type “${of.type}” can read`, 0, expression);
    } catch (error) {
      if (!(error instanceof PathRefusal)) throw error;
      report(`component[${index}].expression`, 'value', placed(expression, error));
      return undefined;
    }
    components.push({ param: of.name, expression: component.expression, type: of.type });
  }
  return components;
}

function standardByUrl(url: string, type: string): SearchParam | undefined {
  return standardParams(type)?.find((param) => param.url === url.split('|')[0]);
}
