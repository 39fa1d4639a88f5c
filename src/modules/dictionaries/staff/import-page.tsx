import { useState } from 'react';
import { Button, Chip, Empty, FileDrop, Go, Loaded, Notice, PageBody, PageHead, Part, Progress, RefusalNotice, Sheet, Skeleton, confirm, formatMoment, upload, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { DictionaryLine, ImportedDictionary, ImportLine } from '../contract.ts';
import css from './dictionaries.module.css';
import { dictionariesApi, dictionariesPath, dictionaryPath, importsApi } from '../paths.ts';
import { words } from '../words.ts';
import { firstGap, packChosen, readChosen, type Chosen, type ChosenDictionary } from './pack-files.ts';

/** A dictionary's files come in: what was chosen, how far it is, and what became of it. */
export function ImportPage() {
  const t = useWords(words);
  const [watched, setWatched] = useState(false);
  const imports = useRead<readonly ImportLine[]>(importsApi, { everySeconds: watched ? 1 : 15 });
  const active = imports.data?.find(({ state }) => state === 'active');
  if (active !== undefined && !watched) setWatched(true);
  if (active === undefined && watched && imports.isSuccess && !imports.isFetching) setWatched(false);
  return (
    <PageBody>
      <Go to={dictionariesPath}>← {t.dictionaries}</Go>
      <PageHead title={t.importTitle} note={t.importNote} />
      <div className={css.sides}>
        <Sending active={active} onSent={() => setWatched(true)} />
        <Part title={t.history}>
          <Loaded read={imports} skeleton={<Skeleton lines={4} />}>
            {(lines) => (lines.length === 0 ? <Sheet><Empty title={t.historyNone}>{t.historyNoneText}</Empty></Sheet> : <>{lines.map((line) => <ImportedSheet key={line.id} line={line} />)}</>)}
          </Loaded>
        </Part>
      </div>
    </PageBody>
  );
}

function Sending({ active, onSent }: { active: ImportLine | undefined; onSent: () => void }) {
  const t = useWords(words);
  const known = useRead<readonly DictionaryLine[]>(dictionariesApi, { types: ['CodeSystem'] });
  const [chosen, setChosen] = useState<Chosen>();
  const [sent, setSent] = useState<number>();
  const send = useAct<Chosen, { id: string }>(async (files) => upload('/api/dictionaries/imports', packChosen(files), { headers: { 'Content-Type': 'application/octet-stream' }, onProgress: setSent }), {
    renews: [importsApi],
    onDone: () => {
      setChosen(undefined);
      onSent();
    },
  });
  const there = (one: ChosenDictionary) => known.data?.find(({ oid }) => oid === one.oid);
  const dictionaries = chosen?.dictionaries ?? [];
  const replaced = dictionaries.filter((one) => there(one)?.version === one.version && there(one)?.origin !== 'short');
  const run = async () => {
    if (!chosen) return;
    const list = replaced.map((one) => `${there(one)?.name ?? one.oid} ${one.version}`);
    const text = t.replaceText(list.length > 6 ? `${list.slice(0, 5).join(', ')}…` : list.join(', '));
    if (replaced.length > 0 && !(await confirm({ title: t.replaceAsk(replaced.length), text, act: t.send }))) return;
    setSent(0);
    send.ask(chosen).catch(() => undefined).finally(() => setSent(undefined));
  };
  const reason = dictionaries.length === 0 ? t.needFiles : dictionaries.every(({ passport }) => !passport) ? t.needPassport : undefined;
  return (
    <div className={css.stack}>
      <FileDrop title={t.drop} hint={t.dropHint} accept=".json,.gz,.zip" multiple disabled={send.busy || active !== undefined} onFiles={(files) => { send.forget(); void readChosen(files, chosen).then(setChosen); }} />
      {chosen && chosen.foreign > 0 ? <Notice tone="attention">{t.foreign(chosen.foreign)}</Notice> : null}
      {dictionaries.length > 0 ? (
        <Sheet kind="pad" label={t.chosen}>
          <ul className={css.list}>
            {dictionaries.slice(0, 12).map((one) => <li key={`${one.oid} ${one.version}`}><ChosenLine one={one} there={there(one)} /></li>)}
            {dictionaries.length > 12 ? <li>{t.otherFiles(dictionaries.length - 12)}</li> : null}
          </ul>
        </Sheet>
      ) : null}
      {send.refusal ? <RefusalNotice error={send.refusal} /> : null}
      {sent !== undefined ? <Progress label={t.underWay} share={sent}>{t.sending(Math.floor(sent * 100))}</Progress> : active ? <Progress label={t.underWay} share={active.done / active.total}>{t.reading(active.done, active.total, active.current ?? '')}</Progress> : null}
      {active === undefined ? (
        <div className={css.acts}>
          <Button kind="main" busy={send.busy} reason={reason} onClick={() => void run()}>{dictionaries.length > 1 ? t.sendMany(dictionaries.length) : t.send}</Button>
          {chosen ? <Button onClick={() => setChosen(undefined)}>{t.clear}</Button> : null}
        </div>
      ) : null}
    </div>
  );
}

function ChosenLine({ one, there }: { one: ChosenDictionary; there: DictionaryLine | undefined }) {
  const t = useWords(words);
  const gap = firstGap(one.parts);
  const same = there?.version === one.version && there.origin !== 'short';
  const wrong = one.passport ? (gap === undefined ? undefined : t.partGap(gap)) : t.noPassport;
  return (
    <>
      <b>{there?.name ?? one.oid} {one.version}</b>
      <small>{there ? `${one.oid} · ` : ''}{t.parts(one.parts.length)} · {same ? t.replaces : there && there.origin !== 'short' ? t.after(there.version) : t.fresh}</small>
      {wrong === undefined ? null : <small data-tone="danger">{wrong}</small>}
    </>
  );
}

function ImportedSheet({ line }: { line: ImportLine }) {
  const t = useWords(words);
  const language = useLanguage();
  const count = (outcome: ImportedDictionary['outcome']) => line.results.filter((result) => result.outcome === outcome).length;
  // what was refused stands first: it asks for something to be done
  const order = ['refused', 'imported', 'known'];
  const results = line.results.toReversed().sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  return (
    <Sheet kind="pad">
      <div className={css.head}>
        <b>{line.state === 'active' ? t.reading(line.done, line.total, line.current ?? '') : t.summary(count('imported'), count('known'), count('refused'))}</b>
        <small>{t.byAt(line.by, formatMoment(line.created, { language }))}</small>
      </div>
      {line.state === 'failed' ? <Notice tone="attention">{t.broken}</Notice> : null}
      <ul className={css.list}>
        {results.slice(0, 10).map((result) => <li key={`${result.name} ${result.version}`}><Result result={result} /></li>)}
        {results.length > 10 ? <li><Go to={dictionariesPath}>{t.others(results.length - 10)}</Go></li> : null}
      </ul>
    </Sheet>
  );
}

function Result({ result }: { result: ImportedDictionary }) {
  const t = useWords(words);
  if (result.outcome === 'refused') return <><span><Chip tone="danger">{t.outcomeRefused}</Chip> {result.name}</span><small data-tone="danger" title={result.refusal?.code}>{result.refusal?.text}</small></>;
  const { system = '', version, previous } = result;
  return (
    <>
      <span><Go to={dictionaryPath(system, { version })}>{result.name}</Go> {version}</span>
      <small>
        {result.outcome === 'known' ? t.outcomeKnown : t.outcomeImported(result.rows ?? 0)}
        {previous === undefined ? null : <> · <Go to={dictionaryPath(system, { version, view: 'changes' })}>{t.changes(previous, version ?? '')}</Go></>}
      </small>
    </>
  );
}
