import { useEffect, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { Dialog } from './dialog.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { dropToast, useOverlays } from './toast.ts';
import type { Toast } from './toast.ts';
import css from './overlays.module.css';

/** What floats over every page: questions, words at the foot, the sheet of keys. Mounted once, by a frame. */
export function Overlays() {
  const { toasts, question } = useOverlays();
  const t = useWords(uiWords);
  return (
    <>
      <Dialog
        open={question !== undefined}
        onClose={() => question?.answer(false)}
        title={question?.title}
        foot={
          <>
            <Button onClick={() => question?.answer(false)}>{t.cancel}</Button>
            <Button kind={question?.danger ? 'danger' : 'main'} onClick={() => question?.answer(true)}>{question?.act}</Button>
          </>
        }
      >
        {question?.text ? <p>{question.text}</p> : undefined}
      </Dialog>
      <div className={css.toasts} aria-live="polite" data-print="no">
        {toasts.map((one) => <ToastCard key={one.key} toast={one} />)}
      </div>
      <Shortcuts />
    </>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const t = useWords(uiWords);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dropToast(toast.key), toast.seconds * 1000);
    return () => clearTimeout(timer);
  }, [held, toast]);
  return (
    <div className={css.toast} data-tone={toast.tone} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <span>{toast.text}</span>
      {toast.onUndo ? (
        <button type="button" onClick={() => { toast.onUndo?.(); dropToast(toast.key); }}>{t.undo}</button>
      ) : null}
    </div>
  );
}
