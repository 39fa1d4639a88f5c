import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { formatDay, formatNumber, formatTime, shortName, useLanguage, useWords } from '../../../ui/index.ts';
import type { Result } from '../contract.ts';
import { diastolic, judgeVital, parsePressure, parseVital, systolic, vitalByCode, type Template, type TemplateItem } from '../rules.ts';
import type { DraftDesk, DeskState } from './draft-desk.ts';
import css from './visit.module.css';
import { words } from './words.ts';

interface VitalsProps {
  template: Template;
  desk: DraftDesk;
  state: DeskState;
  me: string;
  age: number | undefined;
  results: readonly Result[];
  /** Enter in any of them: goes on to what follows. */
  onDone: () => void;
}

/** What is measured, in one line: «158/94 72 36,6 81» is typed without leaving the keys, a space goes to the next. */
export function VitalFields({ template, desk, state, me, age, results, onDone }: VitalsProps) {
  const t = useWords(words);
  const language = useLanguage();
  const line = useRef<HTMLDivElement>(null);
  const [told, setTold] = useState<string>();
  const items = [...template.items.values()].filter((item) => item.kind === 'vital');
  const typed = items.filter((item) => !item.calculated);
  const high = typed.find((item) => item.code === systolic);
  const low = typed.find((item) => item.code === diastolic);
  const go = (from: HTMLElement, step: 1 | -1) => {
    const inputs = [...(line.current?.querySelectorAll('input') ?? [])];
    const next = inputs[inputs.indexOf(from as HTMLInputElement) + step];
    if (next) {
      next.focus();
      next.select();
    } else if (step === 1) onDone();
  };
  const lastOf = (code: string | undefined) => results.find((result) => result.code === code)?.values.at(-1);
  const authors = new Map<string, string>();
  for (const item of typed) {
    const field = state.fields.get(item.linkId);
    if (field?.value !== null && field?.author && field.author.reference !== me) authors.set(shortName(field.author.name), formatTime(field.at));
  }
  return (
    <>
      <div className={css.vitals} ref={line} role="group" aria-label={t.vitals}>
        {high && low ? <Pressure key="pressure" high={high} low={low} desk={desk} state={state} age={age} before={[lastOf(systolic), lastOf(diastolic)]} onGo={go} onDone={onDone} onTold={setTold} /> : null}
        {typed.filter((item) => item !== high && item !== low).map((item) => <OneVital key={item.linkId} item={item} desk={desk} state={state} age={age} before={lastOf(item.code)} onGo={go} onDone={onDone} onTold={setTold} />)}
        {items.filter((item) => item.calculated).map((item) => {
          const value = state.fields.get(item.linkId)?.value;
          return typeof value === 'number' ? <span key={item.linkId} className={css.quiet}>{item.label[language]} {formatNumber(value, { language })}{item.unit ? `\u00a0${vitalByCode(item.code)?.unit[language] ?? item.unit.text}` : ''}</span> : null;
        })}
      </div>
      <p className={css.hint}>
        {[...authors].map(([name, time]) => t.measured(name, time)).join('; ')}
        {authors.size > 0 ? ' · ' : ''}
        {[told, t.vitalsHint].filter(Boolean).join(' · ')}
      </p>
    </>
  );
}

interface InputProps {
  desk: DraftDesk;
  state: DeskState;
  age: number | undefined;
  onGo: (from: HTMLElement, step: 1 | -1) => void;
  onDone: () => void;
  /** What is said under the line while the field is in use: its last value. */
  onTold: (said: string | undefined) => void;
}

type Before = { at: string; value: number } | undefined;

function Pressure({ high, low, desk, state, age, before, onGo, onDone, onTold }: InputProps & { high: TemplateItem; low: TemplateItem; before: readonly [Before, Before] }) {
  const t = useWords(words);
  const language = useLanguage();
  const values = [state.fields.get(high.linkId)?.value, state.fields.get(low.linkId)?.value];
  const shown = typeof values[0] === 'number' && typeof values[1] === 'number' ? `${values[0]}/${values[1]}` : typeof values[0] === 'number' ? `${values[0]}/` : '';
  const hot = [high, low].some((item, at) => typeof values[at] === 'number' && judgeVital(vitalByCode(item.code)!, values[at], age) !== undefined);
  const hint = before[0] && before[1] ? `${before[0].value}/${before[1].value}` : undefined;
  return (
    <VitalInput
      id={`answer-${high.linkId}`} wide label={t.pressure} name={`${t.pressure}, ${vitalByCode(systolic)!.unit[language]}`} shown={shown} hot={hot}
      title={hint && before[0] ? t.before(hint, formatDay(before[0].at, { language })) : undefined} unit={undefined}
      // a space stands for the stroke: «158 94» — only behind a whole pressure it goes on
      isWhole={(text) => parsePressure(text) !== undefined}
      onText={(text) => {
        const read = parsePressure(text);
        if (read) {
          desk.type(high.linkId, read.systolic);
          desk.type(low.linkId, read.diastolic);
        } else if (text.trim() === '') {
          desk.type(high.linkId, null);
          desk.type(low.linkId, null);
        }
      }}
      onEnter={() => [high, low].forEach((item) => desk.enter(item.linkId))} onLeave={() => [high, low].forEach((item) => desk.leave(item.linkId))} onGo={onGo} onDone={onDone} onTold={onTold}
    />
  );
}

function OneVital({ item, desk, state, age, before, onGo, onDone, onTold }: InputProps & { item: TemplateItem; before: Before }) {
  const t = useWords(words);
  const language = useLanguage();
  const vital = vitalByCode(item.code)!;
  const value = state.fields.get(item.linkId)?.value;
  const unit = vital.unit[language];
  const hint = before ? formatNumber(before.value, { language }) : undefined;
  return (
    <VitalInput
      id={`answer-${item.linkId}`} label={vital.short[language]} name={`${vital.name[language]}, ${unit}`} shown={typeof value === 'number' ? formatNumber(value, { language }) : ''} unit={unit}
      hot={typeof value === 'number' && judgeVital(vital, value, age) !== undefined} title={before && hint ? t.before(`${hint} ${unit}`, formatDay(before.at, { language })) : undefined}
      isWhole={(text) => parseVital(vital.code, text) !== undefined}
      onText={(text) => {
        const read = parseVital(vital.code, text);
        if (read !== undefined || text.trim() === '') desk.type(item.linkId, read ?? null);
      }}
      onEnter={() => desk.enter(item.linkId)} onLeave={() => desk.leave(item.linkId)} onGo={onGo} onDone={onDone} onTold={onTold}
    />
  );
}

interface VitalInputProps {
  id: string;
  label: string;
  name: string;
  shown: string;
  unit: string | undefined;
  hot: boolean;
  wide?: boolean;
  title: string | undefined;
  isWhole: (text: string) => boolean;
  onText: (text: string) => void;
  onEnter: () => void;
  onLeave: () => void;
  onTold: (said: string | undefined) => void;
  onGo: (from: HTMLElement, step: 1 | -1) => void;
  onDone: () => void;
}

/** Keeps what is typed as it is typed; what means nothing stays, marked, until it is mended. */
function VitalInput({ id, label, name, shown, unit, hot, wide, title, isWhole, onText, onEnter, onLeave, onGo, onDone, onTold }: VitalInputProps) {
  const t = useWords(words);
  const [typed, setTyped] = useState<string>();
  const [used, setUsed] = useState(false);
  const text = typed ?? shown;
  const means = text.trim() === '' || isWhole(text);
  const bad = !used && !means;
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ' ' && (isWhole(text) || text.trim() === '')) {
      event.preventDefault();
      onGo(event.currentTarget, 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onDone();
    } else if (event.key === 'Backspace' && text === '') {
      event.preventDefault();
      onGo(event.currentTarget, -1);
    }
  };
  return (
    <span className={css.vital} title={title}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id} aria-label={name} inputMode="decimal" autoComplete="off" value={text} placeholder="—" data-wide={wide || undefined} data-hot={hot || undefined} aria-invalid={bad || undefined}
        aria-describedby={bad ? `${id}-wrong` : undefined}
        onChange={(event) => {
          setTyped(event.target.value);
          onText(event.target.value);
        }}
        onFocus={() => {
          setUsed(true);
          onTold(title);
          onEnter();
        }}
        onBlur={() => {
          setUsed(false);
          if (means) setTyped(undefined);
          onTold(undefined);
          onLeave();
        }}
        onKeyDown={onKey}
      />
      {unit ? <small>{unit}</small> : null}
      {bad ? <small id={`${id}-wrong`} role="alert" className={css.refused}>{t.wrongVital}</small> : null}
    </span>
  );
}
