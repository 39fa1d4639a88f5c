import type { ReactNode } from 'react';
import css from './empty.module.css';

/** An empty place teaches the next step: what will stand here and how it comes. */
export function Empty({ title, children, action, icon }: { title: string; children?: ReactNode; action?: ReactNode; icon?: ReactNode }) {
  return (
    <div className={css.empty}>
      {icon}
      <b>{title}</b>
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}
