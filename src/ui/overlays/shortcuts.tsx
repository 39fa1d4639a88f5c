import { useEffect, useState } from 'react';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { Dialog } from './dialog.tsx';
import { keycap, useHotkey, useHotkeys } from './hotkeys.ts';
import css from './overlays.module.css';

let show: (() => void) | undefined;

/** Opens the sheet of keys from elsewhere (the settings). */
export function openShortcuts(): void {
  show?.();
}

/** The sheet of keys on `?`: those that work on this page now. */
export function Shortcuts() {
  const t = useWords(uiWords);
  const [open, setOpen] = useState(false);
  const hotkeys = useHotkeys();
  useEffect(() => {
    show = () => setOpen(true);
    return () => {
      show = undefined;
    };
  }, []);
  useHotkey('?', () => setOpen(true), { text: t.keysHint });
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title={t.keys}>
      <dl className={css.keys}>
        {[...hotkeys, { keys: 'arrowup+arrowdown', text: t.move }, { keys: 'enter', text: t.open }, { keys: 'escape', text: t.back }].map((hotkey) => (
          <div key={hotkey.keys} style={{ display: 'contents' }}>
            <dt><kbd>{keycap(hotkey.keys)}</kbd></dt>
            <dd>{hotkey.text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
