import { useState } from 'react';
import { Empty, Loaded, PageBody, Sheet, Skeleton, Switcher, TrendChart, Value, formatDay, formatTime, rangeText, useLanguage, usePageSearch, useRead, useWords } from '../../../ui/index.ts';
import type { Measure, ResultsAnswer } from '../contract.ts';
import { chartWords } from '../words.ts';
import css from './card.module.css';

/** Columns that the table shows; what is older stands on the chart and in its own table. */
const mostMoments = 12;

/** Results as a table over time (a row for each code), and the chosen one as a chart over the whole life with its table. */
export function ResultsTab({ patient }: { patient: string }) {
  const t = useWords(chartWords);
  const [{ kind = 'lab' }, setSearch] = usePageSearch<{ kind?: string; tab?: string }>();
  const read = useRead<ResultsAnswer>(`/chart/${patient}/results?kind=${kind === 'vital' ? 'vital' : 'lab'}`, { types: ['Observation'], patient, keepLast: true });
  return (
    <PageBody>
      <div><Switcher label={t.which} value={kind === 'vital' ? 'vital' : 'lab'} onChange={(next) => setSearch({ kind: next })} options={[{ value: 'lab', text: t.laboratory }, { value: 'vital', text: t.vitals }]} /></div>
      <Loaded read={read} skeleton={<Skeleton lines={8} />}>
        {({ measures }) => (measures.length === 0 ? <Sheet><Empty title={t.noResults}>{t.noResultsText}</Empty></Sheet> : <Table key={kind} measures={measures} patient={patient} />)}
      </Loaded>
    </PageBody>
  );
}

function Table({ measures, patient }: { measures: readonly Measure[]; patient: string }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const [chosen, setChosen] = useState(measures.find(({ verdict }) => verdict === 'high' || verdict === 'low')?.code ?? measures[0]!.code);
  const all = [...new Set(measures.flatMap(({ series }) => series[0]!.points.map(({ at }) => at)))].sort((a, b) => Date.parse(b) - Date.parse(a));
  const moments = all.slice(0, mostMoments);
  return (
    <>
      <Chart patient={patient} code={chosen} />
      <Sheet>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={t.resultsTable}>
          <table className={css.grid}>
            <thead>
              <tr>
                <th scope="col">{t.value}</th>
                <th scope="col">{t.norm}</th>
                {moments.map((at) => <th key={at} scope="col" title={formatTime(at)}>{formatDay(at, { language })}</th>)}
              </tr>
            </thead>
            <tbody>
              {measures.map((measure) => (
                <tr key={measure.code} aria-selected={measure.code === chosen}>
                  <th scope="row"><button type="button" aria-pressed={measure.code === chosen} onClick={() => setChosen(measure.code)}>{measure.name}</button></th>
                  <td>{[measure.series.map(({ low, high }) => rangeText(low, high, language)).filter(Boolean).join(' / '), measure.unit].filter(Boolean).join(' ')}</td>
                  {moments.map((at) => <td key={at}><Cell measure={measure} at={at} /></td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Sheet>
      {all.length > mostMoments ? <small>{t.earlier}</small> : null}
    </>
  );
}

function Cell({ measure, at }: { measure: Measure; at: string }) {
  const points = measure.series.map(({ points: all }) => all.find((point) => point.at === at));
  if (points.some((point) => point === undefined)) return null;
  return <>{measure.series.map((series, index) => <span key={series.key}>{index > 0 ? '/' : ''}<Value value={points[index]!.value} low={series.low} high={series.high} /></span>)}</>;
}

function Chart({ patient, code }: { patient: string; code: string }) {
  const read = useRead<{ measure?: Measure }>(`/chart/${patient}/results/${encodeURIComponent(code)}`, { types: ['Observation'], patient, keepLast: true });
  return (
    <Sheet kind="pad">
      <Loaded read={read} skeleton={<Skeleton lines={1} height={256} />}>
        {({ measure }) => (measure ? <TrendChart title={measure.name} unit={measure.unit} series={measure.series} /> : null)}
      </Loaded>
    </Sheet>
  );
}
