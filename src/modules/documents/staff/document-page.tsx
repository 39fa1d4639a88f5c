import { Menu } from '@mantine/core';
import { IconDownload, IconEye, IconEyeOff, IconPencil, IconPrinter, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import {
  Button, Chip, Go, Loaded, Notice, PageBody, PageHead, Part, RefusalNotice, Sheet, Skeleton, api, confirm, formatAge, formatDate, formatMoment, shortName, toast, useAct, useGo, useLanguage, usePageParams, useRead, useWords,
} from '../../../ui/index.ts';
import { visitPath } from '../../visits/paths.ts';
import type { DocumentView, Refused } from '../contract.ts';
import { DocumentSheet, PaperPages, SignatureCard, VerdictHead } from '../parts.tsx';
import { documentApi, documentPath, patientCardPath } from '../paths.ts';
import { documentWords } from '../words.ts';
import { DelayDialog } from './delay-dialog.tsx';
import { PrintDialog } from './print-dialog.tsx';
import css from './document-page.module.css';
import { words } from './words.ts';

/** The document: its sheet, and beside it its way, what its signatures are worth, its versions, and who has read it. */
export function DocumentPage() {
  const { document } = usePageParams<{ document: string }>();
  const t = useWords(words);
  const read = useRead<DocumentView>(documentApi(document));
  return <Loaded read={read} title={t.refused} skeleton={<PageBody kind="sides"><Skeleton lines={12} /><Skeleton lines={6} /></PageBody>}>{(view) => <Opened view={view} renew={() => void read.refetch()} />}</Loaded>;
}

function Opened({ view, renew }: { view: DocumentView; renew: () => void }) {
  const t = useWords(words);
  const d = useWords(documentWords);
  const language = useLanguage();
  const go = useGo();
  const [checked, setChecked] = useState<Date>();
  const [asking, setAsking] = useState<'delay' | 'print'>();
  const correction = useAct<void, { encounter: string }>(async (_, options) => api.post(`/visits/corrections/${encodeURIComponent(view.id)}`, {}, options), { onDone: ({ encounter }) => go(visitPath(encounter)) });
  const notCorrect = useReason(view.may.correct, 'author');
  const newest = view.versions[0];
  return (
    <PageBody kind="sides">
      <div className={css.main}>
        <div className={css.head}>
          <PageHead title={view.title} note={[formatDate(view.date, { language }), view.author && shortName(view.author.name), view.clinic?.name].filter(Boolean).join(' · ')} />
          <p className={css.patient}>
            <Go to={patientCardPath(view.patient.id)}>{view.patient.name}</Go>
            <small>{formatAge(view.patient.birthDate, { language })}</small>
            {view.status === 'superseded' ? <Chip tone="danger">{t.superseded}</Chip> : null}
            {view.paper ? <Chip>{t.paper}</Chip> : null}
            {view.delayed ? <Chip tone="attention" icon={<IconEyeOff size={14} aria-hidden="true" />}>{t.delayed}</Chip> : null}
          </p>
        </div>
        {view.status === 'superseded' && newest && newest.id !== view.id ? <Notice tone="attention" title={t.superseded} actions={<Go to={documentPath(newest.id)}>{t.openNewest}</Go>}>{t.supersededText}</Notice> : null}
        {view.paper ? <><Notice title={t.paper}>{t.paperText}</Notice><PaperPages pages={view.pages} /></> : <DocumentSheet document={view.id} />}
      </div>
      <aside className={css.side} aria-label={t.way}>
        {view.paper ? null : (
          <div className={css.acts}>
            <Button kind="main" icon={<IconShieldCheck size={18} stroke={1.7} aria-hidden="true" />} onClick={() => { renew(); setChecked(new Date()); }}>{d.verify}</Button>
            <Downloads view={view} />
            <Button icon={<IconPrinter size={18} stroke={1.7} aria-hidden="true" />} onClick={() => setAsking('print')}>{t.print}</Button>
            <Button icon={<IconPencil size={18} stroke={1.7} aria-hidden="true" />} reason={notCorrect} busy={correction.busy} onClick={() => correction.run()}>{t.correct}</Button>
          </div>
        )}
        {correction.refusal ? <RefusalNotice error={correction.refusal} title={t.correctNot} /> : null}
        {checked && view.verdict ? (
          <div className={css.stack}>
            <VerdictHead verdict={view.verdict}><small>{d.checkedAt(formatMoment(checked, { language }))}</small></VerdictHead>
            {view.findings.map((each) => <Notice key={each.code} tone="danger">{each[language]}</Notice>)}
            {view.signatures.map((each) => <SignatureCard key={each.ordinal} signature={each} title={each.role === 'doctor' ? d.doctor : d.organisation} />)}
          </div>
        ) : null}
        {view.paper ? null : <Way view={view} />}
        {view.paper ? null : <ForPatient view={view} onDelay={() => setAsking('delay')} renew={renew} />}
        {view.versions.length > 1 ? <Versions view={view} /> : null}
        {view.readers ? <Readers view={view} /> : null}
      </aside>
      {asking === 'delay' ? <DelayDialog view={view} onClose={() => setAsking(undefined)} onDone={renew} /> : null}
      {asking === 'print' ? <PrintDialog document={view.id} onClose={() => setAsking(undefined)} onDone={renew} /> : null}
    </PageBody>
  );
}

/** The sentence for why something may not be done. */
function useReason(refused: Refused | undefined, who: 'author' | 'clinic'): string | undefined {
  const t = useWords(words);
  if (!refused) return undefined;
  if (refused === 'superseded') return t.reasonSuperseded;
  if (refused === 'paper') return t.reasonPaper;
  return who === 'author' ? t.reasonNotAuthor : t.reasonNotOurs;
}

function Downloads({ view }: { view: DocumentView }) {
  const t = useWords(words);
  const api = `/api${documentApi(view.id)}`;
  return (
    <Menu position="bottom-start" width={300}>
      <Menu.Target>
        <Button icon={<IconDownload size={18} stroke={1.7} aria-hidden="true" />}>{t.download}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={`${api}/package`} download>{t.downloadZip}</Menu.Item>
        <Menu.Item component="a" href={`${api}/original`} download>{t.downloadOriginal}</Menu.Item>
        {view.signatures.map((each) => <Menu.Item key={each.ordinal} component="a" href={`${api}/signatures/${each.ordinal}`} download>{t.downloadSignature(each.who)}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Who did what to the document, in order: nothing here is a promise, each line has happened. */
function Way({ view }: { view: DocumentView }) {
  const t = useWords(words);
  const d = useWords(documentWords);
  const language = useLanguage();
  return (
    <Part title={t.way}>
      <ol className={css.way}>
        <li>
          <b>{t.written}</b>
          <span>{view.author?.name ?? '—'}{view.author?.post ? `, ${view.author.post.toLowerCase()}` : ''}</span>
          <small>{formatMoment(view.date, { language })}</small>
        </li>
        {view.signatures.map((each) => (
          <li key={each.ordinal} data-verdict={each.verdict}>
            <b>{each.role === 'doctor' ? t.signedBy : t.sealedBy}</b>
            <span>{each.who}</span>
            <small title={d.unprovenText}>{each.signedAt ? `${formatMoment(each.signedAt, { language })} · ${d.unproven}` : '—'}</small>
          </li>
        ))}
        <li data-last>
          <b>{view.status === 'superseded' ? t.superseded : t.inForce}</b>
          {view.status === 'superseded' ? null : <span>{view.delayed ? t.inForceDelayed : t.inForceText}</span>}
          {view.signatures[0] ? <small>{formatMoment(view.signatures[0].placedAt, { language })}</small> : null}
        </li>
      </ol>
    </Part>
  );
}

function ForPatient({ view, onDelay, renew }: { view: DocumentView; onDelay: () => void; renew: () => void }) {
  const t = useWords(words);
  const language = useLanguage();
  const mayDelay = useReason(view.may.delay, 'clinic');
  const mayRelease = useReason(view.may.release, 'clinic');
  const releasing = useAct(async (_, options) => api.post(`${documentApi(view.id)}/release`, {}, options), { onDone: () => { toast(t.released); renew(); } });
  const opened = view.readers?.find((each) => each.role === 'patient');
  const release = async () => {
    if (await confirm({ title: t.releaseAsk, text: t.releaseText, act: t.releaseAct })) releasing.run();
  };
  if (!view.delay) {
    return (
      <Part title={t.forPatient}>
        <p className={css.sees}>
          <IconEye size={18} stroke={1.7} aria-hidden="true" />
          <span>{t.patientSees}{view.readers ? ` ${opened ? t.patientSeesRead(formatMoment(opened.at, { language })) : `— ${t.patientNotYet}`}` : ''}</span>
        </p>
        <div><Button small reason={mayDelay} onClick={onDelay}>{t.delay}</Button></div>
      </Part>
    );
  }
  return (
    <Part title={t.forPatient}>
      <Sheet kind="pad" tone="attention">
        <div className={css.delay}>
          <b><IconEyeOff size={18} stroke={1.7} aria-hidden="true" />{t.delayed}</b>
          <span>{view.delay.until ? t.delayedUntil(formatDate(view.delay.until, { language })) : t.delayedByKind}</span>
          {view.delay.by ? <span>{t.delayedBy(shortName(view.delay.by), view.delay.since ? formatMoment(view.delay.since, { language }) : '')}</span> : null}
          <span>{t.delayReason}: {view.delay.reason}</span>
          <div className={css.row}>
            <Button small kind="main" reason={mayRelease} busy={releasing.busy} onClick={() => void release()}>{t.release}</Button>
            <Button small reason={mayDelay} onClick={onDelay}>{t.change}</Button>
          </div>
          {releasing.refusal ? <RefusalNotice error={releasing.refusal} title={t.releaseNot} /> : null}
        </div>
      </Sheet>
    </Part>
  );
}

function Versions({ view }: { view: DocumentView }) {
  const t = useWords(words);
  const d = useWords(documentWords);
  const language = useLanguage();
  return (
    <Part title={t.versions}>
      <ul className={css.lines}>
        {view.versions.map((each, index) => {
          const name = d.version(view.versions.length - index);
          return (
            <li key={each.id}>
              <span>{each.id === view.id ? <b>{name}</b> : <Go to={documentPath(each.id)}>{name}</Go>} <Chip tone={each.status === 'current' ? 'done' : 'plain'}>{each.status === 'current' ? d.inForce : d.replaced}</Chip></span>
              <small>{formatMoment(each.date, { language })}, {shortName(each.author)}{each.id === view.id ? ` · ${d.thisOne}` : ''}</small>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

const shownReaders = 8;

function Readers({ view }: { view: DocumentView }) {
  const t = useWords(words);
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const readers = view.readers ?? [];
  const acts = { read: t.actRead, package: t.actPackage, original: t.actOriginal, print: t.actPrint };
  return (
    <Part title={t.readers}>
      {readers.length === 0 ? <p>{t.readersNone}</p> : (
        <ul className={css.lines}>
          {(all ? readers : readers.slice(0, shownReaders)).map((each) => (
            <li key={each.key}>
              <span>{shortName(each.name)}{each.own ? ` (${t.you})` : ''} — {acts[each.act]}</span>
              <small>{[formatMoment(each.at, { language }), each.role === 'patient' ? t.patient.toLowerCase() : each.clinic, each.reason && `«${each.reason}»`].filter(Boolean).join(' · ')}</small>
            </li>
          ))}
        </ul>
      )}
      {readers.length > shownReaders && !all ? <div><Button kind="quiet" small onClick={() => setAll(true)}>{t.readersMore(readers.length - shownReaders)}</Button></div> : null}
    </Part>
  );
}
