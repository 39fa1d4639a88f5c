import type { Scope, Store } from '../store/types.ts';
import { codeSystemOfDictionary } from './code-system-of-dictionary.ts';
import type { Dictionary } from './import-dictionary.ts';
import { writeDictionary } from './tables.ts';

/** Who imports dictionaries: definitions only. */
export const importScope = (now: Date): Scope => ({ access: { name: 'dictionaries', rules: [{ types: ['CodeSystem'], patients: 'all', write: true }] }, actor: 'Device/karta-import', now });

/** Writes a version as CodeSystem and as rows, both or neither; the same version with other rows replaces it. */
export async function saveDictionary(store: Store, dictionary: Dictionary, hash: Buffer, now: Date): Promise<void> {
  await store.write(importScope(now), [{ method: 'update', resource: codeSystemOfDictionary(dictionary) }], {
    alongside: (sql) => writeDictionary(sql, dictionary, hash, now),
  });
}
