import { IconAlertTriangle } from '@tabler/icons-react';
import { Button, Chip, Part, Sheet, Empty, Sparkline, Value, daysFromNow, formatDate, formatDay, formatDistance, formatMoment, formatTime, formatWait, useLanguage, useTiles, useWords, PageBody } from '../../../ui/index.ts';
import type { Due, Measure, Medicine, OpenCard, Problem } from '../contract.ts';
import { chartWords } from '../words.ts';
import { Axis } from './axis.tsx';
import css from './card.module.css';

/** What matters today in one column, what is due and the last of time beside it; tiles of the modules follow, nothing is moved. */
export function Overview({ card, onTab }: { card: OpenCard; onTab: (tab: string) => void }) {
  const t = useWords(chartWords);
  const main = useTiles('main');
  const side = useTiles('side');
  const patient = card.banner.id;
  return (
    <PageBody kind="sides">
      <div className={css.column}>
        <Part title={t.important}>{card.problems.length === 0 ? <Sheet><Empty title={t.noProblems}>{t.noProblemsText}</Empty></Sheet> : <Problems problems={card.problems} />}</Part>
        <Part title={t.takes}>{card.medicines.length === 0 ? <Sheet kind="pad">{t.noMedicines}</Sheet> : <Medicines medicines={card.medicines} />}</Part>
        <Part title={t.measures}>{card.measures.length === 0 ? <Sheet><Empty title={t.noMeasures}>{t.noMeasuresText}</Empty></Sheet> : <Measures measures={card.measures} onOpen={() => onTab('results')} />}</Part>
        {main.map(({ key, component: Tile }) => <Tile key={key} patient={patient} />)}
      </div>
      <div className={css.column}>
        <Part title={t.due}><Sheet kind="pad">{card.due.length === 0 ? t.nothingDue : <DueList due={card.due} />}</Sheet></Part>
        <Part title={t.timeShort} end={card.more ? <Button small kind="quiet" onClick={() => onTab('time')}>{t.allTime}</Button> : undefined}>
          {card.recent.length === 0 ? <Sheet kind="pad">{t.noTime}</Sheet> : <Axis items={card.recent} />}
        </Part>
        {side.map(({ key, component: Tile }) => <Tile key={key} patient={patient} />)}
      </div>
    </PageBody>
  );
}

function Problems({ problems }: { problems: readonly Problem[] }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  return (
    <Sheet>
      <table className={`${css.table} ${css.stack}`}>
        <thead>
          <tr><th scope="col">{t.diagnosis}</th><th scope="col">{t.since}</th><th scope="col">{t.by}</th></tr>
        </thead>
        <tbody>
          {problems.map((problem) => (
            <tr key={problem.id}>
              <td title={[problem.code, problem.name].filter(Boolean).join(' ')}>{problem.listed ? <b>{problem.text}</b> : <>{problem.text} <Chip>{t.recent}</Chip></>}</td>
              <td>{problem.since ? formatDate(problem.since.slice(0, problem.listed ? 7 : 10), { language }) : '—'}</td>
              <td>{problem.by ?? '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function Medicines({ medicines }: { medicines: readonly Medicine[] }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  return (
    <Sheet>
      <table className={`${css.table} ${css.stack}`} aria-label={t.takes}>
        <tbody>
          {medicines.map((medicine) => (
            <tr key={medicine.id}>
              <td title={medicine.form}><b>{medicine.name}</b> {medicine.dose}</td>
              <td>{medicine.timing}</td>
              <td className={css.quiet} title={medicine.by}>{medicine.since ? t.from(formatDay(medicine.since, { language })) : ''}</td>
              <td className={css.end}>
                {medicine.doubles > 0 ? <Chip tone="attention">{t.doubled(medicine.doubles)}</Chip> : null}{' '}
                {medicine.until ? <Chip tone={medicine.state === 'taken' ? 'plain' : 'attention'}>{medicine.state === 'over' ? t.overRecipe(formatDay(medicine.until, { language })) : t.untilRecipe(formatDay(medicine.until, { language }))}</Chip> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function Measures({ measures, onOpen }: { measures: readonly Measure[]; onOpen: () => void }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  return (
    <Sheet>
      <table className={`${css.table} ${css.values}`} aria-label={t.measures}>
        <tbody>
          {measures.map((measure) => {
            const [first] = measure.series;
            return (
              <tr key={measure.code}>
                <td><button type="button" onClick={onOpen}>{measure.name}</button></td>
                <td className={css.end}><Value value={measure.value} unit={measure.unit} low={measure.series.length > 1 ? undefined : first?.low} high={measure.series.length > 1 ? undefined : first?.high} verdict={measure.verdict} /></td>
                <td className={css.line}>{first ? <Sparkline points={first.points} low={first.low} high={first.high} /> : null}</td>
                <td className={css.quiet}>{formatMoment(measure.at, { language })}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Sheet>
  );
}

function DueList({ due }: { due: readonly Due[] }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const say = ({ kind, state, from, till }: Due): string => {
    if (state === 'overdue' && till) return t.overdueBy(formatWait(till, { language }));
    if (kind === 'booking' && from) return formatMoment(from, { language });
    if (state === 'now' && till) return daysFromNow(till) === 0 ? formatTime(till) || formatDistance(till, { language }) : t.untilDay(formatDay(till, { language }));
    return from ? formatDistance(from, { language }) : '';
  };
  return (
    <ul className={css.due}>
      {due.map((item) => (
        <li key={item.id} title={item.note}>
          {item.state === 'overdue' ? <IconAlertTriangle size={14} stroke={2} aria-hidden="true" /> : null}
          {item.text} — {item.state === 'overdue' || item.kind === 'booking' ? <b data-state={item.state}>{say(item)}</b> : <span>{say(item)}</span>}
        </li>
      ))}
    </ul>
  );
}
