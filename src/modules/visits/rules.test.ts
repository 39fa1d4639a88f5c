import type { Questionnaire } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visitTemplates } from '../../../seeds/templates/visit-templates.ts';
import type { roles } from '../../access/context.ts';
import type { FieldValue } from './contract.ts';
import { parseDosage } from './parse-dosage.ts';
import { judgeSave, mayEdit, missingBeforeSigning, sameValue, valueFault, type IncomingField, type StandingField } from './rules.ts';
import { readTemplate } from './template.ts';
import { judgeVital, parsePressure, parseVital, vitalByCode, vitals } from './vitals.ts';

const templates = visitTemplates().map((template) => readTemplate(template as unknown as Questionnaire));
const therapist = templates.find((template) => template.title.en === 'Therapist’s visit')!;
const value: fc.Arbitrary<FieldValue | null> = fc.oneof(fc.constant(null), fc.string({ maxLength: 6 }), fc.integer({ min: 40, max: 120 }));
const editor = fc.constantFrom('doctor-window', 'nurse-window');
const standing = fc.record({ value, revision: fc.integer({ min: 1, max: 9 }), editor, sequence: fc.integer({ min: 1, max: 9 }), unconfirmed: fc.boolean() });
const incoming = fc.record({ value, baseRevision: fc.integer({ min: 0, max: 9 }), editor, sequence: fc.integer({ min: 1, max: 9 }), resolves: fc.boolean() });

describe('what becomes of a save', () => {
  test('nobody’s unseen words are ever overwritten', () => {
    fc.assert(
      fc.property(standing, incoming, (stands, comes) => {
        const outcome = judgeSave(stands, comes);
        const unseen = stands.editor !== comes.editor && comes.baseRevision < stands.revision && !comes.resolves;
        const differs = !sameValue(stands.value, comes.value);
        const holdsWords = stands.value !== null && !(typeof stands.value === 'string' && stands.value.trim() === '');
        if (unseen && differs && holdsWords) expect(outcome).toBe('conflict');
        if (outcome === 'conflict') expect(unseen && differs).toBe(true);
      }),
    );
  });

  test('a window’s repeated or overtaken save changes nothing; its next one always goes through', () => {
    fc.assert(
      fc.property(standing, incoming, (stands, comes) => {
        const own: IncomingField = { ...comes, editor: stands.editor };
        expect(judgeSave(stands, { ...own, sequence: stands.sequence })).toBe('late');
        expect(judgeSave(stands, { ...own, sequence: stands.sequence + 1 })).toMatch(/saved|unchanged/);
      }),
    );
  });

  test('saving twice is saving once', () => {
    fc.assert(
      fc.property(fc.option(standing, { nil: undefined }), incoming, (stands: StandingField | undefined, comes) => {
        if (judgeSave(stands, comes) !== 'saved') return;
        const after: StandingField = { value: comes.value, revision: (stands?.revision ?? 0) + 1, editor: comes.editor, sequence: comes.sequence, unconfirmed: false };
        expect(judgeSave(after, comes)).toBe('late');
      }),
    );
  });
});

describe('before signing', () => {
  const full = new Map<string, FieldValue>([
    ['complaints', 'Головная боль'], ['anamnesis', 'С 2016 года'], ['vitals.systolic', 158], ['vitals.diastolic', 94], ['objective.text', 'Ритм правильный'], ['plan.text', 'Контроль'],
    ['diagnosis:a', { kind: 'diagnosis', code: 'I11.9', display: 'Гипертоническая болезнь', role: 'main', certainty: 'final', course: 'known-chronic' }],
  ]);
  const fields = (of: ReadonlyMap<string, FieldValue>) => [...of].map(([linkId, each]) => ({ linkId, value: each, unconfirmed: false }));

  test('a full protocol lacks nothing, and each thing taken out of it is named', () => {
    expect(missingBeforeSigning(therapist, fields(full))).toEqual([]);
    fc.assert(
      fc.property(fc.subarray([...full.keys()], { minLength: 1 }), (taken) => {
        const rest = new Map([...full].filter(([linkId]) => !taken.includes(linkId)));
        const named = missingBeforeSigning(therapist, fields(rest)).map((each) => each.linkId);
        expect(named.sort()).toEqual(taken.map((linkId) => (linkId === 'diagnosis:a' ? 'diagnosis' : linkId)).sort());
      }),
    );
  });

  test('a prescription stands for advice in words, but wants its dose and, when warned, a reason', () => {
    const rest = new Map([...full].filter(([linkId]) => linkId !== 'plan.text'));
    const given = (more: object) => missingBeforeSigning(therapist, fields(new Map([...rest, ['prescription:a', { kind: 'prescription', medicine: { code: 'bisoprolol', name: 'Бисопролол' }, warnings: [], ...more } as FieldValue]]))).map((each) => each.ru);
    expect(given({ dosage: '5 мг' })).toEqual([]);
    expect(given({})).toEqual(['доза: Бисопролол']);
    const warnings = [{ kind: 'interaction', severity: 'high', ru: 'Опасно.', en: 'Dangerous.' }];
    expect(given({ dosage: '5 мг', warnings })).toEqual(['причина назначения: Бисопролол']);
    expect(given({ dosage: '5 мг', warnings, reason: 'Под контролем' })).toEqual([]);
  });

  test('every gap has its words in both languages in every template', () => {
    for (const template of templates) for (const gap of missingBeforeSigning(template, [])) expect([gap.ru, gap.en].every((words) => words.length > 2), gap.linkId).toBe(true);
  });
});

describe('who may write what', () => {
  test('the nurse: complaints, measurements and referrals, nothing else; the doctor: everything; others: nothing', () => {
    const allowed = (role: (typeof roles)[number]) => [...therapist.items.keys(), 'diagnosis:1', 'prescription:1', 'referral:1', 'stop:1'].filter((linkId) => mayEdit(role, linkId, therapist));
    expect(allowed('nurse').filter((linkId) => !linkId.startsWith('vitals.'))).toEqual(['complaints', 'referral:1']);
    expect(allowed('doctor')).toHaveLength(therapist.items.size + 4);
    for (const role of ['registrar', 'admin', 'patient', 'system'] as const) expect(allowed(role)).toEqual([]);
  });

  test('a field takes only values of its kind', () => {
    expect(valueFault(therapist, 'vitals.pulse', 72)).toBeUndefined();
    expect(valueFault(therapist, 'vitals.pulse', 72.5)).toBe('impossible-value');
    expect(valueFault(therapist, 'vitals.pulse', 'семьдесят')).toBe('wrong-kind');
    expect(valueFault(therapist, 'vitals.bmi', 30)).toBe('calculated');
    expect(valueFault(therapist, 'diagnosis:1', 'I11.9')).toBe('wrong-kind');
    expect(valueFault(therapist, 'plan.prescriptions', 'x')).toBe('unknown-field');
    expect(valueFault(therapist, 'nothing', 'x')).toBe('unknown-field');
  });
});

describe('measurements as they are typed', () => {
  test('a pressure is read however it is parted, and no nonsense passes', () => {
    for (const text of ['158/94', '158 94', ' 158-94 ', '158\\94']) expect(parsePressure(text), text).toEqual({ systolic: 158, diastolic: 94 });
    for (const text of ['158', '94/158', '1580/94', '15/9', 'a/b', '158/']) expect(parsePressure(text), text).toBeUndefined();
  });

  test('a comma is a decimal point; what cannot be is no value', () => {
    expect(parseVital('8310-5', '36,6')).toBe(36.6);
    expect(parseVital('8310-5', '366')).toBeUndefined();
    expect(judgeVital(vitalByCode('8867-4')!, 130, 0.5)).toBeUndefined();
    expect(judgeVital(vitalByCode('8867-4')!, 130, 40)).toBe('high');
  });

  test('normal limits are possible values at every age', () => {
    fc.assert(
      fc.property(fc.constantFrom(...vitals), fc.double({ min: 0, max: 100, noNaN: true }), (vital, age) => {
        for (const limit of vital.normal(age) ?? []) if (limit !== undefined) expect(limit >= vital.possible[0] && limit <= vital.possible[1]).toBe(true);
      }),
    );
  });

  test('a dosage keeps its words and gives what can be counted', () => {
    expect(parseDosage('5\u00a0мг 1\u00a0раз в день утром', 30)).toMatchObject({ text: '5\u00a0мг 1\u00a0раз в день утром', doseAndRate: [{ doseQuantity: { value: 5, code: 'mg' } }], timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['MORN'], boundsDuration: { value: 30 } } } });
    expect(parseDosage('500 мг 3 раза в день 7 дней').timing!.repeat).toMatchObject({ frequency: 3, boundsDuration: { value: 7 } });
    expect(parseDosage('15 мг/кг при температуре выше 38,5 °C')).toEqual({ text: '15 мг/кг при температуре выше 38,5 °C', asNeededBoolean: true });
  });
});
