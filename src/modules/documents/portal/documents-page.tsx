import { useState } from 'react';
import { Button, Chip, Empty, Go, Loaded, Sheet, fits, formatDate, formatMoment, shortName, useLanguage, useOwnPatient, useRead, useWords } from '../../../ui/index.ts';
import type { DocumentLine, DocumentList } from '../contract.ts';
import { myDocumentPath } from '../paths.ts';
import { NoCard } from './no-card.tsx';
import { plainPost } from './plain-post.ts';
import css from './portal.module.css';
import { WaitingCard } from './waiting-card.tsx';
import { words } from './words.ts';

const page = 30;

/** All documents by date, found by typing; what waits for a talk stands first. */
export function DocumentsPage() {
  const t = useWords(words);
  const patient = useOwnPatient();
  const id = patient?.reference.replace('Patient/', '') ?? '';
  const read = useRead<DocumentList>(`/documents?patient=${encodeURIComponent(id)}`, { when: id !== '', types: ['DocumentReference'], patient: id });
  if (!patient) return <NoCard />;
  return (
    <>
      <h1>{t.documents}</h1>
      <Loaded read={read}>{(list) => <Listed list={list} />}</Loaded>
    </>
  );
}

function Listed({ list: { documents, waiting } }: { list: DocumentList }) {
  const t = useWords(words);
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState(page);
  if (documents.length === 0 && waiting.length === 0) return <Sheet><Empty title={t.noDocuments}>{t.noDocumentsText}</Empty></Sheet>;
  const text = (line: DocumentLine) => [line.title, line.plainKind, line.kind, line.author?.name, line.author?.post, line.clinic?.name, formatDate(line.date, { language }), formatDate(line.date.slice(0, 7), { language })].join(' ');
  const found = typed ? documents.filter((line) => fits(typed, text(line))) : documents;
  const years = [...new Set(found.slice(0, shown).map((line) => line.date.slice(0, 4)))];
  return (
    <>
      {documents.length > 4 ? <input className={css.find} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t.find} aria-label={t.find} /> : null}
      {typed ? null : waiting.map((one) => <WaitingCard key={one.key} waiting={one} level="h2" />)}
      {found.length === 0 ? <Sheet><Empty title={t.nothingFits} action={<Button onClick={() => setTyped('')}>{t.clear}</Button>} /></Sheet> : null}
      {years.map((year) => (
        <section key={year} className={css.year}>
          <h2>{year}</h2>
          <ul className={css.list}>
            {found.slice(0, shown).filter((line) => line.date.startsWith(year)).map((line) => <li key={line.id}><Line line={line} /></li>)}
          </ul>
        </section>
      ))}
      {found.length > shown ? <Button wide onClick={() => setShown(shown + page)}>{t.more}</Button> : null}
      <small role="status">{t.found(found.length)}</small>
    </>
  );
}

function Line({ line }: { line: DocumentLine }) {
  const t = useWords(words);
  const language = useLanguage();
  const who = [line.author && shortName(line.author.name), line.author?.post && plainPost(line.author.post)].filter(Boolean).join(', ');
  return (
    <Go to={myDocumentPath(line.id)} className={css.line}>
      <span className={css.headed}>
        <b>{line.plainKind}</b>
        {line.fresh ? <Chip tone="accent">{t.newMark}</Chip> : null}
        {line.status === 'superseded' ? <Chip>{t.replaced}</Chip> : line.corrected ? <Chip tone="done">{t.corrected}</Chip> : null}
      </span>
      <span>{who || line.title}</span>
      <small>{[formatMoment(line.date, { language }), line.clinic?.name].filter(Boolean).join(' · ')}</small>
    </Go>
  );
}
