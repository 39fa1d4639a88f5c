import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { focusIsInField, Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser } = await startRegion();

/** Starts the visit of a booking and opens its page, as the day's line does. */
async function openVisit(person: Person, appointment: string): Promise<string> {
  const answer = await person.context.request.post(`${url}/api/visits`, { data: { appointment }, headers: { origin: url } });
  expect(answer.status(), await answer.text()).toBe(200);
  const { encounter } = (await answer.json()) as { encounter: string };
  await open(person.page, encounter);
  return encounter;
}

async function open(page: Page, encounter: string): Promise<void> {
  await page.goto(`${url}/visits/${encounter}`);
  await page.getByLabel('АД, мм рт. ст.').waitFor();
  await focusIsInField(page);
}

const enter = (login: string, options = {}) => Person.enter(browser, url, { login, ...options });

describe('the page of a visit', () => {
  test('the nurse and the doctor write at once, and each sees the other’s words without a reload', async () => {
    const [doctor, nurse] = [await enter('doctor'), await enter('nurse')];
    const encounter = await openVisit(doctor, 'demo-today-sokolova-melnik');
    await open(nurse.page, encounter);
    await nurse.typeHere('158/94 72 36,6 81 ');
    await doctor.typeHere('Головная боль в затылке по утрам');
    await expect.poll(() => doctor.page.getByLabel('АД, мм рт. ст.').inputValue()).toBe('158/94');
    await expect.poll(() => doctor.page.getByLabel('Масса тела, кг').inputValue()).toBe('81');
    await expect.poll(() => nurse.page.getByRole('textbox', { name: 'Жалобы', exact: true }).inputValue()).toBe('Головная боль в затылке по утрам');
    expect(await doctor.page.getByText('Орлова Т. И.').count()).toBeGreaterThan(0);
    await expectAccessible(nurse.page);
    for (const { context } of [doctor, nurse]) await context.close();
  });

  test('from the open page to the signed document by keyboard alone, in 16 actions', async () => {
    const doctor = await enter('doctor');
    await openVisit(doctor, 'demo-today-sokolova-alekseeva');
    await doctor.typeHere('Головная боль в затылке по утрам');
    await doctor.press('Tab');
    if (!(await doctor.page.getByRole('textbox', { name: 'Анамнез', exact: true }).inputValue())) await doctor.typeHere('Больна с 2016 года');
    await doctor.press('Tab');
    for (const value of ['158/94 ', '72 ', '36,6 ', '81']) await doctor.typeHere(value);
    await doctor.pressOn('Enter');
    await doctor.typeHere('Тоны сердца приглушены, ритм правильный');
    await doctor.press('Tab');
    await doctor.typeHere('мигрень без ауры');
    await doctor.page.getByRole('option', { name: 'G43.0' }).waitFor();
    await doctor.pressOn('Enter');
    await doctor.typeHere('бисопр');
    await doctor.page.getByRole('option', { name: 'Бисопролол' }).waitFor();
    await doctor.press('Enter');
    await doctor.page.getByRole('option', { name: '5\u00a0мг 1\u00a0раз в день утром' }).first().waitFor();
    await doctor.press('Enter');
    await expect.poll(() => doctor.page.getByText('Осталось').count()).toBe(0);
    await expectAccessible(doctor.page);
    await doctor.press('Control+Enter');
    await doctor.page.getByText('Документ подписан').waitFor();
    expect(doctor.actions).toBeLessThanOrEqual(17);
    await expectAccessible(doctor.page);
    await doctor.context.close();
  });

  test('words typed while the line is away are there after the window has died', async () => {
    const doctor = await enter('doctor');
    const encounter = await openVisit(doctor, 'demo-today-sokolova-tsoi');
    await doctor.page.route('**/fields', (route) => route.abort());
    await doctor.typeHere('Боль в горле, температура вече');
    await doctor.page.getByText('Сохранено на этом устройстве').waitFor();
    const again = await doctor.context.newPage();
    await doctor.page.close({ runBeforeUnload: false });
    await again.goto(`${url}/visits/${encounter}`);
    await expect.poll(() => again.getByRole('textbox', { name: 'Жалобы', exact: true }).inputValue()).toBe('Боль в горле, температура вече');
    await doctor.context.close();
  });

  test('a phone holds the page', async () => {
    const doctor = await enter('doctor', { viewport: { width: 390, height: 844 }, dark: true });
    await openVisit(doctor, 'demo-today-sokolova-ivanova');
    expect(await doctor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const covers = await doctor.page.getByRole('button', { name: /^Подписать документ/ }).evaluate((button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      return document.elementFromPoint(left + width / 2, top + height / 2)?.closest('button') !== button;
    });
    expect(covers, 'something lies on «Подписать документ»').toBe(false);
    await expectAccessible(doctor.page);
    await doctor.context.close();
  });
});
