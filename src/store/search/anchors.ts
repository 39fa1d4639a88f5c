import { mainColumns } from '../main-columns.ts';
import { longest } from '../row.ts';
import type { Clause } from './clause.ts';
import type { Frame } from './condition.ts';
import { hasherOf } from './condition.ts';
import { dateShare } from './ordered-conditions.ts';
import { compartmentsOfClause } from './reference-conditions.ts';
import { typedToken } from './token-conditions.ts';
import { dateValue } from './values-of.ts';

/** Bounds of the first instant of the main date. */
export interface DateBounds {
  low: number;
  high: number;
  /** A lower bound for rows that do not last longer than `longest`: what began before it has ended before what is asked for. */
  lowUnlessLong: number;
  /** How much of what there is lies within, about. */
  share: number;
}

/** What in the criteria speaks of the row's own columns, on which the narrowest indexes stand. */
export interface Anchors {
  /** Numbers of the patients to whom the search is confined. */
  compartments?: readonly bigint[];
  /** Hash of the main code, `system|code`. */
  code?: bigint;
  dates?: DateBounds;
}

export function anchorsOf(frame: Frame, clauses: readonly Clause[]): { -readonly [Key in keyof Anchors]: Anchors[Key] } {
  const [type, ...others] = frame.types;
  if (type === undefined || others.length > 0) return {};
  const main = mainColumns(type);
  const anchors: { -readonly [Key in keyof Anchors]: Anchors[Key] } = {};
  for (const clause of clauses) {
    const compartments = compartmentsOfClause(type, clause);
    if (compartments && !(anchors.compartments && anchors.compartments.length <= compartments.length)) anchors.compartments = compartments;
    if (clause.kind !== 'param' || clause.modifier !== undefined) continue;
    const [only] = clause.values;
    if (clause.param.name === main.code && clause.param.type === 'token' && clause.values.length === 1 && /[^|]\|[^|]/.test(only!)) anchors.code = mainCode(frame, type, main.code, only!);
    if (clause.param.name === main.date && main.dateIsOne) anchors.dates = narrower(anchors.dates, boundsOf(frame, clause.name, clause.values), frame.scope.now);
  }
  return anchors;
}

/** What the column `code` holds of a code typed with its system. */
function mainCode(frame: Frame, type: string, param: string, value: string): bigint {
  const { system = '', code = '' } = typedToken(value);
  return hasherOf(frame).of(type, param).coding(system, code);
}

function boundsOf(frame: Frame, name: string, values: readonly string[]): DateBounds {
  const all = values.map((value) => {
    const asked = dateValue(name, value, frame.parts.zone, frame.scope.now);
    const bounds: DateBounds = { low: -Infinity, high: Infinity, lowUnlessLong: -Infinity, share: dateShare(asked, frame.scope.now) };
    const { prefix } = asked;
    if (prefix === 'eq') bounds.low = asked.low;
    if (prefix === 'sa') bounds.low = asked.high;
    if (prefix === 'eq' || prefix === 'lt' || prefix === 'le' || prefix === 'eb' || prefix === 'ap') bounds.high = asked.high;
    if (prefix === 'gt' || prefix === 'ge' || prefix === 'ap') bounds.lowUnlessLong = asked.low - longest;
    return bounds;
  });
  return {
    low: Math.min(...all.map(({ low }) => low)),
    high: Math.max(...all.map(({ high }) => high)),
    lowUnlessLong: Math.min(...all.map(({ lowUnlessLong, low }) => Math.max(lowUnlessLong, low))),
    share: Math.min(1, all.reduce((sum, { share }) => sum + share, 0)),
  };
}

/** Both hold: from the later beginning to the earlier end. Two half-open criteria make a stretch whose length tells more than each alone. */
function narrower(known: DateBounds | undefined, more: DateBounds, now: Date): DateBounds {
  if (!known) return more;
  const low = Math.max(known.low, more.low);
  const high = Math.min(known.high, more.high);
  const lowUnlessLong = Math.max(known.lowUnlessLong, more.lowUnlessLong);
  const from = Math.max(low, lowUnlessLong);
  const stretch = Number.isFinite(from) && Number.isFinite(high) ? Math.max(0, dateShare({ prefix: 'eq', low: from, high }, now)) : 1;
  return { low, high, lowUnlessLong, share: Math.min(known.share, more.share, stretch) };
}

/** Token of rows whose main date lasts longer than `longest`. */
export function longToken(frame: Frame, type: string): bigint {
  return hasherOf(frame).token(type, mainColumns(type).date ?? '', 'long');
}
