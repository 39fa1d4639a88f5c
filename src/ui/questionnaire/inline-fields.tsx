import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, Ref } from 'react';
import { formatNumber, formatTyped } from '../format.ts';
import { parseDate, parseNumber } from '../parse.ts';
import { useLanguage } from '../words.ts';
import css from './document.module.css';

export interface InlineProps<T> {
  id: string;
  label: string;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
  placeholder?: string | undefined;
  /** Copied and not confirmed: grey. */
  grey?: boolean | undefined;
  needed?: boolean | undefined;
  /** Clinical: out of range. */
  hot?: boolean | undefined;
  describedBy?: string | undefined;
  onKeyDown?: ((event: KeyboardEvent) => void) | undefined;
  onBlur?: (() => void) | undefined;
  fieldRef?: Ref<HTMLInputElement> | undefined;
}

function marks({ grey, needed, hot, describedBy, label, id }: InlineProps<never>) {
  return { id, 'aria-label': label, 'data-grey': grey || undefined, 'data-needed': needed || undefined, 'data-hot': hot || undefined, ...(describedBy ? { 'aria-describedby': describedBy } : {}) };
}

/** Text that grows with what is written, without a frame: the page itself is typed into. */
export function InlineText({ value, onChange, placeholder, onKeyDown, onBlur, ...rest }: InlineProps<string>) {
  return (
    <textarea
      {...marks(rest as InlineProps<never>)}
      className={css.text}
      rows={1}
      value={value ?? ''}
      placeholder={placeholder}
      onChange={(event) => onChange(event.target.value || undefined)}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
    />
  );
}

/** A line of text as wide as its words. */
export function InlineLine({ value, onChange, placeholder, onKeyDown, onBlur, fieldRef, ...rest }: InlineProps<string>) {
  return <input {...marks(rest as InlineProps<never>)} ref={fieldRef} className={css.short} value={value ?? ''} placeholder={placeholder} autoComplete="off" onChange={(event) => onChange(event.target.value || undefined)} onKeyDown={onKeyDown} onBlur={onBlur} />;
}

/** What is typed stays as typed while the field is in use; what cannot be read is kept and marked, and means no value. */
function InlineMeant<T>({ value, onChange, read, write, placeholder, onKeyDown, onBlur, fieldRef, mode, ...rest }: InlineProps<T> & { read: (text: string) => T | undefined; write: (value: T) => string; mode: 'decimal' | 'numeric' | 'text' }) {
  const [text, setText] = useState(value === undefined ? '' : write(value));
  const own = useRef(value);
  useEffect(() => {
    if (value === own.current) return;
    own.current = value;
    setText(value === undefined ? '' : write(value));
  }, [value, write]);
  const wrong = text.trim() !== '' && read(text) === undefined;
  return (
    <input
      {...marks(rest as InlineProps<never>)}
      ref={fieldRef}
      className={css.short}
      data-number={mode === 'text' ? undefined : true}
      aria-invalid={wrong || undefined}
      value={text}
      inputMode={mode}
      autoComplete="off"
      placeholder={placeholder}
      onChange={(event) => {
        setText(event.target.value);
        const meant = read(event.target.value);
        own.current = meant;
        onChange(meant);
      }}
      onBlur={() => {
        const meant = read(text);
        if (meant !== undefined) setText(write(meant));
        onBlur?.();
      }}
      onKeyDown={onKeyDown}
    />
  );
}

/** A number with a comma; `whole` takes no decimals. */
export function InlineNumber({ whole = false, ...props }: InlineProps<number> & { whole?: boolean }) {
  const language = useLanguage();
  const read = (text: string) => {
    const found = parseNumber(text);
    const number = found === undefined ? undefined : Number(found);
    return number !== undefined && whole && !Number.isInteger(number) ? undefined : number;
  };
  return <InlineMeant {...props} mode={whole ? 'numeric' : 'decimal'} read={read} write={(value) => formatNumber(value, { language })} />;
}

/** A date as people type it. */
export function InlineDate({ future, ...props }: InlineProps<string> & { future?: boolean }) {
  return <InlineMeant {...props} mode="text" read={(text) => parseDate(text, new Date(), future)} write={(value) => formatTyped(value)} />;
}
