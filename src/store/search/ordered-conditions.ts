import { mainColumns } from '../main-columns.ts';
import { typeNumber } from '../type-number.ts';
import { timestamp, type Values } from '../values.ts';
import { rowsOf, type Condition, type Frame } from './condition.ts';
import { inNarrow } from './narrow.ts';
import { paramNumbers } from './text-conditions.ts';
import { dateValue, rangeSql, type DateValue } from './values-of.ts';

const day = 86_400_000;
/** What was written lies, for the most part, within this many days. */
const span = 3650;

/** How much of what there is a date asks for, about: it was written over the last years, a little is planned ahead. */
export function dateShare({ prefix, low, high }: DateValue, now: Date): number {
  const ahead = now.getTime() + 30 * day;
  const share = (days: number) => Math.min(1, Math.max(0.001, days / span));
  switch (prefix) {
    case 'ne':
      return 1;
    case 'gt':
    case 'ge':
    case 'sa':
      return share((ahead - low) / day);
    case 'lt':
    case 'le':
    case 'eb':
      return share((high - ahead) / day + span);
    default:
      return Math.min(1, (high - low + 1) / day / span);
  }
}

function bound(values: Values, milliseconds: number): () => string {
  return () => `${values.add(timestamp(milliseconds))}::timestamptz`;
}

/** Hidden in an expression, so that no index on the column is taken. */
const hidden = (column: string) => `(${column} + '0'::interval)`;

/** A date parameter (http://hl7.org/fhir/R4/search.html#date): the row's own columns where it is the main one of the type, the narrow table else. */
export function dateCondition(frame: Frame, name: string, typed: string, text: string): Condition {
  const asked = dateValue(typed, text, frame.parts.zone, frame.scope.now);
  const compare = (values: Values, low: string, high: string) => rangeSql(low, high, asked.prefix, bound(values, asked.low), bound(values, asked.high));
  const rows = Math.ceil(rowsOf(frame) * dateShare(asked, frame.scope.now));
  const narrow = inNarrow('date_value', rows, (values) => `${paramNumbers(frame, name)} and ${compare(values, 'n.low', 'n.high')}`);
  const main = frame.types.filter((type) => mainColumns(type).date === name).map((type) => typeNumber(type));
  if (main.length === 0) return narrow;
  const ofMain = main.length === frame.types.length ? '' : `r.type in (${main.join(', ')}) and `;
  return { test: (values) => `(${ofMain}${compare(values, hidden('r.date_lo'), hidden('r.date_hi'))} or (r.date_lo is null and ${narrow.test(values)}))`, rows };
}

/** `_lastUpdated` compares with the instant of the version. */
export function updatedCondition(frame: Frame, typed: string, text: string): Condition {
  const asked = dateValue(typed, text, frame.parts.zone, frame.scope.now);
  const compare = (values: Values, column: string) => rangeSql(column, column, asked.prefix, bound(values, asked.low), bound(values, asked.high));
  return {
    test: (values) => compare(values, hidden('r.updated')),
    rows: writtenRows(frame, asked),
    // of one type it may be all or nothing
    guessed: true,
    ...(asked.prefix !== 'ne' && { drive: (values: Values) => compare(values, 'r.updated') }),
  };
}

/** Rows that the index on the instants of versions would visit. What was written since the last count is allowed for. */
function writtenRows(frame: Frame, asked: DateValue): number {
  const { prefix, low, high } = asked;
  const { all } = frame.statistics;
  const from = prefix === 'gt' || prefix === 'ge' ? low : prefix === 'sa' ? high : prefix === 'lt' || prefix === 'le' || prefix === 'eb' || prefix === 'ne' ? -Infinity : low;
  const until = prefix === 'lt' || prefix === 'le' ? high : prefix === 'eb' ? low : prefix === 'eq' || prefix === 'ap' ? high : Infinity;
  const counted = frame.statistics.written(from, until);
  return counted === undefined ? Math.ceil(all * dateShare(asked, frame.scope.now)) : Math.max(counted, Math.ceil(all / 2000));
}
