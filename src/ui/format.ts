/**
 * How people write dates, ages, numbers and names, in both languages. Pure: the moment and the zone are arguments.
 * Dates come as FHIR writes them (`1959`, `1959-03`, `1959-03-14`, `2026-11-21T09:05:00Z`) or as Date; what cannot be read is given back as it came.
 */
import type { Language } from '../kernel/problem.ts';

export interface Writing {
  language?: Language;
  now?: Date;
  /** IANA zone; the browser's unless told. */
  zone?: string | undefined;
}

const nbsp = '\u00a0';
const months = {
  ru: { full: ['января', 'февраля', 'марта', 'апреля', 'мая', 'июня', 'июля', 'августа', 'сентября', 'октября', 'ноября', 'декабря'], short: ['янв', 'фев', 'мар', 'апр', 'мая', 'июн', 'июл', 'авг', 'сен', 'окт', 'ноя', 'дек'], alone: ['январь', 'февраль', 'март', 'апрель', 'май', 'июнь', 'июль', 'август', 'сентябрь', 'октябрь', 'ноябрь', 'декабрь'] },
  en: { full: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'], short: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'], alone: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] },
} as const;
const weekdays = {
  ru: ['воскресенье', 'понедельник', 'вторник', 'среда', 'четверг', 'пятница', 'суббота'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
} as const;

/** The form that the number asks for: 1 день, 2 дня, 5 дней, 21 день; fractions take the second («1,5 дня»). English has two. */
export function plural(count: number, language: Language, forms: readonly [string, string, string?]): string {
  const [one, few, many = few] = forms;
  if (language === 'en') return count === 1 ? one : few;
  if (!Number.isInteger(count)) return few;
  const ten = Math.abs(count) % 10;
  const hundred = Math.abs(count) % 100;
  if (ten === 1 && hundred !== 11) return one;
  return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? few : many;
}

/** The number with its word: «3 дня», joined so that they never part at a line's end. */
export function counted(count: number, language: Language, forms: readonly [string, string, string?]): string {
  return `${formatNumber(count, { language })}${nbsp}${plural(count, language, forms)}`;
}

/** 1234.5 → «1 234,5» (ru), “1,234.5” (en). A string keeps its decimals as written: "1.00" → «1,00». */
export function formatNumber(value: number | string, { language = 'ru', decimals }: { language?: Language; decimals?: number } = {}): string {
  const text = decimals === undefined ? plain(value) : Number(value).toFixed(decimals);
  const found = /^([-−]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!found) return String(value);
  const [, sign, whole, fraction] = found;
  const grouped = whole!.length < 5 && language === 'ru' ? whole! : whole!.replace(/\B(?=(\d{3})+$)/g, language === 'ru' ? nbsp : ',');
  return `${sign ? '−' : ''}${grouped}${fraction ? `${language === 'ru' ? ',' : '.'}${fraction}` : ''}`;
}

function plain(value: number | string): string {
  if (typeof value === 'string') return value.trim();
  if (!Number.isFinite(value)) return String(value);
  const text = String(value);
  return /e/i.test(text) ? value.toFixed(Math.abs(value) < 1 ? 20 : 0).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : text;
}

/** A value with its unit, never parted: «5 мг», «36,6 °C», “98%”. */
export function formatQuantity(value: number | string, unit: string | undefined, language: Language = 'ru'): string {
  const number = formatNumber(value, { language });
  if (!unit) return number;
  return `${number}${unit === '%' && language === 'en' ? '' : nbsp}${unit.replaceAll(' ', nbsp)}`;
}

interface Parts {
  year: number;
  /** 1 to 12; absent where the date does not say it. */
  month: number | undefined;
  day: number | undefined;
  hour: number | undefined;
  minute: number | undefined;
  weekday: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function inZone(moment: Date, zone: string | undefined): Parts {
  const key = zone ?? '';
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'iso8601', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' });
    formatters.set(key, formatter);
  }
  const found = Object.fromEntries(formatter.formatToParts(moment).map((part) => [part.type, Number(part.value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = found;
  return { year, month, day, hour, minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

/** What a FHIR date or dateTime says, in the zone; undefined when it is none. A date without a time has no zone. */
export function readDate(date: string | Date, zone?: string): Parts | undefined {
  if (date instanceof Date) return Number.isNaN(date.getTime()) ? undefined : inZone(date, zone);
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?$/.exec(date.trim());
  if (!found) return undefined;
  if (found[4]) {
    const moment = new Date(date);
    return Number.isNaN(moment.getTime()) ? undefined : inZone(moment, zone);
  }
  const [year, month, day] = [Number(found[1]), found[2] ? Number(found[2]) : undefined, found[3] ? Number(found[3]) : undefined];
  if (month !== undefined && (month < 1 || month > 12)) return undefined;
  const real = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  if (day !== undefined && real.getUTCDate() !== day) return undefined;
  return { year, month, day, hour: undefined, minute: undefined, weekday: real.getUTCDay() };
}

function dayNumber(parts: Parts): number {
  return Math.floor(Date.UTC(parts.year, (parts.month ?? 1) - 1, parts.day ?? 1) / 86_400_000);
}

/** Whole days from today to the date, by the calendar of the zone: −1 yesterday, 1 tomorrow. */
export function daysFromNow(date: string | Date, { now = new Date(), zone }: Writing = {}): number | undefined {
  const parts = readDate(date, zone);
  return parts?.day === undefined ? undefined : dayNumber(parts) - dayNumber(inZone(now, zone));
}

/** «14 марта 1959», «март 2016», «2018»: for documents and banners. */
export function formatDate(date: string | Date, { language = 'ru', zone }: Writing = {}): string {
  const parts = readDate(date, zone);
  if (!parts) return String(date);
  if (parts.month === undefined) return String(parts.year);
  if (parts.day === undefined) return `${months[language].alone[parts.month - 1]} ${parts.year}`;
  return `${parts.day}${nbsp}${months[language].full[parts.month - 1]}${nbsp}${parts.year}`;
}

/** «21 ноя», with the year where it is not this one: «12 мая 2021»; partial dates as they are. For tables. */
export function formatDay(date: string | Date, { language = 'ru', now = new Date(), zone }: Writing = {}): string {
  const parts = readDate(date, zone);
  if (!parts) return String(date);
  if (parts.month === undefined || parts.day === undefined) return formatDate(date, { language, zone });
  const year = parts.year === inZone(now, zone).year ? '' : `${nbsp}${parts.year}`;
  return `${parts.day}${nbsp}${months[language].short[parts.month - 1]}${year}`;
}

/** «14.03.1959»: as dates are typed and as forms print them. */
export function formatTyped(date: string | Date, zone?: string): string {
  const parts = readDate(date, zone);
  if (!parts) return String(date);
  const two = (part: number) => String(part).padStart(2, '0');
  return [parts.day && two(parts.day), parts.month && two(parts.month), parts.year].filter(Boolean).join('.');
}

/** «9:05», in the zone. */
export function formatTime(date: string | Date, zone?: string, seconds = false): string {
  const parts = readDate(date, zone);
  if (parts?.hour === undefined) return '';
  const tail = seconds ? `:${String(new Date(date).getUTCSeconds()).padStart(2, '0')}` : '';
  return `${parts.hour}:${String(parts.minute).padStart(2, '0')}${tail}`;
}

/** «сегодня в 9:15», «вчера в 18:20», «21 ноя, 14:05», «21 ноя 2024, 14:05»; a date alone has no time. */
export function formatMoment(date: string | Date, writing: Writing = {}): string {
  const { language = 'ru', zone } = writing;
  const parts = readDate(date, zone);
  if (!parts) return String(date);
  const days = daysFromNow(date, writing);
  const near = days === undefined ? undefined : nearDay[language][days + 1];
  const time = formatTime(date, zone);
  if (near) return time ? `${near}${language === 'ru' ? ` в${nbsp}` : ` at${nbsp}`}${time}` : near;
  const day = formatDay(date, writing);
  return time ? `${day}, ${time}` : day;
}

const nearDay = { ru: ['вчера', 'сегодня', 'завтра'], en: ['yesterday', 'today', 'tomorrow'] } as const;

/** «Суббота, 21 ноября»: the head of a day. */
export function formatWeekday(date: string | Date, { language = 'ru', zone }: Writing = {}): string {
  const parts = readDate(date, zone);
  if (parts?.day === undefined) return String(date);
  const name = weekdays[language][parts.weekday]!;
  const month = months[language].full[parts.month! - 1];
  return `${name[0]!.toUpperCase()}${name.slice(1)}, ${parts.day}${nbsp}${month}`;
}

const units = {
  ru: { day: ['день', 'дня', 'дней'], week: ['неделю', 'недели', 'недель'], month: ['мес.', 'мес.', 'мес.'], year: ['год', 'года', 'лет'], hour: ['час', 'часа', 'часов'], minute: ['мин', 'мин', 'мин'] },
  en: { day: ['day', 'days'], week: ['week', 'weeks'], month: ['mo', 'mo'], year: ['year', 'years'], hour: ['hour', 'hours'], minute: ['min', 'min'] },
} as const;

/** Calendar distance: «через 3 дня», «3 недели назад», «сегодня», «через 2 мес.», «5 лет назад». */
export function formatDistance(date: string | Date, writing: Writing = {}): string {
  const { language = 'ru' } = writing;
  const days = daysFromNow(date, writing);
  if (days === undefined) return formatDate(date, writing);
  if (Math.abs(days) <= 1) return nearDay[language][days + 1]!;
  const far = Math.abs(days);
  const [count, unit] = far < 14 ? ([far, 'day'] as const) : far < 60 ? ([Math.round(far / 7), 'week'] as const) : far < 700 ? ([Math.round(far / 30.44), 'month'] as const) : ([Math.round(far / 365.25), 'year'] as const);
  const said = counted(count, language, units[language][unit]);
  if (language === 'ru') return days > 0 ? `через ${said}` : `${said} назад`;
  return days > 0 ? `in ${said}` : `${said} ago`;
}

/** How long a thing has waited: «9 мин», «2 часа», «3 дня»; for queues and boards. */
export function formatWait(since: string | Date, { language = 'ru', now = new Date() }: Writing = {}): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - new Date(since).getTime()) / 60_000));
  if (Number.isNaN(minutes)) return String(since);
  if (minutes < 60) return counted(minutes, language, units[language].minute);
  if (minutes < 48 * 60) return counted(Math.floor(minutes / 60), language, units[language].hour);
  return counted(Math.floor(minutes / 1440), language, units[language].day);
}

/** Age in the unit that matters: «14 дней», «7 мес.», «5 лет 2 мес.» (to seven years), «67 лет». Empty for a birth in the future. */
export function formatAge(birth: string | Date, writing: Writing = {}): string {
  const { language = 'ru', now = new Date(), zone } = writing;
  const born = readDate(birth, zone);
  if (!born) return '';
  const today = inZone(now, zone);
  if (born.month === undefined) {
    const years = today.year - born.year;
    return years < 0 ? '' : `${language === 'ru' ? 'около' : 'about'} ${counted(years, language, units[language].year)}`;
  }
  const days = dayNumber(today) - dayNumber(born);
  if (days < 0) return '';
  const whole = (today.year - born.year) * 12 + today.month! - born.month - (today.day! < (born.day ?? 1) ? 1 : 0);
  if (whole < 1) return counted(days, language, units[language].day);
  if (whole < 12) return counted(whole, language, units[language].month);
  const years = Math.floor(whole / 12);
  const rest = whole % 12;
  const said = counted(years, language, units[language].year);
  return years < 7 && rest > 0 ? `${said} ${counted(rest, language, units[language].month)}` : said;
}

/** «с 12 мая 2021», «12–21 мая 2021», «до 30 ноя». */
export function formatPeriod(start: string | undefined, end: string | undefined, writing: Writing = {}): string {
  const { language = 'ru', zone } = writing;
  if (start && end) {
    const [from, to] = [readDate(start, zone), readDate(end, zone)];
    if (from?.day && to?.day && from.year === to.year && from.month === to.month) {
      return from.day === to.day ? formatDay(start, writing) : `${from.day}–${formatDay(end, writing)}`;
    }
    return `${formatDay(start, writing)} — ${formatDay(end, writing)}`;
  }
  if (start) return `${language === 'ru' ? 'с' : 'since'} ${formatDay(start, writing)}`;
  return end ? `${language === 'ru' ? 'до' : 'until'} ${formatDay(end, writing)}` : '';
}

/** Family, given names and patronymic, as FHIR HumanName holds them. */
export interface PersonName {
  family?: string | undefined;
  given?: readonly string[] | undefined;
  text?: string | undefined;
}

function namePartsOf(name: PersonName | string): { family: string; given: string[] } {
  if (typeof name !== 'string') {
    if (name.family || name.given?.length) return { family: name.family ?? '', given: [...(name.given ?? [])] };
    return namePartsOf(name.text ?? '');
  }
  const [family = '', ...given] = name.trim().split(/\s+/);
  return { family, given };
}

/** In full, for documents: «Иванова Мария Петровна». */
export function fullName(name: PersonName | string): string {
  const { family, given } = namePartsOf(name);
  return [family, ...given].filter(Boolean).join(' ');
}

/** In tables: «Иванова М. П.», with spaces that do not break. A name that is short already stays. */
export function shortName(name: PersonName | string): string {
  const { family, given } = namePartsOf(name);
  return [family, ...given.filter(Boolean).map((part) => `${[...part][0]!.toUpperCase()}.`)].filter(Boolean).join(nbsp);
}

/** In talk: «Мария Петровна»; the family name where there is no other. */
export function spokenName(name: PersonName | string): string {
  const { family, given } = namePartsOf(name);
  return given.filter(Boolean).join(' ') || family;
}

/** Two letters for a face without a photo: «МИ» of Иванова Мария. */
export function initials(name: PersonName | string): string {
  const { family, given } = namePartsOf(name);
  return [given[0], family].map((part) => [...(part ?? '')][0] ?? '').join('').toUpperCase();
}

/** 11 digits → «112-233-445 95»; anything else as it came. */
export function formatSnils(digits: string): string {
  const found = /^(\d{3})(\d{3})(\d{3})(\d{2})$/.exec(digits.replace(/[\s-]/g, ''));
  return found ? `${found[1]}-${found[2]}-${found[3]}${nbsp}${found[4]}` : digits;
}

/** +79161234567 → «+7 916 123-45-67»; other countries and half numbers as they came. */
export function formatPhone(phone: string): string {
  const found = /^(?:\+?7|8)(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone.replace(/[\s()\-\u00a0]/g, ''));
  return found ? `+7${nbsp}${found[1]}${nbsp}${found[2]}-${found[3]}-${found[4]}` : phone;
}
