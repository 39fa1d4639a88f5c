import type { SearchParam } from './types.ts';

/** The part of the R4 definitions that Karta runs on, small enough to be read at every start. Plain JSON. */
export interface Model {
  /** Version of the package that the definitions came from. */
  version: string;
  types: Record<string, TypeModel>;
  /** Codes by system for every value set that a required binding names and that can be enumerated. */
  valueSets: Record<string, Record<string, string[]>>;
  /** Rules over several elements; types and elements name them by their place. */
  rules: Rule[];
  search: Record<string, SearchParam[]>;
  /** Parameters that put a resource of the type into a patient's compartment, in the order of the CompartmentDefinition. */
  patientCompartment: Record<string, string[]>;
}

export type TypeKind = 'primitive' | 'complex' | 'resource';

/** An invariant (http://hl7.org/fhir/R4/conformance-rules.html#constraints). */
export interface Rule {
  key: string;
  severity: 'error' | 'warning';
  /** What it asks for, in English, as published. */
  human: string;
  /** The same in Russian, where its author wrote it. */
  ru?: string;
  /** FHIRPath, asked of the element that names the rule. */
  expression: string;
}

export interface TypeModel {
  kind: TypeKind;
  /** Places in `Model.rules`. */
  rules?: number[];
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
  /** Canonical of an extensible value set: of another code a warning is given. */
  extensible?: string;
  /** Resource types that a Reference or a canonical may lead to; absent where any. */
  targets?: string[];
  /** Rules of this element alone, beside those of its type: places in `Model.rules`. One that asks for what a type of a choice does not have means the other types. */
  rules?: number[];
}
