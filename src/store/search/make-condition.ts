import type { Resource } from '@medplum/fhirtypes';
import { compartmentParams, foldText, keepingOf, latinOf, searchParams } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { keptHashes, referenceHashes } from '../kept-hashes.ts';
import { mainColumns } from '../main-columns.ts';
import { readReferences } from '../read.ts';
import { textLimit } from '../text-keys.ts';
import { compartmentNumber } from '../token-hash.ts';
import { typeNumber } from '../type-number.ts';
import { bigints } from '../values.ts';
import type { Clause } from './clause.ts';
import { compositeCondition } from './composite-condition.ts';
import { anyOf, anyToken, hasherOf, not, nothing, resourcesNamed, rowsOf, type Condition, type Frame } from './condition.ts';
import { currentList, currentListNames } from './current-lists.ts';
import { stringMatches } from './entry-matches.ts';
import { nearCondition, numberCondition } from './number-conditions.ts';
import { dateCondition, updatedCondition } from './ordered-conditions.ts';
import { unescapeValue } from './parse-clause.ts';
import { referenceCondition } from './reference-conditions.ts';
import { beginsWith, eachValue, isCut, paramNumbers, stringBegins, stringContains } from './text-conditions.ts';
import { badModifier, beginningsOf, tokenCondition, uriHashes } from './token-conditions.ts';
import { wordsCondition } from './words-condition.ts';

type ParamClause = Extract<Clause, { kind: 'param' }>;

/** What one clause asks, but for chains and `_has`, which are searches of their own (`resolve-chain.ts`). */
export async function makeCondition(frame: Frame, clause: Exclude<Clause, { kind: 'chain' | 'has' }>): Promise<Condition> {
  switch (clause.kind) {
    case 'id':
      return idCondition(frame, clause);
    case 'updated':
      if (clause.modifier === 'missing') return constant(frame, clause);
      if (clause.modifier !== undefined) throw badModifier(clause);
      return eachValue(clause.values, (value) => updatedCondition(frame, clause.name, value));
    case 'list':
      return listCondition(frame, clause.values);
    case 'words':
      return wordsCondition(frame, clause);
    case 'compartment':
      return compartmentCondition(frame, clause);
    case 'param':
      return clause.modifier === 'missing' ? missing(frame, clause) : paramCondition(frame, clause);
  }
}

async function paramCondition(frame: Frame, clause: ParamClause): Promise<Condition> {
  const { param, modifier, values } = clause;
  const plain = () => {
    if (modifier !== undefined) throw badModifier(clause);
  };
  switch (param.type) {
    case 'token':
      return tokenCondition(frame, clause);
    case 'reference':
      return referenceCondition(frame, clause);
    case 'string':
      if (modifier === 'exact') return anyToken(frame, keptHashes(hasherOf(frame), frame.types, param.name, (of) => values.map((value) => of.token('exact', unescapeValue(value)))));
      if (modifier === 'contains') return textCondition(clause, (value) => stringContains(frame, param.name, value), (value, typed) => latinOf(foldText(value)).includes(latinOf(foldText(typed))));
      plain();
      return textCondition(clause, (value) => stringBegins(frame, param.name, value), stringMatches);
    case 'uri':
      return uriCondition(frame, clause);
    case 'date':
      plain();
      return eachValue(values, (value) => dateCondition(frame, param.name, clause.name, value));
    case 'number':
    case 'quantity':
      plain();
      return numberCondition(frame, clause);
    case 'composite':
      plain();
      return compositeCondition(frame, clause, paramCondition);
    case 'special':
      if (param.name === 'near') return nearCondition(frame, clause);
  }
  throw new Problem('store.unknown-parameter', { type: frame.types.join(', '), parameter: clause.name });
}

/** The index keeps a beginning of a long text, and looks for a few words: what is longer is asked of the resource too. */
function textCondition({ param, values }: ParamClause, find: (value: string) => Condition, matches: (value: string, typed: string) => boolean): Condition {
  const typed = values.map(unescapeValue);
  const found = eachValue(typed, find);
  if (!typed.some(isCut)) return found;
  return { ...found, recheck: ({ entries }) => entries().some((entry) => entry.kind === 'string' && entry.param === param.name && typed.some((value) => matches(entry.value, value))) };
}

function wanted(clause: { name: string; values: readonly string[] }): boolean {
  const [value] = clause.values;
  if (clause.values.length !== 1 || (value !== 'true' && value !== 'false')) throw new Problem('store.bad-value', { parameter: clause.name, value: clause.values.join(','), expected: 'true, false' });
  return value === 'true';
}

/** `:missing` (http://hl7.org/fhir/R4/search.html#modifiers). A composite has no value of its own in the index: the resource tells. */
function missing(frame: Frame, clause: ParamClause): Condition {
  const absent = wanted(clause);
  const { name, type } = clause.param;
  if (type === 'composite') return { test: () => 'true', rows: rowsOf(frame), recheck: ({ entries }) => entries().some((entry) => entry.param === name) !== absent };
  const present = presence(frame, name);
  return absent ? not(frame, present) : present;
}

/** Rows that have a value: every one where the type demands it, those with the row's own date, those that carry a token for it. */
function presence(frame: Frame, name: string): Condition {
  const numbers = (types: readonly string[]) => types.map((type) => typeNumber(type)).join(', ');
  const always = frame.types.filter((type) => {
    const { always: demanded, sources, target } = keepingOf(type, name);
    // a parameter over several others (combo-code) has a value where one of them always has
    return demanded || (target === undefined && sources.some((source) => source !== name && keepingOf(type, source).always));
  });
  const dated = frame.types.filter((type) => mainColumns(type).date === name && mainColumns(type).dateIsOne);
  const others = frame.types.filter((type) => !always.includes(type) && !dated.includes(type));
  const tokens = keptHashes(hasherOf(frame), others, name, (of, type) => {
    const { target } = keepingOf(type, name);
    return [target === undefined ? of.present : of.token('reference-type', target)];
  });
  return anyOf([
    ...(always.length > 0 ? [{ test: () => `r.type in (${numbers(always)})`, rows: rowsOf({ ...frame, types: always }) }] : []),
    ...(dated.length > 0 ? [{ test: () => `(r.type in (${numbers(dated)}) and r.date_lo is not null)`, rows: rowsOf({ ...frame, types: dated }) }] : []),
    ...(others.length > 0 ? [anyToken(frame, tokens)] : []),
  ]);
}

/** Every resource has an id and an instant. */
function constant(frame: Frame, clause: { name: string; values: readonly string[] }): Condition {
  return wanted(clause) ? nothing() : { test: () => 'true', rows: rowsOf(frame) };
}

function idCondition(frame: Frame, clause: Extract<Clause, { kind: 'id' }>): Condition {
  if (clause.modifier === 'missing') return constant(frame, clause);
  if (clause.modifier !== undefined && clause.modifier !== 'not') throw badModifier(clause);
  const ids = clause.values.map(unescapeValue);
  const types = frame.types.map((type) => typeNumber(type));
  const condition: Condition = {
    test: (values) => `(r.id || '') = any(${values.add(ids)}::text[])`,
    rows: ids.length * types.length,
    drive: (values) => `r.type in (${types.join(', ')}) and r.id = any(${values.add(ids)}::text[])`,
  };
  return clause.modifier === 'not' ? not(frame, condition) : condition;
}

function uriCondition(frame: Frame, clause: ParamClause): Condition {
  const { param, modifier } = clause;
  const values = clause.values.map(unescapeValue);
  switch (modifier) {
    case undefined:
      return uriHashes(frame, param.name, values);
    case 'above':
      return uriHashes(frame, param.name, values.flatMap(beginningsOf));
    case 'below': {
      const found = eachValue(values, (value) => beginsWith(frame, paramNumbers(frame, param.name), value));
      if (values.every((value) => value.length <= textLimit)) return found;
      // the index keeps a beginning only
      return { ...found, recheck: ({ entries }) => entries().some((entry) => entry.kind === 'uri' && entry.param === param.name && values.some((value) => entry.value.startsWith(value))) };
    }
    default:
      throw badModifier(clause);
  }
}

/** `_list`: members of Lists named by their ids, or of what a functional name means (http://hl7.org/fhir/R4/search.html#list). */
async function listCondition(frame: Frame, values: readonly string[]): Promise<Condition> {
  const named: Condition[] = [];
  for (const value of values.filter((one) => one.startsWith('$'))) {
    const members = await currentList(frame, value, paramCondition);
    if (!members) throw new Problem('store.bad-value', { parameter: '_list', value, expected: ['id (List/…)', ...currentListNames].join(', ') });
    named.push(members);
  }
  const kept = values.filter((value) => !value.startsWith('$'));
  return anyOf(kept.length > 0 ? [...named, await keptLists(frame, kept)] : named);
}

/** The members of Lists that the caller may see; one that he may not is as empty as one that does not exist. */
async function keptLists(frame: Frame, ids: readonly string[]): Promise<Condition> {
  const lists = await readReferences(frame.parts, frame.sql, frame.scope, ids.map((id) => `List/${id.replace(/^List\//, '')}`));
  const members = new Map<string, Set<string>>();
  for (const { content } of lists) {
    const { entry = [] } = JSON.parse(content) as Extract<Resource, { resourceType: 'List' }>;
    for (const { item, deleted } of entry) {
      const [type, id] = item?.reference?.split('/') ?? [];
      if (deleted || type === undefined || id === undefined || !frame.types.includes(type)) continue;
      members.set(type, (members.get(type) ?? new Set()).add(id));
    }
  }
  return members.size === 0 ? nothing() : resourcesNamed(members);
}

/**
 * A compartment: the owner, and what one of the definition's parameters leads to it (http://hl7.org/fhir/R4/compartmentdefinition.html). Of a patient the row
 * itself knows, so that the card is read in one stretch; the parameters then decide.
 */
function compartmentCondition(frame: Frame, { owner, id }: Extract<Clause, { kind: 'compartment' }>): Condition {
  const hasher = hasherOf(frame);
  const tokens = frame.types.flatMap((type) => compartmentParams(owner, type).filter((param) => param !== '_id' && searchParams(type).has(param)).flatMap((param) => referenceHashes(hasher, [type], param, [`${owner}/${id}`])));
  const members = tokens.length > 0 ? [anyToken(frame, tokens)] : [];
  const itself = frame.types.includes(owner) ? [resourcesNamed(new Map([[owner, new Set([id])]]))] : [];
  const all = [...itself, ...members];
  if (all.length === 0) return nothing();
  const any = anyOf(all);
  if (owner !== 'Patient' || frame.types.includes('Patient')) return any;
  const further = hasher.token('', '', 'compartment', id);
  return { ...any, rows: 300, drive: (values) => `(r.compartment = ${values.add(compartmentNumber('Patient', id))}::bigint or r.tokens && ${values.add(bigints([further]))}::bigint[])` };
}
