import type { SearchParam } from './types.ts';

/** The part of the R4 definitions that Karta runs on, small enough to be read at every start. Plain JSON. */
export interface Model {
  /** Version of the package that the definitions came from. */
  version: string;
  types: Record<string, TypeModel>;
  /** Codes by system for every value set that a required binding names and that can be enumerated. */
  valueSets: Record<string, Record<string, string[]>>;
  search: Record<string, SearchParam[]>;
  /** Parameters that put a resource of the type into a patient's compartment, in the order of the CompartmentDefinition. */
  patientCompartment: Record<string, string[]>;
}

export type TypeKind = 'primitive' | 'complex' | 'resource';

export interface TypeModel {
  kind: TypeKind;
  elements: ElementModel[];
}

export interface ElementModel {
  name: string;
  min: number;
  /** `max` is above one: a JSON array. */
  many: boolean;
  /** Choice of types: the JSON name is `name` + Type. */
  choice: boolean;
  /** Names in `Model.types`; a nested element has its path as its type: `Patient.contact`. */
  types: string[];
  /** Canonical of a required, enumerable value set. */
  valueSet?: string;
  /** Resource types that a Reference may lead to; absent where any. */
  targets?: string[];
}

let current: Model | undefined;
let load: (() => Model) | undefined;

/** Installs the model; the browser does this with a fetched one. */
export function installModel(model: Model): void {
  current = model;
}

/** Names the way in which the model is got at first use, where nobody has installed one. */
export function loadModelWith(read: () => Model): void {
  load = read;
}

export function model(): Model {
  if (current) return current;
  if (!load) throw new Error('the FHIR model is not loaded: call loadFhir or installModel first');
  return (current = load());
}

/** The element that a JSON member stands for, with the one type that the member's name chooses. */
export interface Member {
  element: ElementModel;
  type: string;
}

const membersByType = new Map<string, ReadonlyMap<string, Member>>();

/** The JSON members of a type by name: `valueQuantity` and its sisters for `value[x]`. */
export function membersOf(type: string): ReadonlyMap<string, Member> {
  const known = membersByType.get(type);
  if (known) return known;
  const members = new Map<string, Member>();
  for (const element of model().types[type]?.elements ?? []) {
    for (const elementType of element.types) {
      const name = element.choice ? element.name + elementType[0]!.toUpperCase() + elementType.slice(1) : element.name;
      members.set(name, { element, type: elementType });
    }
  }
  membersByType.set(type, members);
  return members;
}

export function kindOf(type: string): TypeKind {
  return model().types[type]?.kind ?? 'complex';
}
