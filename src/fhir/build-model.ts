import { rulesOf, type Constraint } from './build-rules.ts';
import type { ElementModel, Model, TypeModel } from './model-types.ts';
import { narrowExpression } from './parse-path.ts';
import type { SearchParam, SearchParamType } from './types.ts';

/** The shapes of the definition files, as far as they are read. */
interface Bundle {
  entry: { resource: Definition }[];
}
interface Definition {
  resourceType: string;
  url: string;
  name: string;
  code: string;
  type: string;
  kind: string;
  abstract: boolean;
  derivation?: string;
  base: string[];
  target?: string[];
  expression?: string;
  component?: { definition: string; expression: string }[];
  snapshot?: { element: Element[] };
  compose?: { include: Include[]; exclude?: Include[] };
  concept?: Concept[];
  content?: string;
  resource?: { code: string; param?: string[] }[];
}
interface Element {
  path: string;
  min: number;
  max: string;
  contentReference?: string;
  isSummary?: boolean;
  type?: { code: string; profile?: string[]; targetProfile?: string[] }[];
  constraint?: Constraint[];
  binding?: { strength: string; valueSet?: string };
}
interface Include {
  system?: string;
  concept?: { code: string }[];
  filter?: unknown[];
  valueSet?: string[];
}
interface Concept {
  code: string;
  concept?: Concept[];
}
interface Schema {
  definitions: Record<string, { properties?: Record<string, SchemaProperty>; required?: string[] }>;
}
interface SchemaProperty {
  $ref?: string;
  enum?: string[];
  items?: SchemaProperty;
}

/** What the profile SimpleQuantity asks of a Quantity. */
const simpleQuantity: Constraint = { key: 'sqty-1', severity: 'error', human: 'The comparator is not used on a SimpleQuantity', expression: 'comparator.empty()' };

/** Additions of the package to the standard: none of them is R4. */
export const notR4: ReadonlySet<string> = new Set(['Meta.project', 'Meta.author', 'Meta.onBehalfOf', 'Meta.account', 'Meta.accounts', 'Meta.compartment', 'Meta.deleted', 'Reference.resource', 'OperationOutcome.resource', 'OperationOutcome.status', 'DeviceDefinition.classification', 'HealthcareService.offeredIn', 'ObservationDefinition.publisher']);

/** Search parameters that the package adds to those of 4.0.1. */
const notR4Search = new Set(['DeviceDefinition.classification', 'DetectedIssue.status', 'ServiceRequest.order-detail']);

/** Builds the model from the definition files; `read` answers one of them, parsed. Takes about two seconds. */
export function buildModel(version: string, read: (file: string) => unknown): Model {
  const types = read('profiles-types.json') as Bundle;
  const resources = read('profiles-resources.json') as Bundle;
  const schema = read('fhir.schema.json') as Schema;
  const model: Model = { version, types: {}, valueSets: {}, rules: [], search: {}, patientCompartment: {} };
  const valueSets = collectValueSets([read('valuesets.json') as Bundle, read('v3-codesystems.json') as Bundle, read('v2-tables.json') as Bundle]);
  for (const { resource } of [...types.entry, ...resources.entry]) {
    if (resource.resourceType !== 'StructureDefinition' || !resource.snapshot) continue;
    // SimpleQuantity and MoneyQuantity are profiles of Quantity; elements that must be simple carry the rule themselves
    if (resource.derivation === 'constraint') continue;
    // the package carries single types of later releases
    if (resource.kind === 'resource' && !resource.abstract && !schema.definitions[resource.name]) continue;
    addType(model, resource, valueSets);
  }
  followSchema(model, schema);
  dropForeignTargets(model);
  dropRepeatedRules(model);
  addSearch(model, read('search-parameters.json') as Bundle);
  for (const { code, param } of (read('compartmentdefinition-patient.json') as Definition).resource!) if (param) model.patientCompartment[code] = param;
  return model;
}

function addType(model: Model, definition: Definition, valueSets: (url: string) => Record<string, string[]> | undefined): void {
  const kind = definition.kind === 'primitive-type' ? 'primitive' : definition.kind === 'resource' ? 'resource' : 'complex';
  const elements = definition.snapshot!.element;
  const parents = new Set(elements.map(({ path }) => path.slice(0, path.lastIndexOf('.'))));
  const own: Record<string, TypeModel> = { [definition.name]: { kind, elements: [] } };
  const addRules = (holder: { rules?: number[] }, element: Element) => {
    const rules = rulesOf(model, element.constraint, element.path);
    if (rules) holder.rules = rules;
  };
  for (const element of elements) {
    const dot = element.path.lastIndexOf('.');
    if (dot < 0) addRules(own[definition.name]!, element);
    if (dot < 0 || element.max === '0' || notR4.has(element.path)) continue;
    const choice = element.path.endsWith('[x]');
    const path = choice ? element.path.slice(0, -3) : element.path;
    const name = path.slice(dot + 1);
    if (kind === 'primitive' && name === 'value') continue;
    const made: ElementModel = { name, min: element.min, many: element.max !== '1', choice, types: [] };
    if (element.contentReference) made.types = [element.contentReference.slice(element.contentReference.indexOf('#') + 1)];
    else if (parents.has(path)) {
      made.types = [path];
      own[path] ??= { kind: 'complex', elements: [] };
      addRules(own[path], element);
    } else made.types = element.type!.map(({ code }) => typeName(code, kind === 'resource' && dot === definition.name.length && name === 'id'));
    if (element.isSummary) made.summary = true;
    if (element.binding?.strength === 'required' && element.binding.valueSet) {
      const url = element.binding.valueSet.split('|')[0]!;
      const codes = (model.valueSets[url] ??= valueSets(url) ?? {});
      if (Object.keys(codes).length > 0) made.valueSet = url;
      else delete model.valueSets[url];
    }
    if (element.binding?.strength === 'extensible' && element.binding.valueSet) made.extensible = element.binding.valueSet.split('|')[0]!;
    const targets = element.type?.find(({ code }) => code === 'Reference' || code === 'canonical')?.targetProfile?.map((profile) => profile.slice(profile.lastIndexOf('/') + 1));
    if (targets && !targets.includes('Resource')) made.targets = targets;
    if (made.types[0] !== path) addRules(made, element);
    if (element.type?.some(({ profile }) => profile?.[0]?.endsWith('/SimpleQuantity'))) made.rules = [...(made.rules ?? []), ...rulesOf(model, [simpleQuantity], element.path)!];
    (own[element.path.slice(0, dot)] ??= { kind: 'complex', elements: [] }).elements.push(made);
  }
  Object.assign(model.types, own);
}

function typeName(code: string, isResourceId: boolean): string {
  if (!code.startsWith('http://hl7.org/fhirpath/System.')) return code;
  return isResourceId ? 'id' : code.slice(code.lastIndexOf('.') + 1).toLowerCase();
}

/**
 * The package's profiles of a few types (EvidenceVariable, ResearchStudy …) are of later releases, while its JSON schema is the one
 * of 4.0.1. So the schema decides which members exist: others go, missing ones are taken from it.
 */
function followSchema(model: Model, schema: Schema): void {
  for (const [name, type] of Object.entries(model.types)) {
    const properties = schema.definitions[name.split('.').map((part) => part[0]!.toUpperCase() + part.slice(1)).join('_')]?.properties;
    if (type.kind === 'primitive' || !properties) continue;
    const members = new Map(type.elements.flatMap((element) => element.types.map((one) => [element.choice ? element.name + one[0]!.toUpperCase() + one.slice(1) : element.name, element] as const)));
    const foreign = new Set([...members].filter(([member]) => !properties[member]).map(([, element]) => element));
    type.elements = type.elements.filter((element) => !foreign.has(element));
    for (const [member, property] of Object.entries(properties)) {
      if (member.startsWith('_') || member === 'resourceType' || notR4.has(`${name}.${member}`)) continue;
      const known = members.get(member);
      if (known && !foreign.has(known)) continue;
      const one = property.items ?? property;
      const type_ = one.$ref?.slice('#/definitions/'.length) ?? 'code';
      if (!model.types[type_] && !/^[A-Z]\w*$/.test(type_)) continue;
      type.elements.push({ name: member, min: 0, many: property.items !== undefined, choice: false, types: [type_ === 'ResourceList' ? 'Resource' : type_.includes('_') ? nestedName(type_) : type_] });
    }
    orderLikeSchema(type, Object.keys(properties));
  }
}

/** XML keeps the elements in the order of the standard (http://hl7.org/fhir/R4/xml.html); the package's profiles depart from it (Quantity.comparator). */
function orderLikeSchema(type: TypeModel, properties: readonly string[]): void {
  const places = new Map(properties.map((name, index) => [name, index]));
  const placeOf = (element: ElementModel) => {
    if (element.name === 'modifierExtension') return places.get('extension')! + 0.5;
    return Math.min(...element.types.map((one) => places.get(element.choice ? element.name + one[0]!.toUpperCase() + one.slice(1) : element.name) ?? Number.POSITIVE_INFINITY));
  };
  type.elements.sort((a, b) => placeOf(a) - placeOf(b) || 0);
}

/** The package lets references lead to types of its own. */
function dropForeignTargets(model: Model): void {
  for (const { elements } of Object.values(model.types)) {
    for (const element of elements) {
      if (!element.targets) continue;
      element.targets = element.targets.filter((target) => model.types[target]?.kind === 'resource');
      if (element.targets.length === 0) delete element.targets;
    }
  }
}

/** An element repeats the rules of its type (ext-1 of every Extension). */
function dropRepeatedRules(model: Model): void {
  for (const { elements } of Object.values(model.types)) {
    for (const element of elements) {
      const own = element.rules?.filter((rule) => !element.types.every((type) => model.types[type]?.rules?.includes(rule)));
      if (own && own.length > 0) element.rules = own;
      else delete element.rules;
    }
  }
}

function nestedName(definition: string): string {
  return definition.split('_').map((part, index) => (index === 0 ? part : part[0]!.toLowerCase() + part.slice(1))).join('.');
}

function collectValueSets(bundles: readonly Bundle[]): (url: string) => Record<string, string[]> | undefined {
  const sets = new Map<string, Definition>();
  const systems = new Map<string, Definition>();
  for (const bundle of bundles) {
    for (const { resource } of bundle.entry) {
      if (resource.resourceType === 'ValueSet') sets.set(resource.url, resource);
      if (resource.resourceType === 'CodeSystem') systems.set(resource.url, resource);
    }
  }
  const expand = (url: string): Record<string, string[]> | undefined => {
    const compose = sets.get(url)?.compose;
    if (!compose || compose.exclude) return undefined;
    const codes: Record<string, string[]> = {};
    const add = (system: string, more: readonly string[]) => (codes[system] = [...new Set([...(codes[system] ?? []), ...more])]);
    for (const include of compose.include) {
      if (include.filter) return undefined;
      for (const inner of include.valueSet ?? []) {
        const expanded = expand(inner.split('|')[0]!);
        if (!expanded) return undefined;
        for (const [system, more] of Object.entries(expanded)) add(system, more);
      }
      if (!include.system) continue;
      const system = systems.get(include.system);
      if (include.concept) add(include.system, include.concept.map(({ code }) => code));
      else if (system?.content === 'complete' && system.concept) add(include.system, allCodes(system.concept));
      else return undefined;
    }
    return codes;
  };
  return expand;
}

function allCodes(concepts: readonly Concept[]): string[] {
  return concepts.flatMap((concept) => [concept.code, ...allCodes(concept.concept ?? [])]);
}

/** A misprint of R4: the type is `dateTime` (`Observation-code-value-date`). */
const corrected = (expression: string) => expression.replace('ofType(DateTime)', 'ofType(dateTime)');

/** Another: `DocumentReference-relationship` gives the expressions of its two components the wrong way round; asked for is `target$code`, as its definitions stand. */
const exchanged: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'http://hl7.org/fhir/SearchParameter/DocumentReference-relationship': { code: 'target', target: 'code' },
};

/** A third: `InsurancePlan-name` is `name | alias`, without the type that every other expression begins with. */
function withType({ expression, base }: Definition): string | undefined {
  if (!expression || base.length !== 1 || /[^a-z| ]/.test(expression)) return expression;
  return expression.split('|').map((term) => `${base[0]}.${term.trim()}`).join(' | ');
}

function addSearch(model: Model, bundle: Bundle): void {
  const definitions = bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === 'SearchParameter');
  const byUrl = new Map(definitions.map((definition) => [definition.url, definition]));
  for (const type of Object.keys(model.types).filter((name) => model.types[name]!.kind === 'resource')) {
    const bases = type === 'Resource' || type === 'DomainResource' ? [] : [type, 'DomainResource', 'Resource'];
    const params = new Map<string, SearchParam>();
    for (const definition of definitions) {
      if (!definition.base.some((base) => bases.includes(base)) || params.has(definition.code) || notR4Search.has(`${type}.${definition.code}`)) continue;
      const stated = withType(definition);
      const expression = stated && narrowExpression(stated, bases);
      if (!expression) continue;
      const components = (definition.component ?? []).map((component) => {
        const of = byUrl.get(component.definition);
        return { param: of?.code ?? component.definition, expression: corrected(exchanged[definition.url]?.[component.expression] ?? component.expression), type: (of?.type ?? 'token') as SearchParamType };
      });
      params.set(definition.code, { name: definition.code, type: definition.type as SearchParamType, url: definition.url, expression: corrected(expression), targets: definition.target ?? [], components });
    }
    if (bases.length > 0) model.search[type] = [...params.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
