import { Button, Empty, Go, Loaded, PageBody, PageHead, Part, Sheet, Skeleton, api, formatAge, formatTime, formatWeekday, toast, useAct, useGo, useHotkey, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { DayAnswer, DayLine } from '../contract.ts';
import { cardPath } from '../paths.ts';
import { chartWords } from '../words.ts';
import { LineChip } from './line-chip.tsx';
import { useNow } from './use-now.ts';
import css from './day.module.css';

/** The nurse's day: who has come and is not yet measured stands first, with the one next act on the row. */
export function NurseDay() {
  const t = useWords(chartWords);
  const language = useLanguage();
  const now = useNow();
  const day = useRead<DayAnswer>('/day', { types: ['Appointment', 'Encounter', 'Observation', 'Patient'], everySeconds: 60 });
  const lines = day.data?.lines ?? [];
  const here = lines.filter(({ state }) => state !== 'booked' && state !== 'noshow');
  return (
    <PageBody>
      <PageHead title={formatWeekday(day.data?.day ?? now, { language })} note={day.data && here.length > 0 ? <span role="status">{t.examNote(here.filter(({ examined }) => examined).length, here.length)}</span> : undefined} />
      <Loaded read={day} skeleton={<Skeleton lines={9} height={61} />}>
        {() => (lines.length === 0 ? <Sheet><Empty title={t.noLines}>{t.noLinesText}</Empty></Sheet> : <Groups lines={lines} now={now} />)}
      </Loaded>
    </PageBody>
  );
}

function Groups({ lines, now }: { lines: readonly DayLine[]; now: Date }) {
  const t = useWords(chartWords);
  const go = useGo();
  const start = useAct((line: DayLine, call) => api.post<{ encounter: string }>('/visits', { appointment: line.appointment }, call), {
    onDone: ({ encounter }) => go(`/visits/${encounter}`),
    onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }),
  });
  const waiting = lines.filter((line) => (line.state === 'arrived' || line.state === 'in-room') && !line.examined);
  const groups = [
    { title: t.toMeasure, lines: waiting, act: true },
    { title: t.measured, lines: lines.filter((line) => (line.state === 'arrived' || line.state === 'in-room') && line.examined), act: false },
    { title: t.later, lines: lines.filter(({ state }) => state === 'booked'), act: false },
    { title: t.past, lines: lines.filter(({ state }) => state === 'done' || state === 'unfinished' || state === 'noshow'), act: false },
  ];
  const [first] = waiting;
  useHotkey('ctrl+enter', () => first && start.run(first), { text: t.measure, when: first !== undefined });
  return (
    <>
      {groups.filter((group) => group.act || group.lines.length > 0).map((group) => (
        <Part key={group.title} title={group.title} note={group.lines.length}>
          {group.lines.length === 0 ? <small>{t.nobody}</small> : null}
          <ol>
            {group.lines.map((line) => <Row key={line.appointment} line={line} now={now} current={line === first} busy={start.busy} {...(group.act ? { onMeasure: () => start.run(line) } : {})} />)}
          </ol>
        </Part>
      ))}
    </>
  );
}

function Row({ line, now, current, busy, onMeasure }: { line: DayLine; now: Date; current: boolean; busy: boolean; onMeasure?: () => void }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  return (
    <li className={css.item} data-current={current || undefined} data-past={line.state === 'done' || line.state === 'noshow' || undefined}>
      <time dateTime={line.start}>{formatTime(line.start)}</time>
      <div className={css.who}>
        <Go to={cardPath(line.patient.id)} className={css.name}>{`${line.patient.name}, ${formatAge(line.patient.birthDate, { language })}`}</Go>
        <small>{[line.doctor, line.room, line.reason].filter(Boolean).join(' · ')}</small>
      </div>
      <span className={css.state}>
        <LineChip line={line} now={now} />
        {onMeasure ? <Button kind={current ? 'main' : 'plain'} small={!current} busy={busy && current} {...(current ? { keys: 'Ctrl ↵' } : {})} onClick={onMeasure}>{t.measure}</Button> : null}
      </span>
    </li>
  );
}
