import { IconCalendarEvent, IconChevronRight, IconFileText, IconHeartbeat, IconPhone } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { Chip, Go, Loaded, Part, Sheet, Skeleton, formatAge, formatMoment, shortName, spokenName, useLanguage, useOwnPatient, useRead, useWords } from '../../../ui/index.ts';
import type { OwnPatient } from '../../../ui/index.ts';
import type { DocumentLine, NextVisit, StartView } from '../contract.ts';
import { myCardPath, myDocumentPath, myDocumentsPath, myJournalPath, myVisitsPath } from '../paths.ts';
import { JournalEntryText } from './journal-entry.tsx';
import { dialled, plainPost } from './plain-post.ts';
import { NoCard } from './no-card.tsx';
import css from './portal.module.css';
import { WaitingCard } from './waiting-card.tsx';
import { words } from './words.ts';

const types = ['DocumentReference', 'Appointment', 'Encounter', 'DiagnosticReport', 'Observation', 'Patient'];

/** The first screen: what is next for me, what is new, what I can do, who opened my card. */
export function StartPage() {
  const patient = useOwnPatient();
  return patient ? <Start patient={patient} /> : <NoCard />;
}

function Start({ patient }: { patient: OwnPatient }) {
  const t = useWords(words);
  const language = useLanguage();
  const id = patient.reference.replace('Patient/', '');
  const read = useRead<StartView>(`/documents/start?patient=${encodeURIComponent(id)}`, { types, patient: id });
  const given = spokenName(patient.name);
  return (
    <>
      <h1>{patient.relation ? given.split(' ')[0] : given}{patient.birthDate && patient.relation ? `, ${formatAge(patient.birthDate, { language })}` : ''}</h1>
      <Loaded read={read} skeleton={<Skeleton lines={6} height={72} />}>
        {(view) => (
          <>
            <Next next={view.next} />
            <News view={view} />
            <Can view={view} />
            <Sheet kind="pad">
              <div className={css.card}>
                <h2>{t.opened}</h2>
                {view.lastOpened ? <JournalEntryText line={view.lastOpened} /> : <p>{t.openedNone}</p>}
                <p className={css.links}><Go to={myJournalPath}>{t.allOpened}</Go></p>
              </div>
            </Sheet>
          </>
        )}
      </Loaded>
    </>
  );
}

function Next({ next }: { next: NextVisit | undefined }) {
  const t = useWords(words);
  const language = useLanguage();
  if (!next) {
    return (
      <Sheet kind="pad" label={t.next}>
        <div className={css.card}>
          <h2>{t.nextNone}</h2>
          <p>{t.nextNoneText}</p>
        </div>
      </Sheet>
    );
  }
  const when = formatMoment(next.start, { language });
  return (
    <Sheet kind="pad" tone="accent" label={t.next}>
      <div className={css.card}>
        <h2>{when[0]!.toUpperCase() + when.slice(1)} — {plainPost(next.post)}</h2>
        <p>{[next.doctor, next.room].filter(Boolean).join(', ')}</p>
        {next.clinic ? <p>{[next.clinic.name, next.address ?? next.clinic.address].filter(Boolean).join(', ')}</p> : null}
        <p className={css.links}>
          <Go to={myVisitsPath}>{t.allVisits}</Go>
          {next.clinic?.phone ? <a href={`tel:${dialled(next.clinic.phone)}`}>{t.call}: {next.clinic.phone}</a> : null}
        </p>
      </div>
    </Sheet>
  );
}

function News({ view }: { view: StartView }) {
  const t = useWords(words);
  const language = useLanguage();
  const nothing = view.fresh.length + view.results.length + view.waiting.length === 0;
  return (
    <Part title={t.fresh}>
      {nothing ? <Sheet kind="pad"><p>{t.freshNone}</p></Sheet> : null}
      {view.fresh.slice(0, 3).map((document) => <FreshDocument key={document.id} document={document} />)}
      {view.waiting.map((waiting) => <WaitingCard key={waiting.key} waiting={waiting} />)}
      {view.results.slice(0, 2).map((result) => (
        <Sheet kind="pad" key={result.id}>
          <div className={css.card}>
            <div className={css.headed}>
              <h3 className={css.title}>{t.resultReady(result.title)}</h3>
              {result.said ? <Chip tone={result.normal ? 'done' : 'attention'}>{result.normal ? t.normalMark : t.attentionMark}</Chip> : null}
            </div>
            {result.said ? <p>{result.said}</p> : null}
            <p className={css.links}><Go to={myCardPath}>{t.toCard}</Go><small>{formatMoment(result.date.slice(0, 10), { language })}</small></p>
          </div>
        </Sheet>
      ))}
    </Part>
  );
}

function FreshDocument({ document }: { document: DocumentLine }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <Go to={myDocumentPath(document.id)} className={css.open}>
      <span className={css.headed}>
        <b>{document.plainKind}</b>
        <Chip tone="accent">{t.newMark}</Chip>
      </span>
      <span>{[document.author && shortName(document.author.name), document.author?.post && plainPost(document.author.post)].filter(Boolean).join(', ')}</span>
      <small>{[formatMoment(document.date, { language }), document.clinic?.name].filter(Boolean).join(' · ')}</small>
    </Go>
  );
}

function Can({ view }: { view: StartView }) {
  const t = useWords(words);
  return (
    <Part title={t.can}>
      {view.clinic?.phone ? (
        <a className={css.main} href={`tel:${dialled(view.clinic.phone)}`}>
          <IconPhone size={22} stroke={1.7} aria-hidden="true" />
          <span>{t.book}<small>{view.clinic.name} · {view.clinic.phone}</small></span>
        </a>
      ) : null}
      <ul className={css.acts}>
        <Act to={myDocumentsPath} icon={IconFileText} text={t.myDocuments}>{t.myDocumentsText}</Act>
        <Act to={myCardPath} icon={IconHeartbeat} text={t.myCard}>{t.myCardText}</Act>
        <Act to={myVisitsPath} icon={IconCalendarEvent} text={t.myVisits}>{t.myVisitsText}</Act>
      </ul>
    </Part>
  );
}

function Act({ to, icon: Icon, text, children }: { to: string; icon: ComponentType<{ size?: number; stroke?: number }>; text: string; children: ReactNode }) {
  return (
    <li>
      <Go to={to} className={css.act}>
        <Icon size={24} stroke={1.5} />
        <span><b>{text}</b><small>{children}</small></span>
        <IconChevronRight size={20} stroke={1.5} />
      </Go>
    </li>
  );
}
