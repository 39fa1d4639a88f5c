import { IconX } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { fits } from '../lists/list-model.ts';
import { useSlow } from '../parts/skeleton.tsx';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { Field } from './field.tsx';
import type { Control, FieldProps } from './field.tsx';
import css from './field.module.css';

export interface LookupOption {
  key: string;
  text: string;
  /** Shown bold before the text: «I11.9». */
  code?: string;
  note?: string;
}

export interface LookupProps<O extends LookupOption> extends FieldProps {
  value: O | undefined;
  onChange: (value: O | undefined) => void;
  /** All of them, filtered here by words; or a search. */
  options?: readonly NoInfer<O>[];
  search?: (typed: string, signal: AbortSignal) => Promise<readonly NoInfer<O>[]>;
  /** Free text is allowed (open-choice): called with what stands in the field when it is left without a choice. */
  onText?: (text: string) => void;
  /** The free text that stands there now. */
  text?: string | undefined;
  placeholder?: string;
  autoFocus?: boolean;
  disabled?: boolean;
}

/** A choice by typing: proposals come under the field, arrows move, Enter takes, Esc leaves the text. */
export function Lookup<O extends LookupOption>({ value, onChange, options, search, onText, text, placeholder, autoFocus, disabled, ...field }: LookupProps<O>) {
  return <Field {...field}>{(control) => <LookupInput control={control} label={field.label} value={value} onChange={onChange} options={options} search={search} onText={onText} text={text} placeholder={placeholder} autoFocus={autoFocus} disabled={disabled} />}</Field>;
}

export interface LookupInputProps<O extends LookupOption> {
  control: Control;
  label: string;
  value: O | undefined;
  onChange: (value: O | undefined) => void;
  options?: readonly O[] | undefined;
  search?: LookupProps<O>['search'] | undefined;
  onText?: ((text: string) => void) | undefined;
  text?: string | undefined;
  placeholder?: string | undefined;
  autoFocus?: boolean | undefined;
  disabled?: boolean | undefined;
  /** In a document: proposals in the flow under the line, and the field without its frame. */
  inline?: boolean;
  /** Own looks instead of the framed field's; the label is then said by the field itself. */
  className?: string | undefined;
}

/** The field of `Lookup` without label and hint; the document uses it in its text. */
export function LookupInput<O extends LookupOption>({ control, label, value, onChange, options, search, onText, text, placeholder, autoFocus, disabled, inline = false, className }: LookupInputProps<O>) {
  const t = useWords(uiWords);
  const list = useId();
  const [typed, setTyped] = useState(value?.text ?? text ?? '');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const { found, busy } = useFound(open, typed, options, search);
  const slow = useSlow(busy);
  const own = useRef(value?.key);
  useEffect(() => {
    if (value?.key === own.current && value !== undefined) return;
    own.current = value?.key;
    if (!open) setTyped(value?.text ?? text ?? '');
  }, [value, text, open]);
  const take = (option: O) => {
    own.current = option.key;
    setTyped(option.text);
    setOpen(false);
    onChange(option);
  };
  const type = (next: string) => {
    setTyped(next);
    setOpen(true);
    setAt(0);
    if (value !== undefined) {
      own.current = undefined;
      onChange(undefined);
    }
    onText?.(next);
  };
  const onKeys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (found.length > 0) setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length);
    } else if (event.key === 'Enter' && open && found[at]) {
      event.preventDefault();
      event.stopPropagation();
      take(found[at]);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const shown = open && !disabled && (found.length > 0 || (typed.trim() !== '' && (!busy || slow)));
  return (
    <div className={css.lookup}>
      <input
        {...control}
        className={className ?? css.input}
        role="combobox"
        aria-label={className ? label : undefined}
        aria-expanded={shown}
        aria-controls={shown ? list : undefined}
        aria-autocomplete="list"
        aria-activedescendant={shown && found[at] ? `${list}-${at}` : undefined}
        value={typed}
        placeholder={placeholder ?? t.choose}
        autoComplete="off"
        autoFocus={autoFocus}
        disabled={disabled}
        onChange={(event) => type(event.target.value)}
        onFocus={() => (options && options.length <= 12 && !value ? setOpen(true) : undefined)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeys}
      />
      {value && !inline && !disabled ? (
        <button type="button" className={css.clear} aria-label={`${t.clear}: ${label}`} onClick={() => type('')}>
          <IconX size={14} aria-hidden="true" />
        </button>
      ) : null}
      {shown ? (
        <div id={list} role="listbox" aria-label={label} className={css.options} data-inline={inline || undefined}>
          {found.map((option, index) => (
            <div
              key={option.key}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              className={css.option}
              onMouseDown={(event) => event.preventDefault()}
              onMouseMove={() => setAt(index)}
              onClick={() => take(option)}
            >
              {option.code ? <b>{option.code}</b> : null}
              <span>
                {option.text}
                {option.note ? <small> · {option.note}</small> : null}
              </span>
              {index === at ? <kbd aria-hidden="true">↵</kbd> : null}
            </div>
          ))}
          {found.length === 0 ? <div className={css.nothing} role="option" aria-selected="false" aria-disabled="true">{busy ? t.searching : t.nothingFound}</div> : null}
        </div>
      ) : null}
    </div>
  );
}

function useFound<O extends LookupOption>(open: boolean, typed: string, options: readonly O[] | undefined, search: LookupProps<O>['search'] | undefined): { found: readonly O[]; busy: boolean } {
  const [answer, setAnswer] = useState<{ typed: string; found: readonly O[] }>({ typed: '', found: [] });
  const asking = useRef(search);
  useEffect(() => {
    asking.current = search;
  });
  const wanted = typed.trim();
  const remote = search !== undefined;
  useEffect(() => {
    if (!remote || !open || wanted === '') return undefined;
    const given = new AbortController();
    const timer = setTimeout(() => {
      asking.current?.(wanted, given.signal).then(
        (found) => given.signal.aborted || setAnswer({ typed: wanted, found }),
        () => given.signal.aborted || setAnswer({ typed: wanted, found: [] }),
      );
    }, 100);
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  }, [remote, open, wanted]);
  if (!remote) return { found: (options ?? []).filter((option) => !wanted || fits(wanted, `${option.code ?? ''} ${option.text} ${option.note ?? ''}`)).slice(0, 30), busy: false };
  // While the next answer comes the last one stays, so that the list does not flicker.
  return { found: wanted === '' ? [] : answer.found, busy: wanted !== '' && answer.typed !== wanted };
}
