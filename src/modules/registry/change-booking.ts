import type { Appointment } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Alongside } from '../../store/types.ts';
import { arrivedUrl, describeBookings, participantOf, shortOf, stateOf, type StoredAppointment } from './bookings.ts';
import { isTaken, readRole } from './book-visit.ts';
import type { Booking, MoveInput } from './contract.ts';
import { cellsOf, reasonText, refusalOfAct, statusAfter, type BookingAct } from './rules.ts';
import { freeCells, takeCells } from './tables.ts';

/** Marks who came, did not come, or takes that back. Done already it stays as it is. Refuses `registry.not-now`, `time-taken`. */
export async function changeBooking(ctx: Ctx, id: string, act: Exclude<BookingAct, 'move'>, options: { reason?: string | undefined; idempotencyKey?: string | undefined } = {}): Promise<Booking> {
  const { appointment, version, begun } = await readBooking(ctx, id);
  if (appointment.status === statusAfter[act]) return describe(ctx, appointment, begun);
  demandAct(ctx, act, appointment, begun);
  const holds = act === 'arrive' || act === 'restore';
  const extension = (appointment.extension ?? []).filter(({ url }) => url !== arrivedUrl);
  if (act === 'arrive') extension.push({ url: arrivedUrl, valueDateTime: ctx.now.toISOString() });
  const { extension: _extension, cancelationReason: _reason, ...rest } = appointment;
  const resource: Appointment = {
    ...rest,
    ...(extension.length > 0 ? { extension } : {}),
    status: statusAfter[act],
    ...(act === 'cancel' ? { cancelationReason: { text: options.reason ?? 'Отменено регистратурой' } } : {}),
  };
  return write(ctx, appointment, resource, version, options.idempotencyKey, await holdTime(ctx, resource, id, holds));
}

/** To another time or doctor; the old time is free at once. */
export async function moveBooking(ctx: Ctx, id: string, { role, start: wanted }: MoveInput, idempotencyKey: string | undefined): Promise<Booking> {
  const { appointment, version, begun } = await readBooking(ctx, id);
  demandAct(ctx, 'move', appointment, begun);
  const start = Date.parse(wanted);
  const minutes = appointment.minutesDuration ?? 15;
  if (start + minutes * 60_000 <= ctx.now.getTime()) throw new Problem('registry.time-past');
  const doctor = await readRole(ctx, role);
  const others = appointment.participant.filter(({ actor }) => !actor?.reference?.startsWith('PractitionerRole/') && !actor?.reference?.startsWith('Location/'));
  const resource: Appointment = {
    ...appointment,
    status: 'booked',
    start: new Date(start).toISOString(),
    end: new Date(start + minutes * 60_000).toISOString(),
    minutesDuration: minutes,
    participant: [
      ...others,
      { actor: { reference: role, display: shortOf(doctor.practitioner?.display ?? '') }, required: 'required', status: 'accepted' },
      ...(doctor.location?.[0]?.reference ? [{ actor: { reference: doctor.location[0].reference }, status: 'accepted' as const }] : []),
    ],
  };
  return write(ctx, appointment, resource, version, idempotencyKey, await holdTime(ctx, resource, id, true));
}

async function readBooking(ctx: Ctx, id: string): Promise<{ appointment: StoredAppointment; version: number; begun: boolean }> {
  const stored = await ctx.store.read('Appointment', id);
  const { matches } = await ctx.asSystem().store.search('Encounter', `appointment=Appointment/${id}&status=in-progress,finished&_count=1`);
  return { appointment: JSON.parse(stored.content) as StoredAppointment, version: stored.version, begun: matches.length > 0 };
}

function demandAct(ctx: Ctx, act: BookingAct, appointment: StoredAppointment, begun: boolean): void {
  const reason = refusalOfAct(act, { state: stateOf(appointment, begun), start: appointment.start ?? '' }, ctx.now);
  if (reason) throw new Problem('registry.not-now', { reason: reasonText(reason, ctx.language) });
}

/** Frees the cells that the booking held and takes those of its time; runs in the store's transaction. */
async function holdTime(ctx: Ctx, appointment: Appointment, id: string, holds: boolean): Promise<Alongside> {
  const role = participantOf(appointment, 'PractitionerRole')?.reference;
  const [start, end] = [Date.parse(appointment.start ?? ''), Date.parse(appointment.end ?? '')];
  const known = holds && role !== undefined && !Number.isNaN(start) && !Number.isNaN(end);
  const taken = known && (await isTaken(ctx, role, start, end, id));
  return async (sql) => {
    await freeCells(sql, id);
    if (!known) return;
    const cells = cellsOf(start, Math.max(5, Math.round((end - start) / 60_000)));
    if (taken || !(await takeCells(sql, role, cells, shardOf(id), id))) throw new Problem('registry.time-taken');
  };
}

async function write(ctx: Ctx, before: StoredAppointment, resource: Appointment, version: number, idempotencyKey: string | undefined, alongside: Alongside): Promise<Booking> {
  const [written] = await ctx.store.write([{ method: 'update', resource: { ...resource, id: before.id }, ifMatch: version }], { ...(idempotencyKey === undefined ? {} : { idempotencyKey }), alongside });
  return describe(ctx, JSON.parse(written!.content) as StoredAppointment, false);
}

async function describe(ctx: Ctx, appointment: StoredAppointment, begun: boolean): Promise<Booking> {
  return (await describeBookings(ctx, [appointment], new Set(begun ? [appointment.id] : [])))[0]!;
}
