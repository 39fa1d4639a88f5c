import { useState } from 'react';
import { Button, DataList, Empty, Go, Loaded, PageBody, PageHead, Part, Sheet, Skeleton, api, formatMoment, formatTime, formatWeekday, toast, useAct, useGo, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { DayLine, HeadDay as Answer, ReviewLine } from '../contract.ts';
import { cardPath } from '../paths.ts';
import { chartWords } from '../words.ts';
import { LineChip } from './line-chip.tsx';
import { useNow } from './use-now.ts';
import css from './day.module.css';

const path = '/day/clinic';
type Doctor = Answer['doctors'][number];

/** The chief doctor's day: the clinic in numbers, its doctors, and the emergency accesses that wait for a word. */
export function HeadDay() {
  const t = useWords(chartWords);
  const language = useLanguage();
  const now = useNow();
  const [chosen, setChosen] = useState<keyof typeof stateOf | 'all'>();
  const numberOf = (answer: Answer, key: keyof typeof stateOf | 'all'): number => (key === 'all' ? answer.counts.booked : answer.counts[key]);
  const numbers = [
    { key: 'all', text: t.visitsToday }, { key: 'done', text: t.doneNow }, { key: 'arrived', text: t.waitingNow }, { key: 'inRoom', text: t.inRoomNow }, { key: 'unfinished', text: t.unsigned }, { key: 'noshow', text: t.noshows },
  ] as const;
  const read = useRead<Answer>(path, { types: ['Appointment', 'Encounter', 'EpisodeOfCare'], everySeconds: 60 });
  return (
    <PageBody>
      <PageHead title={formatWeekday(read.data?.day ?? now, { language })} note={t.clinicDay} />
      <Loaded read={read} skeleton={<Skeleton lines={8} height={56} />}>
        {(answer) => (
          <>
            <div className={css.numbers}>
              {numbers.map(({ key, text }) => (
                <button key={key} type="button" aria-pressed={chosen === key} data-tone={key === 'unfinished' && answer.counts.unfinished > 0 ? 'attention' : undefined} onClick={() => setChosen(chosen === key ? undefined : key)}>
                  <b>{numberOf(answer, key)}</b>
                  <small>{text(numberOf(answer, key))}</small>
                </button>
              ))}
              <Go to="/cases"><b>{answer.openCases}</b><small>{t.openCases(answer.openCases)}</small></Go>
            </div>
            {chosen ? <Lines title={numbers.find(({ key }) => key === chosen)!.text(numberOf(answer, chosen))} lines={answer.lines.filter((line) => chosen === 'all' || stateOf[chosen] === line.state)} now={now} /> : null}
            <PageSides answer={answer} />
          </>
        )}
      </Loaded>
    </PageBody>
  );
}

const stateOf = { arrived: 'arrived', inRoom: 'in-room', done: 'done', unfinished: 'unfinished', noshow: 'noshow' } as const;

/** The list behind a number. */
function Lines({ title, lines, now }: { title: string; lines: readonly DayLine[]; now: Date }) {
  const t = useWords(chartWords);
  const go = useGo();
  return (
    <DataList<DayLine>
      label={title}
      rows={lines}
      rowKey={({ appointment }) => appointment}
      onOpen={({ patient }) => go(cardPath(patient.id))}
      empty={<Empty title={t.nobody} />}
      columns={[
        { key: 'time', title: t.timeShort, value: ({ start }) => start, render: ({ start }) => formatTime(start), width: '80px' },
        { key: 'name', title: t.name, value: ({ patient }) => patient.name, head: true },
        { key: 'doctor', title: t.doctor, value: ({ doctor }) => doctor, width: '180px' },
        { key: 'reason', title: t.why, value: ({ reason }) => reason },
        { key: 'state', title: t.state, value: ({ state }) => state, render: (line) => <LineChip line={line} now={now} />, width: '240px' },
      ]}
    />
  );
}

function PageSides({ answer }: { answer: Answer }) {
  const t = useWords(chartWords);
  return (
    <div className={css.sides}>
      <Part title={t.doctors}>
        <DataList<Doctor>
          label={t.doctors}
          rows={answer.doctors}
          rowKey={({ id }) => id}
          empty={<Empty title={t.noLines}>{t.noLinesText}</Empty>}
          columns={[
            { key: 'name', title: t.doctor, value: ({ name }) => name, render: ({ name, post }) => <span className={css.doctor}>{name}<small>{post}</small></span> },
            { key: 'booked', title: t.bookedColumn, value: ({ booked }) => booked, align: 'end', width: '110px' },
            { key: 'done', title: t.doneColumn, value: ({ done }) => done, align: 'end', width: '110px' },
            { key: 'late', title: t.lateColumn, value: ({ late }) => late, render: ({ late }) => (late > 0 ? t.minutes(late) : '—'), align: 'end', width: '130px' },
            { key: 'unfinished', title: t.unsignedColumn, value: ({ unfinished }) => unfinished, align: 'end', width: '140px' },
          ]}
        />
      </Part>
      <Part title={t.review} note={answer.review.length > 0 ? answer.review.length : undefined}>
        <Sheet>
          {answer.review.length === 0 ? <Empty title={t.noReview}>{t.noReviewText}</Empty> : answer.review.map((line) => <Review key={line.id} line={line} />)}
        </Sheet>
      </Part>
    </div>
  );
}

function Review({ line }: { line: ReviewLine }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const review = useAct((verdict: 'justified' | 'unjustified', call) => api.post(`/day/reviews/${line.id}`, { verdict }, call), {
    renews: [path],
    onDone: () => toast(t.reviewed),
    onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }),
  });
  return (
    <div className={css.review}>
      <div><b>{t.opened(line.actor, line.patient.shortName)}</b><br /><small>{formatMoment(line.opened, { language })} · {line.reason}</small></div>
      <span>
        <Button small busy={review.busy} onClick={() => review.run('justified')}>{t.justified}</Button>
        <Button small busy={review.busy} onClick={() => review.run('unjustified')}>{t.unjustified}</Button>
      </span>
    </div>
  );
}
