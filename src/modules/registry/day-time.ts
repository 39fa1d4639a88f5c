/** Days of a clinic in its own zone. Pure. */

function offsetOf(at: number, zone: string): number {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(new Date(at)).map((part) => [part.type, Number(part.value)]));
  return Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(at / 1000) * 1000;
}

/** The calendar day at this instant: `YYYY-MM-DD`. */
export function dayAt(at: Date, zone: string): string {
  return new Date(at.getTime() + offsetOf(at.getTime(), zone)).toISOString().slice(0, 10);
}

/** The instant of that minute of the day; a change of the clock within the day is minded. */
export function instantOf(day: string, minutes: number, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`) + minutes * 60_000;
  const guess = wall - offsetOf(wall, zone);
  return wall - offsetOf(guess, zone);
}
