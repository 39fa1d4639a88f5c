import { IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, Chip, Empty, RefusalNotice, formatAge, formatTyped, parseDate, useGo, useHotkey, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { FoundPerson } from '../../patients/contract.ts';
import { findByText, handOver, scannedPolicy, type Draft } from '../../patients/parts.tsx';
import { newCardPath, titlePagePath } from '../../patients/paths.ts';
import css from './registry.module.css';
import { words } from './words.ts';

/** The one search field of the desk: arrows move, Enter opens; nobody found, Enter begins a new card with what was typed. */
export function FindField() {
  const t = useWords(words);
  const language = useLanguage();
  const go = useGo();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const wanted = useSettled(typed.trim(), 110);
  const asked = wanted.length >= 2;
  const found = useRead<FoundPerson[]>(`/patients/find#${wanted}`, { when: asked, keepLast: true, types: ['Patient'], read: (signal) => findByText(wanted, signal) });
  const list = asked ? (found.data ?? []) : [];
  const settled = asked && !found.isFetching && wanted === typed.trim();
  useHotkey('/', () => field.current?.focus(), { text: t.find });
  const openNew = () => {
    handOver(draftFromText(typed), scannedPolicy(typed) !== undefined);
    go(newCardPath);
  };
  const openChosen = () => {
    const chosen = list[Math.min(at, list.length - 1)];
    if (chosen) go(titlePagePath(chosen.id));
    else openNew();
  };
  // Enter that came before the answer (a slow scanner, a fast hand) waits for it.
  const [entered, setEntered] = useState(false);
  const latest = useRef(openChosen);
  useEffect(() => {
    latest.current = openChosen;
  });
  const answered = settled && !found.error;
  useEffect(() => {
    if (!entered || !answered) return;
    setEntered(false);
    latest.current();
  }, [entered, answered]);
  const onKeys = (event: KeyboardEvent) => {
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && list.length > 0) {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length);
    } else if (event.key === 'Enter' && typed.trim().length >= 2) {
      event.preventDefault();
      setEntered(true);
    } else if (event.key === 'Escape' && typed) {
      event.stopPropagation();
      setTyped('');
    }
  };
  return (
    <div className={css.stack}>
      <div className={css.search}>
        <label htmlFor={id}>{t.find}</label>
        <div className={css.searchField}>
          <IconSearch size={20} stroke={1.6} aria-hidden="true" />
          <input
            ref={field} id={id} value={typed} autoFocus autoComplete="off" spellCheck={false} placeholder={t.findExample} role="combobox" aria-expanded={list.length > 0} aria-controls={`${id}-list`}
            aria-activedescendant={list.length > 0 ? `${id}-${at}` : undefined} aria-describedby={`${id}-hint`}
            onChange={(event) => { setTyped(event.target.value); setAt(0); setEntered(false); }} onKeyDown={onKeys}
          />
        </div>
        <small id={`${id}-hint`}>{t.findHint}</small>
      </div>
      {found.error ? <RefusalNotice error={found.error} onAgain={() => void found.refetch()} /> : null}
      {list.length > 0 ? (
        <>
          <small role="status">{list.length === 20 ? t.foundTop : t.found(list.length)}</small>
          <div className={css.results} role="listbox" id={`${id}-list`} aria-label={t.find}>
            {list.map((person, index) => (
              <div key={person.id} id={`${id}-${index}`} className={css.result} role="option" aria-selected={index === Math.min(at, list.length - 1)} onMouseMove={() => setAt(index)} onClick={() => go(titlePagePath(person.id))}>
                <b>{person.name}</b>
                <small>{[person.birthDate ? `${formatTyped(person.birthDate)}, ${formatAge(person.birthDate, { language })}` : '', person.card ? t.card(person.card) : '', person.clinic, person.district ? t.district(person.district) : ''].filter(Boolean).join(' · ')}</small>
                {person.address ? <small>{person.address}</small> : null}
                {person.through !== undefined || person.matched.includes('name-near') ? <span><Chip tone="attention">{person.through === undefined ? t.near : t.through(person.through)}</Chip></span> : null}
              </div>
            ))}
          </div>
        </>
      ) : null}
      {asked && settled && list.length === 0 && !found.error ? (
        <div className={css.results}><Empty title={t.nobody} action={<Button keys="↵" onClick={openNew}>{t.openNewCard}</Button>}>{t.nobodyHint}</Empty></div>
      ) : null}
      {asked ? null : <small>{t.startHint}</small>}
    </div>
  );
}

/** What stood in the field goes into the new card: words are names, a date is the birth date, eleven digits are СНИЛС, sixteen the policy. */
export function draftFromText(text: string): Partial<Draft> {
  const draft: Partial<Draft> = {};
  const rest = text.replace(/\+?\d[\d()\s./-]*\d/g, (number) => {
    const digits = number.replace(/\D/g, '');
    const date = parseDate(number.trim());
    if (digits.length === 16) draft.policyNumber = digits;
    else if (date?.length === 10) draft.birthDate = date;
    else if (digits.length === 11 && !/^[78]9/.test(digits)) draft.snils = digits;
    else if (digits.length >= 10) draft.phones = [{ number: `+7${digits.slice(-10)}`, kind: 'mobile' }];
    return ' ';
  });
  const names = rest.split(/[^\p{L}-]+/u).filter(Boolean).map((name) => name[0]!.toUpperCase() + name.slice(1));
  return { ...draft, ...(names[0] ? { family: names[0] } : {}), ...(names[1] ? { given: names[1] } : {}), ...(names[2] ? { patronymic: names.slice(2).join(' ') } : {}) };
}

/** The value once it has stood still. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
