import type { Observation, Quantity } from '@medplum/fhirtypes';
import { demoMeta, ref, systems } from './marks.ts';

export interface Measured {
  id: string;
  patient: string;
  encounter?: string | undefined;
  /** Instant. */
  at: string;
  /** Who measured, `Practitioner/…`. */
  by: string;
}

type VitalKey = 'pulse' | 'temperature' | 'weight' | 'height' | 'spo2' | 'breathing';
const vitals: Record<VitalKey, [loinc: string, display: string, ru: string, ucum: string, unit: string, low?: number, high?: number]> = {
  pulse: ['8867-4', 'Heart rate', 'Пульс', '/min', 'уд/мин', 60, 90],
  temperature: ['8310-5', 'Body temperature', 'Температура', 'Cel', '°C', 36, 37],
  weight: ['29463-7', 'Body weight', 'Вес', 'kg', 'кг'],
  height: ['8302-2', 'Body height', 'Рост', 'cm', 'см'],
  spo2: ['59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry', 'SpO₂', '%', '%', 95, 100],
  breathing: ['9279-1', 'Respiratory rate', 'ЧДД', '/min', 'в минуту', 12, 20],
};

/** Reference ranges of adults; a child's values are given without one where age decides. */
const laboratory = {
  ldl: ['22748-8', 'Cholesterol in LDL [Moles/volume] in Serum or Plasma', 'ЛПНП', 'mmol/L', 'ммоль/л', 0, 3],
  cholesterol: ['14647-2', 'Cholesterol [Moles/volume] in Serum or Plasma', 'Холестерин общий', 'mmol/L', 'ммоль/л', 3, 5.2],
  glucose: ['14771-0', 'Fasting glucose [Moles/volume] in Serum or Plasma', 'Глюкоза натощак', 'mmol/L', 'ммоль/л', 3.9, 6],
  hba1c: ['4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', 'Гликированный гемоглобин', '%', '%', 4, 6],
  creatinine: ['14682-9', 'Creatinine [Moles/volume] in Serum or Plasma', 'Креатинин', 'umol/L', 'мкмоль/л', 53, 97],
  potassium: ['2823-3', 'Potassium [Moles/volume] in Serum or Plasma', 'Калий', 'mmol/L', 'ммоль/л', 3.5, 5.1],
  hemoglobin: ['718-7', 'Hemoglobin [Mass/volume] in Blood', 'Гемоглобин', 'g/L', 'г/л', 120, 160],
  ferritin: ['2276-4', 'Ferritin [Mass/volume] in Serum or Plasma', 'Ферритин', 'ug/L', 'мкг/л', 15, 150],
  tsh: ['3016-3', 'Thyrotropin [Units/volume] in Serum or Plasma', 'ТТГ', 'm[IU]/L', 'мМЕ/л', 0.4, 4],
  urate: ['14933-6', 'Urate [Moles/volume] in Serum or Plasma', 'Мочевая кислота', 'umol/L', 'мкмоль/л', 200, 420],
  psa: ['2857-1', 'Prostate specific Ag [Mass/volume] in Serum or Plasma', 'ПСА общий', 'ug/L', 'нг/мл', 0, 4],
} as const satisfies Record<string, readonly [string, string, string, string, string, number, number]>;
export type LabKey = keyof typeof laboratory;

const category = (code: 'vital-signs' | 'laboratory', display: string) => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code, display }] }];
const quantity = (value: number, code: string, unit: string): Quantity => ({ value, unit, system: systems.ucum, code });
const interpretation = (code: 'H' | 'L' | 'N' | 'HH') => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code }], text: { H: 'Выше нормы', L: 'Ниже нормы', N: 'Норма', HH: 'Критически высоко' }[code] }];
const judged = (value: number, low: number, high: number) => interpretation(value > high ? 'H' : value < low ? 'L' : 'N');

const common = (measured: Measured): Pick<Observation, 'resourceType' | 'id' | 'meta' | 'status' | 'subject' | 'encounter' | 'effectiveDateTime' | 'issued' | 'performer'> => ({
  resourceType: 'Observation',
  id: measured.id,
  meta: demoMeta,
  status: 'final',
  subject: ref(measured.patient),
  ...(measured.encounter ? { encounter: ref(measured.encounter) } : {}),
  effectiveDateTime: measured.at,
  issued: measured.at,
  performer: [ref(measured.by)],
});

export function vitalSign(key: VitalKey, value: number, measured: Measured, adult = true): Observation {
  const [loinc, display, ru, ucum, unit, low, high] = vitals[key];
  const ranged = low !== undefined && high !== undefined && (adult || key === 'temperature' || key === 'spo2');
  return {
    ...common(measured),
    category: category('vital-signs', 'Vital Signs'),
    code: { coding: [{ system: systems.loinc, code: loinc, display }], text: ru },
    valueQuantity: quantity(value, ucum, unit),
    ...(ranged ? { interpretation: judged(value, low, high), referenceRange: [{ low: quantity(low, ucum, unit), high: quantity(high, ucum, unit) }] } : {}),
  };
}

export function bloodPressure(systolic: number, diastolic: number, measured: Measured): Observation {
  const part = (code: string, display: string, ru: string, value: number, low: number, high: number) => ({
    code: { coding: [{ system: systems.loinc, code, display }], text: ru },
    valueQuantity: quantity(value, 'mm[Hg]', 'мм рт. ст.'),
    interpretation: judged(value, low, high),
    referenceRange: [{ low: quantity(low, 'mm[Hg]', 'мм рт. ст.'), high: quantity(high, 'mm[Hg]', 'мм рт. ст.') }],
  });
  return {
    ...common(measured),
    category: category('vital-signs', 'Vital Signs'),
    code: { coding: [{ system: systems.loinc, code: '85354-9', display: 'Blood pressure panel with all children optional' }], text: 'Артериальное давление' },
    component: [part('8480-6', 'Systolic blood pressure', 'Систолическое', systolic, 90, 139), part('8462-4', 'Diastolic blood pressure', 'Диастолическое', diastolic, 60, 89)],
  };
}

/** `low` and `high` replace the usual range: an aim of treatment, or another age or sex. */
export function labValue(key: LabKey, value: number, measured: Measured, own?: { low?: number; high?: number; critical?: boolean }): Observation {
  const [loinc, display, ru, ucum, unit, usualLow, usualHigh] = laboratory[key];
  const [low, high] = [own?.low ?? usualLow, own?.high ?? usualHigh];
  return {
    ...common(measured),
    category: category('laboratory', 'Laboratory'),
    code: { coding: [{ system: systems.loinc, code: loinc, display }], text: ru },
    valueQuantity: quantity(value, ucum, unit),
    interpretation: own?.critical ? interpretation('HH') : judged(value, low, high),
    referenceRange: [{ ...(low > 0 ? { low: quantity(low, ucum, unit) } : {}), high: quantity(high, ucum, unit) }],
  };
}
