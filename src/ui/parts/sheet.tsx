import type { ReactNode } from 'react';
import css from './sheet.module.css';

/** Paper: white, a hairline, radius 8. `document` has a page's margins and reading width; `pad` is for a note of a few lines. */
export function Sheet({ children, kind = 'plain', tone, label }: { children: ReactNode; kind?: 'plain' | 'pad' | 'document'; tone?: 'attention' | 'accent'; label?: string }) {
  return (
    <section className={css.sheet} data-kind={kind} data-tone={tone} aria-label={label}>
      {children}
    </section>
  );
}

/** A head with its part of the page: «Важно сегодня». `end` stands at the right of the head. */
export function Part({ title, end, children, note }: { title: string; end?: ReactNode; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={css.part}>
      <div className={css.head}>
        <h2>{title}</h2>
        {note === undefined ? null : <small>{note}</small>}
        {end === undefined ? null : <span className={css.end}>{end}</span>}
      </div>
      {children}
    </section>
  );
}

/** The page's own head with its note: «Суббота, 21 ноября · принято 3 из 14». */
export function PageHead({ title, note, actions }: { title: ReactNode; note?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={css.pageHead}>
      <h1>{title}</h1>
      {note === undefined ? null : <small>{note}</small>}
      {actions === undefined ? null : <div className={css.end}>{actions}</div>}
    </div>
  );
}

/** A page's space: `board` takes the full width, `reading` 720 px, `sides` is seven parts of work and four beside it. */
export function PageBody({ children, kind = 'board' }: { children: ReactNode; kind?: 'board' | 'reading' | 'sides' }) {
  return (
    <div className={css.body} data-kind={kind}>
      {children}
    </div>
  );
}
