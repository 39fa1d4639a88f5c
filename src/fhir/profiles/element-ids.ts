import type { Element } from './registry.ts';

/**
 * The elements with an id each (http://hl7.org/fhir/R4/elementdefinition.html#id). A differential may leave ids out: then an element that follows
 * a slice and lies below it belongs to that slice.
 */
export function withIds(elements: readonly Element[]): Element[] {
  if (elements.every(({ id }) => id !== undefined)) return [...elements];
  // the last id met at each path; a path of another branch lets those below it fall
  const last = new Map<string, string>();
  return elements.map((element) => {
    const { path, sliceName } = element;
    const id = element.id ?? idOf(path, sliceName, last);
    for (const known of last.keys()) if (known.startsWith(`${path}.`)) last.delete(known);
    last.set(path, id);
    return element.id === undefined ? { ...element, id } : element;
  });
}

function idOf(path: string, sliceName: string | undefined, last: ReadonlyMap<string, string>): string {
  const dot = path.lastIndexOf('.');
  if (dot < 0) return path;
  const parent = path.slice(0, dot);
  const id = `${last.get(parent) ?? idOf(parent, undefined, last)}${path.slice(dot)}`;
  return sliceName === undefined ? id : `${id}:${sliceName}`;
}
