import { useEffect, useState } from 'react';
import type { PersonAnswer } from '../../modules/patients/contract.ts';
import { PatientPicker } from '../../modules/patients/parts.tsx';
import { call } from '../../ui/client.ts';
import { CheckField, ChoiceField } from '../../ui/fields/choice-fields.tsx';
import { EntryLead, EntryPage } from '../../ui/frame/entry-page.tsx';
import { formatDate } from '../../ui/format.ts';
import { usePageTitle } from '../../ui/page-title.ts';
import { Button } from '../../ui/parts/button.tsx';
import { RefusalNotice } from '../../ui/parts/notice.tsx';
import { Sheet } from '../../ui/parts/sheet.tsx';
import { Skeleton } from '../../ui/parts/skeleton.tsx';
import { useRead } from '../../ui/queries.ts';
import { useSession, type Person } from '../../ui/session.ts';
import { useLanguage, useWords } from '../../ui/words.ts';
import css from './consent.module.css';
import { words } from './words.ts';

/** What the server tells of the app's request (`describeConsent`). */
interface Asked {
  app: { name: string; about?: string; site: string };
  lines: readonly { text: string; changes: boolean; optional: boolean }[];
  patient: 'none' | 'settled' | 'choose' | 'find';
  patients: readonly { id: string; name: string; birthDate?: string }[];
  rememberable: boolean;
  remembered: boolean;
}

const here = location.pathname;

/** An app asks, a person answers: what it will be able to do, in whose card, for how long. */
export function Consent({ person }: { person: Person }) {
  const t = useWords(words);
  const { signOut } = useSession();
  const language = useLanguage();
  const { data, error } = useRead<Asked>(`${here}/request ${language}`, { read: (signal) => call<Asked>(`${here}/request`, { signal }) });
  usePageTitle(t.short);
  useEffect(() => {
    // The server goes on by itself with what was allowed before.
    if (data?.remembered) location.reload();
  }, [data?.remembered]);
  return (
    <EntryPage asking>
      {error ? <RefusalNotice error={error} title={t.over} /> : data ? <Question asked={data} /> : <Skeleton lines={6} />}
      <p className={css.small}>{t.signedIn(person.name)}</p>
      <Button kind="quiet" onClick={() => void signOut()}>{t.other}</Button>
    </EntryPage>
  );
}

function Question({ asked }: { asked: Asked }) {
  const t = useWords(words);
  const language = useLanguage();
  const [found, setFound] = useState<PersonAnswer>();
  const [chosen, setChosen] = useState<string>();
  const [remember, setRemember] = useState(false);
  /** Places of the lines that were unticked. */
  const [without, setWithout] = useState<readonly number[]>([]);
  const [busy, setBusy] = useState<'allow' | 'deny'>();
  const [refused, setRefused] = useState<unknown>();
  const patient = asked.patient === 'find' ? found?.id : asked.patient === 'choose' ? chosen : undefined;
  const reason = (asked.patient === 'find' || asked.patient === 'choose') && patient === undefined ? t.needPatient : undefined;
  const own = asked.patients[0];
  const answer = async (allow: boolean) => {
    setBusy(allow ? 'allow' : 'deny');
    setRefused(undefined);
    try {
      const { to } = await call<{ to: string }>(`${here}/answer`, { method: 'POST', body: { allow, ...(allow && patient !== undefined && { patient }), ...(allow && remember && { remember }), ...(allow && without.length > 0 && { without }) } });
      location.assign(to);
    } catch (error) {
      setRefused(error);
      setBusy(undefined);
    }
  };
  return (
    <>
      <h1 className={css.title}>{t.title(asked.app.name)}</h1>
      {asked.app.about === undefined ? null : <EntryLead>{asked.app.about}</EntryLead>}
      <Sheet kind="pad" label={t.may}>
        <p>{t.may}</p>
        <ul className={css.lines}>
          {asked.lines.map(({ text, changes, optional }, place) => (
            <li key={text} data-changes={changes || undefined}>
              {optional ? (
                <CheckField label={text} value={!without.includes(place)} onChange={(kept) => setWithout(kept ? without.filter((one) => one !== place) : [...without, place])} />
              ) : <span className={css.always}>{text}</span>}
            </li>
          ))}
        </ul>
        <p className={css.small}>{t.untick}</p>
      </Sheet>
      {asked.patient === 'settled' && own ? <p>{t.cardOf}: <b>{own.name}</b>{own.birthDate ? `, ${formatDate(own.birthDate, { language })}` : ''}</p> : null}
      {asked.patient === 'choose' ? <ChoiceField label={t.card} value={chosen} onChange={setChosen} options={asked.patients.map(({ id, name }) => ({ value: id, text: name }))} /> : null}
      {asked.patient === 'find' ? <PatientPicker label={t.find} value={found} onChange={setFound} /> : null}
      {asked.rememberable ? <CheckField label={t.remember} value={remember} onChange={setRemember} /> : null}
      {refused === undefined ? null : <RefusalNotice error={refused} title={t.over} />}
      <div className={css.acts}>
        <Button kind="main" wide busy={busy === 'allow'} reason={reason} onClick={() => void answer(true)}>{t.allow}</Button>
        <Button wide busy={busy === 'deny'} onClick={() => void answer(false)}>{t.deny}</Button>
      </div>
      <p className={css.small}>{t.never} {t.goes(asked.app.site)}</p>
    </>
  );
}
