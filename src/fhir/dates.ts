/** Epoch milliseconds of the first and the last instant that a date may mean. */
export interface DateRange {
  readonly low: number;
  readonly high: number;
}

export const defaultZone = 'Europe/Moscow';

const hour = 3_600_000;
const notDate: DateRange = { low: Number.NaN, high: Number.NaN };

const clocks = new Map<string, { format: Intl.DateTimeFormat; offsets: Map<number, number> }>();

/** Milliseconds by which the zone's clock is ahead of UTC at an instant; remembered by the quarter of an hour, as zones change on one. */
function offsetAt(zone: string, instant: number): number {
  let clock = clocks.get(zone);
  if (!clock) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', era: 'short' });
    clocks.set(zone, (clock = { format, offsets: new Map() }));
  }
  const quarter = Math.floor(instant / (hour / 4));
  let offset = clock.offsets.get(quarter);
  if (offset === undefined) {
    const at = quarter * (hour / 4);
    const part: Record<string, string> = {};
    for (const { type, value } of clock.format.formatToParts(at)) part[type] = value;
    const year = part.era === 'BC' ? 1 - Number(part.year) : Number(part.year);
    offset = utc(year, Number(part.month), Number(part.day), Number(part.hour), Number(part.minute), Number(part.second), 0) - at;
    if (clock.offsets.size > 50_000) clock.offsets.clear();
    clock.offsets.set(quarter, offset);
  }
  return offset;
}

/** Date.UTC takes the years 0 to 99 for 1900 to 1999. */
function utc(year: number, month: number, day: number, hours: number, minutes: number, seconds: number, ms: number): number {
  const instant = Date.UTC(year, month - 1, day, hours, minutes, seconds, ms);
  return year > 99 || year < 0 ? instant : new Date(instant).setUTCFullYear(year);
}

/** The instant at which the zone's clock shows this; in the hour that summer time repeats the first, in the one it leaves out the later. */
function instantOf(wall: number, zone: string): number {
  const before = offsetAt(zone, wall - 24 * hour);
  const first = wall - before;
  return offsetAt(zone, first) === before ? first : wall - offsetAt(zone, wall - offsetAt(zone, first));
}

const pattern = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * The range that a date, dateTime or instant means (http://hl7.org/fhir/R4/search.html#date): `2026` is the whole year. What has no
 * zone is taken in `zone` (an IANA name). Seconds and the zone may be left out, as in a search. Both ends are NaN where the text is no date.
 */
export function parseDateRange(text: string, zone: string = defaultZone): DateRange {
  if (text.length > 10) return parseRange(text, zone);
  let days = knownDays.get(zone);
  if (!days) knownDays.set(zone, (days = new Map()));
  let range = days.get(text);
  if (!range) {
    if (days.size >= 20_000) days.clear();
    days.set(text, (range = parseRange(text, zone)));
  }
  return range;
}

/** There are few days, and where each begins and ends by a zone's clock takes several looks at its rules. */
const knownDays = new Map<string, Map<string, DateRange>>();

function parseRange(text: string, zone: string): DateRange {
  const part = pattern.exec(text);
  if (!part) return notDate;
  const year = Number(part[1]);
  const month = part[2] === undefined ? 0 : Number(part[2]);
  const day = part[3] === undefined ? 0 : Number(part[3]);
  if (part[2] !== undefined && (month < 1 || month > 12)) return notDate;
  if (part[3] !== undefined && (day < 1 || day > daysIn(year, month))) return notDate;
  if (part[4] === undefined) {
    const next = day ? utc(year, month, day + 1, 0, 0, 0, 0) : month ? utc(year, month + 1, 1, 0, 0, 0, 0) : utc(year + 1, 1, 1, 0, 0, 0, 0);
    return { low: instantOf(utc(year, month || 1, day || 1, 0, 0, 0, 0), zone), high: instantOf(next, zone) - 1 };
  }
  const hours = Number(part[4]);
  const minutes = Number(part[5]);
  const seconds = Number(part[6] ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 60) return notDate;
  const fraction = (part[7] ?? '').slice(0, 3);
  const wall = utc(year, month, day, hours, minutes, seconds, Number(fraction.padEnd(3, '0')));
  const low = part[8] === undefined ? instantOf(wall, zone) : wall - offsetIn(part[8]);
  const length = part[6] === undefined ? 60_000 : 10 ** (3 - fraction.length);
  return { low, high: low + length - 1 };
}

function offsetIn(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.charCodeAt(0) === 45 ? -minutes : minutes) * 60_000;
}

export function daysIn(year: number, month: number): number {
  return month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
