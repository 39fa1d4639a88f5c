import fc from 'fast-check';

/** One change; the numbers choose among the places that there are, so that a change fits any resource and shrinks with it. */
export interface Mutation {
  how: 'drop' | 'double' | 'swap' | 'copy' | 'edge';
  at: number;
  with: number;
}

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({ how: fc.constantFrom<Mutation['how']>('drop', 'double', 'swap', 'copy', 'edge'), at: fc.nat(100_000), with: fc.nat(100_000) }),
  { minLength: 1, maxLength: 6 },
);

interface Place {
  holder: Record<string | number, unknown>;
  key: string | number;
  /** Name of the member, also for the items of its array. */
  name: string;
}

/** Values that are right in one place and strange in another. */
const edges: readonly unknown[] = [
  '2026', '2026-02', '2028-02-29', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00.5+14:00', '0001-01-01', '9999-12-31', 'Patient/1', 'Patient/1/_history/2', 'http://example.org/fhir/Patient/1', 'http://example.org/fhir/Patient/1/_history/3', 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', '#p', 'http://example.org/a|2.0', 'http://example.org/a',
  '', ' ', 'ё', 'É', 'a|b', 'a,b', 'a$b', 'true', '1.00', true, false, 0, -1, 1.5, 1e-7, 100000, null, {}, [], [null],
];

/** The resource with the changes made; the given one is left alone. */
export function mutateResource(resource: object, changes: readonly Mutation[]): object {
  const copy = structuredClone(resource) as Record<string, unknown>;
  for (const change of changes) {
    const places = placesOf(copy);
    const place = places[change.at % places.length];
    if (place) mutate(place, change, places);
  }
  return copy;
}

function mutate({ holder, key, name }: Place, change: Mutation, places: readonly Place[]): void {
  const alike = places.filter((other) => other.name === name);
  const other = alike[change.with % alike.length]!;
  switch (change.how) {
    case 'drop':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 'double':
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(holder[key]));
      else if (Array.isArray(holder[key])) (holder[key] as unknown[]).push(...structuredClone(holder[key] as unknown[]));
      break;
    case 'swap':
      [holder[key], other.holder[other.key]] = [structuredClone(other.holder[other.key]), structuredClone(holder[key])];
      break;
    case 'copy':
      holder[key] = structuredClone(other.holder[other.key]);
      break;
    case 'edge':
      holder[key] = structuredClone(edges[change.with % edges.length]);
  }
}

function placesOf(value: unknown, name = '', found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, child] of Object.entries(value)) {
    const member = Array.isArray(value) ? name : key;
    if (member === 'resourceType') continue;
    found.push({ holder: value as Record<string, unknown>, key: Array.isArray(value) ? Number(key) : key, name: member });
    placesOf(child, member, found);
  }
  return found;
}
