import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { LinesToPrepare } from './prepare-lines.ts';

/** The thread of `Preparers`: answers each batch of lines, in their order, with its rows; their bytes go over without being copied. */
const compiled = (workerData as { compiled: string | undefined }).compiled;
if (compiled !== undefined) enableCompileCache(compiled);
const { prepareLines } = await import('./prepare-lines.ts');
flushCompileCache(); // a thread is ended, it does not end

parentPort!.on('message', (lines: LinesToPrepare) => {
  const prepared = prepareLines(lines);
  parentPort!.postMessage(prepared, prepared?.rows.tables.map(({ rows }) => rows.buffer as ArrayBuffer) ?? []);
});
