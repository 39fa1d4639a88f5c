import { fastify } from 'fastify';
import type { Config } from '../kernel/config.ts';
import type { Language } from '../kernel/problem.ts';
import type { Database } from '../db/types.ts';
import type { Call, Text } from './command.ts';

export interface ServerGiven {
  config: Config;
  /** Migrated. */
  database: Database;
  /** The clone's folder. */
  root: string;
  language: Language;
  say: Call['say'];
  /** Aborted when Karta is to stop. */
  stop: AbortSignal;
}

export interface Server {
  /** Lines for the operator after “Karta is ready”: the demo sign-ins. */
  notes: readonly Text[];
  /** Answers what is under way, then stops. */
  close(): Promise<void>;
}

/** Assembles the floors into one listening process. */
export async function startServer({ config, database }: ServerGiven): Promise<Server> {
  const app = fastify({ logger: false });
  app.get('/api/health', async () => {
    await database.query('select 1');
    return { status: 'ok' };
  });
  await app.listen({ port: config.port, host: config.host });
  return { notes: [], close: () => app.close() };
}
