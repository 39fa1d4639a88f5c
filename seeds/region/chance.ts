/** Chance that is the same each time: the demo region looks alike on every machine. */
export interface Chance {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** A number around `middle`, at most `spread` away, with so many decimals. */
  around(middle: number, spread: number, decimals?: number): number;
  pick<T>(values: readonly T[]): T;
  /** True in this share of cases. */
  happens(share: number): boolean;
}

/** mulberry32: small, fast, good enough for made people. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    around: (middle, spread, decimals = 0) => Number((middle + (next() * 2 - 1) * spread).toFixed(decimals)),
    pick: (values) => values[Math.floor(next() * values.length)]!,
    happens: (share) => next() < share,
  };
}
