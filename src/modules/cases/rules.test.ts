import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { courseOf, daysOpen, diagnosesOf, isDisease, missingToClose, proposeCase, visitsThatCount, type CaseFacts, type DiagnosisFact, type VisitFact } from './rules.ts';

const code = fc.constantFrom('J06.9', 'I11.9', 'I10', 'E11.4', 'M17.0', 'K29.7', 'Z00.0', 'Z02.5');
const date = fc.integer({ min: 0, max: 900 }).map((days) => new Date(Date.UTC(2024, 0, 1) + days * 86_400_000).toISOString());
const course = fc.constantFrom('acute', 'new-chronic', 'known-chronic' as const);
const diagnosis: fc.Arbitrary<DiagnosisFact> = fc.record(
  { condition: fc.uuid(), code, text: fc.constant('…'), role: fc.constantFrom('main', 'complication', 'concomitant' as const), confirmed: fc.boolean(), course },
  { requiredKeys: ['condition', 'code', 'text', 'role', 'confirmed'] },
);
const visit: fc.Arbitrary<VisitFact> = fc.record({
  id: fc.uuid(), start: date, state: fc.constantFrom('open', 'finished', 'void' as const), doctor: fc.constant({ reference: 'Practitioner/1', name: 'Соколова А. В.' }), diagnoses: fc.array(diagnosis, { maxLength: 3 }),
});
const problem = fc.record({ condition: fc.uuid(), code, since: date.map((at) => at.slice(0, 10)) });
const facts: fc.Arbitrary<CaseFacts> = fc.record({
  start: date, visits: fc.array(visit, { maxLength: 5 }), problems: fc.array(problem, { maxLength: 4 }), insured: fc.boolean(), toHospital: fc.boolean(),
  stated: fc.record({ outcome: fc.constantFrom('301', '303', '304'), payer: fc.constantFrom('oms', 'paid'), purpose: fc.constantFrom('1.0', '3.0'), course }, { requiredKeys: [] }),
});

describe('first-time or chronic', () => {
  test('what the doctor marked stands', () => {
    fc.assert(fc.property(diagnosis, fc.array(problem), date, (one, problems, start) => {
      fc.pre(one.course !== undefined && isDisease(one.code));
      expect(courseOf(one, problems, start)).toBe(one.course);
    }));
  });

  test('a disease on the list before the case began is never acute and never new', () => {
    fc.assert(fc.property(code, fc.array(problem), fc.integer({ min: 1, max: 5000 }), date, (icd, others, days, start) => {
      fc.pre(isDisease(icd));
      const since = new Date(Date.parse(start) - days * 86_400_000).toISOString().slice(0, 10);
      expect(courseOf({ code: icd }, [...others, { condition: 'p', code: icd, since }], start)).toBe('known-chronic');
    }));
  });

  test('what came to the list with the case is found for the first time, what is not on it is acute', () => {
    expect(courseOf({ code: 'E11.9' }, [{ condition: 'p', code: 'E11.4', since: '2026-11-20' }], '2026-11-18')).toBe('new-chronic');
    expect(courseOf({ code: 'J06.9' }, [{ condition: 'p', code: 'E11.4', since: '2019' }], '2026-11-18')).toBe('acute');
    expect(courseOf({ code: 'E11.9' }, [{ condition: 'p', code: 'E11.4', since: '2019' }], '2026-11-18')).toBe('known-chronic');
    expect(courseOf({ code: 'I10' }, [{ condition: 'p', code: 'I10' }], '2026-11-18')).toBe('known-chronic');
  });

  test('a check-up has no course', () => {
    fc.assert(fc.property(fc.array(problem), date, (problems, start) => {
      expect(courseOf({ code: 'Z00.0', course: 'acute' }, problems, start)).toBeUndefined();
    }));
  });
});

describe('what the talon says from the visits', () => {
  test('what a person stated is never overruled by a proposal', () => {
    fc.assert(fc.property(facts, (given) => {
      const proposal = proposeCase(given);
      for (const key of ['purpose', 'payer', 'outcome'] as const) if (given.stated[key]) expect(proposal[key]).toEqual({ value: given.stated[key], stated: true });
    }));
  });

  test('the final diagnosis is one that was written at a visit that counts', () => {
    fc.assert(fc.property(facts, (given) => {
      const { final, preliminary } = proposeCase(given);
      const written = visitsThatCount(given.visits).flatMap((one) => one.diagnoses.map((each) => each.condition));
      if (final) expect(written).toContain(final.value);
      if (preliminary) expect(written).toContain(preliminary.value);
      expect(final === undefined).toBe(written.length === 0);
    }));
  });

  test('the order in which visits were read changes nothing', () => {
    fc.assert(fc.property(facts, (given) => {
      fc.pre(new Set(given.visits.map((one) => one.start)).size === given.visits.length);
      expect(proposeCase({ ...given, visits: given.visits.toReversed() })).toEqual(proposeCase(given));
      expect(diagnosesOf({ visits: given.visits.toReversed() })).toEqual(diagnosesOf(given));
    }));
  });
});

describe('what is missing to close', () => {
  test('a case with an open visit or with none is never ready', () => {
    fc.assert(fc.property(facts, (given) => {
      const missing = missingToClose(given).map((one) => one.what);
      const count = visitsThatCount(given.visits);
      expect(missing.includes('visits')).toBe(count.length === 0);
      expect(missing.filter((what) => what === 'open-visit')).toHaveLength(count.filter((one) => one.state === 'open').length);
    }));
  });

  test('nothing missing means that every line which the account needs has a value', () => {
    fc.assert(fc.property(facts, (given) => {
      const proposal = proposeCase(given);
      fc.pre(missingToClose(given).length === 0);
      for (const key of ['final', 'preliminary', 'purpose', 'payer', 'outcome', 'result'] as const) expect(proposal[key]?.value).toBeTruthy();
    }));
  });

  test('stating what was missing only ever shortens the list', () => {
    fc.assert(fc.property(facts, (given) => {
      const more = { ...given, stated: { ...given.stated, outcome: '303', result: '301' } };
      expect(missingToClose(more).length).toBeLessThanOrEqual(missingToClose(given).length);
    }));
  });

  test('after a check-up nothing is asked at all: one press closes it', () => {
    const visits: VisitFact[] = [{ id: 'v', start: '2026-11-18T09:00:00Z', state: 'finished', doctor: { reference: 'Practitioner/1', name: '' }, diagnoses: [{ condition: 'c', code: 'Z00.0', text: '', role: 'main', confirmed: true }] }];
    expect(missingToClose({ start: '2026-11-18', visits, problems: [], insured: true, toHospital: false, stated: {} })).toEqual([]);
  });
});

test('days open are whole and never below zero', () => {
  expect(daysOpen('2026-11-18', new Date('2026-11-21T10:00:00Z'))).toBe(3);
  expect(daysOpen('2026-11-22', new Date('2026-11-21T10:00:00Z'))).toBe(0);
});
