/** The digits with which numbers were written, by the object that they are members of; only those that a JavaScript number does not keep. */
export type Written = WeakMap<object, Record<string, string>>;

/** Trailing zeros after the point, an exponent, or more digits than a double keeps. What looks so within a string costs only time. */
export const tellingDigits = /[:,[\s]-?(?:\d+(?:\.\d*0(?![0-9])|(?:\.\d+)?[eE])|[\d.]{16,}(?=[\s,}\]]))/;

/**
 * Parses JSON text and notes the written form of the numbers where it says more than the value: 1.00 is not 1. Undefined where
 * there is no such number, so that the plain parse is enough.
 */
export function parseWithDecimals(text: string): { value: unknown; written: Written } | undefined {
  if (!tellingDigits.test(text)) return undefined;
  const written: Written = new WeakMap();
  const revive = function (this: object, key: string, value: unknown, context?: { source?: string }): unknown {
    if (typeof value === 'number' && context?.source !== undefined && context.source !== String(value)) {
      const known = written.get(this);
      if (known) known[key] = context.source;
      else written.set(this, { [key]: context.source });
    }
    return value;
  };
  return { value: JSON.parse(text, revive), written };
}

/** The range that the digits of a decimal mean: 100 is [99.5, 100.5), 1.00 is [0.995, 1.005) (http://hl7.org/fhir/R4/search.html#number). */
export function decimalRange(value: number, written: string = String(value)): { low: number; high: number } {
  const part = /^[-+]?\d+(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(written);
  if (!part) return { low: value, high: value };
  // never narrower than doubles lie apart: 66.89999999999999 would not be within its own range
  const half = Math.max(0.5 * 10 ** (Number(part[2] ?? 0) - (part[1]?.length ?? 0)), Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);
  return { low: value - half, high: value + half };
}
