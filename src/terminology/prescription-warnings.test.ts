import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medicineByInn, medicineIndex, medicines } from './medicines.ts';
import { allergyFromText, prescriptionWarnings } from './prescription-warnings.ts';

const kinds = (warnings: { kind: string }[]) => warnings.map((w) => w.kind);
const inn = fc.constantFrom(...medicines.map((m) => m.inn));

describe('a doctor is warned before a prescription is written', () => {
  test('an allergy to penicillins speaks up for amoxicillin and, as a cross-reaction, for cephalosporins', () => {
    const allergies = [{ allergyClass: 'penicillin' }];
    expect(kinds(prescriptionWarnings({ medicine: 'amoxicillin', allergies, current: [] }))).toEqual(['allergy']);
    expect(kinds(prescriptionWarnings({ medicine: 'cefixime', allergies, current: [] }))).toEqual(['allergy-cross']);
    expect(kinds(prescriptionWarnings({ medicine: 'cefixime', allergies: [{ inn: 'amoxicillin' }], current: [] }))).toEqual(['allergy-cross']);
    expect(prescriptionWarnings({ medicine: 'azithromycin', allergies, current: [] })).toEqual([]);
  });

  test('an allergy noted only in words is understood', () => {
    expect(allergyFromText('Пенициллины').allergyClass).toBe('penicillin');
    expect(allergyFromText('отёк Квинке на аугментин').inn).toBe('amoxicillin clavulanic acid');
    expect(allergyFromText('новокаин').inn).toBe('procaine');
    expect(allergyFromText('шоколад')).toEqual({ text: 'шоколад' });
    expect(kinds(prescriptionWarnings({ medicine: 'lidocaine', allergies: [{ text: 'местные анестетики' }], current: [] }))).toEqual(['allergy']);
    expect(kinds(prescriptionWarnings({ medicine: 'ibuprofen', allergies: [{ text: 'аспирин' }], current: [] }))).toEqual(['allergy']);
  });

  test('the same substance, two of one group and dangerous pairs are named', () => {
    expect(kinds(prescriptionWarnings({ medicine: 'losartan', allergies: [], current: ['losartan'] }))).toEqual(['duplicate-substance']);
    expect(prescriptionWarnings({ medicine: 'lisinopril', allergies: [], current: ['enalapril'] })[0]).toMatchObject({ kind: 'duplicate-class', with: 'enalapril', ru: expect.stringContaining('ингибитор АПФ') });
    expect(kinds(prescriptionWarnings({ medicine: 'lisinopril', allergies: [], current: ['losartan'] }))).toEqual(['interaction']);
    expect(prescriptionWarnings({ medicine: 'ibuprofen', allergies: [], current: ['warfarin'] })[0]).toMatchObject({ kind: 'interaction', severity: 'high' });
  });

  test('diagnoses and age are taken into account', () => {
    expect(kinds(prescriptionWarnings({ medicine: 'propranolol', allergies: [], current: [], diagnoses: ['J45.0'] }))).toEqual(['diagnosis']);
    expect(kinds(prescriptionWarnings({ medicine: 'levofloxacin', allergies: [], current: [], age: 9 }))).toEqual(['age']);
    expect(prescriptionWarnings({ medicine: 'levofloxacin', allergies: [], current: [], age: 40 })).toEqual([]);
  });

  test('pairs warn whichever of the two comes first', () => {
    fc.assert(fc.property(inn, inn, (a, b) => {
      const one = prescriptionWarnings({ medicine: a, allergies: [], current: [b] });
      const two = prescriptionWarnings({ medicine: b, allergies: [], current: [a] });
      expect(kinds(one).sort()).toEqual(kinds(two).sort());
    }), { numRuns: 500 });
  });

  test('more known facts never silence a warning, and each warning has its words in both languages', () => {
    fc.assert(fc.property(inn, fc.array(inn, { maxLength: 6 }), fc.array(inn, { maxLength: 3 }), fc.integer({ min: 0, max: 100 }), (medicine, current, allergic, age) => {
      const allergies = allergic.map((name) => ({ inn: name }));
      const few = prescriptionWarnings({ medicine, allergies: [], current: current.slice(1) });
      const many = prescriptionWarnings({ medicine, allergies, current, age, diagnoses: ['I50.0'] });
      for (const warning of few) expect(many).toContainEqual(warning);
      for (const warning of many) {
        expect(warning.ru).toMatch(/^[А-ЯЁA-Z].*\.$/);
        expect(warning.en.length).toBeGreaterThan(10);
      }
    }), { numRuns: 300 });
  });

  test('an allergy to a substance is always noticed', () => {
    for (const { inn: name } of medicines) expect(kinds(prescriptionWarnings({ medicine: name, allergies: [{ inn: name }], current: [] }))).toContain('allergy');
  });

  test('medicines are found by МНН, Latin, trade name and with a slip of the keyboard', () => {
    const index = medicineIndex();
    for (const typed of ['бисопр', 'bisoprolol', 'конкор', ',bcjghjkjk', 'бисапролол']) expect(index.lookUp(typed)[0]?.code, typed).toBe('bisoprolol');
    expect(medicineByInn('Bisoprolol')?.forms[0]?.strengths).toContain('5\u00a0мг');
    expect(new Set(medicines.map((m) => m.inn)).size).toBe(medicines.length);
    for (const m of medicines) expect(m.atc, m.inn).toMatch(/^[A-Z]\d\d[A-Z]{1,2}(\d\d)?$/);
  });
});
