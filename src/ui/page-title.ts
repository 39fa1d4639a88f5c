import { useEffect } from 'react';
import { uiWords } from './ui-words.ts';
import { useWords } from './words.ts';

/** The title of the tab: «Мой день — Карта». Never a patient's name: titles stand in histories and on shared screens. */
export function usePageTitle(title: string): void {
  const t = useWords(uiWords);
  useEffect(() => {
    document.title = title ? `${title} — ${t.product}` : t.product;
  }, [title, t.product]);
}
