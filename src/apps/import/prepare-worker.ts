import { parentPort } from 'node:worker_threads';
import { prepareLines, type LinesToPrepare } from './prepare-lines.ts';

/** The thread of `Preparers`: answers each batch of lines, in their order, with its rows; their bytes go over without being copied. */
parentPort!.on('message', (lines: LinesToPrepare) => {
  const prepared = prepareLines(lines);
  parentPort!.postMessage(prepared, prepared?.rows.tables.map(({ rows }) => rows.buffer as ArrayBuffer) ?? []);
});
