import { describe, expect, it } from 'vitest';
import { Problem } from '../kernel/problem.ts';
import { Allowance, usualLimits } from './allowance.ts';

const limits = { ...usualLimits, perSecond: 2, burst: 3, together: 2, togetherOfClient: 4 };
const at = (seconds: number, reference = 'Practitioner/a', role: 'doctor' | 'system' = 'doctor') => ({ actor: { reference, role, name: '' }, now: new Date(seconds * 1000) });
const refusal = (work: () => unknown) => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Problem ? [error.code, error.details.seconds] : error;
  }
};

describe('what one caller may ask', () => {
  it('a person is slowed down, told how long to wait, and nobody else with him', () => {
    const allowance = new Allowance(limits);
    for (let request = 0; request < 3; request++) allowance.enter(at(0))();
    expect(refusal(() => allowance.enter(at(0)))).toEqual(['rest.throttled', 1]);
    expect(refusal(() => allowance.enter(at(0, 'Practitioner/b')))).toBeUndefined();
    allowance.enter(at(0.5))();
    expect(refusal(() => allowance.enter(at(0.5)))).toEqual(['rest.throttled', 1]);
  });

  it('a clock that was set back takes nothing away', () => {
    const allowance = new Allowance(limits);
    allowance.enter(at(100))();
    expect(refusal(() => allowance.enter(at(0)))).toBeUndefined();
  });

  it('a service client may send as much as it can, so many at a time', () => {
    const allowance = new Allowance(limits);
    const client = at(0, 'Device/import', 'system');
    for (let request = 0; request < 1000; request++) allowance.enter(client)();
    const leave = [1, 2, 3, 4].map(() => allowance.enter(client));
    expect(refusal(() => allowance.enter(client))).toEqual(['rest.too-many-at-once', 1]);
    leave[0]!();
    expect(refusal(() => allowance.enter(client))).toBeUndefined();
  });
});
