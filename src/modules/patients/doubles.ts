import { foldText } from '../../fhir/text.ts';
import type { Language } from '../../kernel/problem.ts';
import { editDistance, forgiven } from './near-name.ts';

/** Whether two descriptions are one person, and why: a scored rule, pure, the same both ways round. */

export interface Identity {
  family?: string | undefined;
  given?: string | undefined;
  patronymic?: string | undefined;
  sex?: string | undefined;
  birthDate?: string | undefined;
  snils?: string | undefined;
  /** Policy number; of a newborn the mother's with `_date_ordinal`. */
  enp?: string | undefined;
  document?: string | undefined;
  /** Ten digits each. */
  phones?: readonly string[];
  address?: string | undefined;
}

export const reasonKinds = {
  snils: { score: 100, ru: 'тот же СНИЛС', en: 'the same СНИЛС' },
  enp: { score: 100, ru: 'тот же полис', en: 'the same policy' },
  document: { score: 80, ru: 'тот же документ', en: 'the same identity document' },
  'snils-near': { score: 40, ru: 'СНИЛС отличается одной цифрой', en: 'СНИЛС differs by one digit' },
  'enp-near': { score: 30, ru: 'полис отличается одной цифрой', en: 'the policy differs by one digit' },
  name: { score: 40, ru: 'те же фамилия, имя и отчество', en: 'the same full name' },
  'name-near': { score: 28, ru: 'похожие фамилия, имя и отчество', en: 'a similar full name' },
  'given-same': { score: 20, ru: 'те же имя и отчество, другая фамилия', en: 'the same given name and patronymic, another family name' },
  'birth-date': { score: 30, ru: 'та же дата рождения', en: 'the same birth date' },
  'birth-date-near': { score: 15, ru: 'похожая дата рождения', en: 'a similar birth date' },
  phone: { score: 12, ru: 'тот же телефон', en: 'the same phone' },
  address: { score: 12, ru: 'тот же адрес', en: 'the same address' },
  'snils-other': { score: -45, ru: 'СНИЛС другой', en: 'another СНИЛС' },
  'birth-date-other': { score: -30, ru: 'дата рождения другая', en: 'another birth date' },
  'sex-other': { score: -15, ru: 'пол другой', en: 'another sex' },
  twin: { score: -60, ru: 'близнец: другой ребёнок этих родов', en: 'a twin: another child of this birth' },
} as const;
export type ReasonKind = keyof typeof reasonKinds;

export interface Likeness {
  /** 0 to 100. */
  score: number;
  /** СНИЛС or policy are the same: there can be no two cards. */
  same: boolean;
  reasons: ReasonKind[];
}

/** From here on a card is shown as a likely double. */
export const likely = 55;

export function likenessOf(a: Identity, b: Identity): Likeness {
  const reasons: ReasonKind[] = [];
  const [first, second] = [a.snils, b.snils].map(digits);
  if (first && second) reasons.push(first === second ? 'snils' : editDistance(first, second, 1) <= 1 ? 'snils-near' : 'snils-other');
  policy(a, b, reasons);
  const [paper, other] = [a.document, b.document].map((text) => text?.replace(/\s/g, '').toUpperCase());
  if (paper && paper === other) reasons.push('document');
  name(a, b, reasons);
  birthDate(a.birthDate, b.birthDate, reasons);
  if (a.sex && b.sex && a.sex !== b.sex) reasons.push('sex-other');
  if (a.phones?.some((phone) => b.phones?.includes(phone))) reasons.push('phone');
  if (sameAddress(a.address, b.address)) reasons.push('address');
  const same = reasons.includes('snils') || reasons.includes('enp');
  const score = reasons.reduce((sum, kind) => sum + reasonKinds[kind].score, 0);
  return { score: same ? 100 : Math.max(0, Math.min(99, score)), same, reasons };
}

/** The reasons in words; what speaks against comes last. */
export function reasonWords(reasons: readonly ReasonKind[], language: Language): string[] {
  return [...reasons].sort((a, b) => reasonKinds[b].score - reasonKinds[a].score).map((kind) => reasonKinds[kind][language]);
}

function digits(text: string | undefined): string | undefined {
  return text?.replace(/\D/g, '') || undefined;
}

const newborn = /^(\d{16})_(\d{4}-\d\d-\d\d)_(\d)$/;

function policy(a: Identity, b: Identity, reasons: ReasonKind[]): void {
  if (!a.enp || !b.enp) return;
  const [first, second] = [newborn.exec(a.enp), newborn.exec(b.enp)];
  if (a.enp === b.enp) reasons.push('enp');
  else if (first && second && first[1] === second[1] && first[2] === second[2]) reasons.push('twin');
  else if (!first && !second && editDistance(a.enp, b.enp, 1) <= 1) reasons.push('enp-near');
}

function name(a: Identity, b: Identity, reasons: ReasonKind[]): void {
  const parts = ([a, b] as const).map((one) => [one.family, one.given, one.patronymic].map((part) => foldText(part ?? ''))) as [string[], string[]];
  const [one, two] = parts;
  if (!one[0] || !two[0]) return;
  const familySame = one[0] === two[0];
  const restSame = one[1] === two[1] && one[2] === two[2] && one[1] !== '';
  if (familySame && one[1] === two[1] && one[2] === two[2]) reasons.push('name');
  else if (one.every((part, at) => near(part, two[at]!)) || swapped(one, two)) reasons.push('name-near');
  else if (restSame && one[2] !== '') reasons.push('given-same');
}

/** One has no patronymic, or both differ by slips that a hurried hand makes. */
function near(a: string, b: string): boolean {
  if (a === b || a === '' || b === '') return true;
  const most = Math.max(1, Math.min(forgiven(a.length), forgiven(b.length)));
  return Math.min(a.length, b.length) >= 3 && editDistance(a, b, most) <= most;
}

/** Family and given name in each other's place. */
function swapped(a: readonly string[], b: readonly string[]): boolean {
  return a[0] === b[1] && a[1] === b[0] && a[0] !== '' && a[1] !== '';
}

function birthDate(a: string | undefined, b: string | undefined, reasons: ReasonKind[]): void {
  if (!a || !b || a.length < 10 || b.length < 10) return;
  if (a === b) reasons.push('birth-date');
  else reasons.push(nearDate(a, b) ? 'birth-date-near' : 'birth-date-other');
}

/** Day and month changed about, or one digit another one. */
function nearDate(a: string, b: string): boolean {
  const turned = (date: string) => `${date.slice(0, 4)}-${date.slice(8)}-${date.slice(5, 7)}`;
  return turned(a) === b || editDistance(a, b, 1) <= 1;
}

const small = new Set(['область', 'обл', 'край', 'республика', 'город', 'г', 'село', 'с', 'поселок', 'п', 'деревня', 'д', 'улица', 'ул', 'проспект', 'пр', 'пркт', 'переулок', 'пер', 'дом', 'корпус', 'корп', 'к', 'квартира', 'кв']);

/** The words of one address all stand in the other: street and house at least. */
function sameAddress(a: string | undefined, b: string | undefined): boolean {
  const [one, two] = [a, b].map((text) => new Set(foldText(text ?? '').split(' ').filter((word) => word !== '' && !small.has(word)))) as [Set<string>, Set<string>];
  const [less, more] = one.size <= two.size ? [one, two] : [two, one];
  return less.size >= 2 && [...less].some((word) => /\d/.test(word)) && [...less].every((word) => more.has(word));
}
