import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { migrate } from '../../../db/migrate.ts';
import type { Call } from '../../command.ts';
import { openDatabase } from '../../open-database.ts';
import { startServer } from '../../server.ts';
import { freePort } from '../free-port.ts';
import { openBrowser } from '../open-browser.ts';

/** A Friday morning: the day of the demo is half done, and a picture taken twice shows the same. */
export const morning = new Date('2026-11-20T10:20:00+03:00');

export interface OpenRegion {
  url: string;
  browser: Browser;
  close(): Promise<void>;
}

/** Karta with the demo region on a database of its own that ends with it, and a browser. Its clock starts at {@link morning}. */
export async function openRegion({ root, env, language, stop }: Pick<Call, 'root' | 'env' | 'language' | 'stop'>): Promise<OpenRegion> {
  const data = mkdtempSync(join(tmpdir(), 'karta-pictures-'));
  chmodSync(data, 0o711); // as root, the database's user has to pass through
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const began = Date.now();
  const config = { port, host: '127.0.0.1', url, data, databaseUrl: undefined, demo: true, zone: 'Europe/Moscow', keyFile: undefined };
  const opened = await openDatabase(config, 'owner', () => undefined);
  const put: (() => Promise<unknown>)[] = [async () => rmSync(data, { recursive: true, force: true }), () => opened.close()];
  const close = async (): Promise<void> => {
    for (const end of put.splice(0).toReversed()) await end();
  };
  try {
    await migrate(opened.database);
    const clock = { now: () => new Date(morning.getTime() + Date.now() - began) };
    const server = await startServer({ config, database: opened.database, root, language, say: () => undefined, stop, clock });
    put.push(() => server.close());
    const browser = await openBrowser(env);
    put.push(() => browser.close());
    return { url, browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}
