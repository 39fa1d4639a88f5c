import { useRef, useState } from 'react';
import { Button, FileDrop, Part, Progress, RefusalNotice, Sheet, Switcher, TextArea, call, confirm, toast, upload, useAct, useWords } from '../../../ui/index.ts';
import { jobsApi } from '../paths.ts';
import { words } from '../words.ts';
import css from './exchange.module.css';

type From = 'file' | 'addresses';

/** Begins an import: of a file that goes up now, or of files that Karta fetches by their addresses. */
export function NewImport() {
  const t = useWords(words);
  const [from, setFrom] = useState<From>('file');
  return (
    <Part title={t.newImport}>
      <Sheet kind="pad">
        <div className={css.form}>
          <div><Switcher<From> label={t.importFrom} value={from} onChange={setFrom} options={[{ value: 'file', text: t.fromFile }, { value: 'addresses', text: t.fromAddress }]} /></div>
          {from === 'file' ? <FromFile /> : <FromAddresses />}
          <small>{t.importHint}</small>
        </div>
      </Sheet>
    </Part>
  );
}

const background = { Prefer: 'respond-async' };

function FromFile() {
  const t = useWords(words);
  const [sent, setSent] = useState<{ name: string; share: number }>();
  const [stopped, setStopped] = useState(false);
  const stopping = useRef<AbortController>(undefined);
  const send = useAct<File>((file) => {
    stopping.current = new AbortController();
    const packed: Record<string, string> = /\.gz$/i.test(file.name) ? { 'Content-Encoding': 'gzip' } : {};
    return upload('/fhir/R4/$import', file, { headers: { ...background, 'Content-Type': 'application/fhir+ndjson', ...packed }, signal: stopping.current.signal, onProgress: (share) => setSent({ name: file.name, share }) });
  }, { renews: [jobsApi], onDone: () => toast(t.importBegun) });
  const run = async ([file]: readonly File[]) => {
    if (!file || !(await confirm({ title: t.importAsk(file.name), text: t.importAskText, act: t.startImport }))) return;
    setStopped(false);
    setSent({ name: file.name, share: 0 });
    send.ask(file).catch(() => undefined).finally(() => setSent(undefined));
  };
  return (
    <>
      <FileDrop title={t.drop} hint={t.dropHint} accept=".ndjson,.gz,.jsonl,.json" disabled={send.busy} onFiles={(files) => { send.forget(); void run(files); }} />
      {sent ? (
        <>
          <Progress label={t.sendingLabel} share={sent.share}>{t.sending(sent.name, Math.floor(sent.share * 100))}</Progress>
          <div><Button small onClick={() => { setStopped(true); stopping.current?.abort(); }}>{t.stopSending}</Button></div>
        </>
      ) : null}
      {send.refusal && !stopped ? <RefusalNotice error={send.refusal} /> : null}
    </>
  );
}

function FromAddresses() {
  const t = useWords(words);
  const [typed, setTyped] = useState('');
  const input = typed.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => {
    const [, type, url = line] = /^([A-Z][A-Za-z]+)\s+(\S+)$/.exec(line) ?? [];
    return { ...(type && { type }), url };
  });
  const start = useAct((_: void, given) => call('/fhir/R4/$import', { ...given, method: 'POST', headers: background, body: { inputFormat: 'application/fhir+ndjson', input } }), {
    renews: [jobsApi],
    onDone: () => {
      setTyped('');
      toast(t.importBegun);
    },
  });
  const run = async () => {
    if (await confirm({ title: t.importAsk(t.manyAddresses(input.length)), text: t.importAskText, act: t.startImport })) start.run();
  };
  return (
    <>
      <TextArea label={t.addresses} value={typed} onChange={setTyped} hint={t.addressesHint} rows={3} />
      {start.refusal ? <RefusalNotice error={start.refusal} /> : null}
      <div><Button kind="main" busy={start.busy} reason={input.length === 0 ? t.needAddress : undefined} onClick={() => void run()}>{t.startImport}</Button></div>
    </>
  );
}
