import type { Observation, ObservationComponent, ObservationReferenceRange } from '@medplum/fhirtypes';
import type { Measure, Series, Verdict } from './contract.ts';
import { diastolic, measureName, measurePlace, pressurePanel, systolic } from './measure-names.ts';

type Recorded = Observation & { id: string };
type Valued = Pick<ObservationComponent, 'valueQuantity' | 'interpretation' | 'referenceRange'>;

/** Points that a small line can show. */
const mostPoints = 24;

/** Observations as measures: one for each code with its last value, its range and its line; pressure is one measure of two. The last range is drawn. */
export function buildMeasures(observations: readonly Recorded[], language: 'ru' | 'en', most = mostPoints): Measure[] {
  const byCode = new Map<string, Recorded[]>();
  for (const observation of observations) {
    const code = codeOf(observation);
    if (code === undefined || ['entered-in-error', 'cancelled', 'registered'].includes(observation.status) || timeOf(observation) === undefined) continue;
    byCode.set(code, [...(byCode.get(code) ?? []), observation]);
  }
  return [...byCode]
    .flatMap(([code, list]) => asMeasure(code, list.sort((a, b) => Date.parse(timeOf(a)!) - Date.parse(timeOf(b)!)), language, most) ?? [])
    .sort((a, b) => measurePlace(a.code) - measurePlace(b.code) || a.name.localeCompare(b.name, language));
}

function asMeasure(code: string, list: readonly Recorded[], language: 'ru' | 'en', most: number): Measure | undefined {
  const parts = code === pressurePanel ? [systolic, diastolic] : [undefined];
  const valued = list.filter((each) => parts.every((part) => valueOf(partOf(each, part)) !== undefined));
  const last = valued.at(-1);
  if (!last) return undefined;
  const shown = valued.slice(-most);
  const series = parts.map((part): Series => {
    const range = rangeOf(partOf(last, part)?.referenceRange);
    return { key: part ?? code, name: partName(part, language), ...range, points: shown.map((each) => ({ at: timeOf(each)!, value: valueOf(partOf(each, part))! })) };
  });
  const ends = parts.map((part) => partOf(last, part)!);
  return {
    code,
    name: measureName(code, last.code.text ?? last.code.coding?.[0]?.display, language),
    kind: last.category?.some((each) => each.coding?.some((coding) => coding.code === 'vital-signs')) ? 'vital' : 'lab',
    unit: unitOf(ends[0]!, language),
    value: ends.map((each) => String(valueOf(each))).join('/'),
    verdict: worst(ends.map((each, at) => verdictOf(each, series[at]!))),
    critical: ends.some((each) => flagOf(each) === 'HH' || flagOf(each) === 'LL'),
    at: timeOf(last)!,
    series,
  };
}

export function codeOf(observation: Observation): string | undefined {
  const coding = observation.code.coding?.find(({ system }) => system === 'http://loinc.org') ?? observation.code.coding?.[0];
  return coding?.code ?? observation.code.text;
}

export function timeOf(observation: Observation): string | undefined {
  return observation.effectiveDateTime ?? observation.effectivePeriod?.start ?? observation.effectiveInstant ?? observation.issued;
}

function partOf(observation: Recorded, part: string | undefined): Valued | undefined {
  if (part === undefined) return observation;
  return observation.component?.find((each) => each.code.coding?.some(({ code }) => code === part));
}

const valueOf = (valued: Valued | undefined): number | undefined => valued?.valueQuantity?.value;
const flagOf = (valued: Valued): string | undefined => valued.interpretation?.[0]?.coding?.[0]?.code;

function unitOf(valued: Valued, language: 'ru' | 'en'): string {
  const { unit = '', code = '' } = valued.valueQuantity ?? {};
  if (language === 'ru') return unit || code;
  return ({ 'mm[Hg]': 'mmHg', '/min': '/min', Cel: '°C', 'umol/L': 'µmol/L', 'ug/L': 'µg/L', 'm[IU]/L': 'mIU/L' } as Record<string, string>)[code] ?? (code || unit);
}

function partName(part: string | undefined, language: 'ru' | 'en'): string {
  if (part === systolic) return language === 'ru' ? 'Верхнее' : 'Systolic';
  return part === diastolic ? (language === 'ru' ? 'Нижнее' : 'Diastolic') : '';
}

/** The normal range; a range of another kind (treatment, toxic) is not it. */
export function rangeOf(ranges: readonly ObservationReferenceRange[] | undefined): { low?: number; high?: number } {
  const range = ranges?.find((each) => !each.type || each.type.coding?.some(({ code }) => code === 'normal'));
  return { ...(range?.low?.value === undefined ? {} : { low: range.low.value }), ...(range?.high?.value === undefined ? {} : { high: range.high.value }) };
}

/** What the laboratory said; else where the value stands to its range; without a range nothing. */
export function verdictOf(valued: Valued, { low, high }: { low?: number; high?: number }): Verdict {
  const flag = flagOf(valued);
  if (flag === 'H' || flag === 'HH' || flag === 'HU') return 'high';
  if (flag === 'L' || flag === 'LL' || flag === 'LU') return 'low';
  if (flag === 'N') return 'normal';
  const value = valueOf(valued);
  if (value === undefined || (low === undefined && high === undefined)) return 'unknown';
  if (low !== undefined && value < low) return 'low';
  return high !== undefined && value > high ? 'high' : 'normal';
}

/** Of a pair: above range first, then below. */
function worst(verdicts: readonly Verdict[]): Verdict {
  return (['high', 'low', 'normal'] as const).find((each) => verdicts.includes(each)) ?? 'unknown';
}
