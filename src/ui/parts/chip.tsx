import type { ReactNode } from 'react';
import css from './chip.module.css';

export type Tone = 'plain' | 'accent' | 'done' | 'attention' | 'danger';

export interface ChipProps {
  /** A state in words; colour is never the only sign. */
  children: ReactNode;
  tone?: Tone;
  icon?: ReactNode;
  /** What stands behind the word (a code, the full text). */
  title?: string;
}

/** A state in a word. */
export function Chip({ children, tone = 'plain', icon, title }: ChipProps) {
  return (
    <span className={css.chip} data-tone={tone} title={title}>
      {icon}
      <span>{children}</span>
    </span>
  );
}
