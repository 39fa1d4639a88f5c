import { kindOf, membersOf } from '../../src/fhir/model.ts';
import { labelOf } from '../../src/fhir/walk.ts';

type Json = Record<string, unknown>;

/** One place of a resource, by the definitions. */
interface Place {
  holder: Json;
  /** Member of the holder. */
  key: string;
  /** Type of the holder, and of the member. */
  owner: string;
  type: string;
  many: boolean;
  choice: boolean;
  min: number;
  bound: boolean;
  /** FHIRPath of the holder, of the element, and of its first value. */
  above: string;
  element: string;
  value: string;
}

/** A breach of the standard's rules of structure, with the places where a validator may tell of it. */
export interface Breaking {
  how: string;
  /** What the member is: `Patient.birthDate date`. */
  of: string;
  at: readonly string[];
  resource: Json;
}

/** Texts that are no value of the type (http://hl7.org/fhir/R4/datatypes.html#primitive). */
const misspelled: Readonly<Record<string, readonly unknown[]>> = {
  date: ['2026-13', '2026-02-30', '26-01-01', '2026-1-1', '2026-01-01T00:00:00Z', ' 2026', '0000'],
  dateTime: ['2026-13', '2026-02-30', '2026-01-01T10:00:00', '2026-01-01T10:00Z', '2026-01-01T25:00:00Z', '2026-01-01 10:00:00Z', '2026-01-01T10:00:00+15:00'],
  instant: ['2026', '2026-01-01', '2026-01-01T10:00:00', '2026-02-30T10:00:00Z'],
  time: ['10:00', '25:00:00', '10:00:00Z', '10:61:00'],
  id: ['a_b', 'x'.repeat(65), 'é', 'a/b'],
  code: [' a', 'a ', 'a  b', '\ta'],
  uri: ['a b', ' '],
  url: ['a b'],
  canonical: ['http://a b'],
  oid: ['1.2.643', 'urn:oid:3.1', 'urn:oid:1.02'],
  uuid: ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:C757873D-EC9A-4326-A141-556F43239520', 'urn:uuid:1'],
  base64Binary: ['abc', '*aaa', 'ab=c'],
  integer: [1.5, 2147483648, -2147483649],
  positiveInt: [0, -1, 1.5, 2147483648],
  unsignedInt: [-1, 0.5, 2147483648],
  string: ['', 'a\u0000b', '\u0007'],
  markdown: ['', 'a\u0001'],
};

const otherKinds: Readonly<Record<string, readonly unknown[]>> = { string: [5, true, { a: 1 }], number: ['5', true, { a: 1 }], boolean: ['true', 1, { a: 1 }] };

type Breaker = (place: Place, pick: <T>(list: readonly T[]) => T) => readonly string[] | undefined;

const isPrimitive = ({ type }: Place) => kindOf(type) === 'primitive';
const first = (value: unknown): unknown => (Array.isArray(value) ? (value as unknown[])[0] : value);
const set = ({ holder, key, many }: Place, value: unknown) => void (many ? ((holder[key] as unknown[])[0] = value) : (holder[key] = value));
const isWide = ({ type, key }: Place) => type !== 'xhtml' && key !== 'resourceType';

/** Each breaks one rule at a place where it applies, and answers where a validator may tell of it. */
export const breakers: Readonly<Record<string, Breaker>> = {
  'an element that is not known': ({ holder, above }) => ((holder.unheard = 1), [`${above}.unheard`]),
  'an element that is not known beside a primitive': (place) => (isPrimitive(place) && !place.many && isWide(place) ? ((place.holder[`_${place.key}`] = { unheard: 1 }), [`${place.element}.unheard`]) : undefined),
  'a required element left out': ({ holder, key, min, many, choice, element, above }) => (min > 0 && !many ? (delete holder[key], delete holder[`_${key}`], [choice ? above + element.slice(above.length).replace(/\.ofType\(.*/, '') : element, above]) : undefined),
  'a required list left out': ({ holder, key, min, many, element, above }) => (min > 0 && many ? (delete holder[key], delete holder[`_${key}`], [element, above]) : undefined),
  'a list for one value': ({ holder, key, many, element }) => (many ? undefined : ((holder[key] = [holder[key]]), [element])),
  'one value for a list': ({ holder, key, many, element }) => (many ? ((holder[key] = first(holder[key])), [element]) : undefined),
  null: (place) => (place.many ? undefined : (set(place, null), [place.value])),
  'null in a list': (place) => (place.many && !place.holder[`_${place.key}`] ? (set(place, null), [place.value]) : undefined),
  'an empty list': ({ holder, key, many, element }) => (many ? ((holder[key] = []), [element]) : undefined),
  'an empty object': (place) => (isPrimitive(place) || kindOf(place.type) === 'resource' ? undefined : (set(place, {}), [place.value])),
  'an empty text': (place) => (isPrimitive(place) && typeof first(place.holder[place.key]) === 'string' ? (set(place, ''), [place.value]) : undefined),
  'another kind of JSON': (place, pick) => (isPrimitive(place) ? (set(place, pick(otherKinds[typeof first(place.holder[place.key])] ?? [{ a: 1 }])), [place.value]) : undefined),
  'a text for an object': (place) => (isPrimitive(place) ? undefined : (set(place, 'text'), [place.value])),
  'a misspelled value': (place, pick) => (misspelled[place.type] && isWide(place) ? (set(place, pick(misspelled[place.type]!)), [place.value]) : undefined),
  'a code of no value set': (place) => (place.bound && place.type === 'code' ? (set(place, 'unheard-of'), [place.value]) : undefined),
  'two types of a choice': ({ holder, owner, choice, element, key }, pick) => {
    if (!choice) return undefined;
    const name = element.slice(element.lastIndexOf('.', element.lastIndexOf('.ofType(') - 1) + 1).replace(/\.ofType.*/, '');
    const others = [...membersOf(owner)].filter(([json, member]) => json !== key && member.element.name === name && ['string', 'boolean', 'Reference'].includes(member.type));
    if (others.length === 0) return undefined;
    const [json, { type }] = pick(others);
    holder[json] = type === 'string' ? 'x' : type === 'boolean' ? true : { display: 'x' };
    return [element.replace(/\.ofType\([^)]*\)$/, '')];
  },
  'a text beside a primitive': (place) => (isPrimitive(place) && !place.many ? ((place.holder[`_${place.key}`] = 'x'), [place.element]) : undefined),
  'an empty object beside a primitive': (place) => (isPrimitive(place) && !place.many ? ((place.holder[`_${place.key}`] = {}), [place.element]) : undefined),
  'an object beside a list of primitives': (place) => (isPrimitive(place) && place.many ? ((place.holder[`_${place.key}`] = { id: 'x' }), [place.element]) : undefined),
  'something beside what is no primitive': (place) => (isPrimitive(place) ? undefined : ((place.holder[`_${place.key}`] = { id: 'x' }), [`${place.above}._${place.key}`])),
  'an extension without url': (place) => (kindOf(place.type) === 'complex' && !place.many ? (((place.holder[place.key] as Json).extension = [{ valueString: 'x' }]), [`${place.value}.extension[0].url`]) : undefined),
};

/** Breaks one rule in a copy of the resource; undefined where this one cannot be broken there. */
export function breakStructure(resource: Json, how: string, pick: <T>(list: readonly T[]) => T): Breaking | undefined {
  const copy = structuredClone(resource);
  const type = String(copy.resourceType);
  const places: Place[] = [];
  collect(copy, type, type, places);
  // some places, not all: a breach that needs a list or a choice may have none near
  for (let attempt = 0; attempt < 12; attempt++) {
    const place = pick(places);
    if (place === undefined) return undefined;
    const at = breakers[how]!(place, pick);
    if (at) return { how, of: `${place.owner}.${place.key} ${place.type}`, at, resource: copy };
  }
  return undefined;
}

function collect(object: Json, owner: string, above: string, places: Place[]): void {
  for (const [key, { element, type }] of membersOf(owner)) {
    const value = object[key];
    if (value === undefined) continue;
    const at = `${above}.${labelOf(element, type)}`;
    const place: Place = { holder: object, key, owner, type, many: element.many, choice: element.choice, min: element.min, bound: element.valueSet !== undefined, above, element: at, value: element.many ? `${at}[0]` : at };
    if (first(value) !== null) places.push(place);
    const items = Array.isArray(value) ? value : [value];
    items.forEach((item: unknown, index) => {
      if (typeof item !== 'object' || item === null) return;
      const inner = kindOf(type) === 'resource' ? String((item as Json).resourceType) : type;
      collect(item as Json, inner, element.many ? `${at}[${index}]` : at, places);
    });
  }
}
