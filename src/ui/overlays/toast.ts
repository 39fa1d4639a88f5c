import { useSyncExternalStore } from 'react';

export interface Toast {
  key: number;
  text: string;
  tone: 'plain' | 'danger';
  /** Takes back what was done. */
  onUndo: (() => void) | undefined;
  seconds: number;
}

export interface Question {
  title: string;
  /** What follows and what cannot be taken back. */
  text?: string;
  /** The verb on the button: «Аннулировать». */
  act: string;
  danger?: boolean;
}

interface Open {
  toasts: readonly Toast[];
  question: (Question & { answer: (yes: boolean) => void }) | undefined;
}

let open: Open = { toasts: [], question: undefined };
let count = 0;
const listeners = new Set<() => void>();

function set(next: Partial<Open>): void {
  open = { ...open, ...next };
  for (const listener of listeners) listener();
}

/** A word at the foot of the screen that goes by itself; with `onUndo` it can be taken back for 8 s. Never the only sign of a refusal. */
export function toast(text: string, { onUndo, tone = 'plain', seconds = onUndo ? 8 : 5 }: { onUndo?: () => void; tone?: Toast['tone']; seconds?: number } = {}): number {
  count += 1;
  set({ toasts: [...open.toasts.slice(-2), { key: count, text, tone, onUndo, seconds }] });
  return count;
}

export function dropToast(key: number): void {
  set({ toasts: open.toasts.filter((one) => one.key !== key) });
}

/** Asks before what cannot be taken back; answers whether to do it. Where it can be taken back, do it and offer `toast(…, { onUndo })`. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    open.question?.answer(false);
    set({
      question: {
        ...question,
        answer: (yes) => {
          set({ question: undefined });
          resolve(yes);
        },
      },
    });
  });
}

export function useOverlays(): Open {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => open, () => open);
}
