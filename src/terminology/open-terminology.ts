import type { Sql } from '../db/types.ts';
import type { ConceptEntry } from './code-system.ts';
import { createCodeIndex } from './code-index.ts';
import type { CodeIndex } from './code-index.ts';
import { icd10System } from './code-system-of-dictionary.ts';
import { asTyped, compactIcd10, icd10Oid, icd10ShortWords } from './compact-icd10.ts';
import type { CodeSystemHeader } from './listed-code-system.ts';
import { medicineIndex } from './medicines.ts';
import { compareVersions, readConcepts, readVersions, type DictionaryVersion } from './tables.ts';

/** Code systems ready to be looked up by typed words. */
export interface Terminology {
  /** МКБ-10: the newest imported version, or the compact list that ships. */
  readonly icd10: CodeIndex;
  /** Version of the dictionary behind `icd10`, for `Coding.version`. */
  readonly icd10Version: string;
  /** Whether the whole dictionary is there. */
  readonly icd10Complete: boolean;
  readonly medicines: CodeIndex;
  /** All imported versions of all dictionaries. */
  readonly dictionaries: readonly DictionaryVersion[];
  /** The compact list as a code system, while it stands in for the dictionary. */
  readonly compact: { header: CodeSystemHeader; entries: readonly ConceptEntry[] } | undefined;
  /** Reads again what has been imported since: another process may have done it. */
  refresh(): Promise<void>;
}

interface Icd10 {
  index: CodeIndex;
  version: string;
  imported: string | undefined;
  compact: Terminology['compact'];
}

/** Builds the indexes in memory: about a quarter of a second for the whole МКБ-10. */
export async function openTerminology(sql: Sql): Promise<Terminology> {
  let dictionaries = await readVersions(sql);
  let icd10 = await readIcd10(sql, dictionaries);
  const medicines = medicineIndex();
  let refreshing = Promise.resolve();
  const readAgain = async (): Promise<void> => {
    const fresh = await readVersions(sql);
    // the words of МКБ-10 are folded and stemmed again only where its rows are others
    const newest = newestIcd10(fresh);
    if (newest && placeOf(newest) !== icd10.imported) icd10 = await readIcd10(sql, fresh);
    dictionaries = fresh;
  };
  return {
    get icd10() {
      return icd10.index;
    },
    get icd10Version() {
      return icd10.version;
    },
    get icd10Complete() {
      return icd10.imported !== undefined;
    },
    get dictionaries() {
      return dictionaries;
    },
    get compact() {
      return icd10.compact;
    },
    medicines,
    // one after the other, so that an older reading never comes after a newer one
    refresh: () => (refreshing = refreshing.catch(() => undefined).then(readAgain)),
  };
}

const placeOf = ({ version, imported }: DictionaryVersion): string => `${version} ${String(imported)}`;

const newestIcd10 = (dictionaries: readonly DictionaryVersion[]): DictionaryVersion | undefined =>
  dictionaries.filter(({ oid }) => oid === icd10Oid).sort((a, b) => compareVersions(b.version, a.version))[0];

async function readIcd10(sql: Sql, dictionaries: readonly DictionaryVersion[]): Promise<Icd10> {
  const newest = newestIcd10(dictionaries);
  if (newest) {
    const rows = asTyped(await readConcepts(sql, icd10Oid, newest.version));
    return { index: createCodeIndex(rows, { shortWords: icd10ShortWords }), version: newest.version, imported: placeOf(newest), compact: undefined };
  }
  const { version, rows } = compactIcd10();
  return {
    index: createCodeIndex(rows, { shortWords: icd10ShortWords }),
    version,
    imported: undefined,
    compact: {
      header: { url: icd10System, version, name: 'МКБ-10', title: 'МКБ-10 (краткий перечень)', content: 'fragment', language: 'ru', caseSensitive: true },
      entries: rows.map(({ code, display, parent }) => ({ code, display, parents: parent === undefined ? [] : [parent], active: true, abstract: false, designations: [], properties: [] })),
    },
  };
}
