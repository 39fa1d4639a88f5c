/** Links into dictionaries. */
export const dictionariesPath = '/dictionaries';
export const dictionaryPlace = '/dictionaries/one';
export const importPath = '/dictionaries/import';

/** A dictionary's page; a system is an address itself, so it stands after the question mark. */
export function dictionaryPath(system: string, more: { version?: string | undefined; view?: string | undefined; code?: string | undefined } = {}): string {
  return `${dictionaryPlace}?${queryOf(Object.fromEntries(Object.entries({ system, ...more }).map(([name, value]) => [name, quoted(value)])))}`;
}

/** The router reads what looks like a number as one, and `2.10` would be 2.1: in quotes it stays text. */
function quoted(value: string | undefined): string | undefined {
  return value !== undefined && /^-?[\d.]+$/.test(value) ? JSON.stringify(value) : value;
}

export const dictionariesApi = '/dictionaries';
export const importsApi = '/dictionaries/imports';
export const dictionaryApi = (system: string): string => `/dictionaries/one?${queryOf({ system })}`;
export const changesApi = (of: { system: string; from: string; to: string; kind?: string | undefined; offset?: string | undefined }): string => `/dictionaries/changes?${queryOf(of)}`;
export const tableApi = (system: string, version: string): string => `/dictionaries/table?${queryOf({ system, version })}`;

export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  return new URLSearchParams(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();
}
