import { ucum } from '@atomic-ehr/ucum';
import type { Resource } from '@medplum/fhirtypes';
import { indexParam } from '../../fhir/index.ts';
import { paramNumber } from '../token-hash.ts';
import { hasherOf, type Frame } from './condition.ts';

export const ucumSystem = 'http://unitsofmeasure.org';

/** Units that a parameter may be measured in. */
const unitLimit = 500;

export interface Unit {
  system: string | undefined;
  code: string | undefined;
}

/** Codes behind the hashes of units; a hash never changes its meaning, so what is known once is known for good. */
const known = new Map<string, Unit>();

/**
 * The units in which values of a parameter are stored. The index keeps them as hashes: each distinct one is reached by a leap over the index,
 * and read from one resource that has it when it is met for the first time. So a unit needs no table of its own that could fall behind.
 */
export async function unitsOf(frame: Frame, type: string, param: string): Promise<(Unit & { hash: bigint })[]> {
  const number = paramNumber(type, param);
  const rows = await frame.sql.query<{ unit: string }>(
    `with recursive u(unit) as (
       (select n.unit from number_value n where n.param = $1::int order by n.unit limit 1)
       union all select (select n.unit from number_value n where n.param = $1::int and n.unit > u.unit order by n.unit limit 1) from u where u.unit is not null
     ) select unit::text as unit from u where unit is not null limit ${unitLimit}`,
    [number],
  );
  const units: (Unit & { hash: bigint })[] = [];
  for (const { unit } of rows) {
    const found = known.get(keyOf(frame, unit)) ?? (await readUnit(frame, type, param, unit));
    if (found) units.push({ ...found, hash: BigInt(unit) });
  }
  return units;
}

/** Databases differ in the key of their hashes. */
function keyOf(frame: Frame, unit: string): string {
  return `${hasherOf(frame).token('', '', 'present')} ${unit}`;
}

async function readUnit(frame: Frame, type: string, param: string, unit: string): Promise<Unit | undefined> {
  const [row] = await frame.sql.query<{ content: string }>(
    `select r.content from number_value n join resource r on r.rid = n.rid where n.param = $1::int and n.unit = $2::bigint and not r.deleted limit 1`,
    [paramNumber(type, param), unit],
  );
  if (!row) return undefined;
  for (const entry of indexParam(JSON.parse(row.content) as Resource, param, { zone: frame.parts.zone })) {
    if (entry.kind !== 'quantity') continue;
    const found: Unit = { system: entry.system, code: entry.code ?? entry.unit };
    if (String(hasherOf(frame).unit(found.system, found.code)) !== unit) continue;
    known.set(keyOf(frame, unit), found);
    return found;
  }
  return undefined;
}

const conversions = new Map<string, ((value: number) => number) | undefined>();

/**
 * How a value in one unit of UCUM reads in another; undefined where they measure different things, or where more of the one is less of the other
 * (pH), so that a comparison would turn round.
 */
export function conversion(from: string, to: string): ((value: number) => number) | undefined {
  if (from === to) return (value) => value;
  const key = `${from} ${to}`;
  if (!conversions.has(key)) {
    if (conversions.size > 20_000) conversions.clear();
    conversions.set(key, makeConversion(from, to));
  }
  return conversions.get(key);
}

function makeConversion(from: string, to: string): ((value: number) => number) | undefined {
  try {
    // units of annotations alone and arbitrary ones are counts of something: they are the same only when they are written the same
    if (isCount(from) || isCount(to) || !ucum.isConvertible(from, to) || !(ucum.convert(2, from, to) > ucum.convert(1, from, to))) return undefined;
  } catch {
    return undefined; // no unit of UCUM
  }
  // twelve digits: what the arithmetic of binary fractions adds is not what was measured
  return (value) => (Number.isFinite(value) ? Number(ucum.convert(value, from, to).toPrecision(12)) : value);
}

function isCount(unit: string): boolean {
  return unit.replace(/\{[^}]*\}/g, '') === '' || ucum.isArbitraryUnit(unit);
}
