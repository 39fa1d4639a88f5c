import { useEffect, useRef, useState } from 'react';
import { Button, Go, Notice, PageBody, PageHead, RefusalNotice, api, formatAge, formatDate, keycap, toast, useAct, useGo, useHotkey, useLanguage, usePageSearch, useRead, useScanner, useWords } from '../../../ui/index.ts';
import type { CardAnswer, DoubleAnswer, PartialPage, RegisterAnswer } from '../../patients/contract.ts';
import { DoublesAside, TitlePageForm, draftOf, emptyDraft, endHandOver, fillFrom, missingIn, pageOf, takeOver, type Draft } from '../../patients/parts.tsx';
import { titlePagePath } from '../../patients/paths.ts';
import { faultsOf, scannedPolicy } from '../../patients/parts.tsx';
import type { DayAnswer } from '../contract.ts';
import { useSettled } from './find-field.tsx';
import css from './registry.module.css';
import { missingWords, words } from './words.ts';

/** A card at first contact: the whole title page, doubles beside it as one types, the register's answer at the top. */
export function NewCardPage() {
  const t = useWords(words);
  const named = useWords(missingWords);
  const language = useLanguage();
  const go = useGo();
  const [{ mother: motherId }] = usePageSearch<{ mother?: string }>();
  const [taken] = useState(takeOver);
  const [draft, setDraft] = useState<Draft>(() => ({ ...emptyDraft, ...taken.draft }));
  useEffect(endHandOver, []);
  const [others, setOthers] = useState<string[]>([]);
  const mother = useRead<CardAnswer>(`/patients/${motherId}/title-page`, { when: motherId !== undefined });
  const [mothered, setMothered] = useState<string | undefined>();
  // Her card may be renewed while one types: the form takes it over once.
  if (mother.data && mothered !== mother.data.id) {
    setMothered(mother.data.id);
    setDraft(draftOfNewborn(draft, mother.data));
  }
  const day = useRead<DayAnswer>('/registry/day');
  const newborn = motherId !== undefined;
  const page = pageOf(draft);
  const faults = faultsOf(newborn ? { ...page, policy: undefined, given: page.given ?? '—' } : page, new Date().toLocaleDateString('sv-SE'), language);
  const missing = missingIn(page, newborn);
  const doubles = useDoubles(page);
  const hits = useRegister(page, newborn);
  const open = useAct((_: void, call) => api.post<CardAnswer>('/patients', { page, others, ...(motherId ? { newborn: { mother: motherId } } : {}) }, call), {
    renews: ['/patients/find'],
    onDone: (card) => {
      toast(t.opened(card.card ?? ''));
      go(titlePagePath(card.id), { replace: true });
    },
    onRefused: () => void doubles.refetch(),
  });
  const list = (doubles.data ?? []).filter(({ id }) => id !== motherId);
  const undecided = list.filter(({ id, same }) => same || !others.includes(id));
  const reason = missing.length > 0 ? `${t.missing} ${missing.map((field) => named[field]).join(', ')}`
    : faults.length > 0 ? t.mendFirst
      : undecided.some(({ same }) => same) ? t.numberTaken : undecided.length > 0 ? t.decideDoubles : undefined;
  useHotkey('ctrl+enter', () => reason === undefined && open.run(), { text: t.open });
  useScanner((text) => {
    const policy = scannedPolicy(text);
    if (policy) setDraft((last) => ({ ...last, policyKind: 'enp', policyNumber: policy }));
    return policy !== undefined;
  });
  return (
    <PageBody>
      <PageHead title={newborn ? t.newborn : t.newCard} />
      {newborn && mother.data ? <Notice title={t.newbornOf(mother.data.name)}>{t.newbornHint}</Notice> : null}
      {hits.map(({ person, card }) => <RegisterHit key={person.enp} hit={{ person, card }} language={language} onFill={() => setDraft((last) => fillFrom(last, person))} filled={draft.policyNumber === person.enp && draft.family === person.family} focus={taken.scanned} />)}
      <div className={css.form}>
        <TitlePageForm draft={draft} onChange={setDraft} faults={faults} newborn={newborn} doctors={day.data?.doctors.filter(({ district }) => district) ?? []} autoFocus={!taken.scanned} />
        <div className={`${css.stack} ${css.sticky}`}><DoublesAside doubles={list} others={others} onOthers={setOthers} /></div>
      </div>
      {open.refusal ? <RefusalNotice error={open.refusal} title={t.notOpened} /> : null}
      <div className={css.foot}>
        <small role="status">{reason ?? ''}</small>
        <Button kind="main" keys={keycap('ctrl+enter')} busy={open.busy} reason={reason} onClick={() => open.run()}>{t.open}</Button>
      </div>
    </PageBody>
  );
}

function RegisterHit({ hit: { person, card }, language, onFill, filled, focus }: { hit: RegisterAnswer; language: 'ru' | 'en'; onFill: () => void; filled: boolean; focus: boolean }) {
  const t = useWords(words);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focus) button.current?.focus();
  }, [focus]);
  if (filled && !card) return null;
  return (
    <Notice
      tone={card ? 'attention' : 'done'}
      title={`${card ? t.registerCard : t.registerHit}: ${[person.family, person.given, person.patronymic].filter(Boolean).join(' ')}`}
      actions={card ? <Go to={titlePagePath(card.id)}>{t.openIt}</Go> : <Button ref={button} kind="main" small onClick={onFill}>{t.registerFill}</Button>}
    >
      {[`${formatDate(person.birthDate, { language })}, ${formatAge(person.birthDate, { language })}`, person.insurer, [person.city, person.line].filter(Boolean).join(', ')].filter(Boolean).join(' · ')}
    </Notice>
  );
}

/** A newborn begins with the mother's family name, address and phone. */
function draftOfNewborn(last: Draft, mother: CardAnswer): Draft {
  const hers = draftOf(mother.page);
  return { ...last, family: last.family || hers.family, registered: hers.registered, elsewhere: hers.elsewhere, living: hers.living, phones: hers.phones, documentKind: 'birth-certificate', employment: 'child' };
}

function useDoubles(page: PartialPage) {
  const asked = useSettled(JSON.stringify({ ...page, representatives: [] }), 300);
  const said = JSON.parse(asked) as PartialPage;
  const when = Boolean(said.snils || said.policy || said.document || (said.family && (said.birthDate || said.given)));
  return useRead<DoubleAnswer[]>(`/patients/doubles#${asked}`, { when, keepLast: when, read: (signal) => api.post('/patients/doubles', { page: said }, { signal }) });
}

/** Whom the register knows under the policy, the СНИЛС, or the name and the birth date. */
function useRegister(page: PartialPage, newborn: boolean): readonly RegisterAnswer[] {
  const enp = page.policy?.kind === 'enp' ? page.policy.number.replace(/\D/g, '') : '';
  const snils = page.snils?.replace(/\D/g, '') ?? '';
  const query = enp.length === 16 ? { enp } : snils.length === 11 ? { snils } : page.family && page.given && page.birthDate ? { family: page.family, given: page.given, birthDate: page.birthDate } : undefined;
  const asked = useSettled(JSON.stringify(query ?? null), 200);
  const answer = useRead<RegisterAnswer[]>(`/patients/register#${asked}`, { when: asked !== 'null' && !newborn, read: (signal) => api.post('/patients/register', JSON.parse(asked) as object, { signal }) });
  return asked === 'null' ? [] : (answer.data ?? []);
}
