import { useId } from 'react';
import css from './switcher.module.css';

/** Two to four faces of one thing, one shown: «График | Таблица». Arrows move, as radio buttons do. */
export function Switcher<V extends string>({ label, value, options, onChange }: { label: string; value: V; options: readonly { value: V; text: string }[]; onChange: (value: V) => void }) {
  const name = useId();
  return (
    <div className={css.switcher} role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} className={css.option}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.text}
        </label>
      ))}
    </div>
  );
}
