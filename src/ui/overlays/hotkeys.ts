import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface HotkeyOptions {
  /** What it does, for the sheet of keys; without it the key is not listed. */
  text?: string;
  when?: boolean;
  /** Works while typing in a field too; combinations with Ctrl always do. */
  inFields?: boolean;
}

interface Hotkey {
  keys: string;
  text: string | undefined;
  inFields: boolean;
  act: (event: KeyboardEvent) => void;
}

/** A pressed key as it is written here: `ctrl+k`, `ctrl+enter`, `/`, `?`, `escape`. Letters by their place, so that the layout does not matter. */
export function keysOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? /^Digit(\d)$/.exec(event.code)?.[1];
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  const sign = event.key === '?' || event.key === '/' ? event.key : event.code === 'Slash' && !modified ? (event.shiftKey ? '?' : '/') : undefined;
  const name = sign ?? letter ?? event.key.toLowerCase();
  return [event.ctrlKey || event.metaKey ? 'ctrl' : '', event.altKey ? 'alt' : '', event.shiftKey && sign === undefined ? 'shift' : '', name].filter(Boolean).join('+');
}

let all: readonly Hotkey[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Hotkey[]): void {
  all = next;
  for (const listener of listeners) listener();
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat) return;
  const pressed = keysOf(event);
  // Combinations that the browser or the desktop types letters with are left alone.
  const free = !typing(event.target) || event.ctrlKey || event.metaKey;
  const dialog = document.querySelector('[role="dialog"][aria-modal="true"]');
  const hotkey = all.findLast((one) => one.keys === pressed && (free || one.inFields));
  if (!hotkey || (dialog && !(event.target instanceof Node && dialog.contains(event.target)) && !hotkey.inFields)) return;
  event.preventDefault();
  hotkey.act(event);
}

/** A key of the page (`ctrl+enter`) while mounted. The one mounted last wins; with `text` it stands on the sheet of keys. */
export function useHotkey(keys: string, act: (event: KeyboardEvent) => void, { text, when = true, inFields = false }: HotkeyOptions = {}): void {
  const last = useRef(act);
  useEffect(() => {
    last.current = act;
  });
  useEffect(() => {
    if (!when) return undefined;
    const hotkey: Hotkey = { keys, text, inFields, act: (event) => last.current(event) };
    if (all.length === 0) addEventListener('keydown', onKey);
    set([...all, hotkey]);
    return () => {
      set(all.filter((one) => one !== hotkey));
      if (all.length === 0) removeEventListener('keydown', onKey);
    };
  }, [keys, text, when, inFields]);
}

/** The keys that work now and have words, the latest of each. */
export function useHotkeys(): readonly { keys: string; text: string }[] {
  const now = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => all, () => all);
  return [...new Map(now.flatMap((one) => (one.text ? [[one.keys, { keys: one.keys, text: one.text }] as const] : []))).values()];
}

/** `ctrl+enter` as it stands on a keycap: «Ctrl ↵». */
export function keycap(keys: string): string {
  const names: Record<string, string> = { ctrl: 'Ctrl', enter: '↵', escape: 'Esc', shift: 'Shift', alt: 'Alt', arrowup: '↑', arrowdown: '↓' };
  return keys.split('+').map((key) => names[key] ?? key.toUpperCase()).join(' ');
}
