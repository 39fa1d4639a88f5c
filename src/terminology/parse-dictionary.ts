import { Worker } from 'node:worker_threads';
import { Problem } from '../kernel/problem.ts';
import type { Dictionary } from './import-dictionary.ts';
import type { ParsedDictionary } from './parse-dictionary-worker.ts';
import type { NamedBytes } from './read-dictionary-files.ts';

/**
 * Reads a dictionary beside the process that answers people: unpacking and stemming twenty thousand rows would hold everybody up for a
 * second. Refuses as `readDictionary` and `importDictionary` do.
 */
export async function parseDictionary(files: { passport: NamedBytes; parts: readonly NamedBytes[] }): Promise<{ dictionary: Dictionary; hash: Uint8Array }> {
  const worker = new Worker(new URL('./parse-dictionary-worker.ts', import.meta.url), { workerData: files });
  const answer = await new Promise<ParsedDictionary>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the reader of dictionaries ended without an answer')));
  });
  if ('refused' in answer) throw new Problem(answer.refused.code, answer.refused.details);
  return answer;
}
