import type { AllergyIntolerance, CarePlan, MedicationRequest, Observation } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allergyFacts } from './allergy-facts.ts';
import { buildMeasures } from './build-measures.ts';
import { addDays } from './calendar.ts';
import { lineState } from './day-line.ts';
import { dueItems, dueState } from './due-items.ts';
import { groupMedicines } from './group-medicines.ts';
import { mergeAxis, type Source } from './merge-axis.ts';
import { minutesLate, nextLine, readSince } from './rules.ts';
import { saysWords } from './says-words.ts';
import { visitTitle } from './visit-title.ts';

const zone = 'Europe/Moscow';
const today = '2026-11-21';
const day = fc.integer({ min: -800, max: 800 }).map((days) => addDays(today, days));

describe('what is due', () => {
  test('is overdue exactly from the day after its end', () => {
    fc.assert(fc.property(day, day, (a, b) => {
      const [from, till] = a <= b ? [a, b] : [b, a];
      const state = dueState(from, till, today);
      expect(state === 'overdue').toBe(till < today);
      if (from <= today && today <= till) expect(state).toBe('now');
      if (from > today) expect(state).toBe(from <= addDays(today, 90) ? 'soon' : 'later');
    }));
  });

  test('the most urgent stands first, and what is done is not due', () => {
    const status = fc.constantFrom('scheduled', 'not-started', 'completed', 'cancelled', 'stopped') as fc.Arbitrary<'scheduled'>;
    fc.assert(fc.property(fc.array(fc.record({ till: day, status }), { maxLength: 12 }), (activities) => {
      const plan = { resourceType: 'CarePlan', id: 'p', status: 'active', intent: 'plan', subject: {}, activity: activities.map(({ till, status: its }) => ({ detail: { status: its, description: 'Осмотр', scheduledPeriod: { start: till, end: till } } })) } as CarePlan & { id: string };
      const items = dueItems({ plans: [plan], referrals: [], bookings: [] }, today, zone);
      expect(items).toHaveLength(activities.filter(({ status: its }) => !['completed', 'cancelled', 'stopped'].includes(its)).length);
      const ranks = items.map(({ state }) => ['overdue', 'now', 'soon', 'later'].indexOf(state));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }));
  });

  test('a referral with a booking is the booking’s business', () => {
    const referral = { resourceType: 'ServiceRequest', id: 'r', status: 'active', intent: 'order', subject: {}, code: { text: 'Консультация кардиолога' }, authoredOn: '2026-09-01' } as const;
    const booking = { resourceType: 'Appointment', id: 'b', status: 'booked', start: '2026-11-23T09:00:00Z', participant: [{ status: 'accepted' as const }], basedOn: [{ reference: 'ServiceRequest/r' }] } as const;
    expect(dueItems({ plans: [], referrals: [referral as never], bookings: [] }, today, zone)).toMatchObject([{ kind: 'referral', state: 'overdue' }]);
    expect(dueItems({ plans: [], referrals: [referral as never], bookings: [booking as never] }, today, zone)).toMatchObject([{ kind: 'booking', text: 'Консультация кардиолога', state: 'soon' }]);
  });
});

const concept = (code: string) => ({ coding: [{ code }] });
const allergy = (id: string, code: string, verification: string, clinical = 'active'): AllergyIntolerance & { id: string } => ({ resourceType: 'AllergyIntolerance', id, patient: {}, code: { coding: [{ code }], text: code }, verificationStatus: concept(verification), clinicalStatus: concept(clinical) });

test('the three states of allergies never pass for one another', () => {
  const entry = fc.record({ none: fc.boolean(), verification: fc.constantFrom('confirmed', 'unconfirmed', 'refuted', 'entered-in-error'), clinical: fc.constantFrom('active', 'inactive', 'resolved') });
  fc.assert(fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
    const facts = allergyFacts(entries.map(({ none, verification, clinical }, at) => allergy(String(at), none ? '716186003' : `substance-${at}`, verification, clinical)));
    const inForce = entries.filter(({ verification, clinical }) => clinical === 'active' && (verification === 'confirmed' || verification === 'unconfirmed'));
    expect(facts.state).toBe(inForce.some(({ none }) => !none) ? 'known' : inForce.length > 0 ? 'none' : 'unasked');
    if (facts.state === 'known') expect(facts.items).toHaveLength(inForce.filter(({ none }) => !none).length);
  }));
});

const prescription = (id: string, inn: string, authoredOn: string, end?: string, status: MedicationRequest['status'] = 'active'): MedicationRequest & { id: string } => ({
  resourceType: 'MedicationRequest', id, status, intent: 'order', subject: {}, authoredOn, medicationCodeableConcept: { coding: [{ system: 'urn:karta:mnn', code: inn }], text: inn },
  dosageInstruction: [{ text: '5\u00a0мг 1\u00a0раз в день утром', doseAndRate: [{ doseQuantity: { value: 5, unit: 'мг' } }] }], ...(end ? { dispenseRequest: { validityPeriod: { end } } } : {}),
});

describe('medicines', () => {
  test('each substance is one line; the newest prescription speaks and the doubles are counted', () => {
    const given = fc.array(fc.record({ inn: fc.constantFrom('bisoprolol', 'losartan', 'atorvastatin'), authored: day, status: fc.constantFrom('active', 'stopped') as fc.Arbitrary<'active'> }), { maxLength: 10 });
    fc.assert(fc.property(given, (list) => {
      const active = list.filter(({ status }) => status === 'active');
      const lines = groupMedicines(list.map(({ inn, authored, status }, at) => prescription(String(at), inn, authored, undefined, status)), today, zone);
      expect(new Set(lines.map(({ code }) => code))).toEqual(new Set(active.map(({ inn }) => inn)));
      expect(lines.reduce((sum, { doubles }) => sum + doubles + 1, 0)).toBe(active.length);
      for (const line of lines) expect(line.since).toBe(active.filter(({ inn }) => inn === line.code).map(({ authored }) => authored).sort()[0]);
    }));
  });

  test('says the dose once, and when the prescription ends', () => {
    expect(groupMedicines([prescription('1', 'bisoprolol', '2021-05-12', '2026-12-03')], today, zone)).toMatchObject([{ dose: '5\u00a0мг', timing: '1\u00a0раз в день утром', until: '2026-12-03', state: 'ending' }]);
    expect(groupMedicines([prescription('1', 'bisoprolol', '2021-05-12', '2026-11-20')], today, zone)).toMatchObject([{ state: 'over' }]);
    expect(groupMedicines([prescription('1', 'bisoprolol', '2021-05-12')], today, zone)).toMatchObject([{ state: 'taken' }]);
  });
});

const value = (at: string, number: number, range?: { low?: number; high?: number }, flag?: string): Observation & { id: string } => ({
  resourceType: 'Observation', id: at, status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] }, effectiveDateTime: at, valueQuantity: { value: number, unit: 'ммоль/л' },
  ...(range ? { referenceRange: [{ ...(range.low === undefined ? {} : { low: { value: range.low } }), ...(range.high === undefined ? {} : { high: { value: range.high } }) }] } : {}), ...(flag ? { interpretation: [concept(flag)] } : {}),
});

describe('values', () => {
  test('come oldest first whatever their order, the last one speaks, and in range means in range', () => {
    const reading = fc.record({ days: fc.integer({ min: 0, max: 3000 }), value: fc.integer({ min: 20, max: 80 }).map((tenths) => tenths / 10) });
    fc.assert(fc.property(fc.uniqueArray(reading, { minLength: 1, maxLength: 30, selector: ({ days }) => days }), (list) => {
      const [measure] = buildMeasures(list.map(({ days, value: number }) => value(`${addDays(today, -days)}T08:00:00Z`, number, { low: 3.5, high: 5.1 })), 'ru');
      const moments = measure!.series[0]!.points.map(({ at }) => at);
      expect(moments).toEqual([...moments].sort());
      const last = list.toSorted((a, b) => a.days - b.days)[0]!.value;
      expect(measure).toMatchObject({ value: String(last), verdict: last < 3.5 ? 'low' : last > 5.1 ? 'high' : 'normal' });
    }));
  });

  test('without a range nothing is said; the laboratory’s own word goes before the range', () => {
    expect(buildMeasures([value('2026-11-20', 6)], 'ru')[0]).toMatchObject({ verdict: 'unknown', critical: false });
    expect(buildMeasures([value('2026-11-20', 4, { low: 3.5, high: 5.1 }, 'HH')], 'ru')[0]).toMatchObject({ verdict: 'high', critical: true });
  });
});

describe('the day', () => {
  const now = new Date('2026-11-21T09:21:00Z');
  const line = (state: ReturnType<typeof lineState>, start: string, end = start) => ({ state, start: `2026-11-21T${start}:00Z`, end: `2026-11-21T${end}:00Z` });

  test('is late by the longest wait of those who have come; who is absent makes nobody late', () => {
    expect(minutesLate([line('done', '09:00', '09:15'), line('arrived', '09:15', '09:30'), line('booked', '09:00')], now)).toBe(6);
    expect(minutesLate([line('in-room', '09:00', '09:15'), line('arrived', '09:30')], now)).toBe(6);
    expect(minutesLate([line('booked', '08:00'), line('noshow', '08:00'), line('arrived', '09:30')], now)).toBe(0);
    expect(nextLine([line('done', '09:00'), line('arrived', '09:15'), line('booked', '09:30')])?.start).toContain('09:15');
  });

  test('a visit past its time is not finished, and says so', () => {
    const booking = { resourceType: 'Appointment', status: 'arrived', start: '2026-11-21T09:00:00Z', end: '2026-11-21T09:15:00Z', participant: [] } as never;
    const visit = (status: string, start: string) => ({ resourceType: 'Encounter', status, class: {}, period: { start } }) as never;
    expect(lineState(booking, visit('in-progress', '2026-11-21T09:10:00Z'), now)).toBe('in-room');
    expect(lineState(booking, visit('in-progress', '2026-11-21T09:00:00Z'), now)).toBe('unfinished');
    expect(lineState(booking, visit('finished', '2026-11-21T09:00:00Z'), now)).toBe('done');
    expect(lineState(booking, undefined, now)).toBe('arrived');
  });
});

test('the axis gives each thing once in order, whatever the pages and however many share a moment', async () => {
  const thing = fc.record({ source: fc.integer({ min: 0, max: 2 }), minute: fc.integer({ min: 0, max: 12 }) });
  await fc.assert(fc.asyncProperty(fc.array(thing, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 9 }), async (things, count, batch) => {
    const items = things.map(({ source, minute }, at) => ({ source, key: `k${String(at).padStart(3, '0')}`, at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() }));
    const sources = [0, 1, 2].map((source): Source<(typeof items)[number]> => async (before, size) => {
      const own = items.filter((each) => each.source === source && (before === undefined || each.at <= before)).sort((a, b) => b.at.localeCompare(a.at)).slice(0, size);
      return { items: own, last: own.length < size ? undefined : own.at(-1)!.at };
    });
    const got: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await mergeAxis(sources, { count, cursor, batch });
      got.push(...page.items.map(({ key }) => key));
      cursor = page.next;
    } while (cursor);
    expect(got).toEqual(items.toSorted((a, b) => b.at.localeCompare(a.at) || a.key.localeCompare(b.key)).map(({ key }) => key));
  }), { numRuns: 150 });
});

test('words find by their beginnings; years and posts are said as people say them', () => {
  expect(saysWords('карди емел', 'Приём кардиолога · Емельянов')).toBe(true);
  expect(saysWords('ёлка', 'елка')).toBe(true);
  expect(saysWords('иолог', 'Приём кардиолога')).toBe(false);
  expect(visitTitle('Врач-терапевт участковый', 'ru')).toBe('Приём терапевта');
  expect(visitTitle('Врач общей практики (семейный врач)', 'ru')).toBe('Приём врача общей практики');
  expect(['2019', '03.2019', '14.03.2019', '31.02.2019', '2031', '14.03.19', ''].map((text) => readSince(text, today))).toEqual(['2019', '2019-03', '2019-03-14', undefined, undefined, undefined, undefined]);
});
