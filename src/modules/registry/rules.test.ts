import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayAt, instantOf } from './day-time.ts';
import { cellsOf, freeStarts, nextAct, refusalOfAct } from './rules.ts';

const now = new Date('2026-11-21T09:00:00Z');
const booking = (state: 'booked' | 'arrived' | 'in-room' | 'fulfilled' | 'noshow' | 'cancelled', start = '2026-11-21T08:30:00Z') => ({ state, start });

describe('what may be done with a booking', () => {
  it('lets who was marked as not come still arrive, and takes a wrong mark back', () => {
    expect(refusalOfAct('arrive', booking('noshow'), now)).toBeUndefined();
    expect(refusalOfAct('restore', booking('arrived'), now)).toBeUndefined();
    expect(refusalOfAct('restore', booking('cancelled'), now)).toBeUndefined();
  });

  it('never touches a visit that has begun or ended', () => {
    for (const act of ['arrive', 'cancel', 'no-show', 'move', 'restore'] as const) {
      expect(refusalOfAct(act, booking('in-room'), now)).toBe('in-room');
      expect(refusalOfAct(act, booking('fulfilled'), now)).toBe('fulfilled');
    }
    expect(nextAct('in-room')).toBeUndefined();
  });

  it('calls nobody absent before his time', () => {
    expect(refusalOfAct('no-show', booking('booked', '2026-11-21T09:15:00Z'), now)).toBe('early');
    expect(refusalOfAct('no-show', booking('booked'), now)).toBeUndefined();
  });
});

describe('free times', () => {
  const minute = 60_000;
  it('never overlap a booking, lie within the hours and are still to come', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ start: fc.nat(600), length: fc.integer({ min: 5, max: 60 }) }), { maxLength: 20 }), fc.constantFrom(10, 15, 20, 30), fc.nat(600), (bookings, minutes, at) => {
        const taken = bookings.map(({ start, length }) => ({ start: start * minute, end: (start + length) * minute }));
        for (const start of freeStarts({ from: 0, to: 600 * minute, minutes, taken, now: at * minute })) {
          const end = start + minutes * minute;
          expect(start).toBeGreaterThanOrEqual(at * minute);
          expect(end).toBeLessThanOrEqual(600 * minute);
          expect(taken.some((one) => one.start < end && one.end > start)).toBe(false);
        }
      }),
    );
  });

  it('share a cell exactly when two bookings on the grid overlap', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 1, max: 12 }), fc.nat(100), fc.integer({ min: 1, max: 12 }), (a, long, b, other) => {
        const first = cellsOf(a * 5 * minute, long * 5);
        const shared = cellsOf(b * 5 * minute, other * 5).some((cell) => first.includes(cell));
        expect(shared).toBe(a < b + other && b < a + long);
      }),
    );
  });
});

describe('the day of a clinic', () => {
  it('is the day of its own zone', () => {
    expect(dayAt(new Date('2026-11-21T22:30:00Z'), 'Europe/Moscow')).toBe('2026-11-22');
    expect(dayAt(new Date('2026-11-21T22:30:00Z'), 'Europe/Kaliningrad')).toBe('2026-11-22');
    expect(dayAt(new Date('2026-11-21T20:30:00Z'), 'Europe/Kaliningrad')).toBe('2026-11-21');
    expect(new Date(instantOf('2026-11-21', 8 * 60, 'Europe/Moscow')).toISOString()).toBe('2026-11-21T05:00:00.000Z');
    expect(new Date(instantOf('2026-03-29', 0, 'Europe/Berlin')).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(new Date(instantOf('2026-03-29', 12 * 60, 'Europe/Berlin')).toISOString()).toBe('2026-03-29T10:00:00.000Z');
  });
});
