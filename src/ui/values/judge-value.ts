export type Verdict = 'low' | 'high' | 'normal' | 'unknown';

/** Where a value stands to its reference range; without a range nothing is said. */
export function judgeValue(value: number | string, low: number | undefined, high: number | undefined): Verdict {
  const number = typeof value === 'string' ? Number(value.replace(',', '.')) : value;
  if (Number.isNaN(number) || (low === undefined && high === undefined)) return 'unknown';
  if (low !== undefined && number < low) return 'low';
  return high !== undefined && number > high ? 'high' : 'normal';
}
