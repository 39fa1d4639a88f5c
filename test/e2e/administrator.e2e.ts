import { strFromU8, strToU8, unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missedVisitsArchive } from '../../seeds/dictionaries/missed-visits.ts';
import { Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser } = await startRegion();

test('the administrator imports a dictionary, hears what is missing in another, and sees what the version changed', async () => {
  const admin = await Person.enter(browser, url, { login: 'admin', path: '/dictionaries' });
  const { page } = admin;
  await page.getByRole('row', { name: /Причины неявки/ }).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Загрузить из файла' }).click();
  // the next version with a row renamed, and one whose passport tells of more rows than there are
  const files = Object.entries(unzipSync(missedVisitsArchive())).filter(([name]) => name.includes('_1.1_')).flatMap(([name, bytes]) => {
    const text = strFromU8(bytes);
    const as = (version: string, changed: string) => ({ name: name.replace('1.1', version), mimeType: 'application/json', buffer: Buffer.from(strToU8(changed.replace('"version":"1.1"', `"version":"${version}"`))) });
    return [as('1.10', text.replace('Стало лучше', 'Стало лучше, приём не нужен')), as('1.11', text.replace(/"rowsCount":\d+/, '"rowsCount":99'))];
  });
  await page.locator('input[type=file]').setInputFiles(files);
  await page.getByRole('button', { name: 'Загрузить 2 справочника' }).click();
  await page.getByText(/по паспорту 99 строк, в файлах 11/).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Изменения 1.1 → 1.10' }).click();
  await page.getByText('было: Стало лучше').waitFor();
  await page.locator('label').filter({ hasText: 'Строки' }).click();
  await page.getByRole('row', { name: /По обстоятельствам пациента/ }).focus();
  await admin.press('Enter');
  await page.getByRole('row', { name: /Стало лучше, приём не нужен/ }).waitFor();
  await page.getByLabel('Найти по словам или коду').fill('транспорт');
  await page.getByRole('row', { name: /1\.3/ }).click();
  await page.getByRole('complementary').getByRole('heading', { name: 'Не смог приехать: погода, транспорт' }).waitFor();
  await expectAccessible(page);
  await admin.leave();
});

test('she exports, fetches the file, and sees what was refused of an import', async () => {
  const admin = await Person.enter(browser, url, { login: 'admin', path: '/exchange' });
  const { page } = admin;
  await page.getByLabel('Типы ресурсов').fill('Organization');
  await page.getByRole('button', { name: 'Начать выгрузку' }).click();
  const job = page.getByRole('article').filter({ hasText: 'Выгрузка' }).filter({ hasNotText: 'CodeSystem' });
  const [download] = await Promise.all([page.waitForEvent('download'), job.getByRole('link', { name: /^Organization: \d+/ }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { resourceType: string }).resourceType)).toContain('Organization');
  await page.locator('input[type=file]').setInputFiles({ name: 'place.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from('{"resourceType":"Location","id":"e2e-place","name":"Кабинет 5"}\n{"resourceType":"Patient"}\n') });
  await page.getByRole('button', { name: 'Начать загрузку' }).click();
  await page.getByText(/Записано: 1.ресурс, отклонено: 1.строка/).waitFor();
  await page.getByRole('link', { name: /^Ошибки, 1.строка/ }).waitFor();
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Подписки' }).click();
  const row = page.getByRole('row', { name: /порталу области/ });
  await row.getByText('остановлена ошибкой').waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Параметры поиска' }).click();
  await page.getByRole('row', { name: /district/ }).getByText('можно искать').waitFor();
  await expectAccessible(page);
  await admin.leave();
});

test('an auditor who opens the bare address is led to the journal, finds who opened a card, and reads nothing medical', async () => {
  const doctor = await Person.enter(browser, url, { login: 'doctor' });
  expect((await doctor.context.request.get(`${url}/api/chart/demo-ivanova`)).status()).toBe(200);
  await doctor.leave();
  const auditor = await Person.enter(browser, url, { login: 'auditor', path: '/' });
  const { page } = auditor;
  await page.getByRole('heading', { level: 1, name: 'Журнал доступа' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/journal');
  await page.getByLabel('Чья карта').fill('112-233-445 95');
  await auditor.press('Enter');
  await page.getByRole('row', { name: /Соколова Анна Викторовна.*просмотр/ }).first().waitFor();
  await expectAccessible(page);
  expect(await page.getByRole('table').textContent()).not.toContain('Иванова');
  await page.getByLabel('Чья карта').fill('ЗР-0');
  await auditor.press('Control+Enter');
  await page.getByText('Такой карты нет').waitFor();
  const { request } = auditor.context;
  for (const path of ['/api/chart/demo-ivanova', '/fhir/R4/Patient/demo-ivanova', '/fhir/R4/Patient/demo-ivanova/$summary', '/fhir/R4/Patient/demo-ivanova/$everything']) expect((await request.get(url + path)).status(), path).toBeGreaterThanOrEqual(400);
  expect(await (await request.get(`${url}/fhir/R4/Condition`)).json()).not.toHaveProperty('entry');
  await auditor.leave();
});
