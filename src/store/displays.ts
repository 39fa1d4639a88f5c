import { int4Array, int8Array, textArray } from '../db/arrays.ts';
import type { Sql } from '../db/types.ts';
import type { Display } from './token-hash.ts';

/** Those that this process has met in the table; so many that nothing usual is forgotten. */
const knownLimit = 200_000;

/**
 * The table of displays. There are few, and each stands beside its code again and again, so that rows carry only its token. A display
 * stays when the last row with it is gone: it is a word of a terminology, nobody's own text.
 */
export class Displays {
  #known = new Set<bigint>();

  /**
   * Keeps what is new of the displays, once in a transaction, before the rows that carry them. What this very transaction inserts may be taken back, so only
   * what was there already is asked for no more.
   */
  async keep(sql: Sql, displays: Iterable<Display>): Promise<void> {
    const unknown = new Map<bigint, Display>();
    for (const display of displays) if (!this.#known.has(display.token)) unknown.set(display.token, display);
    if (unknown.size === 0) return;
    // in one order for all writers: two who bring the same do not wait for each other in a circle
    const sorted = [...unknown.values()].sort((a, b) => a.param - b.param || (a.key < b.key ? -1 : 1));
    const inserted = await sql.query<{ token: string }>(
      `insert into display (param, key, token) select * from unnest($1::int[], $2::text[], $3::bigint[]) on conflict do nothing returning token::text as token`,
      [int4Array(sorted.map(({ param }) => param)), textArray(sorted.map(({ key }) => key)), int8Array(sorted.map(({ token }) => token))],
    );
    for (const { token } of inserted) unknown.delete(BigInt(token));
    if (this.#known.size + unknown.size > knownLimit) this.#known = new Set();
    for (const token of unknown.keys()) this.#known.add(token);
  }
}

/** The displays of rows, each once. */
export function* displaysOf(rows: Iterable<{ displays: readonly Display[] }>): Generator<Display> {
  for (const row of rows) yield* row.displays;
}
