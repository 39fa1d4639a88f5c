import type { Appointment, Encounter } from '@medplum/fhirtypes';
import type { LineState } from './contract.ts';

const minute = 60_000;

/** What has become of a booking. A visit that runs past its time is not yet finished, and says so. */
export function lineState(appointment: Appointment, encounter: Encounter | undefined, now: Date): LineState {
  if (appointment.status === 'noshow') return 'noshow';
  if (appointment.status === 'cancelled' || appointment.status === 'entered-in-error') return 'cancelled';
  if (encounter?.status === 'finished' || (!encounter && appointment.status === 'fulfilled')) return 'done';
  if (encounter && ['in-progress', 'triaged', 'onleave', 'arrived'].includes(encounter.status)) {
    const begun = Date.parse(encounter.period?.start ?? appointment.start ?? '');
    return now.getTime() - begun > slotMinutes(appointment) * minute ? 'unfinished' : 'in-room';
  }
  return appointment.status === 'arrived' || appointment.status === 'checked-in' ? 'arrived' : 'booked';
}

function slotMinutes(appointment: Appointment): number {
  const [from, till] = [Date.parse(appointment.start ?? ''), Date.parse(appointment.end ?? '')];
  return appointment.minutesDuration ?? (till > from ? (till - from) / minute : 15);
}

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
  return Math.max(0, Math.floor(Math.max(0, ...behind, ...over) / minute));
}

/** Who is to be seen next: the one in the room, else the first who came, else the first still booked. */
export function nextLine<T extends Timed>(lines: readonly T[]): T | undefined {
  const first = (state: LineState) => lines.find((line) => line.state === state);
  return first('in-room') ?? first('arrived') ?? first('booked');
}
