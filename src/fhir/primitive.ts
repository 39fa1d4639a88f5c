import { daysIn } from './dates.ts';

/** What is wrong with a value of the primitive type, in words that follow the name of the element; undefined where nothing. */
export type PrimitiveCheck = (value: unknown) => string | undefined;

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

function textual(name: string, check: (value: string) => string | undefined): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'string') return `must be a ${name} (a JSON string), not ${kindOfJson(value)}`;
    return value.length === 0 ? 'must not be empty' : check(value);
  };
}

/** What a JSON value is, for a message. */
export function kindOfJson(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The value as a message may show it: short, and never a whole text. */
export function shown(value: unknown): string {
  const text = String(value);
  return `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`;
}

function calendar(pattern: RegExp, name: string, example: string): PrimitiveCheck {
  return textual(name, (value) => {
    const part = pattern.exec(value);
    if (!part || part[1] === '0000') return `must be a ${name} like ${example}, not ${shown(value)}`;
    const day = part[3] === undefined ? 0 : Number(part[3]);
    return day > 28 && day > daysIn(Number(part[1]), Number(part[2])) ? `has a day that the month does not have: ${shown(value)}` : undefined;
  });
}

function matching(pattern: RegExp, name: string, rule: string): PrimitiveCheck {
  return textual(name, (value) => (pattern.test(value) ? undefined : `must be ${rule}, not ${shown(value)}`));
}

function whole(name: string, least: number): PrimitiveCheck {
  return (value) => {
    if (typeof value !== 'number') return `must be ${name} (a JSON number), not ${kindOfJson(value)}`;
    return Number.isInteger(value) && value >= least && value <= 2_147_483_647 ? undefined : `must be ${name} from ${least} to 2147483647, not ${shown(value)}`;
  };
}

const withoutSpace = (name: string) => textual(name, (value) => (white.test(value) ? `must have no white space: ${shown(value)}` : undefined));
const text = (name: string) => textual(name, (value) => (control.test(value) ? 'must have no control characters' : undefined));

/** The checks by the name of the type. */
export const primitiveChecks: Readonly<Record<string, PrimitiveCheck>> = {
  boolean: (value) => (typeof value === 'boolean' ? undefined : `must be true or false, not ${kindOfJson(value)}`),
  integer: whole('a whole number', -2_147_483_648),
  unsignedInt: whole('a whole number', 0),
  positiveInt: whole('a whole number', 1),
  decimal: (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : `must be a decimal (a JSON number), not ${kindOfJson(value)}`),
  string: text('string'),
  markdown: text('markdown'),
  code: textual('code', (value) =>
    /^[ \t\r\n]|[ \t\r\n]$|[ \t\r\n]{2}/.test(value) ? `must be a code without white space around it or doubled in it: ${shown(value)}` : undefined,
  ),
  id: matching(idPattern, 'id', 'an id of 1 to 64 letters, digits, “-” and “.”'),
  oid: matching(oidPattern, 'oid', 'an OID like urn:oid:1.2.643'),
  uuid: matching(uuidPattern, 'uuid', 'a UUID like urn:uuid:c757873d-ec9a-4326-a141-556f43239520'),
  uri: withoutSpace('uri'),
  url: withoutSpace('url'),
  canonical: withoutSpace('canonical'),
  date: calendar(datePattern, 'date', '2026, 2026-11 or 2026-11-21'),
  dateTime: calendar(dateTimePattern, 'dateTime', '2026-11-21 or 2026-11-21T14:05:00+03:00'),
  instant: calendar(instantPattern, 'instant', '2026-11-21T14:05:00.000+03:00'),
  time: matching(timePattern, 'time', 'a time like 14:05:00'),
  base64Binary: textual('base64Binary', (value) => {
    const bare = white.test(value) ? value.replace(/[ \t\r\n]+/g, '') : value;
    return bare.length % 4 === 0 && /^[0-9a-zA-Z+/]*={0,2}$/.test(bare) ? undefined : 'must be base64';
  }),
  xhtml: textual('xhtml', (value) => (/^\s*<div[\s>]/.test(value) && /<\/div>\s*$|^\s*<div[^>]*\/>\s*$/.test(value) ? undefined : 'must be one XHTML <div>')),
};
