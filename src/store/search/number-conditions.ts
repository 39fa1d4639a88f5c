import { keepingOf } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { paramNumber } from '../token-hash.ts';
import { bigints, type Values } from '../values.ts';
import type { Clause } from './clause.ts';
import { anyOf, hasherOf, nothing, rowsOf, type Condition, type Frame } from './condition.ts';
import { entryMatches } from './entry-matches.ts';
import { inNarrow } from './narrow.ts';
import { splitValues } from './parse-clause.ts';
import { paramNumbers } from './text-conditions.ts';
import { conversion, ucumSystem, unitsOf } from './units.ts';
import { numberRangeSql, numberValue, type NumberValue } from './values-of.ts';

type ParamClause = Extract<Clause, { kind: 'param' }>;

/** A number or a quantity, `[prefix]number|system|code` (http://hl7.org/fhir/R4/search.html#number, #quantity). */
export async function numberCondition(frame: Frame, clause: ParamClause): Promise<Condition> {
  const conditions: Condition[] = [];
  for (const value of clause.values) conditions.push(await oneNumber(frame, clause, value));
  return mergeRechecks(anyOf(conditions), conditions, clause, frame);
}

async function oneNumber(frame: Frame, clause: ParamClause, value: string): Promise<Condition> {
  const { name } = clause.param;
  const [amount = '', system = '', ...rest] = value.split('|');
  const code = rest.join('|');
  const asked = numberValue(clause.name, amount);
  if (clause.param.type === 'number' || (system === '' && code === '')) return within(frame, paramNumbers(frame, name), asked);
  if (system === ucumSystem && code !== '') return inUnits(frame, name, code, asked);
  if (system !== '' && code !== '') return within(frame, paramNumbers(frame, name), asked, [hasherOf(frame).unit(system, code)]);
  // a unit without its system may be the code or what people read: the index knows one of them
  return { ...within(frame, paramNumbers(frame, name), asked), recheck: () => true };
}

function within(frame: Frame, params: string, asked: NumberValue, units?: readonly bigint[]): Condition {
  return inNarrow('number_value', Math.ceil(rowsOf(frame) * 0.02), (values: Values) => {
    const unit = units ? ` and n.unit = any(${values.add(bigints(units))}::bigint[])` : '';
    return `${params}${unit} and ${numberRangeSql('n.low', 'n.high', asked, values)}`;
  });
}

/** The same amount in every unit that the values are stored in: 5.1 g finds 5100 mg. */
async function inUnits(frame: Frame, name: string, code: string, asked: NumberValue): Promise<Condition> {
  const conditions: Condition[] = [];
  for (const { type, source } of frame.types.flatMap((one) => keepingOf(one, name).sources.map((kept) => ({ type: one, source: kept })))) {
    const only = `n.param = ${paramNumber(type, source)}`;
    conditions.push(within(frame, only, asked, [hasherOf(frame).unit(ucumSystem, code)]));
    for (const unit of await unitsOf(frame, type, source)) {
      if (unit.system !== ucumSystem || unit.code === undefined || unit.code === code) continue;
      const convert = conversion(code, unit.code);
      if (convert) conditions.push(within(frame, only, { ...asked, value: convert(asked.value), low: convert(asked.low), high: convert(asked.high) }, [unit.hash]));
    }
  }
  return conditions.length === 0 ? nothing() : anyOf(conditions);
}

/** Where one value must be read again, the clause as a whole is: any of its values may be what was meant. */
function mergeRechecks(merged: Condition, conditions: readonly Condition[], clause: ParamClause, frame: Frame): Condition {
  if (!conditions.some(({ recheck }) => recheck)) return merged;
  const { zone } = frame.parts;
  return { ...merged, recheck: ({ entries }) => entries().some((entry) => entry.param === clause.param.name && clause.values.some((value) => entryMatches(entry, value, clause.name, zone, frame.scope.now))) };
}

const earthRadius = 6371.0088;

/** Kilometres in the units that a distance is given in. */
const kilometres: Readonly<Record<string, number>> = { km: 1, m: 0.001, '[mi_i]': 1.609344, '[mi_us]': 1.609347219, '[nmi_i]': 1.852 };

/** `Location.near=latitude|longitude|distance|units` (http://hl7.org/fhir/R4/location.html#search): 50 km unless told, along the Earth's surface. */
export function nearCondition(frame: Frame, clause: ParamClause): Condition {
  if (clause.modifier !== undefined) throw new Problem('store.bad-modifier', { parameter: clause.param.name, modifier: clause.modifier });
  return anyOf(clause.values.map((value) => {
    const [latitude, longitude, distance = '50', unit = 'km'] = splitValues(value, '|');
    const numbers = [latitude, longitude, distance].map((text) => (/^[-+]?\d+(\.\d+)?$/.test(text ?? '') ? Number(text) : Number.NaN)) as [number, number, number];
    const [lat, lon, far] = numbers;
    if (numbers.some(Number.isNaN) || Math.abs(lat) > 90 || Math.abs(lon) > 180 || far < 0 || kilometres[unit] === undefined) {
      throw new Problem('store.bad-value', { parameter: clause.name, value, expected: '55.75|37.62|10|km' });
    }
    return within2d(frame, clause.param.name, lat, lon, far * kilometres[unit]);
  }));
}

function within2d(frame: Frame, name: string, lat: number, lon: number, far: number): Condition {
  const [latitude, longitude] = [paramNumbers(frame, name, ':latitude'), paramNumbers(frame, name, ':longitude').replaceAll('n.', 'm.')];
  const margin = (far / earthRadius) * (180 / Math.PI) + 1e-9;
  return inNarrow('number_value', Math.ceil(rowsOf(frame) * Math.min(1, margin / 90)), (values) => {
    const at = { lat: `${values.add(lat)}::float8`, lon: `${values.add(lon)}::float8` };
    const haversine = `sind((n.low - ${at.lat}) / 2) ^ 2 + cosd(n.low) * cosd(${at.lat}) * sind((m.low - ${at.lon}) / 2) ^ 2`;
    return `${latitude} and n.unit = 0 and n.low between ${values.add(lat - margin)}::float8 and ${values.add(lat + margin)}::float8
      and (select 2 * ${earthRadius} * asin(sqrt(least(1, ${haversine}))) from number_value m where m.rid = n.rid and ${longitude} limit 1) <= ${values.add(far)}::float8`;
  });
}
