/** The range that the digits of a decimal mean: 100 is [99.5, 100.5), 1.00 is [0.995, 1.005) (http://hl7.org/fhir/R4/search.html#number). */
export function decimalRange(value: number, written: string = String(value)): { low: number; high: number } {
  const part = /^[-+]?\d+(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(written);
  if (!part) return { low: value, high: value };
  const half = 0.5 * 10 ** (Number(part[2] ?? 0) - (part[1]?.length ?? 0));
  return { low: value - half, high: value + half };
}
