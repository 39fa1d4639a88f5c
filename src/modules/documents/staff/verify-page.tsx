import { IconCertificate, IconFileText, IconFileZip } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, FileDrop, Notice, RefusalNotice, api, toast, useAct, useLanguage, useWords } from '../../../ui/index.ts';
import { largestUpload, type VerifyAnswer } from '../contract.ts';
import { SignatureCard, VerdictHead, asJudged } from '../parts.tsx';
import { documentWords } from '../words.ts';
import css from './verify-page.module.css';
import { words } from './words.ts';

const line = 'openssl cms -verify -binary -inform DER -in signatures/1-doctor.p7s -content original.json -CAfile certificates/root.pem -purpose any -out checked.json';

/** The public page: anybody verifies a document, with nobody's permission. */
export function VerifyPage() {
  const t = useWords(words);
  const [document, setDocument] = useState<File>();
  const [signatures, setSignatures] = useState<readonly File[]>([]);
  const [tooLarge, setTooLarge] = useState(false);
  const verifying = useAct<readonly File[], VerifyAnswer>(async (files, options) => verifyFiles(files, options), { onDone: setAnswer });
  const [answer, setAnswered] = useState<VerifyAnswer>();
  function setAnswer(found: VerifyAnswer) {
    setAnswered(found);
    scrollTo({ top: 0 });
  }
  const check = (files: readonly File[]) => {
    const large = files.reduce((sum, file) => sum + file.size, 0) > largestUpload;
    setTooLarge(large);
    if (!large && files.length > 0) verifying.run(files);
  };
  const again = () => {
    setAnswered(undefined);
    setDocument(undefined);
    setSignatures([]);
    verifying.forget();
  };
  const missing = !document || signatures.length === 0 ? t.verifyNeed : undefined;
  return (
    <div className={css.page}>
      <h1>{t.verifyTitle}</h1>
      {answer ? <Answer answer={answer} onAgain={again} /> : (
        <>
          <p className={css.lead}>{t.verifyLead}</p>
          {tooLarge ? <Notice tone="danger" title={t.verifyNot}>{t.tooLarge}</Notice> : null}
          {verifying.refusal ? <RefusalNotice error={verifying.refusal} title={t.verifyNot} /> : null}
          <FileDrop icon={IconFileZip} title={t.dropZip} hint={verifying.busy ? t.checking : t.dropZipHint} accept=".zip,application/zip" onFiles={check} large />
          <p className={css.or}><span>{t.or}</span></p>
          <div className={css.pair}>
            <FileDrop icon={IconFileText} title={t.dropDocument} hint={document?.name ?? t.dropDocumentHint} done={document !== undefined} onFiles={([file]) => setDocument(file)} />
            <FileDrop icon={IconCertificate} title={t.dropSignature} hint={signatures.map((file) => file.name).join(', ') || t.dropSignatureHint} done={signatures.length > 0} accept=".p7s,.sig,.sgn" multiple onFiles={setSignatures} />
          </div>
          <div><Button kind="main" reason={missing} busy={verifying.busy} onClick={() => document && check([document, ...signatures])}>{t.verifyAct}</Button></div>
        </>
      )}
      <HowTo />
    </div>
  );
}

async function verifyFiles(files: readonly File[], options: { idempotencyKey: string }): Promise<VerifyAnswer> {
  const [first] = files;
  if (files.length === 1 && first && /\.zip$/i.test(first.name)) return api.post<VerifyAnswer>('/verify', new Blob([first], { type: 'application/octet-stream' }), { ...options, headers: { 'Content-Type': 'application/octet-stream' }, seconds: 60 });
  const given = await Promise.all(files.map(async (file) => ({ name: file.name, base64: base64Of(new Uint8Array(await file.arrayBuffer())) })));
  return api.post<VerifyAnswer>('/verify', { files: given }, { ...options, seconds: 60 });
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

function Answer({ answer, onAgain }: { answer: VerifyAnswer; onAgain: () => void }) {
  const t = useWords(words);
  const d = useWords(documentWords);
  const language = useLanguage();
  return (
    <div className={css.answer}>
      {answer.map((each) => (
        <section key={each.document} className={css.one}>
          <VerdictHead verdict={each.verdict} />
          <dl className={css.facts}>
            <div><dt>{t.file}</dt><dd>{each.document}</dd></div>
            <div><dt>{d.documentHash}</dt><dd data-code>{each.documentSha256}</dd></div>
          </dl>
          {each.findings.map((finding) => <Notice key={finding.code} tone="danger">{finding[language]}</Notice>)}
          <div className={css.pair}>
            {each.signatures.map((signature, index) => <SignatureCard key={each.signatureFiles[index]} signature={asJudged(signature)} title={`${d.signature(index + 1)}: ${each.signatureFiles[index]!.replace(/^.*\//, '')}`} open />)}
          </div>
        </section>
      ))}
      <div><Button onClick={onAgain}>{t.another}</Button></div>
    </div>
  );
}

function HowTo() {
  const t = useWords(words);
  const copy = () => void navigator.clipboard.writeText(line).then(() => toast(t.copied));
  return (
    <div className={css.how}>
      <section>
        <h2>{t.howTitle}</h2>
        <p>{t.howText}</p>
        <pre tabIndex={0}><code>{line.split(/ (?=-)/).map((part) => <span key={part}>{part} </span>)}</code></pre>
        {globalThis.isSecureContext ? <div><Button small onClick={copy}>{t.copy}</Button></div> : null}
        <p>{t.howAnswer}</p>
      </section>
      <section>
        <h2>{t.wrongTitle}</h2>
        <ul>
          <li>{t.wrong1}</li>
          <li>{t.wrong2}</li>
          <li>{t.wrong3}</li>
        </ul>
      </section>
      <section>
        <h2>{t.timeTitle}</h2>
        <p>{t.timeText}</p>
      </section>
    </div>
  );
}
