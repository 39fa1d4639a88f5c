import type { Ctx } from '../../access/context.ts';
import { personGroup } from '../patients/index.ts';
import { describeBookings, type StoredAppointment } from './bookings.ts';
import type { Booking } from './contract.ts';

/** A person's bookings over all his cards, the latest first. */
export async function listBookings(ctx: Ctx, patient: string): Promise<Booking[]> {
  const cards = await personGroup(ctx, patient);
  const { matches } = await ctx.store.search('Appointment', `patient=${cards.map((card) => `Patient/${card}`).join(',')}&_sort=-date&_count=50`);
  return describeBookings(ctx, matches.map(({ content }) => JSON.parse(content) as StoredAppointment), new Set());
}
