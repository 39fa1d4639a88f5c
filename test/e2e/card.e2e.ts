import { beforeAll, describe, expect, test } from 'vitest';
import { Person } from './person.ts';
import { expectAccessible, startRegion, type Region } from './region.ts';

let region: Region;
const card = '/patients/demo-ivanova';

beforeAll(async () => {
  region = await startRegion();
});

const enter = (login: string, path: string, more: Parameters<typeof Person.enter>[2] = {}) => Person.enter(region.browser, region.url, { login, path, ...more });

describe('the card on the screen', () => {
  test('a doctor goes from his day into the card with one press and sees what matters', async () => {
    const doctor = await enter('doctor', '/');
    const { page } = doctor;
    await page.getByRole('button', { name: 'Начать приём' }).waitFor();
    await expectAccessible(page);
    await doctor.click(page.getByRole('link', { name: /Иванова Мария Петровна/ }));
    await page.getByRole('heading', { name: 'Важно сегодня' }).waitFor();
    const text = await page.locator('main').innerText();
    for (const part of ['пенициллины', 'Диспансерный учёт: ИБС', 'Гипертоническая болезнь', 'Бисопролол', '146/88', 'Осмотр кардиолога', 'Приём терапевта']) expect(text).toContain(part);
    await expectAccessible(page);
    expect(doctor.actions).toBe(1);
    for (const [tab, sign] of [['Результаты', 'ЛПНП'], ['Визиты и время', 'Приём кардиолога'], ['Документы', 'Протокол осмотра']] as const) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByText(sign).first().waitFor();
      await expectAccessible(page);
    }
    await page.mouse.wheel(0, 4000);
    expect(await page.getByRole('heading', { name: 'Иванова Мария Петровна' }).isVisible()).toBe(true);
    await doctor.leave();
  });

  test('time is filtered by typing', async () => {
    const doctor = await enter('doctor', `${card}?tab=time`);
    await doctor.type(doctor.page.getByPlaceholder('Слово, врач, диагноз, год…'), 'стационар');
    await doctor.page.getByText('Приём терапевта').first().waitFor({ state: 'detached' });
    await doctor.page.getByText('Кардиоцентр, стационар').waitFor();
    await doctor.leave();
  });

  test('what another records stands on the open card with no reload', async () => {
    const doctor = await enter('doctor', card);
    const colleague = await enter('doctor2', card);
    await doctor.page.getByRole('heading', { name: 'Важно сегодня' }).waitFor();
    await doctor.page.getByText('живая связь').waitFor();
    await colleague.page.getByRole('button', { name: 'Аллергии' }).click();
    await colleague.page.getByRole('combobox', { name: 'На что' }).fill('йод');
    await colleague.page.getByRole('option', { name: /препараты йода/ }).click();
    await expectAccessible(colleague.page);
    await colleague.page.getByRole('button', { name: 'Записать аллергию' }).click();
    await colleague.page.getByText('Аллергия записана').waitFor();
    await doctor.page.getByText(/препараты йода/).first().waitFor();
    const answer = await colleague.context.request.post(`${region.url}/fhir/R4/DocumentReference`, {
      headers: { origin: region.url, 'content-type': 'application/fhir+json' },
      data: {
        resourceType: 'DocumentReference', status: 'current', docStatus: 'final', subject: { reference: 'Patient/demo-ivanova' }, date: new Date().toISOString(), description: 'Заключение кардиолога',
        author: [{ reference: 'Practitioner/demo-gordeev', display: 'Гордеев М. А.' }], content: [{ attachment: { title: 'Заключение кардиолога' } }],
      },
    });
    expect(answer.status()).toBe(201);
    await doctor.page.getByText('Заключение кардиолога').waitFor();
    await Promise.all([doctor.leave(), colleague.leave()]);
  });

  test('a doctor without a relation learns how access is gained, opens with one key, and the chief doctor reviews it', async () => {
    const stranger = await enter('doctor3', card);
    await stranger.page.getByRole('heading', { name: 'Карта закрыта' }).waitFor();
    expect(await stranger.page.locator('main').innerText()).not.toMatch(/пеницилл|Гипертонич/i);
    await expectAccessible(stranger.page);
    await stranger.press('1');
    await stranger.page.getByText(/Экстренный доступ до/).waitFor();
    expect(stranger.actions).toBe(1);
    const head = await enter('head', '/');
    await head.page.getByText(/Закиров/).first().waitFor();
    await expectAccessible(head.page);
    await head.click(head.page.getByRole('button', { name: 'Обоснован', exact: true }));
    await head.page.getByText('Проверять нечего').waitFor();
    await Promise.all([stranger.leave(), head.leave()]);
  });

  test('the nurse sees who is to be measured; the patient reads her card on a phone; in English too', async () => {
    const nurse = await enter('nurse', '/');
    await nurse.page.getByRole('heading', { name: 'Ждут осмотра' }).waitFor();
    await expectAccessible(nurse.page);
    const patient = await enter('patient', '/my/card', { viewport: { width: 390, height: 844 }, dark: true });
    await patient.page.getByText('«Плохой» холестерин').waitFor();
    await expectAccessible(patient.page);
    expect(await patient.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await patient.page.evaluate(() => localStorage.setItem('karta-language', 'en'));
    await patient.page.reload();
    await patient.page.getByText('“Bad” cholesterol').waitFor();
    await Promise.all([nurse.leave(), patient.leave()]);
  });
});
