import { formatNumber } from '../format.ts';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import { judgeValue } from './judge-value.ts';

export interface Point {
  /** FHIR date or moment. */
  at: string;
  value: number;
}

export interface SparklineProps {
  points: readonly Point[];
  /** The normal band. */
  low?: number | undefined;
  high?: number | undefined;
  width?: number;
  height?: number;
}

/** A trend as a small line over its normal band; the last point says in or out. Fewer than two points are no trend: only the dot. */
export function Sparkline({ points, low, high, width = 96, height = 24 }: SparklineProps) {
  const t = useWords(uiWords);
  const language = useLanguage();
  if (points.length === 0) return <svg width={width} height={height} aria-hidden="true" />;
  const sorted = points.toSorted((a, b) => a.at.localeCompare(b.at));
  const times = sorted.map((point) => Date.parse(point.at));
  const values = sorted.map((point) => point.value);
  // A band with one bound goes on beyond the values, else it would lie outside of the picture.
  const reach = (Math.max(...values) - Math.min(...values) || Math.abs(values[0]!) || 1) * 0.6;
  const floor = Math.min(...values, low ?? (high === undefined ? Infinity : high - reach));
  const ceiling = Math.max(...values, high ?? (low === undefined ? -Infinity : low + reach));
  const span = ceiling - floor || 1;
  const from = times[0]!;
  const length = times.at(-1)! - from || 1;
  const x = (at: number) => 3 + ((at - from) / length) * (width - 7);
  const y = (value: number) => 3 + (1 - (value - floor) / span) * (height - 6);
  const last = values.at(-1)!;
  const verdict = judgeValue(last, low, high);
  const out = verdict === 'high' || verdict === 'low';
  const band = low === undefined && high === undefined ? undefined : { top: high === undefined ? 0 : y(high), bottom: low === undefined ? height : y(low) };
  const label = `${values.map((value) => formatNumber(value, { language })).join(', ')}${out ? ` — ${verdict === 'high' ? t.above : t.below}` : ''}`;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {band ? <rect x="0" y={band.top} width={width} height={Math.max(2, band.bottom - band.top)} fill="var(--done-soft)" /> : null}
      {sorted.length > 1 ? <polyline fill="none" stroke="var(--ink-2)" strokeWidth="1.5" strokeLinejoin="round" points={sorted.map((_, at) => `${x(times[at]!).toFixed(1)},${y(values[at]!).toFixed(1)}`).join(' ')} /> : null}
      <circle cx={sorted.length > 1 ? x(times.at(-1)!) : width - 4} cy={y(last)} r="2.8" fill={out ? 'var(--danger)' : 'var(--ink)'} />
    </svg>
  );
}
