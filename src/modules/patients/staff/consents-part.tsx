import { IconCircleCheck, IconCircleDashed, IconHandStop } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, Chip, DateField, Part, RefusalNotice, SelectField, Skeleton, TextField, api, confirm, formatDay, formatTyped, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import { consentKinds, type ConsentAnswer, type ConsentInput, type ConsentKind, type Representative } from '../contract.ts';
import { consentTexts } from '../rules.ts';
import css from './patients.module.css';
import { words } from './words.ts';

const today = () => new Date().toLocaleDateString('sv-SE');

/** Consents and refusals by kind: what is signed, what is missing, what was withdrawn. */
export function ConsentsPart({ patient, representatives }: { patient: string; representatives: readonly Representative[] }) {
  const t = useWords(words);
  const language = useLanguage();
  const path = `/patients/${patient}/consents`;
  const consents = useRead<ConsentAnswer[]>(path, { types: ['Consent'], patient });
  const [recording, setRecording] = useState<ConsentKind | undefined>();
  const withdraw = useAct((consent: ConsentAnswer, call) => api.post(`${path}/${consent.id}/withdraw`, { date: today() }, call), { renews: [path] });
  const missing = consents.data ? consentKinds.filter((kind) => consentTexts[kind].needed && !consents.data.some((one) => one.kind === kind && one.withdrawn === undefined)) : [];
  const onWithdraw = async (consent: ConsentAnswer) => {
    if (await confirm({ title: `${t.withdraw}?`, text: consent.text, act: t.withdraw, danger: true })) withdraw.run(consent);
  };
  return (
    <Part title={t.consents} end={recording ? undefined : <Button small kind="quiet" onClick={() => setRecording(missing[0] ?? 'treatment')}>{t.record}</Button>}>
      {consents.error ? <RefusalNotice error={consents.error} onAgain={() => void consents.refetch()} /> : null}
      {withdraw.refusal ? <RefusalNotice error={withdraw.refusal} /> : null}
      {recording ? <RecordConsent patient={patient} representatives={representatives} first={recording} onEnd={() => setRecording(undefined)} /> : null}
      {consents.data === undefined ? <Skeleton lines={2} /> : (
        <div className={css.list}>
          {missing.map((kind) => (
            <div key={kind} className={css.item}>
              <div className={css.row}>
                <span>{consentTexts[kind][language]}</span>
                <Chip tone="attention" icon={<IconCircleDashed aria-hidden="true" />}>{t.consentMissing}</Chip>
                {recording ? null : <Button small onClick={() => setRecording(kind)} label={`${t.record}: ${consentTexts[kind][language]}`}>{t.record}</Button>}
              </div>
            </div>
          ))}
          {consents.data.map((consent) => (
            <div key={consent.id} className={css.item}>
              <div className={css.row}>
                <span title={consent.law}>{consent.text}</span>
                {consent.withdrawn !== undefined
                  ? <Chip>{t.withdrawn(consent.withdrawn ? formatDay(consent.withdrawn, { language }) : '')}</Chip>
                  : <Chip tone={consent.refusal ? 'attention' : 'done'} icon={consent.refusal ? <IconHandStop aria-hidden="true" /> : <IconCircleCheck aria-hidden="true" />}>{consent.refusal ? t.refused : t.given_}</Chip>}
              </div>
              <div className={css.row}>
                <small>{[consent.date ? formatTyped(consent.date) : '', consent.by, consent.note].filter(Boolean).join(' · ')}</small>
                {consent.withdrawn === undefined ? <Button small kind="quiet" onClick={() => void onWithdraw(consent)} label={`${t.withdraw}: ${consent.text}`}>{t.withdraw}</Button> : null}
              </div>
            </div>
          ))}
        </div>
      )}
    </Part>
  );
}

function RecordConsent({ patient, representatives, first, onEnd }: { patient: string; representatives: readonly Representative[]; first: ConsentKind; onEnd: () => void }) {
  const t = useWords(words);
  const language = useLanguage();
  const [kind, setKind] = useState<ConsentKind>(first);
  const [date, setDate] = useState<string | undefined>(today());
  const [by, setBy] = useState(representatives.find(({ relation, id }) => id && ['mother', 'father', 'guardian', 'trustee'].includes(relation))?.id ?? '');
  const [note, setNote] = useState('');
  const act = useAct((input: ConsentInput, call) => api.post<ConsentAnswer>(`/patients/${patient}/consents`, input, call), {
    renews: [`/patients/${patient}/consents`],
    onDone: () => {
      toast(t.recorded);
      onEnd();
    },
  });
  return (
    <div className={`${css.list} ${css.item}`} role="group" aria-label={t.recordConsent}>
      {act.refusal ? <RefusalNotice error={act.refusal} /> : null}
      <SelectField label={t.kind} value={kind} options={consentKinds.map((value) => ({ value, text: consentTexts[value][language] }))} onChange={setKind} />
      <DateField label={t.date} value={date} onChange={setDate} />
      {representatives.some(({ id }) => id) ? <SelectField label={t.signedBy} value={by} options={[{ value: '', text: t.self }, ...representatives.flatMap((one) => (one.id ? [{ value: one.id, text: [one.family, one.given, one.patronymic].filter(Boolean).join(' ') }] : []))]} onChange={setBy} /> : null}
      <TextField label={t.note} value={note} onChange={setNote} hint={t.noteHint} optional />
      <div className={css.line}>
        <Button kind="main" busy={act.busy} reason={date?.length === 10 ? undefined : t.date} onClick={() => act.run({ kind, date: date!, ...(by ? { representative: by } : {}), ...(note.trim() ? { note: note.trim() } : {}) })}>{t.record}</Button>
        <Button kind="quiet" onClick={onEnd}>{t.cancel}</Button>
      </div>
    </div>
  );
}
