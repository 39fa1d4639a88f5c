import { toCanonicalForm } from '@atomic-ehr/ucum';
import { keepingOf } from '../../fhir/index.ts';
import { paramNumber } from '../token-hash.ts';
import type { Frame } from './condition.ts';
import type { SortKey } from './sort.ts';
import { conversion, ucumSystem, unitsOf } from './units.ts';

/**
 * The keys of an order with those over quantities made to compare what was measured, not the digits (http://hl7.org/fhir/R4/search.html#sort): each unit of UCUM that the
 * values are stored in is brought to the base units of its dimension. What has no such unit is taken as it stands.
 */
export async function measuredOrder(frame: Frame, keys: readonly SortKey[]): Promise<readonly SortKey[]> {
  if (!keys.some(({ measured }) => measured)) return keys;
  return Promise.all(keys.map(async (key) => (key.measured ? { ...key, sql: await measuredSql(frame, key) } : key)));
}

async function measuredSql(frame: Frame, { name, descending }: SortKey): Promise<string> {
  const params: number[] = [];
  const units = new Map<bigint, string>();
  for (const type of frame.types) {
    for (const source of keepingOf(type, name).sources) {
      params.push(paramNumber(type, source));
      for (const unit of await unitsOf(frame, type, source)) {
        const formula = unit.system === ucumSystem && unit.code !== undefined ? baseFormula(unit.code) : undefined;
        if (formula) units.set(unit.hash, formula);
      }
    }
  }
  const value = units.size === 0 ? 'n.low' : `case n.unit ${[...units].map(([hash, formula]) => `when ${hash} then ${formula}`).join(' ')} else n.low end`;
  return `(select ${descending ? 'max' : 'min'}(${value}) from number_value n where n.rid = r.rid and n.param in (${params.join(', ')}))`;
}

/** `n.low` of a unit in the base units of its dimension, as SQL; undefined where it is none of UCUM's, or where it is no straight line (pH, dB). */
export function baseFormula(unit: string): string | undefined {
  const base = baseOf(unit);
  const convert = base === undefined ? undefined : conversion(unit, base);
  if (!convert) return undefined;
  const zero = convert(0);
  const slope = exact(convert(1) - zero);
  if (!(slope > 0) || Math.abs(convert(1000) - (zero + 1000 * slope)) > 1e-9 * Math.abs(convert(1000))) return undefined;
  // a division by 1000 is exact where a multiplication by 0.001 is not: 5100 mg are 5.1 g
  const scaled = slope < 1 ? `n.low / ${exact(1 / slope)}::float8` : `n.low * ${slope}::float8`;
  // PostgreSQL refuses what a double cannot hold: at the ends nothing is converted
  return `case when abs(n.low) > 1e250 then n.low when abs(n.low) < 1e-250 then ${exact(zero)}::float8 else ${scaled} + ${exact(zero)}::float8 end`;
}

function baseOf(unit: string): string | undefined {
  try {
    const { units } = toCanonicalForm(unit);
    return units.map((one: { unit: string; exponent: number }) => `${one.unit}${one.exponent}`).join('.') || '1';
  } catch {
    return undefined; // no unit of UCUM
  }
}

function exact(value: number): number {
  return Number(value.toPrecision(12));
}
