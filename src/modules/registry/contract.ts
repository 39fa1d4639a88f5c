import { z } from 'zod';
import type { PersonAnswer } from '../patients/contract.ts';

/** What the board of the day and the bookings say. */

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
const start = z.iso.datetime({ offset: true });
export const roleReference = z.string().regex(/^PractitionerRole\/[A-Za-z0-9\-.]{1,64}$/);

export const dayQuery = z.strictObject({ date: z.iso.date().optional() });
export const bookInput = z.strictObject({
  patient: id,
  role: roleReference,
  start,
  minutes: z.number().int().min(5).max(240).multipleOf(5).default(15),
  reason: z.string().trim().max(300).optional(),
});
export type BookInput = z.output<typeof bookInput>;
export const moveInput = z.strictObject({ role: roleReference, start });
export type MoveInput = z.output<typeof moveInput>;
export const cancelInput = z.strictObject({ reason: z.string().trim().max(300).optional() });

/** `in-room`: arrived, and the visit is under way. */
export const bookingStates = ['booked', 'arrived', 'in-room', 'fulfilled', 'noshow', 'cancelled'] as const;
export type BookingState = (typeof bookingStates)[number];

export interface Booking {
  id: string;
  state: BookingState;
  start: string;
  end: string;
  minutes: number;
  reason: string | undefined;
  /** «Записан через Госуслуги». */
  comment: string | undefined;
  arrivedAt: string | undefined;
  patient: PersonAnswer | undefined;
  doctor: { role: string; shortName: string; post: string | undefined } | undefined;
  room: string | undefined;
}

export interface DoctorDay {
  role: string;
  name: string;
  shortName: string;
  post: string;
  district: string | undefined;
  room: string | undefined;
  minutes: number;
  bookings: Booking[];
  /** Starts of free times still to come. */
  free: string[];
}

export interface DayAnswer {
  date: string;
  zone: string;
  now: string;
  doctors: DoctorDay[];
}
