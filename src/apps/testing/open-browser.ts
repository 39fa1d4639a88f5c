import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/** Chromium without a window, which calls nobody by itself. */
export function openBrowser(env: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(env) ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
}
