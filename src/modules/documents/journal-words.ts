import type { Language } from '../../kernel/problem.ts';

/** Words of the journal that the server puts together for the patient. */
export const journalWords = {
  emergency: { ru: 'экстренный доступ', en: 'emergency access' },
  change: { ru: 'изменение', en: 'change' },
} as const;

function dayText(at: string, language: Language): string {
  return new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', { day: 'numeric', month: 'long', timeZone: 'Europe/Moscow' }).format(new Date(at)).replace(' ', '\u00a0');
}

export const whyWords = {
  visit: { ru: (at: string) => `приём ${dayText(at, 'ru')}`, en: (at: string) => `visit on ${dayText(at, 'en')}` },
  district: { ru: 'ваш участковый врач', en: 'your district doctor' },
  clinic: { ru: 'клиника, к которой вы прикреплены', en: 'the clinic that you are attached to' },
} as const;

const purposes: Readonly<Record<string, Record<Language, string>>> = {
  TREAT: { ru: 'лечение', en: 'treatment' },
  HADMIN: { ru: 'запись и учёт', en: 'booking and administration' },
  PATRQT: { ru: 'по вашему запросу', en: 'at your request' },
  SYSDEV: { ru: 'обмен данными', en: 'data exchange' },
  BTG: { ru: 'экстренный доступ', en: 'emergency access' },
};

export function purposeWords(purpose: string, language: Language): string {
  return (purposes[purpose] ?? purposes.TREAT!)[language];
}
