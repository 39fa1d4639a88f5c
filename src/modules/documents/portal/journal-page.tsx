import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, Empty, Loaded, Sheet, api, formatWeekday, useAct, useLanguage, useOwnPatient, useRead, useWords } from '../../../ui/index.ts';
import type { Journal, JournalLine } from '../contract.ts';
import { JournalEntryText } from './journal-entry.tsx';
import { NoCard } from './no-card.tsx';
import css from './portal.module.css';
import { words } from './words.ts';

/** Who opened my card: person, role, clinic, why, when; emergency access is marked and explained. */
export function JournalPage() {
  const t = useWords(words);
  const patient = useOwnPatient();
  const id = patient?.reference.replace('Patient/', '') ?? '';
  const path = `/documents/journal?patient=${encodeURIComponent(id)}`;
  const read = useRead<Journal>(path, { when: id !== '', types: [] });
  if (!patient) return <NoCard />;
  return (
    <>
      <h1>{t.journal}</h1>
      <p className={css.quiet}>{t.journalLead}</p>
      <Loaded read={read}>{(first) => <Lines key={id} path={path} first={first} />}</Loaded>
    </>
  );
}

function Lines({ path, first }: { path: string; first: Journal }) {
  const t = useWords(words);
  const language = useLanguage();
  const [own, setOwn] = useState(false);
  const [more, setMore] = useState<readonly Journal[]>([]);
  const next = (more.at(-1) ?? first).next;
  const earlier = useAct<void, Journal>(async () => api.get<Journal>(`${path}&before=${next}`), { onDone: (journal) => setMore([...more, journal]) });
  const lines = [first, ...more].flatMap((each) => each.lines);
  const shown = own ? lines : lines.filter((line) => !line.own);
  const days = [...new Set(shown.map((line) => dayOf(line)))];
  return (
    <>
      <label className={css.check}><input type="checkbox" checked={own} onChange={(event) => setOwn(event.target.checked)} />{t.own}</label>
      {shown.length === 0 ? <Sheet><Empty title={t.journalNone}>{t.journalNoneText}</Empty></Sheet> : null}
      {days.map((day) => (
        <section key={day} className={css.year}>
          <h2>{formatWeekday(day, { language })}</h2>
          <ul className={css.list}>
            {shown.filter((line) => dayOf(line) === day).map((line) => (
              <li key={line.key} className={css.row} data-emergency={line.emergency !== undefined || undefined}>
                {line.emergency === undefined ? null : <p className={css.emergency}><IconAlertTriangle size={20} stroke={1.8} aria-hidden="true" />{t.emergency}</p>}
                <JournalEntryText line={line} />
                {line.emergency === undefined ? null : (
                  <>
                    <p>{t.emergencyReason}: «{line.emergency}»</p>
                    <small>{t.emergencyText}</small>
                  </>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {next === undefined ? null : <Button wide busy={earlier.busy} onClick={() => earlier.run()}>{t.earlier}</Button>}
    </>
  );
}

/** The calendar day in the reader's own zone. */
function dayOf(line: JournalLine): string {
  const at = new Date(line.till);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}
