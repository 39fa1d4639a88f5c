import type { Sql } from '../db/types.ts';
import { createCodeIndex } from './code-index.ts';
import type { CodeIndex } from './code-index.ts';
import { asTyped, compactIcd10, icd10Oid, icd10ShortWords } from './compact-icd10.ts';
import { medicineIndex } from './medicines.ts';
import { newestVersion, readConcepts } from './tables.ts';

/** Code systems ready to be looked up by typed words. */
export interface Terminology {
  /** МКБ-10: the newest imported version, or the compact list that ships. */
  readonly icd10: CodeIndex;
  /** Version of the dictionary behind `icd10`, for `Coding.version`. */
  readonly icd10Version: string;
  /** Whether the whole dictionary is there. */
  readonly icd10Complete: boolean;
  readonly medicines: CodeIndex;
}

/** Builds the indexes in memory, at start and after an import: about a quarter of a second for the whole МКБ-10. */
export async function openTerminology(sql: Sql): Promise<Terminology> {
  const newest = await newestVersion(sql, icd10Oid);
  const compact = newest === undefined ? compactIcd10() : undefined;
  const rows = newest === undefined ? compact!.rows : asTyped(await readConcepts(sql, icd10Oid, newest.version));
  return {
    icd10: createCodeIndex(rows, { shortWords: icd10ShortWords }),
    icd10Version: newest?.version ?? compact!.version,
    icd10Complete: newest !== undefined,
    medicines: medicineIndex(),
  };
}
