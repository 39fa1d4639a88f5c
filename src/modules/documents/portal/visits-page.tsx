import { Chip, Go, Loaded, Part, Sheet, formatMoment, formatPeriod, useLanguage, useOwnPatient, useRead, useWords } from '../../../ui/index.ts';
import type { VisitLine } from '../contract.ts';
import { myDocumentPath } from '../paths.ts';
import { NoCard } from './no-card.tsx';
import { plainPost } from './plain-post.ts';
import css from './portal.module.css';
import { words } from './words.ts';

/** Visits to come and visits that were, each with what was written. */
export function VisitsPage() {
  const t = useWords(words);
  const patient = useOwnPatient();
  const id = patient?.reference.replace('Patient/', '') ?? '';
  const read = useRead<{ coming: VisitLine[]; past: VisitLine[] }>(`/documents/visits?patient=${encodeURIComponent(id)}`, { when: id !== '', types: ['Appointment', 'Encounter', 'DocumentReference'], patient: id });
  if (!patient) return <NoCard />;
  return (
    <>
      <h1>{t.visits}</h1>
      <Loaded read={read}>
        {({ coming, past }) => (
          <>
            <Part title={t.coming}>
              {coming.length === 0 ? <Sheet kind="pad"><p>{t.comingNone}</p></Sheet> : coming.map((line) => <Sheet key={line.id} kind="pad" tone="accent"><Visit line={line} /></Sheet>)}
            </Part>
            <Part title={t.past}>
              {past.length === 0 ? <Sheet kind="pad"><p>{t.pastNone}</p></Sheet> : (
                <ul className={css.list}>{past.map((line) => <li key={line.id} className={css.row}><Visit line={line} /></li>)}</ul>
              )}
            </Part>
          </>
        )}
      </Loaded>
    </>
  );
}

function Visit({ line }: { line: VisitLine }) {
  const t = useWords(words);
  const language = useLanguage();
  const when = line.state === 'stay' && line.end ? formatPeriod(line.date, line.end, { language }) : formatMoment(line.date, { language });
  const state = { now: t.now, missed: t.missed, cancelled: t.cancelled, stay: t.stay, coming: undefined, past: undefined }[line.state];
  const coming = line.state === 'coming';
  return (
    <div className={css.card}>
      <div className={css.headed}>
        <h3 className={css.title}>{coming ? `${when[0]!.toUpperCase()}${when.slice(1)} — ` : ''}{coming ? plainPost(line.post) : capital(plainPost(line.post)) || t.visit}</h3>
        {state ? <Chip tone={line.state === 'now' ? 'accent' : line.state === 'stay' ? 'plain' : 'attention'}>{state}</Chip> : null}
      </div>
      <p>{[line.doctor, coming && line.room].filter(Boolean).join(', ')}</p>
      {coming && line.clinic ? <p>{[line.clinic.name, line.address ?? line.clinic.address].filter(Boolean).join(', ')}</p> : null}
      {line.reason ? <p className={css.quiet}>{line.reason}</p> : null}
      {coming ? null : <small>{[when, line.clinic?.name].filter(Boolean).join(' · ')}</small>}
      {line.documents.length > 0 ? <p className={css.links}>{line.documents.map((each) => <Go key={each.id} to={myDocumentPath(each.id)}>{each.title}</Go>)}</p> : null}
    </div>
  );
}

const capital = (text: string): string => (text ? text[0]!.toUpperCase() + text.slice(1) : '');
