/** Why paper is asked for most often; what stands on the sheet is the reader's language. */
export const printReasons = [
  { ru: 'Пациент просит на руки', en: 'The patient asks for it' },
  { ru: 'Для больницы без Карты', en: 'For a hospital without Karta' },
  { ru: 'Запрос суда или полиции', en: 'Request of a court or the police' },
  { ru: 'Для страховой компании', en: 'For an insurer' },
] as const;
