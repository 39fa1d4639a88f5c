import { describe, expect, it } from 'vitest';
import { openDesk } from '../../../test/desk.ts';
import { freshDatabase } from '../../../test/harness.ts';
import type { Problem } from '../../kernel/problem.ts';
import { bookVisit } from './book-visit.ts';
import { changeBooking, moveBooking } from './change-booking.ts';
import { readDay } from './day-board.ts';
import { listBookings } from './list-bookings.ts';

const place = await openDesk(await freshDatabase());
const desk = await place.desk();
await place.keep(...Array.from({ length: 25 }, (_, n) => ({ resourceType: 'Patient', id: `p${n}`, name: [{ family: 'Иванов', given: [`Пётр${n}`] }], birthDate: '1980-01-01', gender: 'male' })));

const role = 'PractitionerRole/doctor-role';
const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const at = (time: string, date = day) => `${date}T${time}:00+03:00`;
const book = (patient: string, time: string, more: { key?: string; minutes?: number } = {}) => bookVisit(desk, { patient, role, start: at(time), minutes: more.minutes ?? 15 }, more.key);
const code = (one: PromiseSettledResult<unknown>) => (one.status === 'rejected' ? (one.reason as Problem).code : 'done');

describe('booking', () => {
  it('gives a free time to one patient only, twenty desks at once', async () => {
    const tried = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => book(`p${n}`, '09:00')));
    expect(tried.map(code).filter((one) => one === 'done')).toHaveLength(1);
    expect(new Set(tried.map(code))).toEqual(new Set(['done', 'registry.time-taken']));
    await expect(book('p2', '08:50', { minutes: 20 })).rejects.toMatchObject({ code: 'registry.time-taken' });
  });

  it('is one booking when the act is repeated, and refuses a past time and nobody', async () => {
    const [first, second] = [await book('p1', '10:00', { key: 'book-1' }), await book('p1', '10:00', { key: 'book-1' })];
    expect(second.id).toBe(first.id);
    await expect(bookVisit(desk, { patient: 'p1', role, start: '2020-01-01T10:00:00Z', minutes: 15 }, undefined)).rejects.toMatchObject({ code: 'registry.time-past' });
    await expect(bookVisit(desk, { patient: 'p1', role: 'PractitionerRole/nobody', start: at('10:15'), minutes: 15 }, undefined)).rejects.toMatchObject({ code: 'registry.no-doctor' });
  });

  it('minds bookings that came by another way', async () => {
    await place.keep({ resourceType: 'Appointment', id: 'foreign', status: 'booked', start: at('11:00'), end: at('11:20'), participant: [{ actor: { reference: 'Patient/p3' }, status: 'accepted' }, { actor: { reference: role }, status: 'accepted' }] });
    await expect(book('p4', '11:15')).rejects.toMatchObject({ code: 'registry.time-taken' });
    const board = await readDay(desk, day);
    const doctor = board.doctors.find((one) => one.role === role)!;
    expect(doctor.bookings.map(({ id }) => id)).toContain('foreign');
    expect(doctor.free).not.toContain(new Date(at('11:15')).toISOString());
    expect(doctor.free).toContain(new Date(at('11:30')).toISOString());
    expect(board.doctors.map(({ shortName }) => shortName)).toEqual(['Соколова\u00a0А.\u00a0В.', 'Павлов\u00a0Н.\u00a0К.']);
  });
});

describe('a booking', () => {
  it('goes from booked to arrived and back, and a repeated mark changes nothing', async () => {
    const { id } = await book('p5', '12:00');
    const arrived = await changeBooking(desk, id, 'arrive');
    expect(arrived).toMatchObject({ state: 'arrived', arrivedAt: expect.any(String), patient: { shortName: 'Иванов\u00a0П.' } });
    expect((await changeBooking(desk, id, 'arrive')).arrivedAt).toBe(arrived.arrivedAt);
    expect(await changeBooking(desk, id, 'restore')).toMatchObject({ state: 'booked', arrivedAt: undefined });
    await expect(changeBooking(desk, id, 'no-show')).rejects.toMatchObject({ code: 'registry.not-now', details: { reason: 'время приёма ещё не наступило' } });
  });

  it('frees its time when cancelled; taking that back needs the time to be free still', async () => {
    const { id } = await book('p6', '13:00');
    await changeBooking(desk, id, 'cancel', { reason: 'Попросил пациент' });
    const other = await book('p7', '13:00');
    await expect(changeBooking(desk, id, 'restore')).rejects.toMatchObject({ code: 'registry.time-taken' });
    await changeBooking(desk, other.id, 'cancel');
    expect(await changeBooking(desk, id, 'restore')).toMatchObject({ state: 'booked' });
  });

  it('moves to another doctor and time, and the old time is free at once', async () => {
    const { id } = await book('p8', '14:00');
    const moved = await moveBooking(desk, id, { role: 'PractitionerRole/surgeon-role', start: at('15:00') }, undefined);
    expect(moved).toMatchObject({ doctor: { role: 'PractitionerRole/surgeon-role', shortName: 'Павлов\u00a0Н.\u00a0К.' }, start: new Date(at('15:00')).toISOString() });
    expect((await book('p9', '14:00')).state).toBe('booked');
    await expect(moveBooking(desk, id, { role, start: at('14:00') }, undefined)).rejects.toMatchObject({ code: 'registry.time-taken' });
    expect((await listBookings(desk, 'p8')).map((one) => one.id)).toEqual([id]);
  });

  it('with a visit under way is the doctor’s', async () => {
    const { id } = await book('p10', '16:00');
    await changeBooking(desk, id, 'arrive');
    await place.keep({ resourceType: 'Encounter', id: 'begun', status: 'in-progress', class: { code: 'AMB' }, subject: { reference: 'Patient/p10' }, appointment: [{ reference: `Appointment/${id}` }], serviceProvider: { reference: 'Organization/clinic' }, period: { start: at('16:00') } });
    expect((await readDay(desk, day)).doctors.flatMap(({ bookings }) => bookings).find((one) => one.id === id)?.state).toBe('in-room');
    await expect(changeBooking(desk, id, 'cancel')).rejects.toMatchObject({ code: 'registry.not-now', details: { reason: 'пациент уже у врача' } });
  });
});
