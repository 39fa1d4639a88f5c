import type { Resource } from '@medplum/fhirtypes';
import type { IndexEntry } from '../../fhir/types.ts';
import type { Sql } from '../../db/types.ts';
import type { StoreParts } from '../parts.ts';
import type { TokenHasher } from '../token-hash.ts';
import { typeNumber } from '../type-number.ts';
import type { CodeLookup, Scope } from '../types.ts';
import { bigints, type Values } from '../values.ts';
import type { Statistics } from './statistics.ts';

/** What a search stands on while its conditions are made. */
export interface Frame {
  parts: StoreParts;
  sql: Sql;
  scope: Scope;
  types: readonly string[];
  statistics: Statistics;
  /** The FHIR base of this server, so that absolute references to itself are understood. */
  base: string | undefined;
  codes: CodeLookup | undefined;
}

/** A resource as a recheck reads it: parsed and extracted once for all of them. */
export interface Candidate {
  resource: Resource;
  entries(): readonly IndexEntry[];
}

/**
 * One condition in its two forms. The server chooses what drives a search, so no other condition may tempt the planner: `test` tells of a
 * row at hand in a way that no index answers, `drive` finds rows by an index.
 */
export interface Condition {
  test(values: Values): string;
  /** Rows that it may match, about. */
  rows: number;
  drive?: (values: Values) => string;
  /** The numbers of those rows as a query of their own, told by an index before any row is read. */
  rids?: (values: Values) => string;
  /** What drives by this condition needs no test of it. */
  exact?: boolean;
  /** `rows` is a guess from the looks of the value, not from statistics. */
  guessed?: boolean;
  /** What the row alone cannot tell: decided on the resource itself. */
  recheck?: (candidate: Candidate) => boolean;
}

export const hasherOf = (frame: Frame): TokenHasher => frame.parts.hasher;

/** Rows of the searched types, about. */
export function rowsOf(frame: Pick<Frame, 'types' | 'statistics'>): number {
  return frame.types.reduce((sum, type) => sum + frame.statistics.ofType(typeNumber(type)!), 0);
}

export function nothing(): Condition {
  return { test: () => 'false', rows: 0, drive: () => 'false' };
}

/** Rows that carry one of the tokens. */
export function anyToken(frame: Pick<Frame, 'statistics'>, tokens: readonly bigint[]): Condition {
  const distinct = [...new Set(tokens)];
  if (distinct.length === 0) return nothing();
  const [only] = distinct;
  return {
    test: (values) => (distinct.length === 1 ? `${values.add(only)}::bigint = any(r.tokens)` : hiddenTokens(values, distinct)),
    rows: distinct.reduce((sum, token) => sum + frame.statistics.ofToken(token), 0),
    drive: (values) => `r.tokens && ${values.add(bigints(distinct))}::bigint[]`,
    exact: true,
    // the most that a rare token can be is no promise that a scan will meet it
    guessed: distinct.some((token) => !frame.statistics.knows(token)),
  };
}

/** The column stands in an expression, so that the index on it cannot be taken. */
function hiddenTokens(values: Values, tokens: readonly bigint[]): string {
  return `(r.tokens || '{}'::bigint[]) && ${values.add(bigints(tokens))}::bigint[]`;
}

/** What is left when a condition does not hold; nothing finds that by an index. */
export function not(frame: Frame, condition: Condition): Condition {
  return { test: (values) => `not (${condition.test(values)})`, rows: rowsOf(frame) };
}

/** One of several, as for the values of a clause. */
export function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 1) return conditions[0]!;
  const drives = conditions.map(({ drive }) => drive);
  const rids = conditions.map((condition) => condition.rids);
  return {
    test: (values) => `(${conditions.map(({ test }) => test(values)).join(' or ')})`,
    rows: conditions.reduce((sum, { rows }) => sum + rows, 0),
    exact: conditions.every(({ exact }) => exact),
    guessed: conditions.some(({ guessed }) => guessed),
    ...(drives.every((drive) => drive !== undefined) && { drive: (values: Values) => `(${drives.map((drive) => drive(values)).join(' or ')})` }),
    ...(rids.every((some) => some !== undefined) && { rids: (values: Values) => rids.map((some) => some(values)).join(' union all ') }),
  };
}

/** All at once; the rarest may drive. */
export function allOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 1) return conditions[0]!;
  const rarest = conditions.filter(({ drive }) => drive).toSorted((a, b) => a.rows - b.rows)[0];
  return {
    test: (values) => `(${conditions.map(({ test }) => test(values)).join(' and ')})`,
    rows: Math.min(...conditions.map(({ rows }) => rows)),
    guessed: conditions.some(({ guessed }) => guessed),
    ...(rarest?.drive && { drive: rarest.drive }),
    ...(rarest?.rids && { rids: rarest.rids }),
  };
}

/** These resources, by the ids of each type. */
export function resourcesNamed(ids: ReadonlyMap<string, ReadonlySet<string>>): Condition {
  const lists = [...ids].map(([type, some]) => ({ number: typeNumber(type)!, some: [...some] }));
  return {
    test: (values) => `(${lists.map(({ number, some }) => `(r.type = ${number} and (r.id || '') = any(${values.add(some)}::text[]))`).join(' or ')})`,
    rows: lists.reduce((sum, { some }) => sum + some.length, 0),
    drive: (values) => `(${lists.map(({ number, some }) => `(r.type = ${number} and r.id = any(${values.add(some)}::text[]))`).join(' or ')})`,
  };
}
