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
  /** How much one caller may ask of the FHIR API; what is not named is usual. */
  limits?: Partial<CallerLimits>;
}

/** How much one caller may ask of the FHIR API. */
export interface CallerLimits {
  /** Requests of one person a second, on the long run. */
  perSecond: number;
  /** How many a person may send at once before that counts. */
  burst: number;
  /** Requests of one person under way at the same time. */
  together: number;
  /** The same of a service client, whose number of requests is not limited: a bulk import must not be stopped, only kept from taking every connection. */
  togetherOfClient: number;
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
    limits: limitsIn(env),
  };
}

function limitsIn(env: NodeJS.ProcessEnv): Partial<CallerLimits> {
  const given: Record<keyof CallerLimits, string | undefined> = { perSecond: env.KARTA_FHIR_PER_SECOND, burst: env.KARTA_FHIR_BURST, together: env.KARTA_FHIR_TOGETHER, togetherOfClient: env.KARTA_FHIR_TOGETHER_CLIENT };
  const limits: Partial<CallerLimits> = {};
  for (const [limit, value] of Object.entries(given) as [keyof CallerLimits, string | undefined][]) {
    if (!value) continue;
    if (!/^[1-9]\d{0,5}$/.test(value)) throw new Error(`KARTA_FHIR_… must be whole numbers from 1 to 999999, not “${value}”`);
    limits[limit] = Number(value);
  }
  return limits;
}
