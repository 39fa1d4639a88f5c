/** Reads what is typed into the search of persons. Pure: the same text means the same on the server and in tests. */

export interface SearchWish {
  /** Words of the name, as typed. */
  words: string[];
  /** FHIR date: a day, or a year alone. */
  birthDate: string | undefined;
  /** Ten digits after +7. */
  phone: string | undefined;
  snils: string | undefined;
  enp: string | undefined;
  card: string | undefined;
}

const dash = /[‐‑‒–—−]/g;
const datePattern = /(?<![\d.])(?:(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})|(\d{4})-(\d{2})-(\d{2}))(?![\d])/;
const cardPattern = /(?<![\p{L}\d])(?:\d{2}-\d{6}|\p{Lu}{2}-\d{3,8})(?![\p{L}\d-])/u;

/** What the text may mean; several numbers and words may stand beside each other in any order. */
export function readSearch(text: string, now: Date): SearchWish {
  const wish: SearchWish = { words: [], birthDate: undefined, phone: undefined, snils: undefined, enp: undefined, card: undefined };
  let rest = text.normalize('NFC').replaceAll('\u00a0', ' ').replace(dash, '-').trim();
  const take = (pattern: RegExp, read: (match: RegExpExecArray) => boolean): void => {
    const match = pattern.exec(rest);
    if (match && read(match)) rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
  };
  const newborn = /^\d{16}_\d{4}-\d\d-\d\d_\d$/.exec(rest);
  if (newborn) return { ...wish, enp: newborn[0] };
  take(new RegExp(cardPattern.source, 'iu'), (match) => {
    wish.card = match[0].toUpperCase();
    return true;
  });
  take(datePattern, (match) => (wish.birthDate = realDay(match[4] ?? fullYear(match[3]!, now), match[5] ?? match[2]!, match[6] ?? match[1]!)) !== undefined);
  // Digits that signs of writing keep together are one number: +7 (999) 000-20-10, 112-233-445 95.
  for (let tries = 0; tries < 4; tries++) take(/\+?\d[\d()\s.-]*\d|\d/, (match) => readDigits(wish, match[0].replace(/\D/g, ''), now));
  wish.words = rest.split(/[^\p{L}'’-]+/u).map((word) => word.replace(/^[-'’]+|[-'’]+$/g, '')).filter(Boolean).slice(0, 6);
  return wish;
}

function readDigits(wish: SearchWish, digits: string, now: Date): boolean {
  if (digits.length === 16) wish.enp = digits;
  else if (digits.length === 11) {
    wish.snils = digits;
    if (/^[78]/.test(digits)) wish.phone = digits.slice(1);
  } else if (digits.length === 10) wish.phone = digits;
  else if (digits.length === 8 || digits.length === 6) wish.birthDate ??= realDay(fullYear(digits.slice(4), now), digits.slice(2, 4), digits.slice(0, 2));
  else if (digits.length === 4 && Number(digits) >= 1880 && Number(digits) <= now.getFullYear()) wish.birthDate ??= digits;
  return true;
}

function fullYear(year: string, now: Date): string {
  if (year.length === 4) return year;
  const near = Math.floor(now.getFullYear() / 100) * 100 + Number(year);
  return String(near > now.getFullYear() ? near - 100 : near);
}

function realDay(year: string, month: string, day: string): string | undefined {
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || !date.toISOString().startsWith(iso) ? undefined : iso;
}

/** The ways in which a Russian number stands in cards of other systems: the index holds a phone as it was written. */
export function phoneSpellings(ten: string): string[] {
  const [a, b, c, d] = [ten.slice(0, 3), ten.slice(3, 6), ten.slice(6, 8), ten.slice(8)];
  return ['+7', '8', '7'].flatMap((start) => [`${start}${ten}`, `${start} (${a}) ${b}-${c}-${d}`, `${start}(${a})${b}-${c}-${d}`, `${start} ${a} ${b}-${c}-${d}`, `${start} ${a} ${b} ${c} ${d}`, `${start}-${a}-${b}-${c}-${d}`]).concat(ten);
}

const latinKeys = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const russianKeys = 'ёйцукенгшщзхъфывапролджэячсмитьбю';

/** «Bdfyjdf» typed with the forgotten layout: Иванова. Only Latin text is turned. */
export function otherLayout(text: string): string | undefined {
  if (!/[a-z]/i.test(text) || /\p{Script=Cyrillic}/u.test(text)) return undefined;
  return [...text].map((sign) => {
    const at = latinKeys.indexOf(sign.toLowerCase());
    return at < 0 ? sign : sign === sign.toLowerCase() ? russianKeys[at]! : russianKeys[at]!.toUpperCase();
  }).join('');
}
