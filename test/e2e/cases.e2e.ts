import { describe, expect, test } from 'vitest';
import { Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser } = await startRegion();
const enter = (login: string, path: string, more: Parameters<typeof Person.enter>[2] = {}) => Person.enter(browser, url, { login, path, ...more });

describe('the case', () => {
  test('a doctor closes a case in at most three actions from its page, takes it back, and closes it again', async () => {
    const doctor = await enter('doctor', '/cases');
    const { page } = doctor;
    await page.getByRole('row', { name: /Иванова/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole('row', { name: /Иванова/ }).focus();
    await doctor.press('Enter');
    await page.getByRole('heading', { name: 'Иванова Мария Петровна' }).waitFor();
    await expectAccessible(page);

    const before = doctor.actions;
    await doctor.press('3');
    await doctor.press('Control+Enter');
    await page.getByText('Случай закрыт, талон заполнен').waitFor();
    expect(doctor.actions - before).toBeLessThanOrEqual(3);
    await page.getByRole('article', { name: 'Талон 025-1/у' }).getByText('303 — улучшение').waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Вернуть' }).click();
    await page.getByText('Случай снова открыт').waitFor();
    await page.getByRole('button', { name: 'Закрыть случай' }).waitFor();
    await page.getByText('Улучшение').click();
    await page.getByRole('button', { name: 'Закрыть случай' }).dblclick();
    await page.getByLabel('Почему случай открывается заново').waitFor();
    expect(await page.getByText('Случай закрыт, талон заполнен').count()).toBe(1);
    await doctor.leave();
  });

  test('a case whose visit is not signed says why it cannot be closed', async () => {
    const doctor = await enter('doctor', '/cases', { viewport: { width: 390, height: 844 }, dark: true });
    const row = doctor.page.getByRole('row', { name: /подписать приём/ }).first();
    await row.waitFor();
    await expectAccessible(doctor.page);
    expect(await row.getByRole('button', { name: 'Закрыть' }).getAttribute('title')).toContain('подпишите');
    await doctor.leave();
  });
});

test('the chief doctor exports the month once; the desk sees the account without diagnoses', async () => {
  const desk = await enter('registrar', '/cases/export');
  await desk.page.getByText('Диагнозы видит главный врач').waitFor();
  expect(await desk.page.getByRole('columnheader', { name: 'МКБ-10' }).count()).toBe(0);
  await expectAccessible(desk.page);
  await desk.leave();

  const head = await enter('head', '/cases');
  const { page } = head;
  await page.getByRole('link', { name: 'Счёт за услуги' }).click();
  await page.getByRole('columnheader', { name: 'МКБ-10' }).waitFor();
  await expectAccessible(page);
  const [download] = await Promise.all([page.waitForEvent('download'), head.press('Control+Enter')]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  await page.getByText('Счёт № 1', { exact: true }).waitFor();
  await page.getByText('В этом месяце выгружать нечего').waitFor();
  expect(await page.getByRole('button', { name: 'Выгрузить' }).getAttribute('aria-disabled')).toBe('true');
  await head.leave();
});
