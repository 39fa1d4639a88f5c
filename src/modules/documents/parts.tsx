import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { RefusalNotice, Skeleton, call, formatDate, formatMoment, refusalOf, useLanguage, useRead, useWords } from '../../ui/index.ts';
import type { DocumentView, SignatureView, VerifyAnswer } from './contract.ts';
import { documentApi } from './paths.ts';
import { documentWords } from './words.ts';
import css from './parts.module.css';

/** The sheet stands on our page as paper does: no ground of its own; its proportions stay. */
const onOurPage = '<style>html{background:#fff}body{margin:0}.sheet{margin:0;border:0;width:auto;max-width:none}@media (min-width:641px){.sheet{min-height:141.4vw;padding:7vw 7.6vw 6.6vw 9vw}}@media (min-width:820px){.sheet{min-height:297mm;padding:16mm 16mm 14mm 22mm}}</style></head>';

/**
 * The document as a sheet of paper. The page that the server rendered runs nothing: the frame has no scripts, and its own policy loads nothing.
 * It shares our origin only so that its height can be read: a sheet is scrolled with the page, not inside of it.
 */
export function DocumentSheet({ document: id, tall = true }: { document: string; tall?: boolean }) {
  const t = useWords(documentWords);
  const language = useLanguage();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(tall ? 1000 : 600);
  const path = `${documentApi(id)}/sheet`;
  const read = useRead<string>(`${path}?language=${language}`, { types: [], read: async (signal) => (await call<Blob>(`/api${path}`, { signal })).text() });
  const html = useMemo(() => read.data?.replace('</head>', onOurPage), [read.data]);
  const watch = useRef<ResizeObserver>(undefined);
  useEffect(() => () => watch.current?.disconnect(), []);
  const measure = () => {
    const inside = frame.current?.contentDocument?.querySelector('.sheet');
    watch.current?.disconnect();
    if (!inside) return;
    watch.current = new ResizeObserver(() => setHeight(Math.ceil(inside.getBoundingClientRect().height)));
    watch.current.observe(inside);
  };
  if (read.error && !html) return <RefusalNotice error={read.error} title={t.loadFailed} onAgain={() => void read.refetch()} />;
  return (
    <div className={css.paper}>
      {html === undefined ? <div className={css.wait}><Skeleton lines={10} /></div> : <iframe ref={frame} className={css.frame} title={t.sheet} sandbox="allow-same-origin" srcDoc={html} style={{ height }} onLoad={measure} />}
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

/** Prints a page of text through a frame that is never seen; answers when the browser's own dialog was opened. Throws a refusal. */
export async function printSheet(path: string): Promise<void> {
  const html = await (await call<Blob>(path)).text();
  const frame = document.createElement('iframe');
  // printing asks the browser for its dialog, which a sandbox calls a modal; scripts stay forbidden
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.setAttribute('aria-hidden', 'true');
  frame.style.cssText = 'position:fixed;width:210mm;height:297mm;left:-300mm;top:0;border:0';
  await new Promise<void>((resolve, reject) => {
    frame.onload = () => resolve();
    frame.onerror = () => reject(refusalOf(new Error('the sheet was not loaded')));
    frame.srcdoc = html;
    document.body.append(frame);
  });
  frame.contentWindow?.print();
  setTimeout(() => frame.remove(), 60_000);
}
