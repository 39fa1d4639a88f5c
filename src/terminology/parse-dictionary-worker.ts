import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../kernel/problem.ts';
import { importDictionary, type Dictionary } from './import-dictionary.ts';
import { readDictionary, type NamedBytes } from './read-dictionary-files.ts';
import type { Details } from '../kernel/problem.ts';

/** What the worker answers: the dictionary with the hash of its files, or why it is none. */
export type ParsedDictionary = { dictionary: Dictionary; hash: Uint8Array } | { refused: { code: string; details: Details } };

async function parse(files: { passport: NamedBytes; parts: readonly NamedBytes[] }): Promise<ParsedDictionary> {
  try {
    const { passport, parts, oid, hash } = await readDictionary(files);
    return { dictionary: importDictionary(passport, parts, oid), hash };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { refused: { code: error.code, details: error.details } };
  }
}

parentPort?.postMessage(await parse(workerData as { passport: NamedBytes; parts: readonly NamedBytes[] }));
