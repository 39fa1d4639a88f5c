import { expect, test } from 'vitest';
import { Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser, notes } = await startRegion({ demo: false });

test('without the demo the first administrator comes by the link of the start, once', async () => {
  const path = notes.join(' ').match(/\/first#\S+/)?.[0];
  expect(path).toBeDefined();
  const fill = async ({ page }: Person, password: string) => {
    await page.getByLabel('Фамилия, имя, отчество').fill('Петрова Инна Львовна');
    await page.getByLabel('Имя для входа').fill('petrova');
    await page.getByLabel('Пароль').fill(password);
    await page.getByRole('button', { name: 'Создать и войти' }).click();
  };
  const first = await Person.enter(browser, url, { path: path! });
  await first.page.getByRole('heading', { name: 'Первый администратор' }).waitFor();
  await expectAccessible(first.page);
  await fill(first, 'short');
  await first.page.getByText('нужно от 12 до 200 знаков').waitFor();
  await fill(first, 'a-longer-password');
  await first.page.getByRole('heading', { name: 'Учётные записи' }).waitFor();
  expect(first.page.url()).toBe(`${url}/`);
  await first.leave();
  const late = await Person.enter(browser, url, { path: path! });
  await fill(late, 'a-longer-password');
  await late.page.getByText('уже использована или истекла').waitFor();
  await late.leave();
});
