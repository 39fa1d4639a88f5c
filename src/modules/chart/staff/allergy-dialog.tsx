import { useState } from 'react';
import { Button, ChoiceField, Dialog, Lookup, RefusalNotice, TextField, api, confirm, formatDate, toast, useAct, useHotkey, useLanguage, useWords } from '../../../ui/index.ts';
import type { Allergies, AllergenProposal, AllergyBody } from '../contract.ts';
import { readSince } from '../rules.ts';
import { chartWords } from '../words.ts';
import css from './card.module.css';

/** Allergies of the card: what is recorded, what is added by typing, «none» said outright. */
export function AllergyDialog({ open, onClose, patient, allergies }: { open: boolean; onClose: () => void; patient: string; allergies: Allergies }) {
  const t = useWords(chartWords);
  return (
    <Dialog open={open} onClose={onClose} title={t.allergies} wide>
      {open ? <Form patient={patient} allergies={allergies} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Form({ patient, allergies, onClose }: { patient: string; allergies: Allergies; onClose: () => void }) {
  const t = useWords(chartWords);
  const [chosen, setChosen] = useState<AllergenProposal>();
  const [text, setText] = useState('');
  const [reaction, setReaction] = useState('');
  const [severe, setSevere] = useState<'severe' | 'mild'>();
  const [since, setSince] = useState('');
  const path = `/chart/${patient}`;
  const record = useAct((body: AllergyBody, call) => api.post<Allergies>(`${path}/allergies`, body, call), {
    renews: [path],
    onDone: (_, body) => {
      toast(body.kind === 'none' ? t.savedNone : t.savedAllergy);
      onClose();
    },
  });
  const name = (chosen?.text ?? text).trim();
  const from = since.trim() ? readSince(since, new Date().toISOString().slice(0, 10)) : undefined;
  const wrongSince = since.trim() !== '' && from === undefined;
  const reason = name ? (wrongSince ? t.sinceWrong : undefined) : t.needSubstance;
  const save = () => {
    if (reason) return;
    record.run({ kind: 'known', text: name, severe: severe === 'severe', ...(chosen ? { coding: chosen.coding } : {}), ...(reaction.trim() ? { reaction: reaction.trim() } : {}), ...(from ? { since: from } : {}) });
  };
  useHotkey('ctrl+enter', save, { text: t.saveAllergy, inFields: true });
  return (
    <div className={css.form}>
      {allergies.state === 'known' ? <Known patient={patient} allergies={allergies} /> : null}
      <Lookup<AllergenProposal>
        label={t.substance}
        hint={t.substanceHint}
        value={chosen}
        onChange={setChosen}
        text={text}
        onText={setText}
        search={async (typed, signal) => (await api.post<{ allergens: AllergenProposal[] }>('/chart/lookup/allergens', { text: typed }, { signal })).allergens}
        autoFocus
      />
      <TextField label={t.reaction} hint={t.reactionHint} value={reaction} onChange={setReaction} optional />
      <ChoiceField label={t.severity} value={severe} onChange={setSevere} options={[{ value: 'severe', text: t.severe }, { value: 'mild', text: t.mild }]} />
      <TextField label={t.sinceYear} hint={t.sinceYearHint} value={since} onChange={setSince} optional error={wrongSince ? t.sinceWrong : undefined} onEnter={save} />
      {record.refusal ? <RefusalNotice error={record.refusal} /> : null}
      <div className={css.foot}>
        {allergies.state === 'known' ? null : <Button busy={record.busy} onClick={() => record.run({ kind: 'none' })}>{t.sayNone}</Button>}
        <Button kind="main" keys="Ctrl ↵" busy={record.busy} reason={reason} onClick={save}>{t.saveAllergy}</Button>
      </div>
    </div>
  );
}

function Known({ patient, allergies }: { patient: string; allergies: Extract<Allergies, { state: 'known' }> }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const path = `/chart/${patient}`;
  const remove = useAct((id: string, call) => api.remove(`${path}/allergies/${id}`, call), { renews: [path], onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }) });
  const ask = async (id: string) => {
    if (await confirm({ title: t.removeAsk, text: t.removeText, act: t.removeWrong, danger: true })) remove.run(id);
  };
  return (
    <ul className={css.known} aria-label={t.knownNow}>
      {allergies.items.map((item) => (
        <li key={item.id}>
          <span><b>{item.text}</b> <small>{[item.reaction, item.severe ? t.severe.toLowerCase() : '', item.since ? formatDate(item.since, { language }) : '', item.by].filter(Boolean).join(' · ')}</small></span>
          <Button small onClick={() => void ask(item.id)} label={`${t.removeWrong}: ${item.text}`}>{t.removeWrong}</Button>
        </li>
      ))}
    </ul>
  );
}
