import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { defineWords, useWords } from '../words.ts';
import css from './copy-text.module.css';

const words = defineWords({
  copy: { ru: 'Скопировать', en: 'Copy' },
  copied: { ru: 'Скопировано', en: 'Copied' },
});

/** A small sign beside a code or an address that takes it into the clipboard, and says that it did. */
export function CopyText({ text, what = text }: { text: string; what?: string }) {
  const t = useWords(words);
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => void navigator.clipboard?.writeText(text).then(() => setDone(true), () => undefined);
  const label = done ? t.copied : `${t.copy}: ${what}`;
  return (
    <button type="button" className={css.copy} data-done={done || undefined} data-print="no" aria-label={label} title={label} onClick={copy}>
      {done ? <IconCheck size={14} stroke={2} aria-hidden="true" /> : <IconCopy size={14} stroke={1.8} aria-hidden="true" />}
    </button>
  );
}
