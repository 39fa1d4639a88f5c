import { readFileSync } from 'node:fs';
import type { ConceptRow } from './code-index.ts';
import typed from './data/short-words.json' with { type: 'json' };

/** OID of the official dictionary МКБ-10. */
export const icd10Oid = '1.2.643.5.1.13.13.11.1005';

interface CompactFile {
  oid: string;
  version: string;
  rows: [code: string, display: string, parent: string | null, frequency: number][];
}

const file = () => JSON.parse(readFileSync(new URL('../../seeds/dictionaries/icd10-compact.json', import.meta.url), 'utf8')) as CompactFile;

/** The compact list that ships: what most visits need, and the rubrics above. Stands in until the full dictionary is imported. */
export function compactIcd10(): { version: string; rows: ConceptRow[] } {
  const { version, rows } = file();
  return { version, rows: asTyped(rows.map(([code, display, parent]) => ({ code, display, parent: parent ?? undefined }))) };
}

/** Adds to rows of МКБ-10 what ranks and finds them: how often a code is used, and the other words that people type for it. */
export function asTyped(rows: readonly ConceptRow[]): ConceptRow[] {
  const frequencies = new Map(file().rows.map(([code, , , frequency]) => [code, frequency]));
  const words = new Map<string, readonly string[]>(Object.entries(typed.words));
  return rows.map((row) => ({ ...row, frequency: frequencies.get(row.code) ?? 0, words: words.get(row.code) ?? [] }));
}

/** What clinicians type instead of names: ГБ, ИБС, ХОБЛ … */
export const icd10ShortWords: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(typed.shortWords));
