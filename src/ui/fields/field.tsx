import { VisuallyHidden } from '@mantine/core';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import css from './field.module.css';

export interface FieldProps {
  label: string;
  /** How to write it, or why it is asked. */
  hint?: ReactNode;
  /** What is wrong and what to do; from the screen or the server. */
  error?: string | undefined;
  /** Says «не обязательно» where most others are needed. */
  optional?: boolean;
  required?: boolean;
  /** Understood as: «14 марта 1959, 67 лет», shown quietly under the field. */
  understood?: ReactNode;
  /** The label stays for readers only (tables, the document). */
  bare?: boolean;
}

export interface Control {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
}

/** Label above, one hint line below whose place is kept: a message never moves what is under it. */
export function Field({ label, hint, error, optional, required, understood, bare, children }: FieldProps & { children: (control: Control) => ReactNode }) {
  const id = useId();
  const t = useWords(uiWords);
  const name = <label htmlFor={id} className={css.label}>{label}{optional ? <small> {t.optional}</small> : null}</label>;
  const below = error ?? understood ?? hint;
  return (
    <div className={css.field}>
      {bare ? <VisuallyHidden>{name}</VisuallyHidden> : name}
      {children({ id, ...(below ? { 'aria-describedby': `${id}-below` } : {}), ...(error ? { 'aria-invalid': true as const } : {}), ...(required ? { 'aria-required': true as const } : {}) })}
      <div id={`${id}-below`} className={css.below} data-error={error ? true : undefined} role={error ? 'alert' : undefined}>
        {below}
      </div>
    </div>
  );
}
