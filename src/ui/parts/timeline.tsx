import { useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { formatMoment, formatPeriod } from '../format.ts';
import { fits } from '../lists/list-model.ts';
import { useHotkey } from '../overlays/hotkeys.ts';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import { Button } from './button.tsx';
import { Empty } from './empty.tsx';
import css from './timeline.module.css';

export interface TimelineItem {
  key: string;
  /** FHIR date or moment; the newest comes first. */
  at: string;
  /** The end of a stay. */
  till?: string;
  title: string;
  note?: ReactNode;
  /** Further words that the filter finds. */
  words?: string;
  mark?: ReactNode;
  /** A full dot: of today, or not yet seen. */
  fresh?: boolean;
  href?: string;
  onOpen?: () => void;
}

/** Visits, stays, documents, results on one axis that filters by typing. */
export function Timeline({ items, filter = items.length > 8, page = 40, empty }: { items: readonly TimelineItem[]; filter?: boolean; page?: number; empty?: ReactNode }) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState(page);
  const field = useRef<HTMLInputElement>(null);
  useHotkey('/', () => field.current?.focus(), { text: t.filter, when: filter });
  const found = useMemo(() => {
    const sorted = items.toSorted((a, b) => b.at.localeCompare(a.at));
    return typed ? sorted.filter((item) => fits(typed, `${item.title} ${item.words ?? ''} ${typeof item.note === 'string' ? item.note : ''} ${item.at}`)) : sorted;
  }, [items, typed]);
  if (items.length === 0) return empty ?? null;
  return (
    <div>
      {filter ? <input ref={field} className={css.filter} value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t.filter} aria-label={t.filter} data-print="no" /> : null}
      <ol className={css.line}>
        {found.slice(0, shown).map((item) => (
          <li key={item.key} data-fresh={item.fresh || undefined}>
            <time dateTime={item.at}>{item.till ? formatPeriod(item.at, item.till, { language }) : formatMoment(item.at, { language })}</time>
            {item.href ? (
              <a className={css.title} href={item.href} onClick={item.onOpen ? (event) => { event.preventDefault(); item.onOpen?.(); } : undefined}>{item.title}</a>
            ) : item.onOpen ? (
              <button type="button" className={css.title} onClick={item.onOpen}>{item.title}</button>
            ) : (
              <b>{item.title}</b>
            )}
            {item.note === undefined && item.mark === undefined ? null : (
              <small>
                {item.note} {item.mark}
              </small>
            )}
          </li>
        ))}
      </ol>
      {found.length === 0 ? <Empty title={t.nothingFits} action={<Button small onClick={() => setTyped('')}>{t.clearFilter}</Button>} /> : null}
      {found.length > shown ? <Button kind="quiet" onClick={() => setShown(shown + page)}>{t.more(Math.min(page, found.length - shown))}</Button> : null}
    </div>
  );
}
