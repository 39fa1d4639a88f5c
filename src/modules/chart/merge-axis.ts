import { Problem } from '../../kernel/problem.ts';

/** A place on the axis: newest first, equal moments by key. */
export interface Placed {
  key: string;
  at: string;
}

export interface Batch<T> {
  items: T[];
  /** Moment of the last thing read, from which the next batch goes on; undefined: nothing is left. */
  last: string | undefined;
}

/** Reads a batch not newer than `before`; of things at exactly `before` some may come twice. */
export type Source<T> = (before: string | undefined, batch: number) => Promise<Batch<T>>;

interface Place {
  ms: number;
  key: string;
}

const placeOf = ({ at, key }: Placed): Place => ({ ms: Date.parse(at), key });
const compare = (a: Place, b: Place) => b.ms - a.ms || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** Most rounds of reading for one page: a rare word is looked for through a whole life, not for ever. */
const mostRounds = 40;

/**
 * Merges sources on one axis, page by page (keyset: what is written meanwhile neither repeats nor hides anything). An item is given out only
 * once every source has been read past its moment.
 */
export async function mergeAxis<T extends Placed>(sources: readonly Source<T>[], { count, cursor, fits, batch }: { count: number; cursor?: string | undefined; fits?: ((item: T) => boolean) | undefined; batch: number }): Promise<{ items: T[]; next?: string }> {
  const start = cursor === undefined ? undefined : readCursor(cursor);
  const begin = start && new Date(start.ms).toISOString();
  const states = sources.map((read) => ({ read, before: begin, known: new Map<string, T>(), done: false, size: batch }));
  for (let round = 0; ; round++) {
    await Promise.all(
      states.filter(({ done }) => !done).map(async (state) => {
        const { items, last } = await state.read(state.before, state.size);
        const grew = items.some(({ key }) => !state.known.has(key));
        for (const item of items) state.known.set(item.key, item);
        // Very many things at one moment: the same batch would come for ever, so the next one is larger.
        if (!grew && last !== undefined) state.size = Math.min(1000, state.size * 4);
        state.done = last === undefined || (!grew && state.size === 1000);
        state.before = last;
      }),
    );
    const horizon = Math.max(Number.NEGATIVE_INFINITY, ...states.filter(({ done }) => !done).map(({ before }) => Date.parse(before!)));
    const ready = states
      .flatMap(({ known }) => [...known.values()])
      .filter((item) => placeOf(item).ms > horizon && (!start || compare(start, placeOf(item)) < 0) && (!fits || fits(item)))
      .sort((a, b) => compare(placeOf(a), placeOf(b)));
    const over = states.every(({ done }) => done) || round >= mostRounds;
    if (ready.length <= count && !over) continue;
    const items = ready.slice(0, count);
    const last = items.at(-1);
    return ready.length > count && last ? { items, next: writeCursor(placeOf(last)) } : { items };
  }
}

function writeCursor({ ms, key }: Place): string {
  return Buffer.from(`${ms} ${key}`).toString('base64url');
}

function readCursor(cursor: string): Place {
  const found = /^(-?\d{1,15}) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!found) throw new Problem('chart.bad-cursor');
  return { ms: Number(found[1]), key: found[2]! };
}
