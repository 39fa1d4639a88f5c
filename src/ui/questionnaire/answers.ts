/**
 * What stands in a field: text and string → string; integer, decimal → number; quantity → FHIR Quantity; date → FHIR date; boolean → boolean;
 * choice → Coding, open-choice also string; an array where the item repeats.
 */
export interface Answer {
  value: unknown;
  /** Who wrote it, as shown: «Орлова Т. И.». */
  by?: string | undefined;
  /** When, as a moment. */
  at?: string | undefined;
  /** Where a copy came from: «30 окт, Соколова А. В.». */
  source?: string | undefined;
  /** Copied and not yet confirmed by a person: grey, with its source. */
  unconfirmed?: boolean | undefined;
}

export type Answers = Readonly<Record<string, Answer | undefined>>;

export function isFilled(answer: Answer | undefined): boolean {
  const value = answer?.value;
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
}

/** «измерила», «записал»: by the end of the family name or the patronymic; empty where it does not tell. */
export function wroteVerb(name: string, measured: boolean): string {
  const words = name.split(/[\s\u00a0]+/);
  const feminine = words.some((word) => /вна$|чна$/.test(word)) || /(ова|ева|ёва|ина|ына|ская|цкая|ая)$/.test(words[0] ?? '');
  const masculine = words.some((word) => /(вич|ич)$/.test(word)) || /(ов|ев|ёв|ин|ын|ский|цкий|ый|ой)$/.test(words[0] ?? '');
  if (feminine === masculine) return '';
  return measured ? (feminine ? 'измерила' : 'измерил') : feminine ? 'записала' : 'записал';
}
