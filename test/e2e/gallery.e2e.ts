import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildScreens } from '../../src/apps/build-screens.ts';
import { serveGallery } from './gallery-server.ts';

const root = join(import.meta.dirname, '../..');
const pictures = process.env.KARTA_PICTURES ?? join(root, 'test-results/gallery');
const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'karta-gallery-'));

let browser: Browser;
let gallery: Awaited<ReturnType<typeof serveGallery>>;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  await buildScreens({ root, folder, gallery: true });
  gallery = await serveGallery(folder, 0);
  browser = await chromium.launch({ executablePath: process.env.KARTA_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
});

afterAll(async () => {
  await browser?.close();
  gallery?.server.closeAllConnections();
  gallery?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

const sizeOf = (width: number) => ({ width, height: width < 500 ? 844 : 900 });

interface Seen {
  page: Page;
  /** What the browser complained about: errors, and what the content security policy refused. */
  complaints: string[];
}

async function open(path: string, { width = 1440, dark = false, english = false }: { width?: number; dark?: boolean; english?: boolean } = {}): Promise<Seen> {
  const context = await browser.newContext({ viewport: sizeOf(width), colorScheme: dark ? 'dark' : 'light', locale: english ? 'en-GB' : 'ru-RU', timezoneId: 'Europe/Moscow', reducedMotion: 'reduce', bypassCSP: false });
  const page = await context.newPage();
  await page.clock.setFixedTime(new Date('2026-11-21T09:21:00+03:00'));
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(gallery.origin + path);
  await page.locator('main').waitFor();
  await page.evaluate(() => document.fonts.ready);
  return { page, complaints };
}

/** Axe is given to the page by the debugger's evaluation, which no policy of the page forbids. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run: (context: Document, options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe;
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.flatMap((violation) => violation.nodes.slice(0, 4).map((node) => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`));
  });
}

const pages = [['day', '/gallery/day'], ['card', '/gallery/card'], ['visit', '/gallery/visit'], ['parts', '/gallery/parts'], ['patient', '/gallery/my/'], ['sign-in', '/gallery/sign-in']] as const;

/** Waits until nothing on the page has changed or moved for a moment; what moves for ever is not waited for. */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise<void>((resolve) => {
      let timer = 0;
      const again = () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => (document.getAnimations().some(({ playState }) => playState === 'running') ? again() : resolve()), 120);
      };
      new MutationObserver(again).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      window.setTimeout(resolve, 1500);
      again();
    });
  });
}

/** Widths at which each page is looked at; at those of a phone and of a desk the rules of accessibility are held against it too. */
const widths = { light: [1440, 390, 768, 2560], dark: [390, 1440] } as const;

describe.each(pages)('%s', (name, path) => {
  test.each(['light', 'dark'] as const)('%s, from a phone to a wide screen: reads well, fits, breaks no rule', async (theme) => {
    const { page, complaints } = await open(path, { width: widths[theme][0], dark: theme === 'dark' });
    for (const width of widths[theme]) {
      await page.setViewportSize(sizeOf(width));
      await atRest(page);
      await page.screenshot({ path: join(pictures, `${name}-${width}${theme === 'dark' ? '-dark' : ''}.png`) });
      expect(await page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth), `${width} px`).toBeLessThanOrEqual(0);
      if (width === 390 || width === 1440) expect(await findings(page), `${width} px`).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

test('language, theme and size of the text are changed in a moment, and stay', async () => {
  const { page, complaints } = await open('/gallery/parts');
  await page.getByRole('button', { name: 'Соколова' }).click();
  await page.getByText('Тёмная').click();
  await page.getByText('Крупнее').click();
  await page.screenshot({ path: join(pictures, 'settings.png') });
  expect(await findings(page)).toEqual([]);
  await page.getByText('English').click();
  await page.getByText('Text size').first().waitFor();
  await page.reload();
  await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  expect(await page.evaluate(() => [document.documentElement.dataset['density'], document.documentElement.dataset['mantineColorScheme'], document.documentElement.lang])).toEqual(['roomy', 'dark', 'en']);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a person who reads English gets English', async () => {
  const { page } = await open('/gallery/day', { english: true });
  await page.getByRole('navigation', { name: 'Sections' }).getByText('My day').waitFor();
  expect(await page.title()).toBe('My day — Karta');
  await page.context().close();
});

test('a printed page carries the document and nothing of the frame', async () => {
  const { page } = await open('/gallery/visit');
  await page.emulateMedia({ media: 'print' });
  await expect.poll(() => page.getByRole('navigation').isVisible()).toBe(false);
  await page.screenshot({ path: join(pictures, 'visit-print.png'), fullPage: true });
  await page.context().close();
});

describe('by keyboard alone', () => {
  test('Ctrl+K finds a page by a word, in the wrong layout too', async () => {
    const { page, complaints } = await open('/gallery/card');
    await page.keyboard.press('Control+KeyK');
    await page.getByRole('combobox').waitFor();
    await page.screenshot({ path: join(pictures, 'palette.png') });
    expect(await findings(page)).toEqual([]);
    await page.keyboard.type('vjq ltym');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/gallery/day');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a sheet of keys stands on ? and goes with Esc', async () => {
    const { page } = await open('/gallery/visit');
    await page.locator('body').press('Shift+Slash');
    await page.getByText('Подписать документ').last().waitFor();
    await page.screenshot({ path: join(pictures, 'keys.png') });
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });

  test('a list of a thousand is filtered with /, walked with arrows, opened with Enter', async () => {
    const { page } = await open('/gallery/day');
    await page.keyboard.press('/');
    await page.keyboard.type('фед марк');
    await page.getByText('из 1000 строк').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Открываем: Фёдоров Марк').waitFor();
    await page.context().close();
  });

  test('pressure is typed as it is said, a copy is confirmed with Tab, a diagnosis taken with Enter', async () => {
    const { page } = await open('/gallery/visit');
    await page.getByLabel('АД систолическое').fill('');
    await page.getByLabel('АД систолическое').press('1');
    await page.keyboard.type('46/88');
    expect(await page.getByLabel('АД диастолическое').inputValue()).toBe('88');
    const anamnesis = page.getByRole('textbox', { name: 'Анамнез' });
    await anamnesis.focus();
    await page.keyboard.press('Tab');
    await expect.poll(() => page.getByText('подтвердить').count()).toBe(0);
    await page.getByRole('button', { name: 'код диагноза' }).press('Enter');
    await page.keyboard.type('гипертон');
    await page.getByRole('option').first().waitFor();
    await page.screenshot({ path: join(pictures, 'visit-diagnosis.png') });
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('combobox', { name: 'Код МКБ-10' }).inputValue()).toContain('с (застойной)');
    await page.context().close();
  });

  test('what cannot be pressed says why', async () => {
    const { page } = await open('/gallery/visit');
    const sign = page.getByRole('button', { name: 'Подписать документ' });
    expect(await sign.getAttribute('aria-disabled')).toBe('true');
    expect(await sign.getAttribute('title')).toBe('Заполните код диагноза и план');
    await page.context().close();
  });
});

test('what is typed is never eaten: dates, СНИЛС and numbers are understood, the rest stays with its reason', async () => {
  const { page } = await open('/gallery/parts');
  const born = page.getByLabel('Дата рождения');
  await born.fill('5 мая 1978');
  await page.getByText('5 мая 1978, 48 лет').waitFor();
  await born.blur();
  expect(await born.inputValue()).toBe('05.05.1978');
  await born.fill('31.02.1978');
  await born.blur();
  expect(await born.inputValue()).toBe('31.02.1978');
  await page.getByText('Такой даты нет').waitFor();
  const snils = page.getByLabel('СНИЛС');
  await snils.fill('11223344596');
  await snils.blur();
  await page.getByText('Контрольное число не сходится').waitFor();
  await page.getByLabel('Температура').fill('45,5');
  await page.getByText('Больше 44 не бывает').waitFor();
  await page.screenshot({ path: join(pictures, 'parts-wrong.png') });
  await page.context().close();
});

test('a scanner is heard from within a field, and leaves the field as it was', async () => {
  const { page } = await open('/gallery/parts');
  const name = page.getByLabel('Фамилия');
  await name.focus();
  // A scanner's keys come within a few milliseconds of one another: sent as one burst, as the device does.
  await page.evaluate(() => {
    const field = document.activeElement as HTMLInputElement;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
    for (const sign of '2900123456789') {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: sign, code: `Digit${sign}`, bubbles: true, cancelable: true }));
      set.call(field, field.value + sign);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }));
  });
  await expect.poll(() => page.getByTestId('scanned').textContent()).toBe('2900123456789');
  expect(await name.inputValue()).toBe('Иванова');
  await page.context().close();
});

test('a question before what cannot be taken back, and a way back for the rest', async () => {
  const { page } = await open('/gallery/parts');
  await page.getByRole('button', { name: 'Аннулировать' }).click();
  await page.getByRole('dialog').getByText('Вернуть его нельзя').waitFor();
  await page.screenshot({ path: join(pictures, 'confirm.png') });
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Не делать' }).click();
  await page.getByRole('button', { name: 'Отменить приём' }).click();
  await page.getByRole('button', { name: 'Вернуть' }).waitFor();
  await page.context().close();
});

test('the line says when it is away, and comes back', async () => {
  const { page } = await open('/gallery/day');
  await page.getByText('живая связь').waitFor();
  await page.context().setOffline(true);
  await page.getByText('нет связи — работаем здесь').waitFor();
  await page.screenshot({ path: join(pictures, 'away.png') });
  expect(await findings(page)).toEqual([]);
  await page.context().close();
});

test('a page of another role and an unknown address say so and show the way', async () => {
  const { page } = await open('/gallery/closed');
  await page.getByText('Эта страница — для другой работы').waitFor();
  await page.goto(`${gallery.origin}/gallery/nowhere`);
  await page.getByRole('heading', { name: 'Такой страницы нет' }).waitFor();
  await page.getByRole('link', { name: 'На главную' }).click();
  await page.waitForURL('**/gallery/day');
  await page.context().close();
});
