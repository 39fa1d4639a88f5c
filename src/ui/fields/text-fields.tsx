import { useState } from 'react';
import type { KeyboardEvent, Ref } from 'react';
import { formatAge, formatDate, formatNumber, formatPhone, formatSnils, formatTyped } from '../format.ts';
import { parseDate, parseNumber, parsePhone, parseSnils } from '../parse.ts';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import { Field } from './field.tsx';
import type { FieldProps } from './field.tsx';
import css from './field.module.css';

interface Typed extends FieldProps {
  placeholder?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  autoComplete?: string;
  inputRef?: Ref<HTMLInputElement>;
  onEnter?: () => void;
}

export interface TextFieldProps extends Typed {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'password' | 'email' | 'search';
}

function onEnterKey(onEnter: (() => void) | undefined) {
  return (event: KeyboardEvent) => {
    if (event.key === 'Enter' && onEnter) {
      event.preventDefault();
      onEnter();
    }
  };
}

/** A line of text. */
export function TextField({ value, onChange, type = 'text', placeholder, disabled, autoFocus, autoComplete = 'off', inputRef, onEnter, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(control) => <input {...control} ref={inputRef} className={css.input} type={type} value={value} placeholder={placeholder} disabled={disabled} autoFocus={autoFocus} autoComplete={autoComplete} onChange={(event) => onChange(event.target.value)} onKeyDown={onEnterKey(onEnter)} />}
    </Field>
  );
}

/** Several lines; grows with what is written. */
export function TextArea({ value, onChange, placeholder, disabled, autoFocus, rows = 2, ...field }: Omit<TextFieldProps, 'type' | 'inputRef' | 'onEnter'> & { rows?: number }) {
  return (
    <Field {...field}>
      {(control) => <textarea {...control} className={css.input} rows={rows} value={value} placeholder={placeholder} disabled={disabled} autoFocus={autoFocus} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

/**
 * Text that means something else: kept as typed while one types, read on every key, written in its proper form when the field is
 * left. What is not understood stays exactly as typed, with the reason.
 */
function useMeant<T>(value: T | undefined, write: (value: T) => string, read: (text: string) => T | undefined) {
  const [text, setText] = useState(value === undefined ? '' : write(value));
  const [left, setLeft] = useState(true);
  const [seen, setSeen] = useState(value);
  const meant = read(text);
  if (value !== seen) {
    setSeen(value);
    // Only a value from outside replaces the text; one's own typing never does.
    if (value !== meant) setText(value === undefined ? '' : write(value));
  }
  return { text, setText, left, setLeft, meant };
}

export interface MeantFieldProps<T> extends Typed {
  value: T | undefined;
  /** undefined while what is typed means nothing (or the field is empty); `text` is what stands there. */
  onChange: (value: T | undefined, text: string) => void;
}

function MeantField<T>({ value, onChange, write, read, wrong, say, mode, unit, placeholder, disabled, autoFocus, autoComplete = 'off', inputRef, onEnter, ...field }: MeantFieldProps<T> & { write: (value: T) => string; read: (text: string) => T | undefined; wrong: (text: string) => string; say?: (value: T) => string | undefined; mode?: 'numeric' | 'decimal' | 'tel' | 'text'; unit?: string | undefined }) {
  const { text, setText, left, setLeft, meant } = useMeant(value, write, read);
  const error = field.error ?? (left && text.trim() && meant === undefined ? wrong(text) : undefined);
  const understood = meant === undefined ? undefined : say?.(meant);
  return (
    <Field {...field} error={error} understood={understood ?? field.understood}>
      {(control) => {
        const input = (
          <input
            {...control}
            ref={inputRef}
            className={css.input}
            value={text}
            inputMode={mode}
            placeholder={placeholder}
            disabled={disabled}
            autoFocus={autoFocus}
            autoComplete={autoComplete}
            onChange={(event) => {
              setText(event.target.value);
              setLeft(false);
              onChange(read(event.target.value), event.target.value);
            }}
            onBlur={() => {
              setLeft(true);
              if (meant !== undefined) setText(write(meant));
            }}
            onKeyDown={onEnterKey(onEnter)}
          />
        );
        return unit ? <span className={css.withUnit}>{input}<span>{unit}</span></span> : input;
      }}
    </Field>
  );
}

export interface NumberFieldProps extends MeantFieldProps<string> {
  unit?: string;
  /** What cannot be (not what is abnormal). */
  least?: number;
  most?: number;
}

/** A number with a comma or a point; the value is the decimal as written ("36.6"), so that 1,00 stays 1.00. */
export function NumberField({ least, most, ...props }: NumberFieldProps) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const limit = (value: number) => formatNumber(value, { language });
  const number = props.value === undefined ? undefined : Number(props.value);
  const beyond = number === undefined ? undefined : least !== undefined && number < least ? t.numberLow(limit(least)) : most !== undefined && number > most ? t.numberHigh(limit(most)) : undefined;
  return <MeantField {...props} error={props.error ?? beyond} mode="decimal" read={parseNumber} write={(value) => formatNumber(value, { language })} wrong={() => t.numberWrong} />;
}

export interface DateFieldProps extends MeantFieldProps<string> {
  /** A day to come may be meant (bookings); else such a date is refused. */
  future?: boolean;
  /** Shows the age beside the date understood. */
  withAge?: boolean;
}

/** A date as people type it: «14.03.1959», «14 марта 1959», «вчера». The value is an FHIR date, partial ones too. */
export function DateField({ future = false, withAge = false, ...props }: DateFieldProps) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const late = !future && props.value !== undefined && props.value > new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  return (
    <MeantField
      {...props}
      error={props.error ?? (late ? t.dateFuture : undefined)}
      mode="text"
      read={(text) => parseDate(text, new Date(), future)}
      write={(value) => formatTyped(value)}
      wrong={() => t.dateWrong}
      say={(value) => [formatDate(value, { language }), withAge ? formatAge(value, { language }) : ''].filter(Boolean).join(', ')}
    />
  );
}

/** СНИЛС as on the card, checked as typed; the value is 11 digits. */
export function SnilsField(props: MeantFieldProps<string>) {
  const t = useWords(uiWords);
  const wrong = (text: string) => {
    const read = parseSnils(text);
    return 'wrong' in read ? { length: t.snilsLength, letters: t.snilsLetters, checksum: t.snilsChecksum }[read.wrong] : '';
  };
  return (
    <MeantField
      placeholder="112-233-445 95"
      {...props}
      mode="numeric"
      read={(text) => {
        const read = parseSnils(text);
        return 'digits' in read ? read.digits : undefined;
      }}
      write={(digits) => formatSnils(digits).replace('\u00a0', ' ')}
      wrong={wrong}
    />
  );
}

/** A phone however it is typed; the value is +7 and ten digits (or another country's). */
export function PhoneField(props: MeantFieldProps<string>) {
  const t = useWords(uiWords);
  return <MeantField placeholder="8 916 123-45-67" {...props} mode="tel" read={parsePhone} write={(phone) => formatPhone(phone).replaceAll('\u00a0', ' ')} wrong={() => t.phoneWrong} />;
}
