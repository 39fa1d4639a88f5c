import { Problem } from '../kernel/problem.ts';
import { wordsOf } from './fold-text.ts';
import './problems.ts';

/** What Karta reads of a passport of НСИ; the rest of it is left alone. */
export interface Passport {
  oid: string;
  version: string;
  rowsCount: number;
  fullName?: string;
  shortName?: string;
  fields: readonly { field: string }[];
  keys?: readonly { field: string; type: 'PRIMARY' | 'FOREIGN' | 'VALUE' | (string & {}) }[];
}

/** A part: rows as pairs of column and value. */
export interface Part {
  list: readonly (readonly { column: string; value: string | null }[])[];
}

export interface Concept {
  key: string;
  code: string;
  parent: string | undefined;
  display: string;
  folded: string;
  active: boolean;
  extra: Record<string, string>;
}

export interface Dictionary {
  oid: string;
  version: string;
  name: string;
  concepts: Concept[];
}

interface Columns {
  code?: string;
  display?: string;
}

/** Where the code is not the primary key, or the passport names no VALUE column. By OID, as found in the dictionaries themselves. */
const columnsByOid: Record<string, Columns> = {
  '1.2.643.5.1.13.13.11.1005': { code: 'MKB_CODE', display: 'MKB_NAME' },
  '1.2.643.5.1.13.13.11.1070': { code: 'S_CODE', display: 'NAME' },
  '1.2.643.5.1.13.13.11.1080': { display: 'FULLNAME' },
  '1.2.643.5.1.13.13.99.2.197': { code: 'CODE', display: 'NAME' },
  '1.2.643.5.1.13.13.11.1379': { code: 'CODE', display: 'NAME' },
  '1.2.643.5.1.13.13.99.2.206': { code: 'CODE_FNS', display: 'SUBJECT' },
  '1.2.643.5.1.13.13.99.2.611': { code: 'smnn_code', display: 'standard_inn' },
};

/** Columns that carry the name, where the passport does not say, likeliest first. */
const nameColumns = ['NAME', 'FULLNAME', 'FULL_NAME', 'NAME_FULL', 'S_NAME', 'SHORTNAME', 'SHORT_NAME', 'VALUE', 'SUBJECT', 'DESCRIPTION', 'TEXT', 'TITLE'];
const activeColumns = ['ACTUAL', 'REL', 'RELEVANCE'];

/**
 * Reads a dictionary in the format of the federal НСИ service: the passport and all parts of one version. Refuses it whole
 * where rows are missing or doubled: `terminology.rows-missing`, `terminology.rows-doubled`, `terminology.column-unknown`.
 */
export function importDictionary(passport: Passport, parts: readonly Part[]): Dictionary {
  const { oid, version } = passport;
  const found = parts.reduce((sum, part) => sum + part.list.length, 0);
  if (found !== passport.rowsCount) throw new Problem('terminology.rows-missing', { oid, version, expected: passport.rowsCount, found });

  const rows = parts.flatMap((part) => part.list.map((cells) => Object.fromEntries(cells.map(({ column, value }) => [column, value]))));
  const fields = [...new Set([...passport.fields.map((f) => f.field), ...Object.keys(rows[0] ?? {})])];
  const keyOf = (type: string) => passport.keys?.find((key) => key.type === type)?.field;
  const named = (names: readonly string[]) => names.map((name) => fields.find((field) => field.toUpperCase() === name)).find((field) => field !== undefined);
  const known = columnsByOid[oid] ?? {};
  const primary = keyOf('PRIMARY') ?? known.code ?? named(['ID', 'CODE', 'RECID']);
  if (primary === undefined) throw new Problem('terminology.column-unknown', { oid, column: 'PRIMARY' });
  const codeColumn = known.code ?? primary;
  const display = known.display ?? keyOf('VALUE') ?? named(nameColumns) ?? fields.find((field) => /name|наимен/i.test(field)) ?? fields.find((field) => field !== primary);
  if (display === undefined) throw new Problem('terminology.column-unknown', { oid, column: 'VALUE' });
  const foreign = keyOf('FOREIGN');
  const active = named(activeColumns);
  const used = new Set([primary, codeColumn, display, foreign, active]);

  const codes = new Map<string, string>();
  for (const row of rows) {
    const key = row[primary] ?? '';
    if (codes.has(key)) throw new Problem('terminology.rows-doubled', { oid, version, key });
    codes.set(key, row[codeColumn] || key);
  }
  const concepts = rows.map((row): Concept => {
    const key = row[primary] ?? '';
    const name = (row[display] ?? '').trim();
    const parentKey = foreign === undefined ? null : row[foreign];
    return {
      key,
      code: codes.get(key)!,
      parent: parentKey == null || parentKey === key ? undefined : codes.get(parentKey),
      display: name,
      folded: wordsOf(name).join(' '),
      active: active === undefined || !['0', 'false', 'нет'].includes((row[active] ?? '').toLowerCase()),
      extra: Object.fromEntries(Object.entries(row).filter((cell): cell is [string, string] => !used.has(cell[0]) && cell[1] !== null && cell[1] !== '')),
    };
  });
  return { oid, version, name: passport.shortName || passport.fullName || oid, concepts };
}
