/** The moments of the demo, all relative to `now` in one zone, so that the day is always today. */
export interface DemoTime {
  now: Date;
  zone: string;
  /** `YYYY-MM-DD` so many days ago (negative: ahead). */
  date(daysAgo: number): string;
  /** Instant with the zone's offset, on that day at `minutes` after midnight. */
  at(daysAgo: number, minutes: number): string;
  /** Instant so many minutes from now. */
  fromNow(minutes: number): string;
  instant(date: Date): string;
  /** Minutes after midnight, now. */
  minutesToday: number;
  /** Birth date of a person who is `years` old today, born on `monthDay` (`MM-DD`). */
  born(years: number, monthDay: string): string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes far longer than using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    formats.set(zone, format);
  }
  return format;
}

function offsetMinutes(at: Date, zone: string): number {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const local = Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute, parts.second);
  return Math.round((local - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
}

/** ISO 8601 with the zone's offset: `2026-11-21T09:15:00+03:00`. */
export function zonedInstant(at: Date, zone: string): string {
  const offset = offsetMinutes(at, zone);
  const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

export function demoTime(now: Date, zone: string): DemoTime {
  const today = zonedInstant(now, zone).slice(0, 10);
  const date = (daysAgo: number) => new Date(Date.parse(`${today}T00:00:00Z`) - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const midnight = (day: string) => {
    const guess = Date.parse(`${day}T00:00:00Z`);
    const first = guess - offsetMinutes(new Date(guess), zone) * 60_000;
    // Once more with the offset that holds there: a change of the clock may lie between.
    return guess - offsetMinutes(new Date(first), zone) * 60_000;
  };
  const instant = (moment: Date) => zonedInstant(moment, zone);
  return {
    now,
    zone,
    date,
    instant,
    at: (daysAgo, minutes) => instant(new Date(midnight(date(daysAgo)) + minutes * 60_000)),
    fromNow: (minutes) => instant(new Date(now.getTime() + minutes * 60_000)),
    minutesToday: Math.floor((now.getTime() - midnight(today)) / 60_000),
    born: (years, monthDay) => `${Number(today.slice(0, 4)) - years - (monthDay > today.slice(5) ? 1 : 0)}-${monthDay}`,
  };
}
