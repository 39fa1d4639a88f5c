import { IconAlertTriangle, IconBan, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isPassing, refusalOf } from '../client.ts';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { Button } from './button.tsx';
import css from './notice.module.css';

export interface NoticeProps {
  tone?: 'info' | 'done' | 'attention' | 'danger';
  /** What happened. */
  title?: ReactNode;
  /** Why, and what to do. */
  children?: ReactNode;
  actions?: ReactNode;
}

const icons = { info: IconInfoCircle, done: IconCircleCheck, attention: IconAlertTriangle, danger: IconBan };

/** A word from the system in its place on the page: what happened, why, what to do. */
export function Notice({ tone = 'info', title, children, actions }: NoticeProps) {
  const Icon = icons[tone];
  return (
    <div className={css.notice} data-tone={tone} role={tone === 'danger' ? 'alert' : 'status'}>
      <Icon size={18} stroke={1.8} aria-hidden="true" />
      <div className={css.text}>
        {title === undefined ? null : <b>{title}</b>}
        {children === undefined ? null : <div>{children}</div>}
      </div>
      {actions === undefined ? null : <div className={css.actions}>{actions}</div>}
    </div>
  );
}

/** A refusal as its sentence, with what can be done. `title` says what the user wanted: «Документ не подписан». */
export function RefusalNotice({ error, title, onAgain, actions }: { error: unknown; title?: ReactNode; onAgain?: () => void; actions?: ReactNode }) {
  const t = useWords(uiWords);
  const refusal = refusalOf(error);
  return (
    <Notice
      tone={isPassing(refusal) ? 'attention' : 'danger'}
      {...(title === undefined ? {} : { title })}
      actions={
        <>
          {actions}
          {onAgain ? <Button small onClick={onAgain}>{t.again}</Button> : null}
        </>
      }
    >
      <span title={refusal.code}>{refusal.sentence}</span>
      {refusal.issues.length > 0 ? (
        <ul className={css.issues}>
          {refusal.issues.map((issue) => (
            <li key={issue.expression + issue.diagnostics} title={issue.expression}>
              {issue.diagnostics}
            </li>
          ))}
        </ul>
      ) : null}
    </Notice>
  );
}
