/** Collects the parameters of one statement: text is put together, values never are. */
export class Values {
  readonly list: unknown[] = [];
  readonly #before: number;

  /** `before`: values that stand in the statement before these. */
  constructor(before = 0) {
    this.#before = before;
  }

  /** Adds a value and answers its place, `$n`. */
  add(value: unknown): string {
    this.list.push(value);
    return `$${this.#before + this.list.length}`;
  }
}

/** A bigint array as PostgreSQL reads it. */
export function bigints(values: Iterable<bigint>): string {
  return `{${[...values].join(',')}}`;
}

/** A timestamp as PostgreSQL reads it, from epoch milliseconds; ±Infinity where open. */
export function timestamp(milliseconds: number): string {
  if (milliseconds === Infinity) return 'infinity';
  if (milliseconds === -Infinity) return '-infinity';
  const text = new Date(milliseconds).toISOString();
  // ISO 8601 writes far years with a sign that PostgreSQL does not read
  return text.startsWith('+') ? 'infinity' : text.startsWith('-') ? '-infinity' : text;
}
