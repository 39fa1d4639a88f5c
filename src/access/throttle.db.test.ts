import { expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { countTry, forgetTries } from './throttle.ts';

const db = await freshDatabase();
const start = new Date('2026-11-21T08:00:00Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

it('lets a person mistype four times, then makes him wait, each time longer, and lets him try again after the wait', async () => {
  for (let times = 0; times < 5; times++) await countTry(db, 'doctor', '10.0.0.1', at(times));
  await expect(countTry(db, 'doctor', '10.0.0.1', at(6))).rejects.toMatchObject({ code: 'access.throttled', details: { seconds: 28 } });
  await countTry(db, 'doctor', '10.0.0.1', at(40));
  await expect(countTry(db, 'doctor', '10.0.0.1', at(75))).rejects.toMatchObject({ code: 'access.throttled' });
  await countTry(db, 'doctor', '10.0.0.1', at(105));
});

it('does not lock the doctor at another place out', async () => {
  await countTry(db, 'doctor', '10.0.0.2', at(106));
});

it('forgets mistypes after the right password, and after a quiet quarter of an hour', async () => {
  for (let times = 0; times < 4; times++) await countTry(db, 'nurse', '10.0.0.3', at(times));
  await forgetTries(db, 'nurse', '10.0.0.3');
  for (let times = 0; times < 5; times++) await countTry(db, 'nurse', '10.0.0.3', at(10 + times));
  await expect(countTry(db, 'nurse', '10.0.0.3', at(16))).rejects.toMatchObject({ code: 'access.throttled' });
  for (let times = 0; times < 5; times++) await countTry(db, 'nurse', '10.0.0.3', at(3000 + times));
});

it('counts a hundred tries at once as a hundred', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 40 }, () => countTry(db, 'head', '10.0.0.4', at(0))));
  expect(tries.filter((one) => one.status === 'fulfilled').length).toBe(5);
});

it('lets a clinic sign in at one moment, whoever’s clock reading comes first', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, number) => countTry(db, `staff-${number}`, '10.0.0.5', new Date(start.getTime() + 30 - number))));
});

it('keeps nobody waiting for longer than it may because the clock was set back', async () => {
  const late = 7 * 86_400;
  for (let times = 0; times < 5; times++) await countTry(db, 'admin', '10.0.0.6', at(late + times));
  await expect(countTry(db, 'admin', '10.0.0.6', at(late + 6))).rejects.toMatchObject({ code: 'access.throttled' });
  await countTry(db, 'admin', '10.0.0.6', at(0));
});
