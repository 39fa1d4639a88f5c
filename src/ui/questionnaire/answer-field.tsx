import type { Coding, Element, Quantity } from '@medplum/fhirtypes';
import type { KeyboardEvent, ReactNode } from 'react';
import { LookupInput } from '../fields/lookup.tsx';
import type { LookupOption } from '../fields/lookup.tsx';
import { formatNumber } from '../format.ts';
import { useLanguage, useWords } from '../words.ts';
import type { Language } from '../words.ts';
import type { Answer } from './answers.ts';
import css from './document.module.css';
import { InlineDate, InlineLine, InlineNumber, InlineText } from './inline-fields.tsx';
import { boundsOf, hintOf, isQuiet, labelOf, translated, unitOf } from './read-items.ts';
import type { Item } from './read-items.ts';
import { words } from './words.ts';

/** Finds codes by typed words, for an item with a value set. */
export type CodeSearch = (typed: string, signal: AbortSignal) => Promise<readonly Coding[]>;

export interface AnswerFieldProps {
  item: Item;
  answer: Answer | undefined;
  onChange: (value: unknown) => void;
  onConfirm: () => void;
  search?: CodeSearch | undefined;
  needed?: boolean | undefined;
  hot?: boolean | undefined;
  /** Shows the name before the field. */
  named?: boolean | undefined;
  label?: string | undefined;
  onKeyDown?: ((event: KeyboardEvent) => void) | undefined;
  fieldRef?: ((element: HTMLInputElement | null) => void) | undefined;
}

/** The id of an item's field in the page: what a link to something missing leads to. */
export function answerId(linkId: string): string {
  return `answer-${linkId}`;
}

/** One field of the document, by the item's type. */
export function AnswerField(props: AnswerFieldProps): ReactNode {
  const { item, answer, named } = props;
  const language = useLanguage();
  const t = useWords(words);
  const label = props.label ?? labelOf(item, language);
  const unit = unitOf(item)?.text ?? quantityUnit(item);
  if (isQuiet(item)) return <QuietAnswer label={label} value={answer?.value} unit={unit} />;
  const { least, most } = boundsOf(item);
  const number = typeof answer?.value === 'number' ? answer.value : (answer?.value as Quantity | undefined)?.value;
  const beyond = number !== undefined && ((least !== undefined && number < least) || (most !== undefined && number > most));
  const below = `${answerId(item.linkId)}-note`;
  return (
    <span className={css.answer}>
      {named ? <span className={css.label}>{label} </span> : null}
      <BareField {...props} label={label} describedBy={beyond ? below : undefined} />
      {unit ? <span className={css.unit}>{'\u00a0'}{unit.replaceAll(' ', '\u00a0')}</span> : null}
      {beyond ? <small id={below} className={css.wrong} role="alert"> {t.beyond(formatNumber(least ?? 0, { language }), formatNumber(most ?? 0, { language }))}</small> : null}
    </span>
  );
}

function BareField({ item, answer, onChange, onConfirm, search, needed, hot, onKeyDown, fieldRef, label, describedBy }: AnswerFieldProps & { label: string; describedBy: string | undefined }): ReactNode {
  const t = useWords(words);
  const value = answer?.value;
  const common = {
    id: answerId(item.linkId),
    label,
    grey: answer?.unconfirmed,
    needed,
    hot,
    describedBy,
    fieldRef,
    onKeyDown: (event: KeyboardEvent) => {
      // The caret goes on as Tab does; what it left behind is confirmed.
      if (event.key === 'Tab' && !event.shiftKey && answer?.unconfirmed) onConfirm();
      onKeyDown?.(event);
    },
  };
  const hint = hintOf(item);
  switch (item.type) {
    case 'integer':
    case 'decimal':
      return <InlineNumber {...common} whole={item.type === 'integer'} value={typeof value === 'number' ? value : undefined} onChange={onChange} placeholder={hint ?? '—'} />;
    case 'quantity': {
      const quantity = value as Quantity | undefined;
      const unit = unitOf(item);
      return <InlineNumber {...common} value={quantity?.value} onChange={(next) => onChange(next === undefined ? undefined : { value: next, ...(unit ? { unit: unit.text, ...(unit.code ? { code: unit.code, system: unit.system ?? 'http://unitsofmeasure.org' } : {}) } : {}) })} placeholder={hint ?? '—'} />;
    }
    case 'date':
    case 'dateTime':
      return <InlineDate {...common} future value={typeof value === 'string' ? value : undefined} onChange={onChange} placeholder={hint ?? t.date} />;
    case 'boolean':
      return (
        <LookupInput
          control={{ id: common.id }}
          label={label}
          className={css.short}
          options={[{ key: 'yes', text: t.yes }, { key: 'no', text: t.no }]}
          value={typeof value === 'boolean' ? (value ? { key: 'yes', text: t.yes } : { key: 'no', text: t.no }) : undefined}
          onChange={(option: LookupOption | undefined) => onChange(option && option.key === 'yes')}
          placeholder="—"
        />
      );
    case 'choice':
    case 'open-choice':
      return <ChoiceAnswer item={item} value={value} onChange={onChange} search={search} label={label} />;
    case 'text':
      return <InlineText {...common} value={typeof value === 'string' ? value : undefined} onChange={onChange} placeholder={hint ?? t.type} />;
    default:
      return <InlineLine {...common} value={typeof value === 'string' ? value : undefined} onChange={onChange} placeholder={hint ?? '—'} />;
  }
}

function ChoiceAnswer({ item, value, onChange, search, label }: { item: Item; value: unknown; onChange: (value: unknown) => void; search: CodeSearch | undefined; label: string }) {
  const language = useLanguage();
  const t = useWords(words);
  const option = (coding: Coding & { _display?: Element }): LookupOption & { coding: Coding } => ({ key: `${coding.system ?? ''}|${coding.code ?? coding.display}`, text: translated(coding.display ?? coding.code, coding._display, language), coding, ...(search && coding.code ? { code: coding.code } : {}) });
  const options = (item.answerOption ?? []).map((one) => option(one.valueCoding ?? { display: one.valueString ?? String(one.valueInteger ?? one.valueDate ?? '') }));
  const shown = (one: unknown) => {
    if (!one || typeof one !== 'object') return undefined;
    const coding: Coding = one;
    return options.find((each) => each.coding.code !== undefined && each.coding.code === coding.code) ?? option(coding);
  };
  const many = item.repeats ? ((Array.isArray(value) ? value : []) as unknown[]) : undefined;
  const open = item.type === 'open-choice';
  const current = many ? undefined : shown(value);
  return (
    <>
      {many?.map((one, at) => {
        const text = typeof one === 'string' ? one : (shown(one)?.text ?? '');
        return (
          <span key={text} className={css.taken}>
            {text}
            <button type="button" aria-label={t.remove(text)} onClick={() => onChange(many.filter((_, index) => index !== at))}>×</button>
          </span>
        );
      })}
      <LookupInput
        key={many?.length}
        control={{ id: answerId(item.linkId) }}
        label={label}
        className={search ? css.line : css.short}
        inline={search !== undefined}
        {...(search ? { search: async (typed: string, signal: AbortSignal) => (await search(typed, signal)).map(option) } : { options })}
        value={current}
        text={typeof value === 'string' ? value : undefined}
        onChange={(next: ReturnType<typeof option> | undefined) => {
          if (many) {
            if (next) onChange([...many, next.coding]);
          } else if (next || !open) onChange(next?.coding);
        }}
        {...(open && !many ? { onText: (text: string) => onChange(text || undefined) } : {})}
        placeholder={search ? t.type : '—'}
      />
    </>
  );
}

/** Counted by the program: quiet, and absent until it is known. */
function QuietAnswer({ label, value, unit }: { label: string; value: unknown; unit: string | undefined }) {
  const language = useLanguage();
  if (value === undefined || value === null || value === '') return null;
  return (
    <span className={css.quiet}>
      {label} {said(value, language)}
      {unit ? `\u00a0${unit}` : ''}
    </span>
  );
}

function said(value: unknown, language: Language): string {
  if (typeof value === 'number') return formatNumber(value, { language });
  if (typeof value === 'string') return value;
  if (value && typeof value === 'object' && 'value' in value) return said(value.value, language);
  return value && typeof value === 'object' && 'display' in value ? said(value.display, language) : '';
}

function quantityUnit(item: Item): string | undefined {
  return item.type === 'quantity' ? item.initial?.[0]?.valueQuantity?.unit : undefined;
}
