import type { ReactNode } from 'react';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import css from './page-foot.module.css';

export interface PageFootProps {
  /** «Сохранено в 12:41:07»: an `Autosave`. */
  state?: ReactNode;
  /** What is still missing, each leading to its place. */
  missing?: readonly { text: string; onGo: () => void }[];
  /** The page's main act last. */
  children: ReactNode;
}

/** The foot of a page of work: where the words are, what is missing, the acts. Stays in sight; on a phone above the bar. */
export function PageFoot({ state, missing = [], children }: PageFootProps) {
  const t = useWords(uiWords);
  return (
    <footer className={css.foot} data-print="no">
      {state}
      {missing.length > 0 ? (
        <span className={css.missing}>
          {t.left}:{' '}
          {missing.map((one, at) => (
            <span key={one.text}>
              {at > 0 ? ', ' : ''}
              <button type="button" onClick={one.onGo}>{one.text}</button>
            </span>
          ))}
        </span>
      ) : null}
      <span className={css.acts}>{children}</span>
    </footer>
  );
}
