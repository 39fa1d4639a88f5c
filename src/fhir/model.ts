import type { ElementModel, Model, TypeKind } from './model-types.ts';
import { readModel } from './read-model.ts';

let current: Model | undefined;

/** Installs the model; the browser does this with a fetched one. */
export function installModel(model: Model): void {
  current = model;
}

/**
 * Loads the compact model of the R4 definitions. `cacheFile` is where the compact form is kept between starts; by default beside the
 * packages, or in this user's folder for temporary files where that cannot be written. Without a call the model is loaded at first use.
 */
export function loadFhir(cacheFile?: string): void {
  current = readModel(cacheFile);
}

export function model(): Model {
  return (current ??= readModel());
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
