import type { Scope, Store, WriteOperation, WriteOptions } from '../store/types.ts';
import { codeSystemOfDictionary } from './code-system-of-dictionary.ts';
import type { Dictionary } from './import-dictionary.ts';
import { writeDictionary } from './tables.ts';

/** Who imports dictionaries: definitions only. */
export const importScope = (now: Date): Scope => ({ access: { name: 'dictionaries', rules: [{ types: ['CodeSystem'], patients: 'all', write: true }] }, actor: 'Device/karta-import', now });

/** Writes a version as CodeSystem and as rows, both or neither; the same version with other rows replaces it. */
export async function saveDictionary(store: Store, dictionary: Dictionary, hash: Buffer, now: Date): Promise<void> {
  await saveDictionaryBy((operations, options) => store.write(importScope(now), operations, options), dictionary, hash, now);
}

/** The same in the name of a caller, by the store as he may use it. */
export async function saveDictionaryBy(write: (operations: readonly WriteOperation[], options: WriteOptions) => Promise<unknown>, dictionary: Dictionary, hash: Uint8Array, now: Date): Promise<void> {
  await write([{ method: 'update', resource: codeSystemOfDictionary(dictionary) }], { alongside: (sql) => writeDictionary(sql, dictionary, Buffer.from(hash), now) });
}
