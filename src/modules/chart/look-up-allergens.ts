import type { Language } from '../../kernel/problem.ts';
import { foldText } from '../../terminology/fold-text.ts';
import { medicineByInn, medicineIndex, mnnSystem } from '../../terminology/medicines.ts';
import { allergyClassList, allergyClassSystem } from '../../terminology/prescription-warnings.ts';
import type { AllergenProposal } from './contract.ts';

let index: ReturnType<typeof medicineIndex> | undefined;

/** What an allergy may be to: classes first («пенициллины»), then substances by МНН and trade name. */
export function lookUpAllergens(text: string, language: Language, limit = 8): AllergenProposal[] {
  const typed = foldText(text).trim();
  if (!typed) return [];
  const words = (name: string) => foldText(name).split(/\s+/);
  const classes = allergyClassList()
    .filter(({ ru, en }) => [...words(ru), ...words(en)].some((word) => word.startsWith(typed)))
    .map(({ code, ru, en }): AllergenProposal => ({ key: `class ${code}`, text: language === 'ru' ? ru : en, note: language === 'ru' ? 'группа лекарств' : 'class of medicines', coding: { system: allergyClassSystem, code } }));
  index ??= medicineIndex();
  const substances = index.lookUp(text, limit).flatMap(({ code }): AllergenProposal[] => {
    const medicine = medicineByInn(code);
    return medicine ? [{ key: `mnn ${code}`, text: language === 'ru' ? medicine.ru : medicine.inn, ...(medicine.words?.length ? { note: medicine.words.slice(0, 3).join(', ') } : {}), coding: { system: mnnSystem, code } }] : [];
  });
  return [...classes, ...substances].slice(0, limit);
}
