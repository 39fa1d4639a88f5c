import type { BookingState } from './contract.ts';

/** What may be done with a booking; the server obeys, the screen disables with the reason. Pure. */

export type BookingAct = 'arrive' | 'cancel' | 'no-show' | 'move' | 'restore';

const reasons = {
  fulfilled: { ru: 'приём уже закончен', en: 'the visit has ended' },
  'in-room': { ru: 'пациент уже у врача', en: 'the patient is with the doctor' },
  cancelled: { ru: 'запись отменена', en: 'the booking is cancelled' },
  noshow: { ru: 'отмечена неявка', en: 'marked as not come' },
  arrived: { ru: 'приход уже отмечен', en: 'already marked as arrived' },
  booked: { ru: 'отменять нечего: пациент ещё не отмечен', en: 'nothing to take back: not marked yet' },
  early: { ru: 'время приёма ещё не наступило', en: 'the time has not come yet' },
} as const;
export type BookingReason = keyof typeof reasons;

const allowed: Readonly<Record<BookingAct, readonly BookingState[]>> = {
  arrive: ['booked', 'noshow'],
  cancel: ['booked', 'arrived', 'noshow'],
  'no-show': ['booked'],
  move: ['booked', 'noshow'],
  restore: ['arrived', 'noshow', 'cancelled'],
};

/** Why it may not be done now; undefined where it may. */
export function refusalOfAct(act: BookingAct, booking: { state: BookingState; start: string }, now: Date): BookingReason | undefined {
  if (!allowed[act].includes(booking.state)) return booking.state;
  return act === 'no-show' && new Date(booking.start) > now ? 'early' : undefined;
}

export function reasonText(reason: BookingReason, language: 'ru' | 'en'): string {
  return reasons[reason][language];
}

/** The one act that comes next on the row. */
export function nextAct(state: BookingState): BookingAct | undefined {
  return state === 'booked' ? 'arrive' : state === 'noshow' || state === 'cancelled' ? 'restore' : undefined;
}

/** The status that FHIR keeps for each state; `in-room` is told by the Encounter. */
export const statusAfter: Readonly<Record<Exclude<BookingAct, 'move'>, 'arrived' | 'cancelled' | 'noshow' | 'booked'>> = { arrive: 'arrived', cancel: 'cancelled', 'no-show': 'noshow', restore: 'booked' };

/** Starts of the free times of a day on the doctor's grid: within the hours, not taken, not past. Instants in milliseconds. */
export function freeStarts(given: { from: number; to: number; minutes: number; taken: readonly { start: number; end: number }[]; now: number }): number[] {
  const step = given.minutes * 60_000;
  const free: number[] = [];
  for (let start = given.from; start + step <= given.to; start += step) {
    if (start < given.now) continue;
    if (!given.taken.some((one) => one.start < start + step && one.end > start)) free.push(start);
  }
  return free;
}

/** The five-minute cells that a booking takes; two bookings that overlap share one. */
export function cellsOf(start: number, minutes: number): number[] {
  const cell = 5 * 60_000;
  const first = Math.floor(start / cell) * cell;
  return Array.from({ length: Math.ceil((start + minutes * 60_000 - first) / cell) }, (_, at) => first + at * cell);
}
