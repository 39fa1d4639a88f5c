import { VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconQuestionMark } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatDay } from '../format.ts';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import css from './allergy-mark.module.css';

/** What is known: allergies; asked and none; nobody asked. The three never look alike. */
export type AllergyState =
  | { kind: 'known'; items: readonly { text: string; /** Reaction, date, source: shown on hover and to readers. */ note?: string }[] }
  | { kind: 'none'; asked?: string; by?: string }
  | { kind: 'unasked' };

/** The look that nothing else uses. `onAsk` offers to ask now where nobody did. */
export function AllergyMark({ state, onAsk }: { state: AllergyState; onAsk?: () => void }): ReactNode {
  const t = useWords(uiWords);
  const language = useLanguage();
  if (state.kind === 'known') {
    return (
      <span className={css.known}>
        <IconAlertTriangle size={16} stroke={2} aria-hidden="true" />
        <span>
          {t.allergy}:{' '}
          {state.items.map((item, at) => (
            <span key={item.text}>
              {at > 0 ? ', ' : ''}
              <b title={item.note}>{item.text}</b>
              {item.note ? <VisuallyHidden> ({item.note})</VisuallyHidden> : null}
            </span>
          ))}
        </span>
      </span>
    );
  }
  if (state.kind === 'none') {
    const asked = [state.asked ? t.allergyAsked(formatDay(state.asked, { language })) : '', state.by ?? ''].filter(Boolean).join(', ');
    return (
      <span className={css.none}>
        <IconCheck size={14} stroke={2} aria-hidden="true" />
        <span>
          {t.allergyNone}
          {asked ? <small> · {asked}</small> : null}
        </span>
      </span>
    );
  }
  const text = (
    <>
      <IconQuestionMark size={14} stroke={2.2} aria-hidden="true" />
      <span>{t.allergyUnasked}</span>
    </>
  );
  return onAsk ? (
    <button type="button" className={css.unasked} onClick={onAsk}>
      {text}
      <u>{t.ask}</u>
    </button>
  ) : (
    <span className={css.unasked}>{text}</span>
  );
}
