import { useEffect, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, Empty, Go, Loaded, PageBody, PageHead, Sheet, Skeleton, api, formatAge, formatTime, formatWeekday, keycap, toast, useAct, useGo, useHotkey, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { DayAnswer, DayLine } from '../contract.ts';
import { cardPath } from '../paths.ts';
import { minutesLate } from '../rules.ts';
import { chartWords } from '../words.ts';
import { LineChip } from './line-chip.tsx';
import { useNow } from './use-now.ts';
import { Waits } from './waits.tsx';
import css from './day.module.css';

const types = ['Appointment', 'Encounter', 'Observation', 'Patient'];

/** The doctor's day as a line with «now» on it, and beside it what waits. */
export function DoctorDay() {
  const t = useWords(chartWords);
  const language = useLanguage();
  const now = useNow();
  const day = useRead<DayAnswer>('/day', { types, everySeconds: 120 });
  const late = day.data ? minutesLate(day.data.lines, now) : 0;
  const due = day.data?.lines.length ?? 0;
  return (
    <PageBody kind="sides">
      <section className={css.column}>
        <PageHead
          title={formatWeekday(day.data?.day ?? now, { language })}
          note={day.data && due > 0 ? <span className={css.note} role="status">{t.seen(day.data.done, due)} · <span data-late={late > 0 || undefined}>{late > 0 ? t.late(late) : t.onTime}</span></span> : undefined}
        />
        <Loaded read={day} skeleton={<Skeleton lines={9} height={61} />}>{(answer) => <Line answer={answer} now={now} />}</Loaded>
      </section>
      <aside className={css.column}><Waits /></aside>
    </PageBody>
  );
}

function Line({ answer, now }: { answer: DayAnswer; now: Date }) {
  const t = useWords(chartWords);
  const go = useGo();
  const list = useRef<HTMLOListElement>(null);
  const start = useAct((line: DayLine, call) => api.post<{ encounter: string }>('/visits', { appointment: line.appointment }, call), {
    onDone: ({ encounter }) => go(`/visits/${encounter}`),
    onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }),
  });
  const next = answer.lines.find(({ appointment }) => appointment === answer.next);
  const begin = (line: DayLine) => (line.encounter && (line.state === 'in-room' || line.state === 'unfinished') ? go(`/visits/${line.encounter}`) : start.run(line));
  useHotkey('ctrl+enter', () => next && begin(next), { text: t.startVisit, when: next !== undefined });
  if (answer.lines.length === 0) return <Sheet><Empty title={t.noLines}>{t.noLinesText}</Empty></Sheet>;
  const place = answer.lines.findIndex(({ start: at }) => Date.parse(at) > now.getTime());
  // «Now» stands before the one who is to be seen, as the eye looks for it; with nobody left, where the clock is.
  const nextAt = answer.lines.findIndex(({ appointment }) => appointment === answer.next);
  const nowAt = nextAt >= 0 && (place < 0 || nextAt < place) ? nextAt : place < 0 ? answer.lines.length : place;
  const onKeys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const links = [...(list.current?.querySelectorAll<HTMLElement>('li a') ?? [])];
    const to = links[links.indexOf(document.activeElement as HTMLElement) + step];
    if (to) {
      event.preventDefault();
      to.focus();
    }
  };
  return (
    <ol className={css.line} ref={list} onKeyDown={onKeys}>
      {answer.lines.map((line, at) => (
        <LineItem key={line.appointment} line={line} now={now} nowBefore={at === nowAt} current={line.appointment === answer.next} busy={start.busy} onBegin={() => begin(line)} />
      ))}
      {nowAt === answer.lines.length ? <NowMark now={now} /> : null}
    </ol>
  );
}

function NowMark({ now }: { now: Date }) {
  const t = useWords(chartWords);
  return <li className={css.now} aria-label={`${t.now}: ${formatTime(now)}`}><time>{formatTime(now)}</time><hr /></li>;
}

function LineItem({ line, now, nowBefore, current, busy, onBegin }: { line: DayLine; now: Date; nowBefore: boolean; current: boolean; busy: boolean; onBegin: () => void }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const act = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // One Enter goes into the next visit; a focus that someone has set already stays where it is.
    const { activeElement } = document;
    if (current && (activeElement === document.body || activeElement?.id === 'content')) act.current?.focus({ preventScroll: true });
  }, [current]);
  const past = line.state === 'done' || line.state === 'noshow' || line.state === 'cancelled';
  const here = line.state === 'arrived' || line.state === 'in-room';
  const note = [line.reason, here ? (line.examined ? t.examined : t.notExamined) : ''].filter(Boolean).join(' · ');
  return (
    <>
      {nowBefore ? <NowMark now={now} /> : null}
      <li className={css.item} data-past={past || undefined} data-current={current || undefined}>
        <time dateTime={line.start}>{formatTime(line.start)}</time>
        <div className={css.who}>
          <Go to={cardPath(line.patient.id)} className={css.name}>{`${line.patient.name}, ${formatAge(line.patient.birthDate, { language })}`}</Go>
          <small>{note}</small>
        </div>
        <span className={css.state}>
          <LineChip line={line} now={now} />
          {current ? <Button ref={act} kind="main" busy={busy} keys={keycap('enter')} onClick={onBegin}>{line.state === 'in-room' ? t.goOnVisit : t.startVisit}</Button> : null}
          {line.state === 'unfinished' && line.encounter ? <Button small onClick={onBegin}>{t.goOnVisit}</Button> : null}
        </span>
      </li>
    </>
  );
}
