/** Diagnoses as one says them at home, by the beginning of the code of МКБ-10. What is not listed keeps its official name. */
const plain: readonly (readonly [RegExp, string, string])[] = [
  [/^I1[0-5]/, 'Повышенное давление', 'High blood pressure'],
  [/^I20/, 'Стенокардия: боль за грудиной при нагрузке', 'Angina: chest pain on exertion'],
  [/^I2[12]/, 'Инфаркт миокарда', 'Heart attack'],
  [/^I25/, 'Ишемическая болезнь сердца', 'Coronary heart disease'],
  [/^I48/, 'Мерцательная аритмия: неровный ритм сердца', 'Atrial fibrillation: irregular heart rhythm'],
  [/^I50/, 'Сердечная недостаточность', 'Heart failure'],
  [/^I83/, 'Варикозное расширение вен', 'Varicose veins'],
  [/^E10/, 'Сахарный диабет 1-го типа', 'Diabetes, type 1'],
  [/^E11/, 'Сахарный диабет 2-го типа', 'Diabetes, type 2'],
  [/^E0[0-7]/, 'Болезнь щитовидной железы', 'Thyroid disease'],
  [/^E66/, 'Лишний вес', 'Overweight'],
  [/^E78/, 'Повышенный холестерин', 'High cholesterol'],
  [/^D50/, 'Анемия: не хватает железа', 'Anaemia: too little iron'],
  [/^J0[0-6]/, 'Простуда', 'A cold'],
  [/^J1[0-1]/, 'Грипп', 'Flu'],
  [/^J1[2-8]/, 'Воспаление лёгких', 'Pneumonia'],
  [/^J2[0-2]|^J4[0-2]/, 'Бронхит', 'Bronchitis'],
  [/^J44/, 'ХОБЛ: хроническая болезнь лёгких', 'COPD: chronic lung disease'],
  [/^J45/, 'Бронхиальная астма', 'Asthma'],
  [/^K21/, 'Изжога: заброс кислоты в пищевод', 'Reflux: stomach acid in the gullet'],
  [/^K2[56]/, 'Язва желудка или двенадцатиперстной кишки', 'Stomach or duodenal ulcer'],
  [/^K29/, 'Гастрит: воспаление желудка', 'Gastritis'],
  [/^M1[5-9]/, 'Артроз: износ сустава', 'Osteoarthritis: a worn joint'],
  [/^M10/, 'Подагра', 'Gout'],
  [/^M5[04]|^M42/, 'Боль в спине', 'Back pain'],
  [/^N39/, 'Инфекция мочевых путей', 'Urinary infection'],
  [/^N18/, 'Хроническая болезнь почек', 'Chronic kidney disease'],
  [/^G43/, 'Мигрень', 'Migraine'],
  [/^H66/, 'Отит: воспаление уха', 'Ear infection'],
  [/^L20/, 'Атопический дерматит', 'Eczema'],
];

export function plainDiagnosis(code: string, name: string, language: 'ru' | 'en'): string {
  const found = plain.find(([pattern]) => pattern.test(code));
  return found ? found[language === 'ru' ? 1 : 2] : name;
}
