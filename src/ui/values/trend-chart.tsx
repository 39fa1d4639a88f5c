import { Suspense, lazy, useState } from 'react';
import { formatMoment } from '../format.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { Switcher } from '../parts/switcher.tsx';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import { Value } from './value.tsx';
import type { Series } from './series.ts';
import css from './trend-chart.module.css';

export type { Series } from './series.ts';

export interface TrendChartProps {
  /** «Артериальное давление». */
  title: string;
  unit: string;
  series: readonly Series[];
  height?: number;
}

// The charts library is heavy and most pages have none: it comes with the first chart.
const Lines = lazy(() => import('./trend-lines.tsx').then((part) => ({ default: part.TrendLines })));

/** A trend over time with its normal band, and its table one key away. */
export function TrendChart({ title, unit, series, height = 220 }: TrendChartProps) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const [face, setFace] = useState<'chart' | 'table'>('chart');
  const moments = [...new Set(series.flatMap((one) => one.points.map((point) => point.at)))].sort((a, b) => b.localeCompare(a));
  return (
    <figure className={css.trend} aria-label={`${title}, ${unit}`}>
      <figcaption className={css.head}>
        <b>{title}</b> <small>{unit}</small>
        <span className={css.face}>
          <Switcher label={title} value={face} onChange={setFace} options={[{ value: 'chart', text: t.chart }, { value: 'table', text: t.table }]} />
        </span>
      </figcaption>
      {face === 'chart' ? (
        <div style={{ height }} aria-hidden="true">
          <Suspense fallback={<Skeleton lines={1} height={height} />}>
            <Lines unit={unit} series={series} height={height} />
          </Suspense>
        </div>
      ) : (
        <div className={css.scroll} style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={`${title}: ${t.table}`}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t.date}</th>
                {series.map((one) => <th key={one.key} scope="col">{series.length > 1 ? one.name : t.value}</th>)}
              </tr>
            </thead>
            <tbody>
              {moments.map((at) => (
                <tr key={at}>
                  <td>{formatMoment(at, { language })}</td>
                  {series.map((one) => {
                    const point = one.points.find((each) => each.at === at);
                    return <td key={one.key}>{point ? <Value value={point.value} unit={unit} low={one.low} high={one.high} /> : '—'}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
