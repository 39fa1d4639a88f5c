import type { Language } from '../../kernel/problem.ts';

/** One sentence for the patient on what a diagnosis is, by the beginning of its ICD-10 code; the longest one that fits. Never advice. */
const explanations: readonly { code: string; ru: string; en: string }[] = [
  { code: 'I10', ru: 'Давление держится выше нормы. Сердце и сосуды пока не изменены.', en: 'Blood pressure stays above normal. Heart and vessels are not changed so far.' },
  { code: 'I11', ru: 'Давление держится выше нормы, из-за этого сердцу приходится работать с нагрузкой.', en: 'Blood pressure stays above normal, and the heart has to work harder because of it.' },
  { code: 'I20', ru: 'Боль или сжатие в груди при нагрузке: сердцу не хватает крови.', en: 'Pain or tightness in the chest on exertion: the heart does not get enough blood.' },
  { code: 'I25', ru: 'Сосуды сердца сужены, и ему временами не хватает крови.', en: 'The vessels of the heart are narrowed, and at times it lacks blood.' },
  { code: 'I48', ru: 'Сердце бьётся неровно, ритм сбивается.', en: 'The heart beats unevenly, its rhythm is disturbed.' },
  { code: 'I50', ru: 'Сердце перекачивает кровь слабее, чем нужно; отсюда отёки и одышка.', en: 'The heart pumps more weakly than it should; hence swelling and short breath.' },
  { code: 'E11', ru: 'В крови держится больше сахара, чем нужно.', en: 'The blood holds more sugar than it should.' },
  { code: 'E78', ru: 'В крови слишком много холестерина, он откладывается в сосудах.', en: 'There is too much cholesterol in the blood; it settles in the vessels.' },
  { code: 'E66', ru: 'Вес заметно больше нормы.', en: 'The weight is well above normal.' },
  { code: 'J00', ru: 'Обычная простуда: насморк и заложенный нос.', en: 'A common cold: a runny or blocked nose.' },
  { code: 'J02', ru: 'Воспалено горло.', en: 'The throat is inflamed.' },
  { code: 'J06', ru: 'Простуда: вирус поразил нос и горло.', en: 'A cold: a virus in the nose and throat.' },
  { code: 'J18', ru: 'Воспаление лёгких.', en: 'Inflammation of the lungs.' },
  { code: 'J20', ru: 'Воспалены бронхи, отсюда кашель.', en: 'The airways are inflamed, hence the cough.' },
  { code: 'J44', ru: 'Бронхи сужены надолго: воздух проходит с трудом.', en: 'The airways are narrowed for good: air passes with difficulty.' },
  { code: 'J45', ru: 'Астма: бронхи временами сжимаются, и становится трудно дышать.', en: 'Asthma: the airways tighten at times and breathing gets hard.' },
  { code: 'K29', ru: 'Воспалена слизистая желудка.', en: 'The lining of the stomach is inflamed.' },
  { code: 'K21', ru: 'Кислота из желудка попадает в пищевод, отсюда изжога.', en: 'Acid from the stomach rises into the gullet, hence heartburn.' },
  { code: 'M17', ru: 'Хрящ в коленях истончился, поэтому колени болят.', en: 'The cartilage of the knees has worn thin, so the knees hurt.' },
  { code: 'M42', ru: 'Изменены диски позвоночника.', en: 'The discs of the spine are changed.' },
  { code: 'M54', ru: 'Боль в спине.', en: 'Pain in the back.' },
  { code: 'N18', ru: 'Почки работают слабее, чем нужно.', en: 'The kidneys work more weakly than they should.' },
  { code: 'D50', ru: 'В крови мало железа и гемоглобина.', en: 'There is too little iron and haemoglobin in the blood.' },
  { code: 'O80', ru: 'Обычные роды.', en: 'A normal birth.' },
  { code: 'Z00', ru: 'Плановый осмотр: проверка здоровья, не болезнь.', en: 'A planned check of health, not an illness.' },
];

export function explainDiagnosis(code: string | undefined, language: Language): string | undefined {
  if (!code) return undefined;
  return explanations.filter((each) => code.startsWith(each.code)).toSorted((a, b) => b.code.length - a.code.length)[0]?.[language];
}
