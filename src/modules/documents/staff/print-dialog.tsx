import { useState } from 'react';
import { Button, Dialog, RefusalNotice, TextField, api, toast, useAct, useLanguage, useText, useWords } from '../../../ui/index.ts';
import { printSheet } from '../parts.tsx';
import { documentApi } from '../paths.ts';
import css from './document-page.module.css';
import { printReasons } from './print-reasons.ts';
import { words } from './words.ts';

/** Asks why paper is needed, then prints the marked copy. */
export function PrintDialog({ document, onClose, onDone }: { document: string; onClose: () => void; onDone: () => void }) {
  const t = useWords(words);
  const text = useText();
  const language = useLanguage();
  const [reason, setReason] = useState('');
  const printing = useAct<void, void>(
    async (_, options) => {
      const { print } = await api.post<{ print: string }>(`${documentApi(document)}/prints`, { reason: reason.trim() }, options);
      await printSheet(`/api${documentApi(document)}/sheet?print=${encodeURIComponent(print)}&language=${language}`);
    },
    {
      onDone: () => {
        toast(t.printDone);
        onDone();
        onClose();
      },
    },
  );
  return (
    <Dialog open onClose={onClose} title={t.printTitle}>
      <div className={css.dialog}>
        <p>{t.printLead}</p>
        <div className={css.choices} role="group" aria-label={t.printWhy}>
          {printReasons.map((each) => <button key={each.en} type="button" aria-pressed={reason === text(each)} onClick={() => setReason(text(each))}>{text(each)}</button>)}
        </div>
        <TextField label={t.printOwn} value={reason} onChange={setReason} onEnter={() => reason.trim().length >= 3 && printing.run()} autoFocus />
        {printing.refusal ? <RefusalNotice error={printing.refusal} title={t.printNot} /> : null}
        <div className={css.row}>
          <Button kind="main" reason={reason.trim().length < 3 ? t.printNeed : undefined} busy={printing.busy} onClick={() => printing.run()}>{t.printAct}</Button>
        </div>
      </div>
    </Dialog>
  );
}
