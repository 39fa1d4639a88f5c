/** How measured things are called, by LOINC: short for the doctor, plain for the patient. The order is that of the card. */
interface Name {
  ru: string;
  en: string;
  /** What it is, for the one whose it is. */
  plain: { ru: string; en: string };
}

export const pressurePanel = '85354-9';
export const systolic = '8480-6';
export const diastolic = '8462-4';

const names: Readonly<Record<string, Name>> = {
  [pressurePanel]: { ru: 'Давление', en: 'Blood pressure', plain: { ru: 'Артериальное давление', en: 'Blood pressure' } },
  '8867-4': { ru: 'Пульс', en: 'Pulse', plain: { ru: 'Пульс', en: 'Pulse' } },
  '29463-7': { ru: 'Вес', en: 'Weight', plain: { ru: 'Вес', en: 'Weight' } },
  '8302-2': { ru: 'Рост', en: 'Height', plain: { ru: 'Рост', en: 'Height' } },
  '39156-5': { ru: 'ИМТ', en: 'BMI', plain: { ru: 'Индекс массы тела', en: 'Body mass index' } },
  '8310-5': { ru: 'Температура', en: 'Temperature', plain: { ru: 'Температура', en: 'Temperature' } },
  '59408-5': { ru: 'SpO₂', en: 'SpO₂', plain: { ru: 'Кислород в крови', en: 'Oxygen in the blood' } },
  '9279-1': { ru: 'ЧДД', en: 'Breathing', plain: { ru: 'Частота дыхания', en: 'Breathing rate' } },
  '22748-8': { ru: 'ЛПНП', en: 'LDL', plain: { ru: '«Плохой» холестерин', en: '“Bad” cholesterol' } },
  '14647-2': { ru: 'Холестерин общий', en: 'Total cholesterol', plain: { ru: 'Общий холестерин', en: 'Total cholesterol' } },
  '14771-0': { ru: 'Глюкоза натощак', en: 'Fasting glucose', plain: { ru: 'Сахар крови натощак', en: 'Blood sugar, fasting' } },
  '4548-4': { ru: 'Гликированный гемоглобин', en: 'HbA1c', plain: { ru: 'Сахар крови за три месяца', en: 'Blood sugar over three months' } },
  '14682-9': { ru: 'Креатинин', en: 'Creatinine', plain: { ru: 'Работа почек (креатинин)', en: 'Kidneys (creatinine)' } },
  '2823-3': { ru: 'Калий', en: 'Potassium', plain: { ru: 'Калий', en: 'Potassium' } },
  '718-7': { ru: 'Гемоглобин', en: 'Haemoglobin', plain: { ru: 'Гемоглобин', en: 'Haemoglobin' } },
  '2276-4': { ru: 'Ферритин', en: 'Ferritin', plain: { ru: 'Запас железа (ферритин)', en: 'Iron stores (ferritin)' } },
  '3016-3': { ru: 'ТТГ', en: 'TSH', plain: { ru: 'Щитовидная железа (ТТГ)', en: 'Thyroid (TSH)' } },
  '14933-6': { ru: 'Мочевая кислота', en: 'Urate', plain: { ru: 'Мочевая кислота', en: 'Uric acid' } },
  '2857-1': { ru: 'ПСА общий', en: 'PSA', plain: { ru: 'ПСА (предстательная железа)', en: 'PSA (prostate)' } },
};

const order = Object.keys(names);

/** What the code is called; the resource's own words where the list has none. */
export function measureName(code: string, own: string | undefined, language: 'ru' | 'en'): string {
  return names[code]?.[language] ?? own ?? code;
}

export function plainName(code: string, own: string, language: 'ru' | 'en'): string {
  return names[code]?.plain[language] ?? own;
}

/** Place of a code on the card; unknown ones follow. */
export function measurePlace(code: string): number {
  const at = order.indexOf(code);
  return at === -1 ? order.length : at;
}
