/** Pure rules that the server obeys and the screens show. */
import type { LineState } from './contract.ts';

interface Timed {
  start: string;
  end: string;
  state: LineState;
  begun?: string;
}

/**
 * Minutes behind the plan: how long the first one who came has waited past the time given to him; with nobody waiting, how long
 * the one in the room runs over. Who has not come makes nobody late.
 */
export function minutesLate(lines: readonly Timed[], now: Date): number {
  const behind = lines.filter(({ state }) => state === 'arrived').map(({ start }) => now.getTime() - Date.parse(start));
  const over = lines.filter(({ state }) => state === 'in-room').map(({ end }) => now.getTime() - Date.parse(end));
  return Math.max(0, Math.floor(Math.max(0, ...behind, ...over) / 60_000));
}

/** Who is to be seen next: the one in the room, else the first who came, else the first still booked. */
export function nextLine<T extends Timed>(lines: readonly T[]): T | undefined {
  const first = (state: LineState) => lines.find((line) => line.state === state);
  return first('in-room') ?? first('arrived') ?? first('booked');
}

/** FHIR date of what was typed: `2019`, `03.2019`, `14.03.2019`; undefined while it is none or lies ahead. */
export function readSince(text: string, today: string): string | undefined {
  const found = /^(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?((?:19|20)\d{2})$/.exec(text.trim());
  if (!found) return undefined;
  const [, day, month, year] = found;
  const date = [year, month?.padStart(2, '0'), day?.padStart(2, '0')].filter(Boolean).join('-');
  const real = day ? new Date(`${date}T00:00:00Z`) : undefined;
  if ((month && (Number(month) < 1 || Number(month) > 12)) || (real && (Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== date))) return undefined;
  return date <= today.slice(0, date.length) ? date : undefined;
}
