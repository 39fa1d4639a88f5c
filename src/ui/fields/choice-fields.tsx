import { useId } from 'react';
import { Field } from './field.tsx';
import type { FieldProps } from './field.tsx';
import css from './field.module.css';

export interface ChoiceFieldProps<V extends string> extends Omit<FieldProps, 'bare'> {
  value: V | undefined;
  options: readonly { value: V; text: string; title?: string }[];
  onChange: (value: V) => void;
}

/** One of a few, all seen at once; arrows choose. For many use `Lookup`. */
export function ChoiceField<V extends string>({ value, options, onChange, label, hint, error, optional, required }: ChoiceFieldProps<V>) {
  const name = useId();
  return (
    <fieldset className={css.field} aria-required={required || undefined} aria-describedby={`${name}-below`}>
      <legend className={css.label}>{label}{optional ? <small /> : null}</legend>
      <div className={css.choices} role="radiogroup" aria-label={label}>
        {options.map((option) => (
          <label key={option.value} className={css.choice} title={option.title}>
            <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} />
            {option.text}
          </label>
        ))}
      </div>
      <div id={`${name}-below`} className={css.below} data-error={error ? true : undefined} role={error ? 'alert' : undefined}>
        {error ?? hint}
      </div>
    </fieldset>
  );
}

/** Yes or nothing; the whole line can be pressed. */
export function CheckField({ label, value, onChange, hint, disabled }: { label: string; value: boolean; onChange: (value: boolean) => void; hint?: string; disabled?: boolean }) {
  return (
    <label className={css.check}>
      <input type="checkbox" checked={value} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {hint ? <small style={{ display: 'block' }}>{hint}</small> : null}
      </span>
    </label>
  );
}

/** One of several in the system's own list: for five to twenty that need no search. */
export function SelectField<V extends string>({ value, options, onChange, ...field }: ChoiceFieldProps<V>) {
  return (
    <Field {...field}>
      {(control) => (
        <select {...control} className={css.input} value={value ?? ''} onChange={(event) => onChange(event.target.value as V)}>
          {value === undefined ? <option value="">—</option> : null}
          {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
        </select>
      )}
    </Field>
  );
}
