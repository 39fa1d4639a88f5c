import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDateRange } from './dates.ts';

const at = (text: string) => Date.parse(text);

describe('what a date means', () => {
  test.each([
    ['2026', '2025-12-31T21:00:00.000Z', '2026-12-31T20:59:59.999Z'],
    ['2026-02', '2026-01-31T21:00:00.000Z', '2026-02-28T20:59:59.999Z'],
    ['1959-03-14', '1959-03-13T21:00:00.000Z', '1959-03-14T20:59:59.999Z'],
    ['2026-11-21T14:05:00+03:00', '2026-11-21T11:05:00.000Z', '2026-11-21T11:05:00.999Z'],
    ['2026-11-21T14:05:00.12Z', '2026-11-21T14:05:00.120Z', '2026-11-21T14:05:00.129Z'],
    ['2026-11-21T14:05', '2026-11-21T11:05:00.000Z', '2026-11-21T11:05:59.999Z'],
    // permanent summer time in Moscow was four hours ahead
    ['2012-06-01', '2012-05-31T20:00:00.000Z', '2012-06-01T19:59:59.999Z'],
  ])('%s lasts from %s to %s in Moscow', (text, low, high) => {
    expect(parseDateRange(text, 'Europe/Moscow')).toEqual({ low: at(low), high: at(high) });
  });

  test('a day is 23 or 25 hours long where the clock is changed', () => {
    const length = (day: string) => (({ low, high }) => (high - low + 1) / 3_600_000)(parseDateRange(day, 'Europe/Berlin'));
    expect([length('2026-03-29'), length('2026-10-25'), length('2026-06-01')]).toEqual([23, 25, 24]);
  });

  test.each(['', 'x', '2026-13', '2026-02-30', '2025-02-29', '2026-1-1', '2026-11-21T25:00:00Z', '2026-11-21T14', '21.11.2026'])('“%s” is no date', (text) => {
    expect(parseDateRange(text, 'Europe/Moscow')).toEqual({ low: Number.NaN, high: Number.NaN });
  });

  test('a time on the wall is the instant at which the zone shows it', () => {
    const zones = ['Europe/Moscow', 'Europe/Kaliningrad', 'Asia/Kamchatka', 'Asia/Kathmandu', 'America/New_York', 'Europe/Berlin', 'UTC', 'Australia/Lord_Howe'];
    const instants = fc.integer({ min: at('1930-01-01T00:00:00Z') / 60_000, max: at('2060-01-01T00:00:00Z') / 60_000 }).map((minutes) => minutes * 60_000);
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (instant, zone) => {
        const wall = (time: number) => new Date(time).toLocaleString('sv-SE', { timeZone: zone, hourCycle: 'h23' }).replace(' ', 'T');
        const { low } = parseDateRange(wall(instant), zone);
        // in the hour that the clock repeats two instants show the same
        expect(wall(low)).toBe(wall(instant));
        expect(Math.abs(low - instant)).toBeLessThanOrEqual(2 * 3_600_000);
      }),
      { numRuns: 1000 },
    );
  });

  test('neighbouring days leave no gap and do not overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: -15_000, max: 40_000 }), fc.constantFrom('Europe/Moscow', 'America/Sao_Paulo', 'Asia/Tehran'), (day, zone) => {
        const text = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);
        expect(parseDateRange(text(day + 1), zone).low).toBe(parseDateRange(text(day), zone).high + 1);
      }),
    );
  });
});
