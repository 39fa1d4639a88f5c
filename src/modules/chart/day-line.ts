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
