import { pino } from 'pino';

/** Structured log on standard error. Nothing that identifies a person is ever logged: ids and counts only. */
export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>;

export const log: Log = pino(
  { level: process.env.KARTA_LOG ?? 'warn', base: undefined, redact: ['req.headers.authorization', 'req.headers.cookie'] },
  pino.destination({ dest: 2, sync: true }),
);
