/**
 * Russian identifiers by their check digits: pure, used on both sides, so that a wrong digit is refused as it is typed.
 * Input may carry the spaces, hyphens and dots that people write; the value given back is bare digits.
 */

/** What is wrong: nothing typed, something that is not a digit, digits too few or too many, a digit mistyped. */
export type IdentifierFault = 'empty' | 'characters' | 'length' | 'check-digit';

export type IdentifierCheck = { valid: true; value: string } | { valid: false; fault: IdentifierFault };

const faults: Record<IdentifierFault, { ru: string; en: string }> = {
  empty: { ru: 'Номер не введён.', en: 'No number was typed.' },
  characters: { ru: 'В номере есть лишние знаки: нужны только цифры.', en: 'The number has other characters than digits.' },
  length: { ru: 'Не то количество цифр.', en: 'The number of digits is wrong.' },
  'check-digit': { ru: 'Контрольная сумма не сходится: проверьте, нет ли опечатки.', en: 'The check digits do not match: look for a typing mistake.' },
};

/** The sentence for a fault, for a field's error line. */
export function identifierFaultText(fault: IdentifierFault, language: 'ru' | 'en'): string {
  return faults[fault][language];
}

function digitsOf(text: string, lengths: readonly number[], matches: (digits: string) => boolean): IdentifierCheck {
  const value = text.replace(/[\s.‐-―\u00ad-]/gu, '');
  if (value === '') return { valid: false, fault: 'empty' };
  if (!/^\d+$/.test(value)) return { valid: false, fault: 'characters' };
  if (!lengths.includes(value.length)) return { valid: false, fault: 'length' };
  return matches(value) ? { valid: true, value } : { valid: false, fault: 'check-digit' };
}

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0);
}

/** The last number of the pension fund that carried no check digits: 001-001-998. */
const lastUnchecked = 1_001_998;

/** The two check digits of the first nine digits of a СНИЛС. */
export function snilsCheckDigits(nine: string): string {
  const rest = weighted(nine, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
  return String(rest === 100 ? 0 : rest).padStart(2, '0');
}

/** СНИЛС, 11 digits: Σ d[i]·(9−i) mod 101, where 100 stands as 00. Numbers up to 001-001-998 are not checked. */
export function checkSnils(text: string): IdentifierCheck {
  return digitsOf(text, [11], (d) => !/^0+$/.test(d) && (Number(d.slice(0, 9)) <= lastUnchecked || snilsCheckDigits(d) === d.slice(9)));
}

/** `11223344595` → `112-233-445 95` with a no-break space; anything but 11 digits comes back as it is. */
export function formatSnils(text: string): string {
  const d = text.replace(/\D/g, '');
  return d.length === 11 ? `${d.slice(0, 3)}-${d.slice(3, 6)}-${d.slice(6, 9)}\u00a0${d.slice(9)}` : text;
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const d = Number(digits[digits.length - 1 - i]);
    const twice = d * 2;
    sum += i % 2 === 0 ? d : twice > 9 ? twice - 9 : twice;
  }
  return sum;
}

/** The check digit that makes 15 digits an ЕНП. */
export function enpCheckDigit(fifteen: string): string {
  return String((10 - (luhnSum(`${fifteen}0`) % 10)) % 10);
}

/** ЕНП, the number of the insurance policy: 16 digits, Luhn. */
export function checkEnp(text: string): IdentifierCheck {
  return digitsOf(text, [16], (d) => !/^0+$/.test(d) && luhnSum(d) % 10 === 0);
}

const inn10 = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const inn11 = [7, ...inn10];
const inn12 = [3, ...inn11];

/** ИНН: 10 digits of an organisation, 12 of a person. */
export function checkInn(text: string): IdentifierCheck {
  const digit = (d: string, weights: readonly number[]) => (weighted(d, weights) % 11) % 10;
  return digitsOf(text, [10, 12], (d) => {
    if (/^0+$/.test(d)) return false;
    return d.length === 10 ? digit(d, inn10) === Number(d[9]) : digit(d, inn11) === Number(d[10]) && digit(d, inn12) === Number(d[11]);
  });
}

/** ОГРН, 13 digits: the first twelve mod 11 mod 10. ОГРНИП, 15 digits: the first fourteen mod 13 mod 10. */
export function checkOgrn(text: string): IdentifierCheck {
  return digitsOf(text, [13, 15], (d) => {
    if (/^0+$/.test(d)) return false;
    const [length, modulus] = d.length === 13 ? [12, 11] : [14, 13];
    return (Number(d.slice(0, length)) % modulus) % 10 === Number(d[length]);
  });
}

/**
 * The policy number under which a newborn without a policy is cared for: the mother's ЕНП, the birth date (`YYYY-MM-DD`) and
 * the number of the child in this birth (1 for a single one), joined by `_`. Undefined where the mother's ЕНП is not valid.
 */
export function newbornPolicy(motherEnp: string, birthDate: string, ordinal: number): string | undefined {
  const enp = checkEnp(motherEnp);
  if (!enp.valid || !/^\d{4}-\d\d-\d\d$/.test(birthDate) || !Number.isInteger(ordinal) || ordinal < 1) return undefined;
  return `${enp.value}_${birthDate}_${ordinal}`;
}
