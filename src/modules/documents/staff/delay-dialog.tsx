import { useState } from 'react';
import { Button, DateField, Dialog, Notice, RefusalNotice, TextArea, api, formatDate, toast, useAct, useLanguage, useWords } from '../../../ui/index.ts';
import type { DocumentView } from '../contract.ts';
import { documentApi } from '../paths.ts';
import { delayFault } from '../rules.ts';
import css from './document-page.module.css';
import { words } from './words.ts';

const week = 7 * 86_400_000;

/** A doctor keeps a document until a talk: till when, and why. */
export function DelayDialog({ view, onClose, onDone }: { view: DocumentView; onClose: () => void; onDone: () => void }) {
  const t = useWords(words);
  const language = useLanguage();
  const [until, setUntil] = useState<string | undefined>(view.delay?.until ?? new Date(Date.now() + week).toISOString().slice(0, 10));
  const [reason, setReason] = useState(view.delay?.by ? view.delay.reason : '');
  const delaying = useAct<void, { until: string }>(async (_, options) => api.post(`${documentApi(view.id)}/delay`, { until, reason }, options), {
    onDone: (answer) => {
      toast(t.delayDone(formatDate(answer.until, { language })));
      onDone();
      onClose();
    },
  });
  const today = new Date().toISOString().slice(0, 10);
  const wrongDay = until === undefined || delayFault(until, today) !== undefined;
  const missing = wrongDay ? t.delayNeedDay : reason.trim().length < 5 ? t.delayNeedWhy : undefined;
  const seen = view.readers?.some((each) => each.role === 'patient');
  return (
    <Dialog open onClose={onClose} title={t.delayTitle}>
      <div className={css.dialog}>
        <p>{t.delayLead}</p>
        {seen ? <Notice tone="attention">{t.delayRead}</Notice> : null}
        <DateField label={t.delayDay} hint={t.delayDayHint} value={until} onChange={setUntil} future />
        <TextArea label={t.delayWhy} hint={t.delayWhyHint} value={reason} onChange={setReason} rows={3} autoFocus />
        {delaying.refusal ? <RefusalNotice error={delaying.refusal} title={t.delayNot} /> : null}
        <div className={css.row}>
          <Button kind="main" reason={missing} busy={delaying.busy} onClick={() => delaying.run()}>{t.delayAct}</Button>
        </div>
      </div>
    </Dialog>
  );
}
