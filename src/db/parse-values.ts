import pg from 'pg';

/** What `pg` needs to know to read answers; given to each connection, so that nothing global changes. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: string) => (format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : (parsers.get(oid) ?? pg.types.getTypeParser(oid, 'text')))) as never,
};

const textArray = pg.types.getTypeParser(1009 as never, 'text') as (text: string) => (string | null)[];
const asWritten = (text: string): string => text;

/**
 * int8 stays a string (BigInt would make every row dearer than the few that need it), dates and times are strings, for a `date`
 * has no zone to build a Date from, and an instant mostly goes on into JSON.
 */
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, asWritten],
  [pg.types.builtins.NUMERIC, asWritten],
  [pg.types.builtins.DATE, asWritten],
  [pg.types.builtins.TIME, asWritten],
  [pg.types.builtins.TIMESTAMP, asWritten],
  [pg.types.builtins.TIMESTAMPTZ, isoInstant],
  [1016, textArray], // int8[]
  [1182, textArray], // date[]
  [1185, (text) => textArray(text).map((instant) => (instant === null ? null : isoInstant(instant)))], // timestamptz[]
]);

/** `2026-01-31 09:05:00.12+00` → `2026-01-31T09:05:00.120Z`; digits beyond milliseconds are kept, `infinity` and years before 1 stay as written. */
export function isoInstant(text: string): string {
  if (!text.endsWith('+00') || text[10] !== ' ') return text;
  const seconds = text.slice(0, -3);
  const fraction = seconds.length === 19 ? '.000' : seconds.slice(19).padEnd(4, '0');
  return `${seconds.slice(0, 10)}T${seconds.slice(11, 19)}${fraction}Z`;
}
