import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Problem } from '../../kernel/problem.ts';
import { Button, Notice, Skeleton, formatDate, formatMoment, useLanguage, useWords } from '../../ui/index.ts';
import type { DocumentView, SignatureView, VerifyAnswer } from './contract.ts';
import { documentApi } from './paths.ts';
import { documentWords } from './words.ts';
import css from './parts.module.css';

/**
 * The document as a sheet of paper. The page that the server rendered runs nothing and loads nothing: its own policy and the sandbox see to it.
 * It shares our origin only so that its height can be read: a sheet is scrolled with the page, not inside of it.
 */
export function DocumentSheet({ document: id }: { document: string }) {
  const t = useWords(documentWords);
  const language = useLanguage();
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<'coming' | 'shown' | 'refused'>('coming');
  const [height, setHeight] = useState(600);
  const watch = useRef<ResizeObserver>(undefined);
  useEffect(() => () => watch.current?.disconnect(), []);
  const measure = () => {
    const sheet = frame.current?.contentDocument?.querySelector('.sheet');
    watch.current?.disconnect();
    setState(sheet ? 'shown' : 'refused');
    if (!sheet) return;
    watch.current = new ResizeObserver(() => setHeight(Math.ceil(sheet.getBoundingClientRect().height)));
    watch.current.observe(sheet);
  };
  if (state === 'refused') return <Notice tone="attention" title={t.loadFailed} actions={<Button small onClick={() => setState('coming')}>{t.again}</Button>}>{t.loadFailedText}</Notice>;
  return (
    <div className={css.paper}>
      {state === 'coming' ? <div className={css.wait}><Skeleton lines={10} /></div> : null}
      <iframe
        ref={frame}
        className={css.frame}
        title={t.sheet}
        sandbox="allow-same-origin allow-modals"
        src={`/api${documentApi(id)}/sheet?frame=yes&language=${language}`}
        style={{ height: state === 'shown' ? height : 0 }}
        onLoad={measure}
      />
    </div>
  );
}

/** The pages of a copy of paper, as they were scanned. */
export function PaperPages({ pages }: { pages: DocumentView['pages'] }) {
  const t = useWords(documentWords);
  return (
    <div className={css.pages}>
      {pages.map(({ url, mediaType, title }, index) => (
        <figure key={url} className={css.paper}>
          {mediaType.startsWith('image/') ? <img src={url} alt={title || t.page(index + 1)} /> : <a href={url} download>{title || t.page(index + 1)}</a>}
        </figure>
      ))}
    </div>
  );
}

type Verdict = SignatureView['verdict'];

/** What a verdict over a whole document says, in words and a sign. */
export function VerdictHead({ verdict, children }: { verdict: Verdict; children?: ReactNode }) {
  const t = useWords(documentWords);
  const [Icon, title, text] = ({
    valid: [IconCircleCheck, t.allValid, t.allValidText],
    undetermined: [IconAlertTriangle, t.allUndetermined, t.allUndeterminedText],
    invalid: [IconCircleX, t.allInvalid, t.allInvalidText],
  } as const)[verdict];
  return (
    <div className={css.verdict} data-verdict={verdict} role={verdict === 'invalid' ? 'alert' : 'status'}>
      <Icon size={28} stroke={1.8} aria-hidden="true" />
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
        {children}
      </div>
    </div>
  );
}

type Judged = Pick<SignatureView, 'verdict' | 'who' | 'signedAt' | 'certificate' | 'digest' | 'algorithm' | 'findings'>;

/** A signature of an upload as the cards below show it. */
export function asJudged(signature: VerifyAnswer[number]['signatures'][number]): Judged {
  const { verdict, signer, signedAt, certificate, digest, algorithm, findings } = signature;
  return { verdict, who: signer?.text ?? '', signedAt, certificate, digest, algorithm, findings };
}

const groups = {
  okHash: ['wrong-hash'],
  okKey: ['signature-wrong', 'certificate-id-missing', 'certificate-id-mismatch', 'key-usage', 'unsupported-algorithm', 'trailing-bytes', 'not-detached', 'several-signers', 'no-signed-attributes', 'attributes-malformed'],
  okChain: ['untrusted'],
  okTerm: ['certificate-not-yet-valid', 'certificate-expired', 'expired-since', 'time-in-future', 'no-signing-time'],
  okRevoked: ['certificate-revoked', 'revoked-since', 'revocation-not-checked'],
} as const;

/** Who signed, when, with which certificate, over which hash, and what was checked: each check in a sentence with its sign. */
export function SignatureCard({ signature, title, open = false }: { signature: Judged; title: string; open?: boolean }) {
  const t = useWords(documentWords);
  const language = useLanguage();
  const { verdict, who, signedAt, certificate, digest, algorithm, findings } = signature;
  const codes = new Set<string>(findings.map((each) => each.code));
  // where nothing could be read, no check has passed
  const passed = certificate ? (Object.keys(groups) as (keyof typeof groups)[]).filter((key) => !groups[key].some((code) => codes.has(code))) : [];
  return (
    <section className={css.card} data-verdict={verdict} aria-label={title}>
      <div className={css.cardHead}>
        <h3>{title}</h3>
        <VerdictMark verdict={verdict} />
      </div>
      <p className={css.signer}>{who || '—'}</p>
      {signedAt ? <p className={css.when}>{formatDate(signedAt, { language })}, {formatMoment(signedAt, { language }).replace(/^.*(?:,| в| at)\s/u, '')} <small>({t.unproven})</small></p> : null}
      <ul className={css.checks} aria-label={t.checks}>
        {findings.filter((each) => each.severity !== 'note').map((each) => <li key={each.code} data-sign={each.severity}><Sign of={each.severity} /><span>{each[language]}</span></li>)}
        {passed.map((key) => <li key={key} data-sign="ok"><Sign of="ok" /><span>{t[key]}</span></li>)}
        {findings.filter((each) => each.severity === 'note').map((each) => <li key={each.code} data-sign="note"><Sign of="note" /><span>{each[language]}</span></li>)}
      </ul>
      {certificate ? (
        <details className={css.details} open={open}>
          <summary>{t.details}</summary>
          <dl>
            <Row name={t.certificate} code>{certificate.serial.toUpperCase()}</Row>
            <Row name={t.issuer}>{certificate.issuerText}</Row>
            <Row name={t.term}>{formatDate(certificate.notBefore, { language })} — {formatDate(certificate.notAfter, { language })}</Row>
            {digest ? <Row name={`${t.overHash} ${digest.algorithm}`} code>{digest.hex}</Row> : null}
            {algorithm ? <Row name={t.algorithm}>{algorithm}</Row> : null}
            <Row name={t.fingerprint} code>{certificate.fingerprint}</Row>
          </dl>
        </details>
      ) : null}
    </section>
  );
}

function Row({ name, children, code }: { name: string; children: ReactNode; code?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-code={code || undefined}>{children}</dd>
    </div>
  );
}

function Sign({ of }: { of: 'ok' | 'invalid' | 'undetermined' | 'note' }) {
  const Icon = { ok: IconCircleCheck, invalid: IconCircleX, undetermined: IconAlertTriangle, note: IconInfoCircle }[of];
  return <Icon size={18} stroke={1.8} aria-hidden="true" />;
}

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const t = useWords(documentWords);
  return (
    <span className={css.mark} data-verdict={verdict}>
      <Sign of={verdict === 'valid' ? 'ok' : verdict} />
      {t[verdict]}
    </span>
  );
}

/** Prints a sheet through a frame that is never seen; answers when the browser's own dialog was opened. */
export async function printSheet(path: string): Promise<void> {
  const frame = document.createElement('iframe');
  // printing asks the browser for its dialog, which a sandbox calls a modal; scripts stay forbidden
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.setAttribute('aria-hidden', 'true');
  Object.assign(frame.style, { position: 'fixed', width: '210mm', height: '297mm', left: '-300mm', top: '0', border: '0' });
  await new Promise<void>((resolve) => {
    frame.onload = () => resolve();
    frame.src = path;
    document.body.append(frame);
  });
  if (!frame.contentDocument?.querySelector('.sheet')) {
    frame.remove();
    throw new Problem('ui.fault');
  }
  frame.contentWindow?.print();
  setTimeout(() => frame.remove(), 60_000);
}
