import type { Coding } from '@medplum/fhirtypes';
import { Problem } from '../kernel/problem.ts';
import { stemOf, wordsOf } from './fold-text.ts';
import { activeColumns, designationLanguage, inactiveValues, knownColumns, nameColumns, searchedColumns, sortColumns } from './nsi-columns.ts';
import './problems.ts';

/** A column of a dictionary as its passport describes it. */
export interface PassportField {
  field: string;
  dataType?: 'VARCHAR' | 'INTEGER' | 'BOOLEAN' | 'DATETIME' | (string & {});
  alias?: string | null;
  description?: string | null;
}

/** What Karta reads of a passport of НСИ; the rest of it is left alone. */
export interface Passport {
  oid: string;
  version: string;
  rowsCount: number;
  fullName?: string;
  shortName?: string;
  description?: string | null;
  /** `13.02.2024 15:21`, Moscow time. */
  publishDate?: string | null;
  fields: readonly PassportField[];
  keys?: readonly { field: string; type: 'PRIMARY' | 'FOREIGN' | 'VALUE' | (string & {}) }[];
  /** All OIDs under which the dictionary is known. */
  codes?: readonly { value: string; type: string }[] | null;
  /** A newer version has been published. */
  archive?: boolean;
}

/** A part: rows as pairs of column and value. */
export interface Part {
  list: readonly (readonly { column: string; value: string | null }[])[];
}

export interface Designation {
  language: string;
  value: string;
  /** What kind of name it is, where a definition says so. */
  use?: Coding | undefined;
}

export interface Concept {
  key: string;
  code: string;
  parent: string | undefined;
  display: string;
  folded: string;
  active: boolean;
  abstract: boolean;
  designations: Designation[];
  /** The columns that are none of the above; dates as `2024-02-13`. */
  extra: Record<string, string>;
  /** Folded words and their stems, of all names and codes. */
  words: string[];
}

export interface Dictionary {
  oid: string;
  version: string;
  name: string;
  title: string;
  passport: Passport;
  /** Columns that `extra` may hold, in the passport's order. */
  properties: PassportField[];
  /** Whether rows name a row above them. */
  hierarchical: boolean;
  concepts: Concept[];
}

/** The columns of a dictionary by what they mean. */
interface Columns {
  primary: string;
  code: string;
  display: readonly string[];
  parent: string | undefined;
  active: string | undefined;
  abstract: string | undefined;
}

/**
 * Reads a dictionary in the format of the federal НСИ service: the passport and all parts of one version. `oid` is the OID by which
 * it was asked for, where that is another of its own. Refuses it whole where rows are missing or doubled or hang in a circle:
 * `terminology.rows-missing`, `terminology.rows-doubled`, `terminology.rows-in-circle`, `terminology.column-unknown`.
 */
export function importDictionary(passport: Passport, parts: readonly Part[], oid = passport.oid): Dictionary {
  const { version } = passport;
  const found = parts.reduce((sum, part) => sum + part.list.length, 0);
  if (found !== passport.rowsCount) throw new Problem('terminology.rows-missing', { oid, version, expected: passport.rowsCount, found });

  const given = parts.flatMap((part) => part.list.map((cells) => Object.fromEntries(cells.map(({ column, value }) => [column, value]))));
  const fields = [...new Set([...passport.fields.map(({ field }) => field), ...Object.keys(given[0] ?? {})])];
  const columns = columnsOf(oid, passport, fields);
  const rows = inOrder(given, columns.primary, fields);
  const codes = codesOf(rows, columns, { oid, version });
  const used = new Set(Object.values(columns).flat());
  const properties = fields.filter((field) => !used.has(field) || (columns.display.length > 1 && columns.display.includes(field)) || (field === columns.primary && columns.code !== columns.primary)).map((field) => passport.fields.find((known) => known.field === field) ?? { field });
  const dates = new Set(passport.fields.filter(({ dataType }) => dataType === 'DATETIME').map(({ field }) => field));

  const concepts = rows.map((row): Concept => {
    const key = row[columns.primary] ?? '';
    const code = codes.get(key)!;
    const display = displayOf(row, columns, fields);
    const parentKey = columns.parent === undefined ? null : row[columns.parent];
    const extra = Object.fromEntries(properties.flatMap(({ field }) => (row[field] == null || row[field] === '' || (field === columns.primary && key === code) ? [] : [[field, dates.has(field) ? isoDate(row[field]) : row[field]]])));
    // a row replaced by one that bears its code keeps that code as a property
    if (row[columns.code] && row[columns.code] !== code) extra[columns.code] = row[columns.code]!;
    const designations = fields.flatMap((field): Designation[] => {
      const language = columns.display.includes(field) ? undefined : designationLanguage(field);
      return language === undefined ? [] : namesIn(row[field]).filter((value) => value !== display).map((value) => ({ language, value }));
    });
    return {
      key, code, display, designations, extra,
      parent: parentKey == null || parentKey === key ? undefined : codes.get(parentKey),
      folded: wordsOf(display).join(' '),
      active: columns.active === undefined || !inactiveValues.has((row[columns.active] ?? '').toLowerCase()),
      abstract: columns.abstract !== undefined && row[columns.abstract] === '1',
      words: searchWords([display, code, ...designations.map(({ value }) => value), ...fields.filter((field) => searchedColumns.test(field)).map((field) => row[field] ?? '')]),
    };
  });
  refuseCircles(concepts, { oid, version });
  const name = passport.shortName || passport.fullName || oid;
  return { oid, version, name, title: passport.fullName || name, passport, properties, hierarchical: concepts.some(({ parent }) => parent !== undefined), concepts };
}

function columnsOf(oid: string, passport: Passport, fields: readonly string[]): Columns {
  const keyOf = (type: string) => passport.keys?.find((key) => key.type === type)?.field;
  const named = (names: readonly string[]) => names.map((name) => fields.find((field) => field.toUpperCase() === name)).find((field) => field !== undefined);
  const known = { ...knownColumns(passport.oid), ...knownColumns(oid) };
  const primary = keyOf('PRIMARY') ?? known.code ?? named(['ID', 'CODE', 'RECID']);
  if (primary === undefined || !fields.includes(primary)) throw new Problem('terminology.column-unknown', { oid, column: primary ?? 'PRIMARY' });
  const display = [known.display ?? keyOf('VALUE') ?? named(nameColumns) ?? fields.find((field) => /name|наимен/i.test(field)) ?? fields.find((field) => field !== primary) ?? []].flat();
  const missing = display.length === 0 ? 'VALUE' : display.find((column) => !fields.includes(column));
  if (missing !== undefined) throw new Problem('terminology.column-unknown', { oid, column: missing });
  if (known.code !== undefined && !fields.includes(known.code)) throw new Problem('terminology.column-unknown', { oid, column: known.code });
  return { primary, code: known.code ?? primary, display, parent: keyOf('FOREIGN'), active: named(activeColumns), abstract: known.abstract };
}

/** `~` stands for nothing. A row without its name has one on some printed form. */
function displayOf(row: Readonly<Record<string, string | null>>, { display }: Columns, fields: readonly string[]): string {
  const filled = (columns: readonly string[]) => columns.map((column) => row[column]?.trim() ?? '').filter((text) => text !== '' && text !== '~');
  return filled(display).join(', ') || (filled(fields.filter((field) => /name/i.test(field)))[0] ?? '');
}

/** The service gives the last row first. A column for sorting that every row fills says how people read them; else the key does. */
function inOrder<T extends Record<string, string | null>>(rows: readonly T[], primary: string, fields: readonly string[]): T[] {
  const column = fields.find((field) => sortColumns.test(field) && rows.every((row) => row[field])) ?? primary;
  const order = new Intl.Collator('ru', { numeric: !/^REC_CODE$/.test(column) }).compare;
  return rows.toSorted((a, b) => order(a[column] ?? '', b[column] ?? '') || order(a[primary] ?? '', b[primary] ?? ''));
}

/**
 * The code of each row by its key. A code is unique in a code system (http://hl7.org/fhir/R4/codesystem.html#csd-1): where several rows
 * bear one, it belongs to the row in force; the replaced rows, and those without a code, are known by their key.
 */
function codesOf(rows: readonly Record<string, string | null>[], columns: Columns, about: { oid: string; version: string }): Map<string, string> {
  const codes = new Map<string, string>();
  const holders = new Map<string, string>();
  const inForce = (row: Record<string, string | null>) => columns.active === undefined || !inactiveValues.has((row[columns.active] ?? '').toLowerCase());
  for (const row of [...rows.filter(inForce), ...rows.filter((each) => !inForce(each))]) {
    const key = row[columns.primary] ?? '';
    if (codes.has(key)) throw new Problem('terminology.rows-doubled', { ...about, key });
    const wanted = row[columns.code]?.trim() || key;
    const code = holders.has(wanted) ? key : wanted;
    if (holders.has(code)) throw new Problem('terminology.rows-doubled', { ...about, key: code });
    holders.set(code, key);
    codes.set(key, code);
  }
  return codes;
}

function refuseCircles(concepts: readonly Concept[], about: { oid: string; version: string }): void {
  const parents = new Map(concepts.map(({ code, parent }) => [code, parent]));
  const good = new Set<string>();
  for (const { code } of concepts) {
    const way = new Set<string>();
    for (let at: string | undefined = code; at !== undefined && !good.has(at); at = parents.get(at)) {
      if (way.has(at)) throw new Problem('terminology.rows-in-circle', { ...about, key: at });
      way.add(at);
    }
    for (const each of way) good.add(each);
  }
}

/** `07.04.2021` → `2021-04-07`; what is no such date stays. */
function isoDate(text: string): string {
  const match = /^(\d{2})\.(\d{2})\.(\d{4})/.exec(text);
  return match ? `${match[3]}-${match[2]}-${match[1]}` : text;
}

const namesIn = (cell: string | null | undefined): string[] => (cell ?? '').split(';').map((name) => name.trim()).filter((name) => name !== '');

/** Words recur: stemming them again would be a third of an import's time. */
const stems = new Map<string, string>();

function stemOnce(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size > 50_000) stems.clear();
  const stem = stemOf(word);
  stems.set(word, stem);
  return stem;
}

/** The words of texts and their stems, each once. */
export function searchWords(texts: readonly string[]): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const word of wordsOf(text)) {
      words.add(word);
      words.add(stemOnce(word));
    }
  }
  return [...words];
}
