import type { Language } from '../../kernel/problem.ts';

/** How a patient calls a document of a federal kind (1.2.643.5.1.13.13.11.1520); the official name stands on the sheet. */
const words: readonly { codes: readonly string[]; ru: string; en: string }[] = [
  { codes: ['119', '227', '40'], ru: 'Приём врача', en: 'Doctor’s visit' },
  { codes: ['41', '77', '147', '235', '234'], ru: 'Выписка из больницы', en: 'Hospital discharge' },
  { codes: ['92', '233'], ru: 'Выписка из поликлиники', en: 'Outpatient summary' },
  { codes: ['75', '186'], ru: 'Результат анализа', en: 'Laboratory result' },
  { codes: ['110', '174', '224'], ru: 'Результат обследования', en: 'Examination result' },
  { codes: ['46', '74'], ru: 'Результат биопсии', en: 'Biopsy result' },
  { codes: ['185', '202', '255'], ru: 'Направление', en: 'Referral' },
  { codes: ['148'], ru: 'Рецепт', en: 'Prescription' },
  { codes: ['191', '198', '200', '217'], ru: 'Осмотр в больнице', en: 'Examination in hospital' },
  { codes: ['189'], ru: 'Протокол операции', en: 'Operation record' },
  { codes: ['220'], ru: 'Справка о прививках', en: 'Vaccination certificate' },
  { codes: ['253'], ru: 'Справка для школы', en: 'Certificate for school' },
  { codes: ['262'], ru: 'Заключение по измерениям дома', en: 'Report on measurements at home' },
];

export function plainKind(code: string | undefined, kind: string, paper: boolean, language: Language): string {
  if (paper) return language === 'ru' ? 'Копия с бумаги' : 'Copy of a paper';
  return words.find((each) => code !== undefined && each.codes.includes(code))?.[language] ?? (kind || (language === 'ru' ? 'Документ' : 'Document'));
}
