import { useEffect, useRef } from 'react';
import { noBurst, readBurst } from './scan-burst.ts';

/**
 * Hears a scanner wherever the focus is: fast keys that end with Enter. What the burst typed into a field is taken out again, and its
 * Enter presses nothing. Answer false from `onScan` when the code is none of yours: an earlier mounted listener is asked then.
 */
export function useScanner(onScan: (text: string) => boolean | void, when = true): void {
  const last = useRef(onScan);
  useEffect(() => {
    last.current = onScan;
  });
  useEffect(() => {
    if (!when) return undefined;
    const listener = (text: string) => last.current(text);
    if (listeners.length === 0) addEventListener('keydown', hear, true);
    listeners.push(listener);
    return () => {
      listeners.splice(listeners.indexOf(listener), 1);
      if (listeners.length === 0) removeEventListener('keydown', hear, true);
    };
  }, [when]);
}

const listeners: ((text: string) => boolean | void)[] = [];
let burst = noBurst;
let field: { element: HTMLInputElement | HTMLTextAreaElement; before: string } | undefined;

function hear(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    burst = noBurst;
    return;
  }
  const read = readBurst(burst, { key: event.key, code: event.code, shift: event.shiftKey, at: event.timeStamp });
  burst = read.burst;
  if (burst.text.length === 1) remember();
  if (read.scanned === undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  restore();
  for (const listener of listeners.toReversed()) if (listener(read.scanned) !== false) return;
}

function remember(): void {
  const element = document.activeElement;
  field = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? { element, before: element.value } : undefined;
}

/** Through the prototype's setter, since React overrides the element's own one and would not see the change. */
function restore(): void {
  if (!field || field.element.value === field.before) return;
  const prototype = field.element instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field.element, field.before);
  field.element.dispatchEvent(new Event('input', { bubbles: true }));
}
