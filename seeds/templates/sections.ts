import { calculated, choice, initial, item, lastKnown, measure, placeholder, widget } from './items.ts';
import type { TemplateItem, Words } from './items.ts';

const answer = (linkId: string) => `%resource.repeat(item).where(linkId='${linkId}').answer.value`;

/** Body mass index, kg/m², one decimal; empty until both are known. */
export const bmiExpression = `iif(${answer('vitals.weight')}.exists() and ${answer('vitals.height')}.exists(), (${answer('vitals.weight')}.toDecimal() / ((${answer('vitals.height')}.toDecimal() / 100) * (${answer('vitals.height')}.toDecimal() / 100))).round(1), {})`;

/** Доврачебный осмотр: what the nurse measures before the doctor; the same links in every template, so that one draft serves both. */
export function vitals(need: { pressure: boolean; weight: boolean }): TemplateItem {
  return item('vitals', 'group', { ru: 'Доврачебный осмотр', en: 'Nurse’s pre-visit check' }, {
    extension: [widget('vitals')],
    item: [
      measure({ linkId: 'vitals.systolic', type: 'integer', words: { ru: 'АД систолическое', en: 'Systolic pressure' }, loinc: '8480-6', loincDisplay: 'Systolic blood pressure', unit: ['mm[Hg]', 'мм рт. ст.'], from: 40, to: 300, required: need.pressure }),
      measure({ linkId: 'vitals.diastolic', type: 'integer', words: { ru: 'АД диастолическое', en: 'Diastolic pressure' }, loinc: '8462-4', loincDisplay: 'Diastolic blood pressure', unit: ['mm[Hg]', 'мм рт. ст.'], from: 20, to: 200, required: need.pressure }),
      measure({ linkId: 'vitals.pulse', type: 'integer', words: { ru: 'Пульс', en: 'Pulse' }, loinc: '8867-4', loincDisplay: 'Heart rate', unit: ['/min', 'уд/мин'], from: 20, to: 300 }),
      measure({ linkId: 'vitals.temperature', type: 'decimal', words: { ru: 'Температура', en: 'Temperature' }, loinc: '8310-5', loincDisplay: 'Body temperature', unit: ['Cel', '°C'], from: 30, to: 44 }),
      measure({ linkId: 'vitals.weight', type: 'decimal', words: { ru: 'Вес', en: 'Weight' }, loinc: '29463-7', loincDisplay: 'Body weight', unit: ['kg', 'кг'], from: 0.4, to: 400, required: need.weight }),
      measure({ linkId: 'vitals.height', type: 'decimal', words: { ru: 'Рост', en: 'Height' }, loinc: '8302-2', loincDisplay: 'Body height', unit: ['cm', 'см'], from: 25, to: 250, extension: [need.weight ? lastKnown(1, 'mo', 'месяц') : lastKnown(3, 'a', 'года')] }),
      measure({ linkId: 'vitals.spo2', type: 'integer', words: { ru: 'SpO₂', en: 'SpO₂' }, loinc: '59408-5', loincDisplay: 'Oxygen saturation in Arterial blood by Pulse oximetry', unit: ['%', '%'], from: 40, to: 100 }),
      measure({ linkId: 'vitals.breathing', type: 'integer', words: { ru: 'ЧДД', en: 'Breathing rate' }, loinc: '9279-1', loincDisplay: 'Respiratory rate', unit: ['/min', 'в минуту'], from: 4, to: 120 }),
      measure({ linkId: 'vitals.bmi', type: 'decimal', words: { ru: 'ИМТ', en: 'BMI' }, loinc: '39156-5', loincDisplay: 'Body mass index (BMI) [Ratio]', unit: ['kg/m2', 'кг/м²'], from: 5, to: 100, readOnly: true, extension: [calculated(bmiExpression)] }),
    ],
  });
}

export const complaints = (hint: string, required = true): TemplateItem =>
  item('complaints', 'text', { ru: 'Жалобы', en: 'Complaints' }, { required, extension: [placeholder(hint)] });

/** Problems stand ready to be taken over into the anamnesis; the text shows its source until confirmed. */
const knownProblems = initial("%problems.entry.resource.select(code.text & iif(onset.exists(), ' с ' & onset.toString().substring(0, 4) & ' года', '')).join('. ')");

export const anamnesis = (words: Words, hint: string, more: TemplateItem[] = []): TemplateItem[] => [
  item('anamnesis', 'text', words, { required: true, extension: [placeholder(hint), knownProblems] }),
  ...more,
];

/** Diagnosis: drawn by its own widget; the items keep the answers in any other program. */
export const diagnosis = (): TemplateItem =>
  item('diagnosis', 'group', { ru: 'Диагноз', en: 'Diagnosis' }, {
    required: true,
    extension: [widget('diagnosis')],
    item: [
      item('diagnosis.text', 'text', { ru: 'Диагноз словами', en: 'Diagnosis in words' }),
      item('diagnosis.code', 'choice', { ru: 'Код МКБ-10', en: 'ICD-10 code' }, { required: true, answerValueSet: 'urn:oid:1.2.643.5.1.13.13.11.1005' }),
      choice('diagnosis.certainty', { ru: 'Степень обоснованности', en: 'Certainty' }, [
        ['provisional', 'Предварительный', 'Preliminary'],
        ['confirmed', 'Заключительный клинический', 'Final clinical'],
      ]),
      choice('diagnosis.character', { ru: 'Характер заболевания', en: 'Character' }, [
        ['acute', 'Острое', 'Acute'],
        ['chronic-first', 'Впервые установленное хроническое', 'Chronic, first established'],
        ['chronic', 'Ранее установленное хроническое', 'Chronic, known before'],
      ]),
    ],
  });

/** Plan: prescriptions, referrals and the next visit by widgets, the rest in words. */
export const plan = (hint: string): TemplateItem =>
  item('plan', 'group', { ru: 'План', en: 'Plan' }, {
    extension: [widget('plan')],
    item: [
      item('plan.prescriptions', 'display', { ru: 'Назначения', en: 'Prescriptions' }, { extension: [widget('prescriptions')] }),
      item('plan.referrals', 'display', { ru: 'Направления и исследования', en: 'Referrals and orders' }, { extension: [widget('referrals')] }),
      item('plan.text', 'text', { ru: 'Рекомендации', en: 'Advice' }, { required: true, extension: [placeholder(hint)] }),
      item('plan.followUp', 'date', { ru: 'Следующая явка', en: 'Next visit' }, { extension: [widget('follow-up')] }),
    ],
  });

export const objective = (group: TemplateItem, hint: string, more: TemplateItem[] = []): TemplateItem =>
  item('objective', 'group', { ru: 'Объективно', en: 'Findings' }, {
    required: true,
    item: [group, ...more, item('objective.text', 'text', { ru: 'Осмотр', en: 'Examination' }, { required: true, extension: [placeholder(hint)] })],
  });
