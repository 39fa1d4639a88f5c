import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { insuredPersons } from '../../seeds/insured/insured-persons.ts';
import { Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser } = await startRegion();
const pictures = process.env.KARTA_PICTURES;
const picture = async (person: Person, name: string) => {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await person.page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};

/** A keyboard scanner: the keys of the code in one burst, Enter at its end. One act of the hand. */
async function scan(person: Person, code: string): Promise<void> {
  // within the page, as the device does it: keys that come through the debugger are as far apart as the machine is busy
  await person.page.evaluate((signs) => {
    const target = document.activeElement ?? document.body;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
    for (const key of [...signs, 'Enter']) {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, code: key === 'Enter' ? key : `Digit${key}`, bubbles: true, cancelable: true }));
      if (key === 'Enter' || !(target instanceof HTMLInputElement)) continue;
      set.call(target, target.value + key);
      target.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }, code);
  person.actions++;
}

it('opens a card from a scanned policy in three actions, of six allowed', async () => {
  const registrar = await Person.enter(browser, url, { login: 'registrar', path: '/registry' });
  const { page } = registrar;
  await page.getByRole('list').first().waitFor();
  await expectAccessible(page);
  const [row] = insuredPersons();
  await scan(registrar, row!.enp);
  await page.getByRole('button', { name: 'Заполнить из регистра' }).waitFor();
  await expectAccessible(page);
  await registrar.press('Enter');
  await page.locator('input[value="Орехова"]').waitFor();
  await page.getByRole('button', { name: 'Открыть карту' }).and(page.locator(':not([aria-disabled])')).waitFor();
  await registrar.press('Control+Enter');
  await page.getByRole('heading', { level: 1, name: 'Орехова Надежда Сергеевна' }).waitFor();
  expect(registrar.actions).toBeLessThanOrEqual(6);
  expect(registrar.actions).toBe(3);
  await expectAccessible(page);
  await picture(registrar, 'title-page');
  // The same policy scanned again, here in the middle of the card: the card itself.
  await page.getByRole('link', { name: /Регистра/ }).first().click();
  await page.getByLabel('Найти человека').first().waitFor();
  await scan(registrar, row!.enp);
  await page.getByRole('heading', { level: 1, name: 'Орехова Надежда Сергеевна' }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/registry\/[0-9a-f-]+$/);
  await registrar.leave();
});

it('finds a mistyped name, marks who came and takes it back', async () => {
  const registrar = await Person.enter(browser, url, { login: 'registrar', path: '/registry' });
  const { page } = registrar;
  await page.getByLabel('Найти человека').first().waitFor();
  await registrar.typeHere('Иваноав марья');
  await page.getByRole('option', { name: /Иванова Мария Петровна/ }).waitFor();
  await registrar.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Иванова Мария Петровна' }).waitFor();
  expect(registrar.actions).toBe(2);
  await page.goBack();
  const arrive = page.getByRole('button', { name: /^Отметить приход/ }).first();
  const name = (await arrive.getAttribute('aria-label'))!.split(': ')[1]!;
  await registrar.click(arrive);
  const row = page.getByRole('listitem').filter({ hasText: name });
  await row.getByText(/ждёт/).waitFor();
  await registrar.click(page.getByRole('button', { name: 'Вернуть', exact: true }));
  await row.getByRole('button', { name: /^Отметить приход/ }).waitFor();
  await registrar.leave();
});

it('shows a likely double with its reasons while the card is typed, and merges two cards with an undo', async () => {
  const registrar = await Person.enter(browser, url, { login: 'registrar', path: '/registry/new' });
  const { page } = registrar;
  const field = (label: string) => page.getByLabel(label, { exact: true }).first();
  await field('Фамилия').fill('Громов');
  await field('Имя').fill('Илья');
  await field('Отчество').fill('Сергеевич');
  const born = await page.evaluate(() => {
    const now = new Date();
    const before = now.getMonth() < 1 || (now.getMonth() === 1 && now.getDate() < 11);
    return `11.02.${now.getFullYear() - 42 - (before ? 1 : 0)}`;
  });
  await field('Дата рождения').fill(born);
  const aside = page.getByRole('status').filter({ hasText: 'Громов Илья Сергеевич' });
  await aside.getByText('та же дата рождения').waitFor();
  await page.getByRole('button', { name: 'Открыть карту' }).and(page.locator('[aria-disabled]')).waitFor();
  await aside.getByRole('button', { name: 'Это другой человек' }).click();
  await page.getByRole('button', { name: 'Открыть карту' }).and(page.locator(':not([aria-disabled])')).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { level: 1, name: 'Громов Илья Сергеевич' }).waitFor();
  await page.getByRole('button', { name: /^Присоединить к этой карте: Громов/ }).click();
  await page.getByText('Карты объединены').waitFor();
  await page.getByRole('button', { name: 'Разъединить' }).waitFor();
  await page.getByRole('button', { name: 'Вернуть', exact: true }).click();
  await page.getByText('Карты разъединены').waitFor();
  await registrar.leave();
});

it('records a consent, takes a paper in by two pages and books a visit, by what stands on the page', async () => {
  const registrar = await Person.enter(browser, url, { login: 'registrar', path: '/registry/demo-petrova-double' });
  const { page } = registrar;
  await page.getByRole('button', { name: /^Записать: Информированное/ }).click();
  await page.getByRole('group', { name: 'Записать согласие или отказ' }).getByRole('button', { name: 'Записать' }).click();
  await page.getByText('дано', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Добавить документ' }).click();
  const form = page.getByRole('group', { name: 'Добавить документ' });
  await form.getByLabel('Что это').fill('Выписка из стационара');
  await form.getByLabel('Дата документа').fill('6.5.2024');
  await form.getByLabel('Откуда').fill('Городская больница № 1');
  const png = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 280 } });
  await form.locator('input[type=file]').setInputFiles([{ name: 'вторая.png', mimeType: 'image/png', buffer: png }, { name: 'первая.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF') }]);
  await form.getByRole('button', { name: 'Выше: Страница 2' }).click();
  await form.getByRole('button', { name: 'Сохранить документ' }).click();
  await page.getByText('2 страницы').waitFor();
  await page.getByRole('button', { name: 'Записать на приём' }).click();
  await page.getByLabel('День').fill('завтра');
  const times = page.getByRole('group', { name: 'Свободно' }).getByRole('button');
  await times.first().waitFor();
  await times.nth(1).click();
  await page.getByRole('button', { name: /^Записать на \d/ }).click();
  await page.getByText(/^Записано: завтра/).waitFor();
  await expectAccessible(page);
  await registrar.leave();
});

it('is as usable on a phone, in the dark and in English', async () => {
  for (const options of [{ viewport: { width: 390, height: 844 }, dark: true }, { language: 'en' as const }]) {
    const registrar = await Person.enter(browser, url, { login: 'registrar', path: '/registry', ...options });
    if (options.language) await registrar.page.evaluate(() => localStorage.setItem('karta-language', 'en'));
    for (const path of ['/registry', '/registry/new', '/registry/demo-ivanova']) {
      await registrar.page.goto(url + path);
      await registrar.page.waitForLoadState('networkidle').catch(() => undefined);
      await registrar.page.waitForTimeout(500);
      expect(await registrar.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await expectAccessible(registrar.page);
      await picture(registrar, `${path.split('/').pop()}-${options.language ?? 'ru'}${options.dark ? '-dark-390' : ''}`);
    }
    await registrar.leave();
  }
});
