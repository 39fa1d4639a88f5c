import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, Face, PageBody, Part, RefusalNotice, TextField, api, formatAge, formatDate, useAct, useHotkey, useLanguage, usePageTitle, useWords } from '../../../ui/index.ts';
import type { ClosedCard } from '../contract.ts';
import { chartWords } from '../words.ts';
import css from './card.module.css';

/** The person exists, the record is closed: how access is gained, and emergency access by one key. */
export function ClosedRecord({ card, onOpened }: { card: ClosedCard; onOpened: () => void }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const { person } = card;
  usePageTitle(person.shortName);
  const [own, setOwn] = useState('');
  const glass = useAct((reason: string, call) => api.post(`/chart/${person.id}/break-glass`, { reason }, call), { onDone: onOpened, renews: [`/chart/${person.id}`] });
  const reasons = [t.reason1, t.reason2, t.reason3, t.reason4];
  const tell = (reason: string) => glass.run(reason);
  useHotkey('1', () => tell(reasons[0]!), { text: `${t.emergency}: ${t.reason1}` });
  useHotkey('2', () => tell(reasons[1]!), { text: `${t.emergency}: ${t.reason2}` });
  useHotkey('3', () => tell(reasons[2]!), { text: `${t.emergency}: ${t.reason3}` });
  useHotkey('4', () => tell(reasons[3]!), { text: `${t.emergency}: ${t.reason4}` });
  return (
    <PageBody kind="reading">
      <div className={css.person}>
        <Face name={person.name} size={48} />
        <div>
          <h1>{person.name}</h1>
          <small>{[formatAge(person.birthDate, { language }), formatDate(person.birthDate, { language })].filter(Boolean).join(' · ')}</small>
        </div>
      </div>
      <div className={css.closed}>
        <IconLock size={20} stroke={1.8} aria-hidden="true" />
        <div>
          <h2>{t.closed}</h2>
          <p>{t.closedText}</p>
          <ul className={css.ways}>{card.ways.map((way) => <li key={way}>{way}</li>)}</ul>
        </div>
      </div>
      <Part title={t.emergency}>
        <p>{t.emergencyText}</p>
        <div className={css.reasons}>
          {reasons.map((reason, at) => (
            <button key={reason} type="button" disabled={glass.busy} onClick={() => tell(reason)}><kbd>{at + 1}</kbd><span>{reason}</span></button>
          ))}
        </div>
        <div className={css.own}>
          <TextField label={t.ownReason} value={own} onChange={setOwn} hint={t.ownReasonHint} onEnter={() => own.trim().length >= 5 && tell(own.trim())} />
          <Button busy={glass.busy} reason={own.trim().length < 5 ? t.noGlass : undefined} onClick={() => tell(own.trim())}>{t.openGlass}</Button>
        </div>
        {glass.refusal ? <RefusalNotice error={glass.refusal} /> : null}
      </Part>
    </PageBody>
  );
}
