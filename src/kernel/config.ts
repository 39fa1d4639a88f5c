import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** What the environment says. Read once, at the edge (apps), and handed down. */
export interface Config {
  port: number;
  host: string;
  /** The public origin, without a trailing slash. */
  url: string;
  /** The data folder: embedded database, keys of the demo, built screens. */
  data: string;
  /** An own PostgreSQL 15 to 18 instead of the embedded one. */
  databaseUrl: string | undefined;
  demo: boolean;
  /** Zone of dates without one, stored at first start. */
  zone: string;
  /** The master key that wraps signing and session keys; the demo makes its own in the data folder. */
  keyFile: string | undefined;
  /** Addresses that Karta may call by itself: hooks of subscriptions, inputs of imports. None unless named. */
  outward?: readonly string[];
}

export function readConfig(env: NodeJS.ProcessEnv, root: string): Config {
  const port = Number(env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT must be a port number, not “${env.PORT}”`);
  const host = env.KARTA_HOST ?? '127.0.0.1';
  return {
    port,
    host,
    url: (env.KARTA_URL ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    data: resolve((env.KARTA_DATA ?? resolve(root, '.karta')).replace(/^~(?=\/|$)/, homedir())),
    databaseUrl: env.DATABASE_URL || undefined,
    demo: env.KARTA_DEMO !== 'off',
    zone: env.KARTA_ZONE ?? 'Europe/Moscow',
    keyFile: env.KARTA_KEY_FILE || undefined,
    outward: (env.KARTA_OUTWARD ?? '').split(/[\s,]+/).filter(Boolean),
  };
}
