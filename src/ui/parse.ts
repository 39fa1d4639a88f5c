/** Reads what people type. Pure; nothing typed is ever thrown away: what is not understood answers undefined and the text stays. */
import { readDate } from './format.ts';

const monthStarts = ['янв', 'фев', 'мар', 'апр', 'ма', 'июн', 'июл', 'авг', 'сен', 'окт', 'ноя', 'дек'];
const monthStartsEn = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A date as people write it: «14.03.1959», «14031959», «14/3/59», «14 марта 1959», «03.1959», «1959», «сегодня», «вчера», «завтра», 1959-03-14.
 * Two digits of a year mean the nearest past unless `future`. Answers an FHIR date.
 */
export function parseDate(text: string, now: Date = new Date(), future = false): string | undefined {
  const typed = text.trim().toLowerCase().replaceAll('\u00a0', ' ').replace(/\s*г(ода|\.)?$/, '');
  const near = { сегодня: 0, today: 0, вчера: -1, yesterday: -1, завтра: 1, tomorrow: 1 }[typed];
  if (near !== undefined) return isoDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + near));
  const iso = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(typed);
  if (iso) return real(Number(iso[1]), Number(iso[2]), iso[3] === undefined ? undefined : Number(iso[3]));
  const solid = /^(\d{2})(\d{2})(\d{4}|\d{2})$/.exec(typed);
  if (solid) return real(yearOf(solid[3]!, now, future), Number(solid[2]), Number(solid[1]));
  if (/^\d{4}$/.test(typed)) return real(Number(typed), undefined, undefined);
  const parts = typed.split(/[\s./,-]+/).filter(Boolean);
  const month = parts.findIndex((part) => /^[а-яёa-z]/.test(part));
  if (month >= 0) {
    const number = monthOf(parts[month]!);
    const rest = parts.filter((_, at) => at !== month);
    if (number === undefined || rest.some((part) => !/^\d{1,4}$/.test(part)) || rest.length > 2) return undefined;
    if (rest.length === 0) return undefined;
    if (rest.length === 1) return rest[0]!.length === 4 ? real(Number(rest[0]), number, undefined) : real(now.getFullYear(), number, Number(rest[0]));
    return real(yearOf(rest[1]!, now, future), number, Number(rest[0]));
  }
  if (parts.some((part) => !/^\d{1,4}$/.test(part))) return undefined;
  if (parts.length === 3 && parts[2]!.length !== 3 && parts[2]!.length !== 1) return real(yearOf(parts[2]!, now, future), Number(parts[1]), Number(parts[0]));
  if (parts.length === 2 && parts[1]!.length === 4) return real(Number(parts[1]), Number(parts[0]), undefined);
  if (parts.length === 2 && parts[1]!.length <= 2) return real(now.getFullYear(), Number(parts[1]), Number(parts[0]));
  return undefined;
}

function monthOf(word: string): number | undefined {
  const at = monthStarts.findIndex((start, index) => (index === 4 ? /^ма[йя]/.test(word) : word.startsWith(start)));
  const found = at >= 0 ? at : monthStartsEn.findIndex((start) => word.startsWith(start));
  return found >= 0 ? found + 1 : undefined;
}

function yearOf(text: string, now: Date, future: boolean): number {
  if (text.length === 4) return Number(text);
  const guess = Math.floor(now.getFullYear() / 100) * 100 + Number(text);
  return guess > now.getFullYear() + (future ? 20 : 0) ? guess - 100 : guess;
}

function real(year: number, month: number | undefined, day: number | undefined): string | undefined {
  const two = (part: number) => String(part).padStart(2, '0');
  const text = [String(year).padStart(4, '0'), month === undefined ? undefined : two(month), day === undefined ? undefined : two(day)].filter((part) => part !== undefined).join('-');
  return year >= 1850 && year <= 2200 && readDate(text) ? text : undefined;
}

function isoDay(date: Date): string {
  return real(date.getFullYear(), date.getMonth() + 1, date.getDate())!;
}

/** A number with a comma or a point, spaces between thousands, a typographic minus. Answers the decimal text as FHIR writes it, digits kept («1,00» → "1.00"). */
export function parseNumber(text: string): string | undefined {
  const typed = text.replace(/[\s\u00a0\u202f]/g, '').replace('−', '-').replace(',', '.');
  if (!/^-?(\d+(\.\d+)?|\.\d+)$/.test(typed)) return undefined;
  return typed.replace(/^(-?)\./, '$10.').replace(/^(-?)0+(?=\d)/, '$1');
}

/** Two parts over a stroke: «158/94» as pressure is said. */
export function parsePair(text: string): [string, string] | undefined {
  const [first, second, ...more] = text.split(/[/\\|]/).map(parseNumber);
  return first && second && more.length === 0 ? [first, second] : undefined;
}

/** СНИЛС: the 11 digits when the checksum holds (numbers above 001-001-998 carry one), else what is wrong. */
export function parseSnils(text: string): { digits: string } | { wrong: 'length' | 'letters' | 'checksum' } {
  const digits = text.replace(/[\s\u00a0-]/g, '');
  if (/\D/.test(digits)) return { wrong: 'letters' };
  if (digits.length !== 11) return { wrong: 'length' };
  if (Number(digits.slice(0, 9)) <= 1_001_998) return { digits };
  const sum = Array.from(digits.slice(0, 9)).reduce((total, digit, at) => total + Number(digit) * (9 - at), 0);
  const check = (sum % 101) % 100;
  return check === Number(digits.slice(9)) ? { digits } : { wrong: 'checksum' };
}

/** A Russian phone as +7…; another country's with its plus; undefined while it cannot be one. */
export function parsePhone(text: string): string | undefined {
  const typed = text.replace(/[\s\u00a0()\-.]/g, '');
  const russian = /^(?:\+?7|8)?(\d{10})$/.exec(typed);
  if (russian) return `+7${russian[1]}`;
  return /^\+\d{8,15}$/.test(typed) ? typed : undefined;
}
