import { ucum } from '@atomic-ehr/ucum';

type Quantity = Readonly<Record<string, unknown>>;

const ucumSystem = 'http://unitsofmeasure.org';
/** The calendar's words for units (http://hl7.org/fhirpath/N1/#time-valued-quantities), as far as they are the same in UCUM. */
const calendar: Readonly<Record<string, string>> = { week: 'wk', day: 'd', hour: 'h', minute: 'min', second: 's', millisecond: 'ms' };

/** The order of two quantities, of different units where UCUM knows how they relate; undefined where they cannot be compared. */
export function compareQuantities(one: Quantity, other: Quantity): number | undefined {
  if (typeof one.value !== 'number' || typeof other.value !== 'number') return undefined;
  const [own, wanted] = [unitOf(one), unitOf(other)];
  if (own === wanted && (one.system ?? ucumSystem) === (other.system ?? ucumSystem)) return one.value - other.value;
  if (own === undefined || wanted === undefined || (one.system ?? ucumSystem) !== ucumSystem || (other.system ?? ucumSystem) !== ucumSystem) return undefined;
  try {
    if (!ucum.isConvertible(own, wanted)) return undefined;
    return Number(ucum.convert(one.value, own, wanted).toPrecision(12)) - other.value;
  } catch {
    return undefined; // no unit that UCUM knows
  }
}

function unitOf({ code, unit }: Quantity): string | undefined {
  const name = code ?? unit;
  return typeof name === 'string' ? (calendar[name.replace(/s$/, '')] ?? name) : undefined;
}
