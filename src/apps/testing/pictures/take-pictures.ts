import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { demoPassword } from '../../../access/demo.ts';
import type { Scene, Size } from './scenes.ts';
import { morning } from './open-region.ts';

const sizes: Readonly<Record<Size, { width: number; height: number }>> = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export interface TakeOptions {
  browser: Browser;
  url: string;
  folder: string;
  /** Told of each picture, by file name. */
  taken: (file: string) => void;
}

/** Plays the scenes one after the other and photographs each in its sizes and themes; answers the files. */
export async function takePictures(scenes: readonly Scene[], { browser, url, folder, taken }: TakeOptions): Promise<string[]> {
  const files: string[] = [];
  for (const scene of scenes) {
    for (const size of scene.sizes ?? ['desk']) {
      for (const theme of scene.themes ?? ['light']) {
        const file = `${scene.name}${size === 'phone' ? '-phone' : ''}${theme === 'dark' ? '-dark' : ''}.png`;
        const context = await browser.newContext({ viewport: sizes[size], locale: scene.english ? 'en-GB' : 'ru-RU', timezoneId: 'Europe/Moscow', colorScheme: theme, reducedMotion: 'reduce' });
        try {
          // The account's language is Russian; who chose English in this browser keeps it.
          if (scene.english) await context.addInitScript(`localStorage.setItem('karta-language', 'en')`);
          await signIn(context, url, scene.login);
          const page = await context.newPage();
          // The page's clock runs on from the server's morning, so that «сейчас» stands where the demo's day has it.
          await page.clock.install({ time: morning });
          await page.clock.resume();
          await page.goto(url + (scene.path ?? '/'));
          await settle(page);
          await scene.act?.(page, url);
          await settle(page);
          await page.screenshot({ path: join(folder, file), animations: 'disabled', caret: 'hide' });
        } catch (error) {
          throw new Error(`picture ${file}`, { cause: error });
        } finally {
          await context.close();
        }
        files.push(file);
        taken(file);
      }
    }
  }
  return files;
}

async function signIn(context: BrowserContext, url: string, login: string | undefined): Promise<void> {
  if (!login) return;
  const answer = await context.request.post(`${url}/api/session`, { data: { login, password: demoPassword }, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`${login} could not sign in: ${answer.status()}`);
}

/** Fonts are there, nothing waits for data, and nothing was painted for a moment. */
async function settle(page: Page): Promise<void> {
  await page.locator('main, form').first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(400);
  await page.waitForFunction(() => !document.querySelector('[data-slow]'));
  await page.waitForTimeout(400);
}
