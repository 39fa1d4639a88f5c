import { randomBytes } from 'node:crypto';
import type { Log } from '../kernel/log.ts';
import { Problem } from '../kernel/problem.ts';

/** A bug: its stack goes to the log under a number, and only the number goes out. */
export function recordFault(log: Log, error: unknown): Problem {
  const number = randomBytes(4).toString('hex');
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined };
  // The message may quote data of a patient (a database error does), so only the frames are written.
  log.error({ number, name, code: (error as { code?: unknown } | null)?.code, frames: stack?.split('\n').filter((line) => line.startsWith('    at ')) }, 'fault');
  return new Problem('rest.fault', { number });
}
