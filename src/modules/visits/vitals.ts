import type { Text } from '../screens.ts';

/** A vital sign: its code, unit and limits as used here. Ages in years. */
export interface Vital {
  /** LOINC. */
  code: string;
  name: Text;
  short: Text;
  /** UCUM and the unit as people read it. */
  ucum: string;
  unit: Text;
  decimals: number;
  /** What cannot be: typed by mistake. */
  possible: readonly [number, number];
  /** Normal at an age; undefined where the age has no common one. */
  normal(age: number | undefined): readonly [number | undefined, number | undefined] | undefined;
}

export const loinc = 'http://loinc.org';
export const pressurePanel = '85354-9';
export const systolic = '8480-6';
export const diastolic = '8462-4';

const none = () => undefined;
const adult = (low: number | undefined, high: number | undefined) => (age: number | undefined) => (age === undefined || age >= 16 ? ([low, high] as const) : undefined);

/** Upper bound of the age in years, then the normal range: paediatric practice, rounded. */
function byAge(...steps: readonly (readonly [number, number, number])[]): Vital['normal'] {
  return (age = 30) => {
    const step = steps.find(([below]) => age < below);
    return step && [step[1], step[2]];
  };
}

export const vitals: readonly Vital[] = [
  { code: systolic, name: { ru: 'Систолическое давление', en: 'Systolic pressure' }, short: { ru: 'АД', en: 'BP' }, ucum: 'mm[Hg]', unit: { ru: 'мм рт. ст.', en: 'mmHg' }, decimals: 0, possible: [30, 320], normal: adult(90, 139) },
  { code: diastolic, name: { ru: 'Диастолическое давление', en: 'Diastolic pressure' }, short: { ru: 'АД', en: 'BP' }, ucum: 'mm[Hg]', unit: { ru: 'мм рт. ст.', en: 'mmHg' }, decimals: 0, possible: [10, 220], normal: adult(60, 89) },
  { code: '8867-4', name: { ru: 'Пульс', en: 'Pulse' }, short: { ru: 'Пульс', en: 'Pulse' }, ucum: '/min', unit: { ru: 'уд/мин', en: 'bpm' }, decimals: 0, possible: [20, 320], normal: byAge([1, 110, 160], [2, 100, 150], [5, 90, 140], [12, 75, 120], [200, 60, 90]) },
  { code: '8310-5', name: { ru: 'Температура', en: 'Temperature' }, short: { ru: 'Температура', en: 'Temperature' }, ucum: 'Cel', unit: { ru: '°C', en: '°C' }, decimals: 1, possible: [25, 45], normal: () => [35.5, 37] },
  { code: '29463-7', name: { ru: 'Масса тела', en: 'Weight' }, short: { ru: 'Вес', en: 'Weight' }, ucum: 'kg', unit: { ru: 'кг', en: 'kg' }, decimals: 1, possible: [0.3, 500], normal: none },
  { code: '8302-2', name: { ru: 'Рост', en: 'Height' }, short: { ru: 'Рост', en: 'Height' }, ucum: 'cm', unit: { ru: 'см', en: 'cm' }, decimals: 0, possible: [20, 270], normal: none },
  { code: '59408-5', name: { ru: 'Сатурация кислорода', en: 'Oxygen saturation' }, short: { ru: 'SpO₂', en: 'SpO₂' }, ucum: '%', unit: { ru: '%', en: '%' }, decimals: 0, possible: [20, 100], normal: () => [95, 100] },
  { code: '9279-1', name: { ru: 'Частота дыхания', en: 'Respiratory rate' }, short: { ru: 'ЧДД', en: 'Resp. rate' }, ucum: '/min', unit: { ru: 'в минуту', en: '/min' }, decimals: 0, possible: [4, 120], normal: byAge([1, 30, 60], [3, 24, 40], [6, 20, 30], [12, 18, 26], [200, 12, 20]) },
  { code: '39156-5', name: { ru: 'Индекс массы тела', en: 'Body mass index' }, short: { ru: 'ИМТ', en: 'BMI' }, ucum: 'kg/m2', unit: { ru: 'кг/м²', en: 'kg/m²' }, decimals: 1, possible: [5, 120], normal: adult(18.5, 24.9) },
];

const byCode = new Map(vitals.map((vital) => [vital.code, vital]));

export function vitalByCode(code: string | undefined): Vital | undefined {
  return code === undefined ? undefined : byCode.get(code);
}

/** Whether a value is out of the normal range of the age. */
export function judgeVital(vital: Vital, value: number, age: number | undefined): 'high' | 'low' | undefined {
  const [low, high] = vital.normal(age) ?? [];
  if (low !== undefined && value < low) return 'low';
  return high !== undefined && value > high ? 'high' : undefined;
}

/** «158/94», «158 94», «158-94» → both pressures; undefined while it is not yet a pressure that can be. */
export function parsePressure(text: string): { systolic: number; diastolic: number } | undefined {
  const found = /^\s*(\d{2,3})\s*[/\\\-–\s,.]\s*(\d{2,3})\s*$/.exec(text);
  if (!found) return undefined;
  const [high, low] = [Number(found[1]), Number(found[2])];
  return possible(systolic, high) && possible(diastolic, low) && high > low ? { systolic: high, diastolic: low } : undefined;
}

/** «36,6» → 36.6; undefined while it is no number or one that cannot be. */
export function parseVital(code: string, text: string): number | undefined {
  if (!/^\s*\d+([.,]\d+)?\s*$/.test(text)) return undefined;
  const value = Number(text.replace(',', '.'));
  return possible(code, value) ? value : undefined;
}

/** Whether the value can be at all. */
export function possible(code: string, value: number): boolean {
  const vital = byCode.get(code);
  return !vital || (value >= vital.possible[0] && value <= vital.possible[1]);
}

/** Years between a birth date and an instant; undefined where the birth is unknown. */
export function ageAt(birthDate: string | undefined, at: Date): number | undefined {
  const born = birthDate ? Date.parse(birthDate) : Number.NaN;
  return Number.isNaN(born) ? undefined : (at.getTime() - born) / (365.2425 * 86_400_000);
}
