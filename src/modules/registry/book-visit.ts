import type { Appointment, PractitionerRole } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import { personAnswer, personGroup, type StoredPatient } from '../patients/index.ts';
import { describeBookings, holdsTime, shortOf, type StoredAppointment } from './bookings.ts';
import type { Booking, BookInput } from './contract.ts';
import { appointmentsOf } from './day-board.ts';
import { cellsOf } from './rules.ts';
import { takeCells } from './tables.ts';

const day = 24 * 3_600_000;

/** Books a free time of a doctor. Refuses `registry.time-taken`, `time-past`, `no-doctor`. */
export async function bookVisit(ctx: Ctx, input: BookInput, idempotencyKey: string | undefined): Promise<Booking> {
  const start = Date.parse(input.start);
  const end = start + input.minutes * 60_000;
  if (end <= ctx.now.getTime()) throw new Problem('registry.time-past');
  // A merged card has no bookings of its own any more: they go to the one in use.
  const [patient] = await personGroup(ctx, input.patient);
  const person = JSON.parse((await ctx.store.read('Patient', patient!)).content) as StoredPatient;
  const role = await readRole(ctx, input.role);
  const shard = shardOf(person.id);
  const id = newId(shard);
  const appointment: Appointment = {
    resourceType: 'Appointment',
    id,
    status: 'booked',
    serviceType: [{ text: 'Приём врача' }],
    ...(input.reason ? { reasonCode: [{ text: input.reason }], description: input.reason } : {}),
    comment: ctx.actor.role === 'registrar' ? 'Записан регистратурой' : 'Записан врачом',
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    minutesDuration: input.minutes,
    created: ctx.now.toISOString(),
    participant: [
      { actor: { reference: `Patient/${person.id}`, display: personAnswer(person).name }, required: 'required', status: 'accepted' },
      { actor: { reference: input.role, display: shortOf(role.practitioner?.display ?? '') }, required: 'required', status: 'accepted' },
      ...(role.location?.[0]?.reference ? [{ actor: { reference: role.location[0].reference }, status: 'accepted' as const }] : []),
    ],
  };
  // Bookings that came by another way (exchange, import) hold no cells. Refused only inside the write: a repeated act finds its own booking here.
  const taken = await isTaken(ctx, input.role, start, end, id);
  const [written] = await ctx.store.write([{ method: 'create', resource: appointment, keepId: true }], {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    alongside: async (sql) => {
      if (taken || !(await takeCells(sql, input.role, cellsOf(start, input.minutes), shard, id))) throw new Problem('registry.time-taken');
    },
  });
  return (await describeBookings(ctx, [JSON.parse(written!.content) as StoredAppointment], new Set()))[0]!;
}

export async function readRole(ctx: Ctx, reference: string): Promise<PractitionerRole> {
  const [stored] = await ctx.store.readMany([reference]);
  const role = stored && (JSON.parse(stored.content) as PractitionerRole);
  if (!role || role.active === false) throw new Problem('registry.no-doctor');
  return role;
}

/** Whether another booking that holds its time overlaps. */
export async function isTaken(ctx: Ctx, role: string, start: number, end: number, except: string): Promise<boolean> {
  const others = await appointmentsOf(ctx.asSystem(), [role], start - day / 4, end);
  return others.some((one) => one.id !== except && holdsTime(one) && Date.parse(one.start ?? '') < end && Date.parse(one.end ?? one.start ?? '') > start);
}
