import { listenToDrafts, type Database } from './tables.ts';

/** Wakes those who wait for another person's change of a draft, whichever server process it came through. */
export interface DraftWatch {
  /** Ends at the next change of the visit's draft, or after the milliseconds. */
  changed(encounter: string, milliseconds: number): Promise<void>;
  end(): Promise<void>;
}

/** NOTIFY is only a hint: whoever wakes reads for himself, and wakes at the latest when his time is up. */
export async function watchDrafts(database: Database): Promise<DraftWatch> {
  const waiting = new Map<string, Set<() => void>>();
  const wake = (encounter: string) => {
    for (const each of waiting.get(encounter) ?? []) each();
  };
  const stop = await listenToDrafts(database, (encounter) => {
    if (encounter) wake(encounter);
    else for (const each of waiting.keys()) wake(each);
  });
  return {
    changed: (encounter, milliseconds) =>
      new Promise((resolve) => {
        const set = waiting.get(encounter) ?? new Set();
        waiting.set(encounter, set);
        const done = () => {
          clearTimeout(timer);
          set.delete(done);
          if (set.size === 0 && waiting.get(encounter) === set) waiting.delete(encounter);
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        timer.unref();
        set.add(done);
      }),
    end: stop,
  };
}
