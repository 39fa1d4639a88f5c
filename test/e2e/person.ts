import type { Browser, BrowserContext, JSHandle, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Waits until the page has put the focus into a field, as a person looks for the caret before he types. */
export async function focusIsInField(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.matches('input, textarea') ?? false)).toBe(true);
}

/** Waits until the focus stands in another field than this one. */
async function focusHasMovedOn(page: Page, before: JSHandle<Element | null>): Promise<void> {
  await expect.poll(() => page.evaluate((field) => document.activeElement !== field && document.activeElement!.matches('input, textarea'), before)).toBe(true);
}

/**
 * Someone at a screen of his own, who does what a person does and is counted as the issue counts: a click, a field typed, and a
 * key press that is not typing are one action each; there are no URL jumps.
 */
export class Person {
  readonly page: Page;
  readonly context: BrowserContext;
  actions = 0;

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
  }

  static async enter(browser: Browser, url: string, options: { login?: string; password?: string; language?: 'ru' | 'en'; viewport?: { width: number; height: number }; dark?: boolean; path?: string } = {}): Promise<Person> {
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1440, height: 900 },
      locale: options.language === 'en' ? 'en-GB' : 'ru-RU',
      timezoneId: 'Europe/Moscow',
      colorScheme: options.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    if (options.login) {
      const answer = await context.request.post(`${url}/api/session`, { data: { login: options.login, password: options.password ?? 'karta-demo' }, headers: { origin: url } });
      if (!answer.ok()) throw new Error(`${options.login} could not sign in: ${answer.status()} ${await answer.text()}`);
    }
    // the account's own language is kept on the device, as a person's choice in the settings is
    if (options.language) await context.addInitScript((language) => localStorage.setItem('karta-language', language), options.language);
    const page = await context.newPage();
    await page.goto(url + (options.path ?? '/'));
    return new Person(context, page);
  }

  async click(target: Locator): Promise<void> {
    await target.click();
    this.actions++;
  }

  async type(target: Locator, text: string): Promise<void> {
    await target.fill(text);
    this.actions++;
  }

  /** Types into whatever has the focus, letter by letter, as one field. */
  async typeHere(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    this.actions++;
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
    this.actions++;
  }

  /** Presses a key that leads to the next field, and waits until the focus stands there. */
  async pressOn(key: string): Promise<void> {
    const before = await this.page.evaluateHandle(() => document.activeElement);
    await this.press(key);
    await focusHasMovedOn(this.page, before);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
