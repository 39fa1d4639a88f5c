import { useSyncExternalStore } from 'react';
import type { Language } from '../kernel/problem.ts';
import { keep, readKept } from './keep.ts';

export type { Language };

/** A text in both languages; a function where values stand inside it (and for plural forms). */
type Entry = { ru: string; en: string } | { ru: (...values: never[]) => string; en: (...values: never[]) => string };

export type Words = Readonly<Record<string, Entry>>;

/** The words in one language: `t.save`, `t.visits(3)`. */
export type Spoken<T extends Words> = { readonly [K in keyof T]: T[K]['ru'] };

let language: Language = firstLanguage();
const listeners = new Set<() => void>();

function firstLanguage(): Language {
  const kept = readKept('language');
  if (kept === 'ru' || kept === 'en') return kept;
  return globalThis.navigator?.language?.toLowerCase().startsWith('en') ? 'en' : 'ru';
}

/** The language of the screens now; the client sends it as `Accept-Language`. */
export function currentLanguage(): Language {
  return language;
}

/** Changes the language of this browser at once; `remember: false` for what the session says by itself. */
export function setLanguage(next: Language, remember = true): void {
  if (remember) keep('language', next);
  if (globalThis.document) document.documentElement.lang = next;
  if (next === language) return;
  language = next;
  for (const listener of listeners) listener();
}

/** Takes the session's language unless the person chose one in this browser. */
export function proposeLanguage(next: Language): void {
  if (!readKept('language')) setLanguage(next, false);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage, currentLanguage);
}

const spoken = new WeakMap<Words, Partial<Record<Language, object>>>();

/** A screen's words. Defined once beside the screen in `words.ts`; read with `useWords`. */
export function defineWords<const T extends Words>(words: T): T {
  return words;
}

/** The words in a language, outside of React. */
export function wordsIn<T extends Words>(words: T, wanted: Language): Spoken<T> {
  const known = spoken.get(words) ?? {};
  const made = known[wanted] ?? Object.fromEntries(Object.entries(words).map(([key, entry]) => [key, entry[wanted]]));
  spoken.set(words, { ...known, [wanted]: made });
  return made as Spoken<T>;
}

/** The words in the language of the screens; the component is drawn anew when it changes. */
export function useWords<T extends Words>(words: T): Spoken<T> {
  return wordsIn(words, useLanguage());
}

/** One text that a module declares in both languages (a menu entry, a tab). */
export function useText(): (text: { ru: string; en: string }) => string {
  const wanted = useLanguage();
  return (text) => text[wanted];
}
