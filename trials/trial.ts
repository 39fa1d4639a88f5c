import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Trial {
  /** Printed, so that a failure can be repeated: `npm run trial -- NAME --seed N`. */
  seed: number;
  /** The next number of the seed's row, from 0 up to 1. */
  chance(): number;
  /** Is there time for one more round? */
  goesOn(): boolean;
  count(what: string, by?: number): void;
  /** Something that must never be; the trial goes on and fails in the end. */
  flaw(what: string): void;
}

/** Runs rounds until the time is over, then says what was done and what was found; exit code 1 where something was. */
export async function runTrial(name: string, work: (trial: Trial) => Promise<void>): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' } } });
  const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(values.seed);
  const minutes = Number(values.minutes ?? 3);
  if (!Number.isInteger(seed) || !(minutes > 0)) throw new Error('--seed is a whole number, --minutes a positive one');
  const begun = Date.now();
  const counts = new Map<string, number>();
  const flaws: string[] = [];
  let state = seed >>> 0;
  console.log(`${name}: seed ${seed}, ${minutes} minutes`);
  const trial: Trial = {
    seed,
    // mulberry32: small, and the same everywhere.
    chance: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    goesOn: () => Date.now() - begun < minutes * 60_000,
    count: (what, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by),
    flaw: (what) => {
      flaws.push(what);
      console.log(`✗ ${what}`);
    },
  };
  try {
    await work(trial);
  } catch (error) {
    trial.flaw(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const done = [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
  console.log(`${name}: ${done}; ${flaws.length === 0 ? 'no flaw' : `${flaws.length} flaws`}; seed ${seed}, ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  process.exit(flaws.length === 0 ? 0 : 1);
}

/** Megabytes of heap that are still in use after all garbage has been collected. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/**
 * To be called after each round of a trial whose server is in this process: from the settled heap of the first rounds it may not grow
 * by more than a half and 50 MB, however many rounds there are.
 */
export function watchMemory(trial: Trial, settledAfter = 5): () => void {
  let round = 0;
  let settled = 0;
  return () => {
    const used = heapInUse();
    if (++round === settledAfter) settled = used;
    if (settled === 0 || round % 10 !== 0) return;
    console.log(`  heap ${used.toFixed(0)} MB after ${round} rounds, ${settled.toFixed(0)} MB after ${settledAfter}`);
    if (used > settled * 1.5 + 50) trial.flaw(`the heap grew from ${settled.toFixed(0)} to ${used.toFixed(0)} MB`);
  };
}
