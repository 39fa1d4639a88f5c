import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { AllergyMark, Chip, Empty, Loaded, Part, Sheet, Skeleton, Sparkline, TrendChart, formatDate, formatDay, formatDistance, formatMoment, formatNumber, formatPeriod, rangeText, spokenName, useLanguage, useOwnPatient, useRead, useTiles, useWords } from '../../../ui/index.ts';
import type { Due, Medicine, Measure, OwnCard as Answer, OwnProblem } from '../contract.ts';
import { chartWords } from '../words.ts';
import css from './own-card.module.css';

const types = ['Patient', 'AllergyIntolerance', 'Condition', 'MedicationRequest', 'Observation', 'CarePlan', 'ServiceRequest', 'Appointment'];

/** The patient's own card in plain words: one question after another, what needs care first. */
export function OwnCard() {
  const t = useWords(chartWords);
  const own = useOwnPatient();
  const patient = own?.reference.replace('Patient/', '') ?? '';
  const read = useRead<Answer>(`/chart/${patient}/own`, { types, patient, when: patient !== '' });
  return (
    <>
      <h1>{own?.relation ? t.cardOf(spokenName(own.name)) : t.myCard}</h1>
      <Loaded read={read} skeleton={<Skeleton lines={9} height={48} />}>{(card) => <Parts card={card} patient={patient} />}</Loaded>
    </>
  );
}

function Parts({ card, patient }: { card: Answer; patient: string }) {
  const t = useWords(chartWords);
  const tiles = useTiles('main');
  const out = card.measures.some(({ verdict }) => verdict === 'high' || verdict === 'low');
  return (
    <>
      <Part title={t.ownAllergies}><Sheet kind="pad"><OwnAllergies card={card} /></Sheet></Part>
      {card.due.length > 0 ? <Part title={t.ownDue}><Sheet>{card.due.map((due) => <DueLine key={due.id} due={due} />)}</Sheet></Part> : null}
      <Part title={t.ownMedicines}><Sheet>{card.medicines.length > 0 ? card.medicines.map((medicine) => <MedicineLine key={medicine.id} medicine={medicine} />) : <Nothing />}</Sheet></Part>
      <Part title={t.ownProblems}><Sheet>{card.problems.length > 0 ? card.problems.map((problem) => <ProblemLine key={problem.id} problem={problem} />) : <Nothing />}</Sheet></Part>
      <Part title={t.ownMeasures}>
        {out ? <small>{t.talk}</small> : null}
        <Sheet>{card.measures.length > 0 ? card.measures.map((measure) => <MeasureLine key={measure.code} measure={measure} />) : <Nothing />}</Sheet>
      </Part>
      {tiles.map(({ key, component: Tile }) => <Tile key={key} patient={patient} />)}
    </>
  );
}

function Nothing() {
  const t = useWords(chartWords);
  return <Empty title={t.ownNothing}>{t.ownNothingText}</Empty>;
}

function OwnAllergies({ card: { allergies } }: { card: Answer }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  if (allergies.state === 'unasked') return <div className={css.lines}><AllergyMark state={{ kind: 'unasked' }} /><p>{t.ownUnaskedText}</p></div>;
  if (allergies.state === 'none') return <div className={css.lines}><AllergyMark state={{ kind: 'none', ...(allergies.asked ? { asked: allergies.asked } : {}) }} /><p>{t.ownNoneText}</p></div>;
  return (
    <div className={css.lines}>
      {allergies.items.map((item) => (
        <div key={item.id}>
          <AllergyMark state={{ kind: 'known', items: [{ text: item.text.toLowerCase() }] }} />
          <p><small>{[item.reaction, item.severe ? t.danger : '', item.since ? t.from(formatDate(item.since, { language })) : ''].filter(Boolean).join(' · ')}</small></p>
        </div>
      ))}
      <p>{t.ownKnownText}</p>
    </div>
  );
}

function DueLine({ due }: { due: Due }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const when = due.kind === 'booking' && due.from ? formatMoment(due.from, { language }) : due.state === 'overdue' ? t.ownOverdue : due.till ? (due.state === 'now' ? t.untilDay(formatDay(due.till, { language })) : due.from ? formatDistance(due.from, { language }) : '') : '';
  return (
    <div className={css.line}>
      <div className={css.row}><b>{due.text}</b>{when ? <Chip tone={due.state === 'overdue' ? 'danger' : due.kind === 'booking' ? 'accent' : due.state === 'now' ? 'attention' : 'plain'}>{when}</Chip> : null}</div>
      {due.note ? <small>{due.note}</small> : null}
    </div>
  );
}

function MedicineLine({ medicine }: { medicine: Medicine }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const until = medicine.until ? formatDay(medicine.until, { language }) : '';
  return (
    <div className={css.line}>
      <h3 className={css.name}>{medicine.name}</h3>
      <p className={css.how}>{[medicine.dose, medicine.timing].filter(Boolean).join(' ')}</p>
      <small>{[medicine.form, medicine.since ? t.from(formatDay(medicine.since, { language })) : '', medicine.by].filter(Boolean).join(' · ')}</small>
      {medicine.state === 'taken' || !until ? null : <Chip tone={medicine.state === 'over' ? 'danger' : 'attention'} icon={<IconAlertTriangle aria-hidden="true" />}>{medicine.state === 'over' ? t.ownOver(until) : t.ownEnding(until)}</Chip>}
    </div>
  );
}

function ProblemLine({ problem }: { problem: OwnProblem }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  return (
    <div className={css.line}>
      <h3 className={css.name}>{problem.plain}</h3>
      {problem.text === problem.plain ? null : <p>{t.doctorWrote(problem.text)}</p>}
      <small>{[problem.since ? formatPeriod(problem.since.slice(0, 7), undefined, { language }) : '', problem.by].filter(Boolean).join(' · ')}</small>
    </div>
  );
}

function MeasureLine({ measure }: { measure: Answer['measures'][number] }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const [first] = measure.series;
  const ranges = measure.series.map(({ low, high }) => rangeText(low, high, language)).filter(Boolean).join(' / ');
  const said = (value: string) => value.split('/').map((part) => formatNumber(part, { language })).join('/');
  const trend = (first?.points.length ?? 0) > 1;
  return (
    <div className={css.line}>
      <div className={css.row}><h3 className={css.name}>{measure.plain}</h3><Judged measure={measure} /></div>
      <div className={css.row}>
        <span className={css.value} data-out={measure.verdict === 'high' || measure.verdict === 'low' || undefined}><b>{said(measure.value)}</b> {measure.unit.replaceAll(' ', '\u00a0')}</span>
        {first && trend ? <Sparkline points={first.points} low={first.low} high={first.high} width={112} height={32} /> : null}
      </div>
      <small>
        {[formatDay(measure.at, { language }), ranges ? t.usualRange(ranges, measure.unit) : '', measure.previous ? t.was(said(measure.previous.value), formatDay(measure.previous.at, { language })) : ''].filter(Boolean).join(' · ')}
      </small>
      {trend ? <button type="button" className={css.more} aria-expanded={open} onClick={() => setOpen(!open)}>{open ? t.hideTrend : t.showTrend}</button> : null}
      {open ? <TrendChart title={measure.plain} unit={measure.unit} series={measure.series} height={200} /> : null}
    </div>
  );
}

/** What the value says, in a word with its sign; without a range nothing is said. */
function Judged({ measure: { verdict } }: { measure: Measure }) {
  const t = useWords(chartWords);
  if (verdict === 'normal') return <Chip tone="done" icon={<IconCheck aria-hidden="true" />}>{t.usual}</Chip>;
  if (verdict === 'high') return <Chip tone="attention" icon={<IconArrowUp aria-hidden="true" />}>{t.above}</Chip>;
  return verdict === 'low' ? <Chip tone="attention" icon={<IconArrowDown aria-hidden="true" />}>{t.below}</Chip> : null;
}
