import { checkEnp, checkSnils, identifierFaultText, newbornPolicy } from '../../kernel/identifiers.ts';
import type { Language } from '../../kernel/problem.ts';
import type { PartialPage, TitlePage } from './contract.ts';

export { checkSnils };
export { barcodeOf, cardNumber, fromBarcode } from './card-number.ts';
export { likely, likenessOf, reasonWords, type Identity, type Likeness } from './doubles.ts';
export { comparePages, type PageField, type Clash } from './compare-pages.ts';
export * from './texts.ts';

/** A field of the page that is wrong: its name in the contract, and the sentence. */
export interface PageFault {
  field: string;
  text: string;
}

const sentences = {
  future: { ru: 'Дата ещё не наступила.', en: 'The date is still to come.' },
  old: { ru: 'Больше 130 лет назад: проверьте год.', en: 'More than 130 years ago: check the year.' },
  beforeBirth: { ru: 'Раньше даты рождения.', en: 'Before the birth date.' },
  noGiven: { ru: 'Имя не введено. Без имени карта открывается только новорождённому.', en: 'No given name. Only a newborn’s card is opened without one.' },
  passport: { ru: 'У паспорта РФ серия из 4 и номер из 6 цифр.', en: 'A Russian passport has a series of 4 and a number of 6 digits.' },
  newbornNumber: { ru: 'Номер новорождённого: ЕНП матери, дата рождения и порядковый номер ребёнка.', en: 'A newborn’s number is the mother’s ЕНП, the birth date and the child’s ordinal.' },
} as const;

/** What on the page is wrong; the server refuses with it, the screen shows it as one types. `today` is the day of the desk. */
export function faultsOf(page: PartialPage, today: string, language: Language): PageFault[] {
  const faults: PageFault[] = [];
  const say = (field: string, sentence: keyof typeof sentences) => faults.push({ field, text: sentences[sentence][language] });
  if (page.birthDate && page.birthDate > today) say('birthDate', 'future');
  if (page.birthDate && Number(today.slice(0, 4)) - Number(page.birthDate.slice(0, 4)) > 130) say('birthDate', 'old');
  if (page.snils) {
    const checked = checkSnils(page.snils);
    if (!checked.valid) faults.push({ field: 'snils', text: identifierFaultText(checked.fault, language) });
  }
  if (page.policy?.kind === 'enp') {
    const checked = checkEnp(page.policy.number);
    if (!checked.valid) faults.push({ field: 'policy.number', text: identifierFaultText(checked.fault, language) });
  }
  if (page.policy?.kind === 'newborn' && !isNewbornNumber(page.policy.number)) say('policy.number', 'newbornNumber');
  if (page.family && !page.given && page.policy?.kind !== 'newborn') say('given', 'noGiven');
  const { document } = page;
  if (document?.kind === 'passport' && (!/^\d{4}$/.test((document.series ?? '').replace(/\s/g, '')) || !/^\d{6}$/.test(document.number))) say('document.number', 'passport');
  for (const [field, date] of [['document.issued', document?.issued], ['disability.since', page.disability?.since], ['policy.from', page.policy?.from]] as const) {
    if (date && date > today) say(field, 'future');
    if (date && page.birthDate && date < page.birthDate) say(field, 'beforeBirth');
  }
  return faults;
}

function isNewbornNumber(number: string): boolean {
  const [enp = '', date = '', ordinal = ''] = number.split('_');
  return newbornPolicy(enp, date, Number(ordinal)) === number;
}

/** Numbers as they are stored: bare digits. */
export function normalPage(page: TitlePage): TitlePage {
  const bare = (text: string) => text.replace(/[\s\u00a0-]/g, '');
  return {
    ...page,
    ...(page.snils ? { snils: bare(page.snils) } : {}),
    ...(page.policy ? { policy: { ...page.policy, number: page.policy.kind === 'enp' ? bare(page.policy.number) : page.policy.number } } : {}),
    ...(page.document ? { document: { ...page.document, ...(page.document.series ? { series: page.document.kind === 'passport' ? bare(page.document.series) : page.document.series } : {}) } } : {}),
    phones: page.phones.map(({ number, kind }) => ({ number: normalPhone(number), kind })),
  };
}

/** +7 and ten digits for a Russian number; any other stays as it was written. */
export function normalPhone(text: string): string {
  const digits = text.replace(/\D/g, '');
  if (digits.length === 10) return `+7${digits}`;
  return digits.length === 11 && /^[78]/.test(digits) ? `+7${digits.slice(1)}` : text.trim();
}

/** The policy's number in what a scanner read: a bar code of sixteen digits, or the text of a newer policy's QR code with the number in it. */
export function scannedPolicy(text: string): string | undefined {
  for (const [digits] of text.matchAll(/(?<!\d)\d{16}(?!\d)/g)) if (checkEnp(digits).valid) return digits;
  return undefined;
}
