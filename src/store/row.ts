import type { Resource } from '@medplum/fhirtypes';
import { compartmentsOf, foldText, indexResource, isCaseless, keepingOf, literalReferences, localReference, onOwnParams, ownParams, searchParams } from '../fhir/index.ts';
import type { IndexEntry, SearchParamType } from '../fhir/types.ts';
import type { Keeping } from '../fhir/param-keeping.ts';
import { shardOf } from '../kernel/id.ts';
import { isCompartmentParam, mainColumns } from './main-columns.ts';
import { latinKey, storedText, textKeys } from './text-keys.ts';
import { compartmentNumber, paramNumber, type Display, type TokenHasher } from './token-hash.ts';
import { typeNumber } from './type-number.ts';

/**
 * What this code extracts, as a number: raise it whenever `indexRow` or `indexResource` makes something else of the same resource. The database
 * then gets a new index generation, and a job brings older rows up to it (index-set.ts).
 */
export const extraction = 7;

/** The kinds of parameters that each raise has changed: not searchable until every row is brought up. */
export const extractionChanges: Readonly<Record<number, readonly SearchParamType[]>> = {
  2: ['token', 'reference', 'date', 'number', 'quantity', 'special'],
  3: ['token', 'reference', 'string', 'uri', 'date', 'number', 'quantity'],
  4: [], // keys of strings tell all words at once (text-keys.ts); those of before are read as well, only slower
  5: ['date'], // what lasts long is found by its code
  6: [], // displays of codes are tokens (displays.ts); those that still stand in the text table are read as well. What extensions of primitive values refer to holds them too; no parameter reads it
  7: [], // what extensions of primitive values refer to holds them too; no parameter reads it
};

/** Longest duration of an ordinary main date, in milliseconds; rows that last longer carry a token and are looked up by it. */
export const longest = 3 * 86_400_000;

/** What the tables keep of one resource beside its text. */
export interface IndexedRow {
  /** Index generation of the database that the values below belong to. */
  generation: number;
  type: number;
  id: string;
  /** Id of the primary patient; undefined where the resource belongs to none. */
  patient: string | undefined;
  /** Ids of all patients whose compartments it is in, the primary one among them. */
  patients: readonly string[];
  compartment: bigint;
  shard: number;
  /** Every literal reference in it, as written. */
  literals: readonly string[];
  /** What it refers to here, as `Type/id`, each once. */
  references: readonly string[];
  code: bigint | null;
  /** Epoch milliseconds; ±Infinity where open. */
  dateLow: number | null;
  dateHigh: number | null;
  value: number | null;
  tokens: bigint[];
  dates: { param: number; low: number; high: number }[];
  numbers: { param: number; unit: bigint; low: number; high: number }[];
  texts: { param: number; value: string }[];
  /** Displays of its codes; their tokens are among the tokens. */
  displays: Display[];
}

/** Those of literal references that lead here, as `Type/id`, each once. */
function localOf(literals: readonly string[]): string[] {
  const found: string[] = [];
  for (const literal of literals) {
    const target = localReference(literal)?.target;
    if (target !== undefined && !found.includes(target)) found.push(target);
  }
  return found;
}

/** The patient whose compartment the row stands in: the one whom `patient` or `subject` names, else the first of the compartment definition. */
function primaryPatient(type: string, entries: readonly IndexEntry[], patients: readonly string[]): string | undefined {
  if (type === 'Patient') return patients[0];
  for (const entry of entries) {
    if (entry.kind === 'reference' && entry.target?.startsWith('Patient/') && isCompartmentParam(type, entry.param)) return entry.target.slice(8);
  }
  return patients[0];
}

/** Computes the row of a resource that carries its id. Pure but for the hasher's key. */
export function indexRow(resource: Resource & { id: string }, hasher: TokenHasher, zone: string): IndexedRow {
  const type = resource.resourceType;
  // parts of composites are read by their own parameters and checked again at search
  const entries = indexResource(resource, { zone, composites: false });
  const { patients } = compartmentsOf(resource);
  const patient = primaryPatient(type, entries, patients);
  const literals = literalReferences(resource);
  const row: IndexedRow = {
    generation: ownParams().generation,
    type: typeNumber(type)!,
    id: resource.id,
    patient,
    patients,
    compartment: patient === undefined ? compartmentNumber(type, resource.id) : compartmentNumber('Patient', patient),
    shard: shardOf(patient ?? resource.id),
    literals,
    references: localOf(literals),
    code: null,
    dateLow: null,
    dateHigh: null,
    value: null,
    tokens: [],
    dates: [],
    numbers: [],
    texts: [],
    displays: [],
  };
  const tokens = new Set<bigint>();
  const addText = (param: number, value: string) => {
    if (value !== '' && !row.texts.some((known) => known.param === param && known.value === value)) row.texts.push({ param, value });
  };
  const addDisplay = (display: Display) => {
    if (display.key === '' || tokens.has(display.token)) return;
    tokens.add(display.token);
    row.displays.push(display);
  };
  const codes: bigint[] = [];
  const sorted = new Map<number, { first: string; last: string }>();
  const strings = new Map<number, string[]>();
  const params = paramsOf(type);
  const covered = new Set<string>();
  let mainDates = 0;
  let lasting = false;
  for (const entry of entries) if (entry.kind === 'date' && params.get(entry.param).isMainDate) mainDates++;

  for (const entry of entries) {
    const param = params.get(entry.param);
    const of = hasher.of(type, entry.param);
    const { kept, keeping } = param;
    // What another parameter keeps, and what every resource has, is not kept twice (param-keeping.ts).
    if (kept && !keeping.always && !(entry.kind === 'date' && param.isMainDate && param.dateIsOne)) tokens.add(of.present);
    switch (entry.kind) {
      case 'token': {
        if (param.isMainCode && entry.code !== undefined) codes.push(of.coding(entry.system ?? '', entry.code));
        if (!kept) break;
        if (keeping.bound) {
          if (entry.code !== undefined) tokens.add(of.token('code', entry.code));
          break;
        }
        if (entry.code !== undefined) {
          tokens.add(of.coding(entry.system ?? '', entry.code));
          const code = param.caseless ? entry.code.toLowerCase() : entry.code;
          tokens.add(of.token('code', code));
          if (!entry.system) tokens.add(of.token('|code', code));
          const kind = entry.identifierType;
          if (kind) tokens.add(of.token('of-type', `${kind.system ?? ''}|${kind.code ?? ''}|${entry.code}`));
        }
        if (entry.system) tokens.add(of.token('system|', entry.system));
        if (entry.text) {
          const key = storedText(latinKey(entry.text));
          if (entry.code !== undefined) addDisplay(of.display(param.ofText, key));
          // the text beside a code says the same, as a rule
          else if (!row.displays.some((display) => display.param === param.ofText && display.key === key)) addText(param.ofText, key);
        }
        break;
      }
      case 'reference':
        if (entry.target && kept) {
          tokens.add(of.token('reference', entry.target));
          if (keeping.standard && leads(param.targets, entry.target)) covered.add(entry.target);
        }
        if (entry.targetType && kept && param.keepsType) tokens.add(of.token('reference-type', entry.targetType));
        if (entry.identifier) {
          tokens.add(of.token('identifier', `${entry.identifier.system ?? ''}|${entry.identifier.value ?? ''}`));
          tokens.add(of.token('identifier', entry.identifier.value ?? ''));
        }
        break;
      case 'string':
        if (!kept) break;
        tokens.add(of.token('exact', entry.value));
        if (strings.get(param.number)?.push(entry.value) === undefined) strings.set(param.number, [entry.value]);
        noteOrder(sorted, param.ofOrder, displayKey(entry.value));
        break;
      case 'uri':
        if (!kept) break;
        tokens.add(of.token('uri', entry.value));
        addText(param.number, storedText(entry.value));
        break;
      case 'date':
        if (mainDates === 1 && param.isMainDate) {
          row.dateLow = entry.low;
          row.dateHigh = entry.high;
          if ((lasting = entry.high - entry.low > longest)) tokens.add(of.token('long', ''));
        } else row.dates.push({ param: param.number, low: entry.low, high: entry.high });
        break;
      case 'number':
        if (kept) row.numbers.push({ param: param.number, unit: 0n, low: entry.low, high: entry.high });
        break;
      case 'quantity':
        if (kept) row.numbers.push({ param: param.number, unit: hasher.unit(entry.system, entry.code ?? entry.unit), low: entry.low, high: entry.high });
        break;
      case 'position':
        row.numbers.push({ param: paramNumber(type, entry.param, ':latitude'), unit: 0n, low: entry.latitude, high: entry.latitude });
        row.numbers.push({ param: paramNumber(type, entry.param, ':longitude'), unit: 0n, low: entry.longitude, high: entry.longitude });
        break;
    }
  }
  // rows that the column cannot hold are found beside it, without reading all that carry the code
  if (codes.length === 1) row.code = codes[0]!;
  else for (const code of codes) tokens.add(hasher.severalCodes(code));
  if (lasting && row.code !== null) tokens.add(hasher.longOfCode(row.code));
  for (const [number, values] of strings) for (const key of textKeys(values)) addText(number, key);
  for (const [number, { first, last }] of sorted) {
    addText(number, first);
    if (last !== first) addText(number, last);
  }
  if (resource.resourceType === 'Observation') row.value = resource.valueQuantity?.value ?? null;
  for (const reference of row.references) if (!covered.has(reference)) tokens.add(hasher.token('', '', 'any-reference', reference));
  for (const other of patients) if (other !== patient) tokens.add(hasher.token('', '', 'compartment', other));
  row.tokens = [...tokens];
  return row;
}

/** What is the same for every value of a parameter, looked up once. */
interface ParamTraits {
  keeping: Keeping;
  /** It keeps its own values. */
  kept: boolean;
  isMainCode: boolean;
  isMainDate: boolean;
  /** No resource has two of the main date. */
  dateIsOne: boolean;
  caseless: boolean;
  /** Is the type of what a reference leads to kept? */
  keepsType: boolean;
  targets: readonly string[];
  /** Numbers of its values in the narrow tables, of their displays and of their places in the alphabet. */
  number: number;
  ofText: number;
  ofOrder: number;
}

const traits = new Map<string, TypeTraits>();
// whom a parameter leads to is told by those that are searched by now
onOwnParams(() => traits.clear());

/** Of a type's parameters by name. */
class TypeTraits {
  readonly #type: string;
  readonly #known = new Map<string, ParamTraits>();

  constructor(type: string) {
    this.#type = type;
  }

  get(name: string): ParamTraits {
    let param = this.#known.get(name);
    if (!param) this.#known.set(name, (param = traitsOf(this.#type, name)));
    return param;
  }
}

function paramsOf(type: string): TypeTraits {
  let params = traits.get(type);
  if (!params) traits.set(type, (params = new TypeTraits(type)));
  return params;
}

function traitsOf(type: string, name: string): ParamTraits {
  const keeping = keepingOf(type, name);
  const main = mainColumns(type);
  return {
    keeping,
    kept: keeping.sources[0] === name && keeping.sources.length === 1,
    isMainCode: name === main.code,
    isMainDate: name === main.date,
    dateIsOne: main.dateIsOne,
    caseless: isCaseless(type, name),
    keepsType: keeping.narrowed || isCompartmentParam(type, name),
    targets: searchParams(type).get(name)?.targets ?? [],
    number: paramNumber(type, name),
    ofText: paramNumber(type, name, ':text'),
    ofOrder: paramNumber(type, name, ':order'),
  };
}

function leads(targets: readonly string[], target: string): boolean {
  if (targets.length === 0) return true;
  const slash = target.indexOf('/');
  for (const one of targets) if (one.length === slash && target.startsWith(one)) return true;
  return false;
}

/** Does the definition of the parameter speak of resources of this type? Only then is it asked who refers to one (referrers.ts). */
export function leadsTo(type: string, param: string, target: string): boolean {
  return leads(searchParams(type).get(param)?.targets ?? [], target);
}

/** The first and the last of a parameter's values in the alphabet: what a page is sorted by, up and down (http://hl7.org/fhir/R4/search.html#sort). */
function noteOrder(sorted: Map<number, { first: string; last: string }>, param: number, value: string): void {
  if (!value) return;
  const known = sorted.get(param);
  if (!known) sorted.set(param, { first: value, last: value });
  else if (value < known.first) known.first = value;
  else if (value > known.last) known.last = value;
}

/** Displays of codes and many names are few and come again and again: folding them anew each time would cost more than all else here. */
const displayKeys = new Map<string, string>();

function displayKey(text: string): string {
  let key = displayKeys.get(text);
  if (key === undefined) {
    if (displayKeys.size >= 20_000) displayKeys.clear();
    displayKeys.set(text, (key = storedText(foldText(text))));
  }
  return key;
}
