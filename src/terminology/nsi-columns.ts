import known from './data/nsi-columns.json' with { type: 'json' };

/** What a dictionary's passport does not say of its columns. */
export interface KnownColumns {
  /** The column that documents use as the code, where it is not the primary key. */
  code?: string;
  /** Several are joined by commas. */
  display?: string | readonly string[];
  /** Marks rows that only group others. */
  abstract?: string;
  hierarchy?: 'grouped-by' | 'is-a' | 'part-of' | 'classified-with';
  /** Columns whose values are codes of another system: column → canonical of the system. */
  maps?: Readonly<Record<string, string>>;
}

const dictionaries = known.dictionaries as Readonly<Record<string, KnownColumns>>;

export function knownColumns(oid: string): KnownColumns {
  return dictionaries[oid] ?? {};
}

/** Dictionaries of which some column leads to another code system. */
export function mappedDictionaries(): { oid: string; column: string; target: string }[] {
  return Object.entries(dictionaries).flatMap(([oid, { maps }]) => Object.entries(maps ?? {}).map(([column, target]) => ({ oid, column, target })));
}

/** Columns that carry the name, where the passport does not say, likeliest first. */
export const nameColumns = ['NAME', 'FULLNAME', 'FULL_NAME', 'NAME_FULL', 'S_NAME', 'SHORTNAME', 'SHORT_NAME', 'VALUE', 'SUBJECT', 'DESCRIPTION', 'TEXT', 'TITLE'];

/** Columns that say whether a row is in force. */
export const activeColumns = ['ACTUAL', 'REL', 'RELEVANCE', 'TESTSTATUS'];

/** What such a column holds where the row is out of force. */
export const inactiveValues: ReadonlySet<string> = new Set(['0', 'false', 'нет', 'устаревший']);

/** Columns with other names of the same thing, and their language. Several names are parted by semicolons. */
export function designationLanguage(column: string): 'ru' | 'en' | undefined {
  if (/^(SYN|SYNONYMS?|EQUIVALENT|SHORT_?NAME|NAME_SHO(R?)T|NAMESH|PRINTNAME)$/i.test(column)) return 'ru';
  return /^(NAME_ENG|ENGLISHNAME|TRADENAME_ENG|GROUPNAME_ENG)$/i.test(column) ? 'en' : undefined;
}

/** Columns with codes and words that people also type to find a row. */
export const searchedColumns = /^(CODE|S_CODE|CODE_ROLE|OKPDTR|UCUM|LOINC|NMU|FORM|DOC|NUMBER|NAME_TNM|SMNN_CODE|OKEI_CODE|ATC|GROUPNAME|SPECIMEN|ANALYTE)$/i;

/** Columns that say in which order people read the rows. */
export const sortColumns = /^(SORT|ORDER|REC_CODE)$/i;
