import { Button, DataList, Empty, Loaded, PageBody, PageHead, Part, Sheet, Skeleton, api, formatMoment, formatWeekday, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { HeadDay as Answer, ReviewLine } from '../contract.ts';
import { chartWords } from '../words.ts';
import { useNow } from './use-now.ts';
import css from './day.module.css';

const path = '/day/clinic';
type Doctor = Answer['doctors'][number];

/** The chief doctor's day: the clinic in numbers, its doctors, and the emergency accesses that wait for a word. */
export function HeadDay() {
  const t = useWords(chartWords);
  const language = useLanguage();
  const now = useNow();
  const read = useRead<Answer>(path, { types: ['Appointment', 'Encounter', 'EpisodeOfCare'], everySeconds: 60 });
  return (
    <PageBody>
      <PageHead title={formatWeekday(read.data?.day ?? now, { language })} note={t.clinicDay} />
      <Loaded read={read} skeleton={<Skeleton lines={8} height={56} />}>
        {(answer) => (
          <>
            <div className={css.numbers}>
              <Number count={answer.counts.booked} text={t.visitsToday} />
              <Number count={answer.counts.done} text={t.doneNow} />
              <Number count={answer.counts.arrived} text={t.waitingNow} />
              <Number count={answer.counts.unfinished} text={t.unsigned} tone={answer.counts.unfinished > 0} />
              <Number count={answer.counts.noshow} text={t.noshows} />
              <Number count={answer.openCases} text={t.openCases} />
            </div>
            <PageSides answer={answer} />
          </>
        )}
      </Loaded>
    </PageBody>
  );
}

function Number({ count, text, tone }: { count: number; text: string; tone?: boolean }) {
  return <div data-tone={tone ? 'attention' : undefined}><b>{count}</b><small>{text}</small></div>;
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
