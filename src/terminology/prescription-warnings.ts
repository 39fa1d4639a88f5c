import { foldText } from './fold-text.ts';
import { medicineByInn, medicines } from './medicines.ts';
import type { Medicine } from './medicines.ts';
import file from './data/interactions.json' with { type: 'json' };

/** Code system of allergy classes: `penicillin`, `nsaid`, `iodine` … */
export const allergyClassSystem = 'urn:karta:allergy-class';

/** What the patient is allergic to: a substance by INN, a class, or only words. */
export interface KnownAllergy {
  inn?: string;
  allergyClass?: string;
  text?: string;
}

export interface PrescriptionCheck {
  /** INN of what is about to be prescribed. */
  medicine: string;
  allergies: readonly KnownAllergy[];
  /** INNs of what is taken now. */
  current: readonly string[];
  /** Codes of МКБ-10 of active problems. */
  diagnoses?: readonly string[];
  /** Years, fractions for children. */
  age?: number;
}

export type WarningKind = 'allergy' | 'allergy-cross' | 'duplicate-substance' | 'duplicate-class' | 'interaction' | 'diagnosis' | 'age';

/** A warning asks for a reason and never blocks. `with` names the other side: an INN, an allergy class, a code. */
export interface PrescriptionWarning {
  kind: WarningKind;
  severity: 'high' | 'moderate';
  with: string | undefined;
  ru: string;
  en: string;
}

type Severity = 'high' | 'moderate';
type Pair = [string[], string[], Severity, string, string];
const pairs = file.pairs as Pair[];
const byDiagnosis = file.diagnoses as Pair[];
const byAge = file.ages as [string[], number, number, Severity, string, string][];
const classNames = file.classNames as unknown as Record<string, [string, string]>;
const allergyClasses = file.allergyClasses as unknown as Record<string, [string, string, string]>;
const crossAllergies = file.crossAllergies as unknown as [string, string, string, string][];
const duplicateClasses = new Set(file.duplicateClasses);

const is = (medicine: Medicine, names: readonly string[]) => names.includes(medicine.inn) || names.includes(medicine.class);

/** The classes that a medicine belongs to as allergies speak of them; its kind of local anaesthetic implies the wider class. */
function allergyClassesOf(medicine: Medicine): Set<string> {
  const classes = new Set(medicine.allergyClasses ?? []);
  if (medicine.class === 'local-anaesthetic') classes.add('local-anaesthetic');
  return classes;
}

/** Names in both languages of an allergy class. */
export function allergyClassName(allergyClass: string): { ru: string; en: string } | undefined {
  const names = allergyClasses[allergyClass];
  return names && { ru: names[0], en: names[1] };
}

/** What words such as «пенициллин» or «Аугментин» mean: a substance of the list first, else a class; else only the words. */
export function allergyFromText(text: string): KnownAllergy {
  const folded = foldText(text);
  for (const [allergyClass, [ru]] of Object.entries(allergyClasses)) if (foldText(ru) === folded.trim()) return { allergyClass, text };
  const medicine = medicines.find((m) => [m.ru, m.inn, ...(m.words ?? [])].some((name) => folded.includes(foldText(name))));
  if (medicine) return { inn: medicine.inn, text };
  const known = Object.entries(allergyClasses).find(([, [, , pattern]]) => new RegExp(foldText(pattern)).test(folded));
  return known ? { allergyClass: known[0], text } : { text };
}

function allergyWarnings(medicine: Medicine, allergy: KnownAllergy): PrescriptionWarning[] {
  const known = allergy.inn === undefined && allergy.allergyClass === undefined && allergy.text ? allergyFromText(allergy.text) : allergy;
  const own = allergyClassesOf(medicine);
  const other = known.inn === undefined ? undefined : medicineByInn(known.inn);
  if (known.inn === medicine.inn) {
    return [{ kind: 'allergy', severity: 'high', with: known.inn, ru: `У пациента аллергия на этот препарат: ${medicine.ru.toLowerCase()}.`, en: `The patient is allergic to this medicine: ${medicine.inn}.` }];
  }
  const classes = known.allergyClass !== undefined ? [known.allergyClass] : other ? [...allergyClassesOf(other)] : [];
  const shared = classes.find((c) => own.has(c));
  if (shared !== undefined) {
    const name = allergyClassName(shared) ?? { ru: shared, en: shared };
    // Diuretics and sulfonylureas carry the sulfonamide group, yet rarely react as the antibacterial ones do.
    const distant = shared === 'sulfonamide' && medicine.class !== 'sulfonamide';
    // Known to one substance of a wide class (beta-lactams): the other branch is the matter of the cross rule below.
    if (!(shared === 'beta-lactam' && other !== undefined)) {
      return [
        {
          kind: distant ? 'allergy-cross' : 'allergy', severity: distant ? 'moderate' : 'high', with: shared,
          ru: `${medicine.ru} — из группы, на которую есть аллергия: ${name.ru}${distant ? '; перекрёстная реакция редка' : ''}.`,
          en: `${medicine.inn} belongs to a group the patient is allergic to: ${name.en}${distant ? '; cross-reaction is rare' : ''}.`,
        },
      ];
    }
  }
  for (const [a, b, ru, en] of crossAllergies) {
    if ((classes.includes(a) && own.has(b)) || (classes.includes(b) && own.has(a))) {
      return [{ kind: 'allergy-cross', severity: 'high', with: classes.includes(a) ? a : b, ru: `${medicine.ru}: ${ru}.`, en: `${medicine.inn}: ${en}.` }];
    }
  }
  return [];
}

function againstCurrent(medicine: Medicine, current: Medicine): PrescriptionWarning[] {
  const found: PrescriptionWarning[] = [];
  if (current.inn === medicine.inn) {
    return [{ kind: 'duplicate-substance', severity: 'high', with: current.inn, ru: `${medicine.ru} пациент уже принимает.`, en: `The patient already takes ${medicine.inn}.` }];
  }
  if (current.class === medicine.class && duplicateClasses.has(medicine.class)) {
    const [ru, en] = classNames[medicine.class] ?? [medicine.class, medicine.class];
    found.push({ kind: 'duplicate-class', severity: 'high', with: current.inn, ru: `Второй препарат той же группы (${ru}): пациент уже принимает ${current.ru.toLowerCase()}.`, en: `A second medicine of one group (${en}): the patient already takes ${current.inn}.` });
  }
  for (const [a, b, severity, ru, en] of pairs) {
    if ((is(medicine, a) && is(current, b)) || (is(medicine, b) && is(current, a))) {
      found.push({ kind: 'interaction', severity, with: current.inn, ru: `${medicine.ru} и ${current.ru.toLowerCase()}: ${ru}.`, en: `${medicine.inn} with ${current.inn}: ${en}.` });
    }
  }
  return found;
}

/**
 * What to say before a prescription is written: allergy by substance or class with cross-reactions, a duplicate substance or class,
 * serious interactions, diagnoses and age that speak against. The most serious first. Medicines unknown to the list give nothing
 * but a match of the substance itself.
 */
export function prescriptionWarnings({ medicine: inn, allergies, current, diagnoses = [], age }: PrescriptionCheck): PrescriptionWarning[] {
  const unknown: Medicine = { inn, ru: inn, atc: '', class: `only:${inn}`, route: 'oral', forms: [], dosing: [] };
  const medicine = medicineByInn(inn) ?? unknown;
  const found = allergies.flatMap((allergy) => allergyWarnings(medicine, allergy));
  for (const name of new Set(current)) found.push(...againstCurrent(medicine, medicineByInn(name) ?? { ...unknown, inn: name, ru: name, class: `only:${name}` }));
  for (const [names, codes, severity, ru, en] of byDiagnosis) {
    const code = diagnoses.find((diagnosis) => codes.some((start) => diagnosis.startsWith(start)));
    if (code !== undefined && is(medicine, names)) found.push({ kind: 'diagnosis', severity, with: code, ru: `${medicine.ru} при ${code}: ${ru}.`, en: `${medicine.inn} with ${code}: ${en}.` });
  }
  if (age !== undefined) {
    for (const [names, from, to, severity, ru, en] of byAge) {
      if (is(medicine, names) && age >= from && age < to) found.push({ kind: 'age', severity, with: undefined, ru: `${medicine.ru}: ${ru}.`, en: `${medicine.inn}: ${en}.` });
    }
  }
  const once = new Map(found.map((warning) => [`${warning.kind} ${warning.with} ${warning.ru}`, warning]));
  return [...once.values()].sort((a, b) => Number(a.severity === 'moderate') - Number(b.severity === 'moderate'));
}

/** All allergy classes with their names, for a choice by typing. */
export function allergyClassList(): { code: string; ru: string; en: string }[] {
  return Object.entries(allergyClasses).map(([code, [ru, en]]) => ({ code, ru, en }));
}
