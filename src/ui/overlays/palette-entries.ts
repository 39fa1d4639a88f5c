import { useEffect, useSyncExternalStore } from 'react';
import { fits } from '../lists/list-model.ts';

export interface PaletteEntry {
  key: string;
  text: string;
  /** A second line: age, birth date, clinic. */
  note?: string;
  /** Further words that find it. */
  keywords?: string;
  path?: string;
  act?: () => void;
}

/** Finds as one types; a module with a search (patients) gives one. Nothing of what is typed goes into an address. */
export interface PaletteSearch {
  key: string;
  /** «Пациенты». */
  title: string;
  /** Typed signs needed; 2 unless told. */
  from?: number;
  search: (typed: string, signal: AbortSignal) => Promise<readonly PaletteEntry[]>;
}

let searches: readonly PaletteSearch[] = [];
let isOpen = false;
const listeners = new Set<() => void>();

function renew(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Gives the palette a search while mounted; keep the object outside of the component. */
export function usePaletteSearch(search: PaletteSearch): void {
  useEffect(() => {
    searches = [...searches.filter((one) => one.key !== search.key), search];
    renew();
    return () => {
      searches = searches.filter((one) => one !== search);
      renew();
    };
  }, [search]);
}

export function useSearches(): readonly PaletteSearch[] {
  return useSyncExternalStore(subscribe, () => searches, () => searches);
}

export function openPalette(open = true): void {
  isOpen = open;
  renew();
}

export function usePaletteOpen(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen, () => isOpen);
}

/** Commands and pages that fit the typed words; all of them for nothing typed. */
export function fittingEntries(entries: readonly PaletteEntry[], typed: string): PaletteEntry[] {
  return typed.trim() ? entries.filter((entry) => fits(typed, `${entry.text} ${entry.keywords ?? ''}`)) : [...entries];
}
