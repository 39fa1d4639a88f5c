import { daysIn } from './dates.ts';
import type { Words } from './fault-words.ts';

/** What is wrong with a value of the primitive type, in words that follow the name of the element; undefined where nothing. */
export type PrimitiveCheck = (value: unknown) => Words | undefined;

/*
 * The regular expressions of http://hl7.org/fhir/R4/datatypes.html#primitive, with its white space as XML Schema means it: JavaScript's \s
 * would refuse the no-break space of «5 мг».
 */
/** Below the space only tab and the ends of lines are allowed. */
const control = /[^\t\n\r -\uffff]/;
const white = /[ \t\r\n]/;
const datePattern = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/;
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?';
const zone = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))';
const dateTimePattern = new RegExp(`^(\\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\\d|3[01])(?:T${time}${zone})?)?)?$`);
const instantPattern = new RegExp(`^(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T${time}${zone}$`);
const timePattern = new RegExp(`^${time}$`);
const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;
const oidPattern = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/;
const uuidPattern = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function textual(name: string, check: (value: string) => Words | undefined): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'string') return { en: `must be a ${name} (a JSON string), not ${kindOfJson(value)}`, ru: `должно быть ${name} (строка JSON), а не ${kindOfJsonRu(value)}` };
    return value.length === 0 ? { en: 'must not be empty', ru: 'не должно быть пустым' } : check(value);
  };
}

/** What a JSON value is, for a message. */
export function kindOfJson(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const jsonKindsRu: Readonly<Record<string, string>> = { string: 'строка', number: 'число', boolean: 'true или false', object: 'объект' };

export function kindOfJsonRu(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'массив' : (jsonKindsRu[typeof value] ?? typeof value);
}

/** The value as a message may show it: short, and never a whole text. */
export function shown(value: unknown): string {
  return `“${shortened(value)}”`;
}

export function shownRu(value: unknown): string {
  return `«${shortened(value)}»`;
}

function shortened(value: unknown): string {
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function calendar(pattern: RegExp, name: string, example: string): PrimitiveCheck {
  return textual(name, (value) => {
    const part = pattern.exec(value);
    if (!part || part[1] === '0000') return { en: `must be a ${name} like ${example}, not ${shown(value)}`, ru: `должно быть ${name}, например ${example.replace(/ or /, ' или ')}, а не ${shownRu(value)}` };
    const day = part[3] === undefined ? 0 : Number(part[3]);
    return day > 28 && day > daysIn(Number(part[1]), Number(part[2])) ? { en: `has a day that the month does not have: ${shown(value)}`, ru: `содержит день, которого в этом месяце нет: ${shownRu(value)}` } : undefined;
  });
}

function matching(pattern: RegExp, name: string, en: string, ru: string): PrimitiveCheck {
  return textual(name, (value) => (pattern.test(value) ? undefined : { en: `must be ${en}, not ${shown(value)}`, ru: `должно быть ${ru}, а не ${shownRu(value)}` }));
}

function whole(least: number): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'number') return { en: `must be a whole number (a JSON number), not ${kindOfJson(value)}`, ru: `должно быть целым числом (число JSON), а не ${kindOfJsonRu(value)}` };
    return Number.isInteger(value) && value >= least && value <= 2_147_483_647 ? undefined : { en: `must be a whole number from ${least} to 2147483647, not ${shown(value)}`, ru: `должно быть целым числом от ${least} до 2147483647, а не ${shownRu(value)}` };
  };
}

const withoutSpace = (name: string) => textual(name, (value) => (white.test(value) ? { en: `must have no white space: ${shown(value)}`, ru: `не должно содержать пробелов: ${shownRu(value)}` } : undefined));
const text = (name: string) => textual(name, (value) => (control.test(value) || !value.isWellFormed() ? { en: 'must have no control characters and no halves of a character', ru: 'не должно содержать управляющих знаков и половин символа' } : undefined));

/** The checks by the name of the type. */
export const primitiveChecks: Readonly<Record<string, PrimitiveCheck>> = {
  boolean: (value) => (typeof value === 'boolean' ? undefined : { en: `must be true or false, not ${kindOfJson(value)}`, ru: `должно быть true или false, а не ${kindOfJsonRu(value)}` }),
  integer: whole(-2_147_483_648),
  unsignedInt: whole(0),
  positiveInt: whole(1),
  decimal: (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : { en: `must be a decimal (a JSON number), not ${kindOfJson(value)}`, ru: `должно быть десятичным числом (число JSON), а не ${kindOfJsonRu(value)}` }),
  string: text('string'),
  markdown: text('markdown'),
  code: textual('code', (value) =>
    /^[ \t\r\n]|[ \t\r\n]$|[ \t\r\n]{2}/.test(value) ? { en: `must be a code without white space around it or doubled in it: ${shown(value)}`, ru: `должно быть кодом без пробелов по краям и без двойных внутри: ${shownRu(value)}` } : undefined,
  ),
  id: matching(idPattern, 'id', 'an id of 1 to 64 letters, digits, “-” and “.”', 'идентификатором из 1–64 латинских букв, цифр, «-» и «.»'),
  oid: matching(oidPattern, 'oid', 'an OID like urn:oid:1.2.643', 'OID вида urn:oid:1.2.643'),
  uuid: matching(uuidPattern, 'uuid', 'a UUID like urn:uuid:c757873d-ec9a-4326-a141-556f43239520', 'UUID вида urn:uuid:c757873d-ec9a-4326-a141-556f43239520'),
  uri: withoutSpace('uri'),
  url: withoutSpace('url'),
  canonical: withoutSpace('canonical'),
  date: calendar(datePattern, 'date', '2026, 2026-11 or 2026-11-21'),
  dateTime: calendar(dateTimePattern, 'dateTime', '2026-11-21 or 2026-11-21T14:05:00+03:00'),
  instant: calendar(instantPattern, 'instant', '2026-11-21T14:05:00.000+03:00'),
  time: matching(timePattern, 'time', 'a time like 14:05:00', 'временем вида 14:05:00'),
  base64Binary: textual('base64Binary', (value) => {
    const bare = white.test(value) ? value.replace(/[ \t\r\n]+/g, '') : value;
    return bare.length % 4 === 0 && /^[0-9a-zA-Z+/]*={0,2}$/.test(bare) ? undefined : { en: 'must be base64', ru: 'должно быть в кодировке base64' };
  }),
  xhtml: textual('xhtml', (value) => (/^\s*(?:<\?xml[^>]*>\s*)?<div[\s>]/.test(value) && /<\/div>\s*$|^\s*<div[^>]*\/>\s*$/.test(value) ? undefined : { en: 'must be one XHTML <div>', ru: 'должно быть одним элементом XHTML <div>' })),
};
