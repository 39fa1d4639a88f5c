import { IconChevronLeft, IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Chip, Go, Loaded, Notice, Part, Sheet, formatDate, formatMoment, shortName, useLanguage, usePageParams, useRead, useWords } from '../../../ui/index.ts';
import type { DocumentView, PlainWords } from '../contract.ts';
import { DocumentSheet, PaperPages, SignatureCard, VerdictHead } from '../parts.tsx';
import { documentApi, myDocumentPath, myDocumentsPath, verifyPath } from '../paths.ts';
import { documentWords } from '../words.ts';
import { plainPost } from './plain-post.ts';
import css from './portal.module.css';
import { words } from './words.ts';

/** A document for its patient: in plain words first, then as the doctor wrote it. */
export function MyDocumentPage() {
  const { document } = usePageParams<{ document: string }>();
  const t = useWords(words);
  const read = useRead<DocumentView>(documentApi(document));
  return (
    <>
      <p className={css.back}><Go to={myDocumentsPath}><IconChevronLeft size={20} stroke={1.7} aria-hidden="true" />{t.back}</Go></p>
      <Loaded read={read} title={t.notOpened}>{(view) => <Opened view={view} renew={() => void read.refetch()} />}</Loaded>
    </>
  );
}

function Opened({ view, renew }: { view: DocumentView; renew: () => void }) {
  const t = useWords(words);
  const d = useWords(documentWords);
  const language = useLanguage();
  const [checked, setChecked] = useState<Date>();
  const newest = view.versions[0];
  const who = [view.author?.name, view.author?.post && plainPost(view.author.post)].filter(Boolean).join(', ');
  return (
    <>
      <header className={css.card}>
        <h1>{view.plainKind}, {formatDate(view.date, { language })}</h1>
        <p>{who}</p>
        {view.clinic ? <small>{view.clinic.name}</small> : null}
      </header>
      {view.status === 'superseded' && newest && newest.id !== view.id ? <Notice tone="attention" title={t.superseded} actions={<Go to={myDocumentPath(newest.id)}>{t.openNewest}</Go>}>{t.supersededText}</Notice> : null}
      <Plain plain={view.plain} />
      {view.paper ? null : (
        <div className={css.buttons}>
          <a className={css.main} href={`/api${documentApi(view.id)}/package`} download><IconDownload size={22} stroke={1.7} aria-hidden="true" /><span>{d.downloadZip}</span></a>
          <Button wide icon={<IconShieldCheck size={22} stroke={1.7} aria-hidden="true" />} onClick={() => { renew(); setChecked(new Date()); }}>{d.verify}</Button>
        </div>
      )}
      {checked && view.verdict ? (
        <>
          <VerdictHead verdict={view.verdict}><small>{d.checkedAt(formatMoment(checked, { language }))}</small></VerdictHead>
          {view.findings.map((each) => <Notice key={each.code} tone="danger">{each[language]}</Notice>)}
          {view.signatures.map((each) => <SignatureCard key={each.ordinal} signature={each} title={each.role === 'doctor' ? d.doctor : d.organisation} />)}
          <p>{t.otherDevice} <a href={verifyPath}>{t.publicPage}</a></p>
        </>
      ) : null}
      {view.paper ? <PaperPages pages={view.pages} /> : <Part title={t.whole}><DocumentSheet document={view.id} /></Part>}
      {view.versions.length > 1 ? (
        <Part title={t.versions}>
          <ul className={css.list}>
            {view.versions.map((each, index) => (
              <li key={each.id}>
                <Row to={each.id === view.id ? undefined : myDocumentPath(each.id)}>
                  <span className={css.headed}><b>{d.version(view.versions.length - index)}</b><Chip tone={each.status === 'current' ? 'done' : 'plain'}>{each.status === 'current' ? d.inForce : d.replaced}</Chip></span>
                  <small>{formatMoment(each.date, { language })}, {shortName(each.author)}</small>
                </Row>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Readers view={view} />
    </>
  );
}

function Row({ to, children }: { to: string | undefined; children: ReactNode }) {
  return to === undefined ? <div className={css.line}>{children}</div> : <Go to={to} className={css.line}>{children}</Go>;
}

function Readers({ view }: { view: DocumentView }) {
  const t = useWords(words);
  const language = useLanguage();
  const others = view.readers?.filter((each) => !each.own) ?? [];
  if (others.length === 0) return null;
  return (
    <Part title={t.readers}>
      <ul className={css.list}>
        {others.slice(0, 10).map((each) => (
          <li key={each.key} className={css.line}>
            <span>{shortName(each.name)}{each.act === 'print' ? ` — ${t.printed}` : ''}</span>
            <small>{[formatMoment(each.at, { language }), each.clinic, each.reason && `«${each.reason}»`].filter(Boolean).join(' · ')}</small>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Diagnosis, what to take, what to do: three answers, each in its own place. */
function Plain({ plain: { found, take, next } }: { plain: PlainWords }) {
  const t = useWords(words);
  if (found.length + take.length + next.length === 0) return null;
  return (
    <Sheet kind="pad">
      <div className={css.plain}>
        {found.length > 0 ? (
          <section>
            <h2>{t.whatFound}</h2>
            <ul>{found.map((each) => <li key={each.text}><b>{each.text}</b>{each.explained ? <span>{each.explained}</span> : null}</li>)}</ul>
          </section>
        ) : null}
        {take.length > 0 ? (
          <section>
            <h2>{t.whatTake}</h2>
            <ul>{take.map((each) => <li key={each.name + each.how}><b>{each.name}</b>{each.how ? <span>{each.how}</span> : null}</li>)}</ul>
          </section>
        ) : null}
        {next.length > 0 ? (
          <section>
            <h2>{t.whatNext}</h2>
            <ul>{next.map((each) => <li key={each}><span>{each}</span></li>)}</ul>
          </section>
        ) : null}
        {found.some((each) => each.explained) ? <small>{t.plainNote}</small> : null}
      </div>
    </Sheet>
  );
}
