import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { startServer } from '../../src/apps/server.ts';
import { freePort } from '../../src/apps/testing/free-port.ts';
import { openBrowser } from '../../src/apps/testing/open-browser.ts';
import type { Database } from '../../src/db/types.ts';
import { freshDatabase } from '../harness.ts';
import { linkScreens, root } from '../robustness/karta-process.ts';

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

export interface Region {
  url: string;
  database: Database;
  browser: Browser;
  /** The data folder: trust anchors, master key. */
  data: string;
  /** What the start tells the operator, in Russian. */
  notes: readonly string[];
}

/** The whole of Karta, with the demo region unless told otherwise, on a database of its own, and a browser; both end with the test file. */
export async function startRegion({ demo = true }: { demo?: boolean } = {}): Promise<Region> {
  const database = await freshDatabase();
  const data = mkdtempSync(join(tmpdir(), 'karta-region-'));
  await linkScreens(data);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const server = await startServer({
    config: { port, host: '127.0.0.1', url, data, databaseUrl: database.url, demo, zone: 'Europe/Moscow', keyFile: undefined },
    database,
    root,
    language: 'ru',
    say: () => undefined,
    stop: new AbortController().signal,
  });
  const browser = await openBrowser();
  afterAll(async () => {
    await browser.close();
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  return { url, database, browser, data, notes: server.notes.map(({ ru }) => ru) };
}

/** axe finds nothing on the page as it stands. Its script is given by the debugger, past the page's own policy. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run({ resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
  expect(found, page.url().replace(/^https?:\/\/[^/]+/, '')).toEqual([]);
}
