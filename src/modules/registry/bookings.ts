import type { Appointment, Location, Patient, PractitionerRole } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { personAnswer, type StoredPatient } from '../patients/index.ts';
import type { Booking, BookingState } from './contract.ts';

/** Instant at which a patient came to the clinic; stands on an Appointment from `arrived` on. */
export const arrivedUrl = 'urn:karta:arrived';

export type StoredAppointment = Appointment & { id: string };

export function participantOf(appointment: Appointment, type: 'Patient' | 'PractitionerRole' | 'Location'): { reference: string; display: string | undefined } | undefined {
  const actor = appointment.participant.find((one) => one.actor?.reference?.startsWith(`${type}/`))?.actor;
  return actor?.reference === undefined ? undefined : { reference: actor.reference, display: actor.display };
}

/** Takes up its time: whoever did not come or was cancelled does not. */
export function holdsTime({ status }: Appointment): boolean {
  return status !== 'cancelled' && status !== 'noshow' && status !== 'entered-in-error';
}

export function stateOf({ status }: Appointment, inRoom: boolean): BookingState {
  if (inRoom && status === 'arrived') return 'in-room';
  if (status === 'arrived' || status === 'checked-in') return 'arrived';
  if (status === 'fulfilled' || status === 'noshow' || status === 'cancelled') return status;
  return status === 'entered-in-error' ? 'cancelled' : 'booked';
}

/** Appointments as the desk sees them: with the names of patients, doctors and rooms. */
export async function describeBookings(ctx: Ctx, appointments: readonly StoredAppointment[], inRoom: ReadonlySet<string>): Promise<Booking[]> {
  const wanted = new Set(appointments.flatMap((one) => (['Patient', 'PractitionerRole', 'Location'] as const).flatMap((type) => participantOf(one, type)?.reference ?? [])));
  const read = await ctx.store.readMany([...wanted]);
  const known = new Map(read.map((stored) => [`${stored.type}/${stored.id}`, JSON.parse(stored.content) as { id: string }]));
  return appointments.map((appointment): Booking => {
    const patient = known.get(participantOf(appointment, 'Patient')?.reference ?? '') as StoredPatient | undefined;
    const doctor = participantOf(appointment, 'PractitionerRole');
    const role = known.get(doctor?.reference ?? '') as PractitionerRole | undefined;
    const place = participantOf(appointment, 'Location');
    const start = appointment.start ?? '';
    const minutes = appointment.minutesDuration ?? (appointment.end ? Math.round((Date.parse(appointment.end) - Date.parse(start)) / 60_000) : 15);
    return {
      id: appointment.id,
      state: stateOf(appointment, inRoom.has(appointment.id)),
      start,
      end: appointment.end ?? new Date(Date.parse(start) + minutes * 60_000).toISOString(),
      minutes,
      reason: appointment.description ?? appointment.reasonCode?.[0]?.text,
      comment: appointment.comment,
      arrivedAt: appointment.extension?.find(({ url }) => url === arrivedUrl)?.valueDateTime,
      patient: patient && (patient as Patient).resourceType === 'Patient' ? personAnswer(patient) : undefined,
      doctor: doctor && { role: doctor.reference, shortName: doctor.display ?? shortOf(role?.practitioner?.display ?? ''), post: role?.code?.[0]?.text },
      room: (known.get(place?.reference ?? '') as Location | undefined)?.name,
    };
  });
}

/** «Соколова Анна Викторовна» → «Соколова А. В.». */
export function shortOf(name: string): string {
  const [family = '', ...given] = name.split(' ');
  return [family, ...given.map((part) => `${part[0]}.`)].join('\u00a0');
}
