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
  /** Part of `_summary=true` (Σ in the definition). */
  summary?: true;
  /** Canonical of a required, enumerable value set. */
  valueSet?: string;
  /** Resource types that a Reference may lead to; absent where any. */
  targets?: string[];
}
