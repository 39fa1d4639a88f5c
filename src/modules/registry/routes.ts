import { z } from 'zod';
import type { Role } from '../../access/context.ts';
import { route, type Route } from '../module.ts';
import { bookVisit } from './book-visit.ts';
import { changeBooking, moveBooking } from './change-booking.ts';
import { bookInput, cancelInput, dayQuery, moveInput } from './contract.ts';
import { readDay } from './day-board.ts';
import { listBookings } from './list-bookings.ts';

const desk: readonly Role[] = ['registrar', 'nurse', 'doctor', 'head'];
const booking = z.object({ id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/) });

export const registryRoutes: readonly Route[] = [
  route({ method: 'GET', path: '/registry/day', roles: ['registrar', 'head'], query: dayQuery, handle: (ctx, { query }) => readDay(ctx, query.date) }),
  route({ method: 'GET', path: '/registry/patients/:id/bookings', roles: desk, params: booking, handle: (ctx, { params }) => listBookings(ctx, params.id) }),
  route({ method: 'POST', path: '/appointments', roles: ['registrar', 'nurse', 'doctor'], body: bookInput, handle: (ctx, { body, idempotencyKey }) => bookVisit(ctx, body, idempotencyKey) }),
  route({ method: 'POST', path: '/appointments/:id/arrive', roles: ['registrar', 'nurse'], params: booking, handle: (ctx, { params, idempotencyKey }) => changeBooking(ctx, params.id, 'arrive', { idempotencyKey }) }),
  route({ method: 'POST', path: '/appointments/:id/cancel', roles: ['registrar'], params: booking, body: cancelInput, handle: (ctx, { params, body, idempotencyKey }) => changeBooking(ctx, params.id, 'cancel', { reason: body.reason, idempotencyKey }) }),
  route({ method: 'POST', path: '/appointments/:id/no-show', roles: ['registrar', 'doctor'], params: booking, handle: (ctx, { params, idempotencyKey }) => changeBooking(ctx, params.id, 'no-show', { idempotencyKey }) }),
  route({ method: 'POST', path: '/appointments/:id/restore', roles: ['registrar'], params: booking, handle: (ctx, { params, idempotencyKey }) => changeBooking(ctx, params.id, 'restore', { idempotencyKey }) }),
  route({ method: 'POST', path: '/appointments/:id/move', roles: ['registrar'], params: booking, body: moveInput, handle: (ctx, { params, body, idempotencyKey }) => moveBooking(ctx, params.id, body, idempotencyKey) }),
];
