import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { readLiveMessage } from './live-match.ts';
import type { LiveChange } from './live-match.ts';
import { renewTouched } from './queries.ts';

/** `live`: what others do is seen at once; `away`: no line, the person works on what is here. */
export type Line = 'connecting' | 'live' | 'away';

type Message = { kind: 'line'; line: Line } | { kind: 'data'; data: string } | { kind: 'reload' } | { kind: 'hello' };

const address = '/api/live';
let line: Line = 'connecting';
let users = 0;
let stop: (() => void) | undefined;
let channel: BroadcastChannel | undefined;
const lineListeners = new Set<() => void>();
const changeListeners = new Set<(changes: readonly LiveChange[] | undefined) => void>();

function setLine(next: Line): void {
  if (line === next) return;
  // What changed while the line was away is unknown: everything shown is read again.
  if (next === 'live' && line === 'away') tell(undefined);
  line = next;
  for (const listener of lineListeners) listener();
}

function tell(changes: readonly LiveChange[] | undefined): void {
  for (const listener of changeListeners) listener(changes);
}

function hear(message: Message, leading: boolean): void {
  if (message.kind === 'hello' && leading) channel?.postMessage({ kind: 'line', line } satisfies Message);
  if (leading) return;
  if (message.kind === 'line') setLine(message.line);
  if (message.kind === 'data') tell(readLiveMessage(message.data));
  if (message.kind === 'reload') tell(undefined);
}

/** Opens the stream in this tab and passes on what it says. */
function lead(): () => void {
  const spread = (message: Message) => channel?.postMessage(message);
  let source: EventSource;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  const state = (next: Line) => {
    clearTimeout(quiet);
    quiet = undefined;
    setLine(next);
    spread({ kind: 'line', line: next });
  };
  const changed = (event: MessageEvent<string>) => {
    tell(readLiveMessage(event.data));
    spread({ kind: 'data', data: event.data });
  };
  const reload = () => {
    tell(undefined);
    spread({ kind: 'reload' });
  };
  const open = () => {
    source = new EventSource(address);
    source.onopen = () => {
      tries = 0;
      state('live');
    };
    source.onmessage = changed;
    source.addEventListener('change', changed as EventListener);
    source.addEventListener('reload', reload);
    source.onerror = () => {
      // A reconnect within two seconds is nobody's business.
      quiet ??= setTimeout(() => state('away'), navigator.onLine ? 2000 : 0);
      if (source.readyState !== EventSource.CLOSED) return;
      // The server answered with a refusal (it restarts, a proxy stands between): the browser gives up, we do not.
      tries += 1;
      again = setTimeout(open, Math.min(30_000, 1000 * 2 ** tries));
    };
  };
  const atOnce = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(again);
    open();
  };
  addEventListener('online', atOnce);
  open();
  return () => {
    clearTimeout(quiet);
    clearTimeout(again);
    removeEventListener('online', atOnce);
    source.close();
  };
}

/** One connection per browser: the tab that holds the lock has it, the others hear through the channel. */
function start(): () => void {
  let leading = false;
  let close: (() => void) | undefined;
  let release: (() => void) | undefined;
  const given = new AbortController();
  channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('karta-live');
  if (channel) channel.onmessage = (event: MessageEvent<Message>) => hear(event.data, leading);
  const begin = () => {
    leading = true;
    close = lead();
  };
  if (channel && navigator.locks) {
    channel.postMessage({ kind: 'hello' } satisfies Message);
    navigator.locks
      .request('karta-live', { signal: given.signal }, () => {
        begin();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      })
      .catch(() => undefined);
  } else begin();
  return () => {
    given.abort();
    close?.();
    release?.();
    channel?.close();
    channel = undefined;
    line = 'connecting';
  };
}

function join(): () => void {
  users += 1;
  stop ??= start();
  return () => {
    users -= 1;
    if (users > 0) return;
    stop?.();
    stop = undefined;
  };
}

/**
 * Keeps the live stream open while mounted: reads that a change touches are renewed by themselves; `onChange` hears the changes
 * (undefined: unknown which, all may be old).
 */
export function useLive(onChange?: (changes: readonly LiveChange[] | undefined) => void): void {
  const client = useQueryClient();
  const last = useRef(onChange);
  useEffect(() => {
    last.current = onChange;
  });
  useEffect(() => {
    const listener = (changes: readonly LiveChange[] | undefined) => last.current?.(changes);
    changeListeners.add(listener);
    const leave = join();
    return () => {
      changeListeners.delete(listener);
      leave();
    };
  }, [client]);
}

/** Renews what changes touch; mounted once, by the frame. */
export function useLiveReads(): void {
  const client = useQueryClient();
  useLive((changes) => renewTouched(client, changes));
}

function subscribeLine(listener: () => void): () => void {
  lineListeners.add(listener);
  const renew = () => {
    if (!navigator.onLine) setLine('away');
  };
  addEventListener('offline', renew);
  return () => {
    lineListeners.delete(listener);
    removeEventListener('offline', renew);
  };
}

/** The state of the line to the server. */
export function useLine(): Line {
  return useSyncExternalStore(subscribeLine, () => line, () => line);
}
