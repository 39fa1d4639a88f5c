import { CartesianGrid, Line, LineChart, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatDay, formatMoment, formatNumber, formatQuantity } from '../format.ts';
import { useLanguage } from '../words.ts';
import type { Series } from './series.ts';

const strokes = ['var(--accent)', 'var(--ink-2)', 'var(--attention)'];
const dashes = ['', '5 3', '2 3'];

/** The drawn part of `TrendChart`; loaded when first needed. */
export function TrendLines({ unit, series, height }: { unit: string; series: readonly Series[]; height: number }) {
  const language = useLanguage();
  const byMoment = new Map<number, Record<string, number>>();
  for (const one of series) {
    for (const point of one.points) {
      const at = Date.parse(point.at);
      byMoment.set(at, { ...byMoment.get(at), at, [one.key]: point.value });
    }
  }
  const rows = [...byMoment.values()].sort((a, b) => a['at']! - b['at']!);
  const tick = { fontSize: 12, fill: 'var(--ink-3)' };
  return (
    <ResponsiveContainer width="100%" height={height}>
      <LineChart accessibilityLayer={false} data={rows} margin={{ top: 8, right: 12, bottom: 0, left: 0 }}>
        {series.map((one) => (one.low === undefined && one.high === undefined ? null : <ReferenceArea key={`band-${one.key}`} {...bandOf(one)} fill="var(--done-soft)" fillOpacity={1} ifOverflow="extendDomain" />))}
        <CartesianGrid stroke="var(--line-2)" vertical={false} />
        <XAxis dataKey="at" type="number" scale="time" domain={['dataMin', 'dataMax']} tick={tick} stroke="var(--line)" tickFormatter={(at: number) => formatDay(new Date(at), { language })} minTickGap={32} />
        <YAxis tick={tick} stroke="transparent" width={44} domain={['auto', 'auto']} tickFormatter={(value: number) => formatNumber(Number(value.toFixed(2)), { language })} />
        <Tooltip
          isAnimationActive={false}
          labelFormatter={(at) => formatMoment(new Date(Number(at)), { language })}
          formatter={(value, name) => [formatQuantity(Number(value), unit, language), String(name)]}
          contentStyle={{ background: 'var(--sheet)', border: '1px solid var(--line)', borderRadius: 8, boxShadow: 'var(--float)', fontSize: 13 }}
          labelStyle={{ color: 'var(--ink-2)' }}
          itemStyle={{ color: 'var(--ink)' }}
        />
        {series.map((one, at) => (
          <Line key={one.key} dataKey={one.key} name={one.name} stroke={strokes[at % 3]} strokeDasharray={dashes[at % 3]} strokeWidth={1.8} dot={{ r: 2.5, fill: 'var(--sheet)' }} activeDot={{ r: 4 }} isAnimationActive={false} connectNulls />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

/** The normal band of a series. A range with one end reaches a little past the values on its open side, never over the values that are out of it. */
function bandOf({ low, high, points }: Series): { y1: number; y2: number } {
  const values = points.map(({ value }) => value);
  const [floor, ceiling] = [Math.min(...values, low ?? Infinity, high ?? Infinity), Math.max(...values, high ?? -Infinity, low ?? -Infinity)];
  const margin = (ceiling - floor || Math.abs(ceiling) || 1) * 0.15;
  return { y1: low ?? Math.max(0, floor - margin), y2: high ?? ceiling + margin };
}
