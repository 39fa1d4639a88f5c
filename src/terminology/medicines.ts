import { createCodeIndex } from './code-index.ts';
import type { CodeIndex } from './code-index.ts';
import file from './data/medicines.json' with { type: 'json' };

/** Code system of МНН: the code is the Latin INN in lower case, `bisoprolol`. */
export const mnnSystem = 'urn:karta:mnn';

export type MedicineRoute = 'oral' | 'sublingual' | 'inhalation' | 'nasal' | 'ophthalmic' | 'topical' | 'infiltration' | 'subcutaneous' | 'intramuscular' | 'intravenous';

/** A medicine by МНН. Forms, strengths and dosing are texts to propose; «2,5 мг» is written as on the box, with a no-break space. */
export interface Medicine {
  inn: string;
  ru: string;
  atc: string;
  /** Therapeutic class, for warnings of two of one kind. */
  class: string;
  route: MedicineRoute;
  forms: readonly { form: string; strengths: readonly string[] }[];
  /** Usual dosing, the commonest first. */
  dosing: readonly string[];
  /** Classes that allergies speak of: `penicillin`, `nsaid`, `iodine` … */
  allergyClasses?: readonly string[];
  /** Trade names by which people look for it. */
  words?: readonly string[];
}

export const medicines: readonly Medicine[] = file.medicines as readonly Medicine[];

const byInn = new Map(medicines.map((medicine) => [medicine.inn, medicine]));

/** A medicine by its Latin INN; undefined where the list does not have it. */
export function medicineByInn(inn: string): Medicine | undefined {
  return byInn.get(inn.toLowerCase());
}

/** An index over the list: found by Russian and Latin МНН and by trade names, mistyped and half-typed too. Codes are INNs. */
export function medicineIndex(): CodeIndex {
  return createCodeIndex(medicines.map(({ inn, ru, words }) => ({ code: inn, display: ru, words: [inn, ...(words ?? [])] })));
}
