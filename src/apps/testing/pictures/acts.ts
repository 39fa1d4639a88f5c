import type { Page } from 'playwright-core';

const ivanova = 'demo-ivanova';

/** Starts the visit of a booking, or goes on with it, and opens its page. */
export async function openVisit(page: Page, url: string, appointment: string): Promise<void> {
  const answer = await page.context().request.post(`${url}/api/visits`, { data: { appointment }, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`the visit did not start: ${answer.status()} ${await answer.text()}`);
  const { encounter } = (await answer.json()) as { encounter: string };
  await page.goto(`${url}/visits/${encounter}`);
  await page.getByLabel('АД, мм рт. ст.').waitFor();
  await page.waitForTimeout(300);
}

/** What the doctor writes, by keyboard as in the clinic; a visit that was written already is left as it is. */
export async function writeVisit(page: Page): Promise<void> {
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  if (await field('Жалобы').inputValue()) return;
  const keys = page.keyboard;
  const choose = async (typed: string, option: string): Promise<void> => {
    await keys.type(typed);
    await page.getByRole('option', { name: option }).first().waitFor();
    await keys.press('Enter');
    await page.waitForTimeout(150);
  };
  await field('Жалобы').focus();
  await keys.type('Давящая головная боль в затылке по утрам при подъёме давления до 150/90, одышка на третьем этаже');
  await field('Анамнез').focus();
  await keys.press('Tab'); // takes what came by copy
  await page.getByLabel('Частота дыхания, в минуту').focus();
  await keys.press('Enter');
  await page.waitForTimeout(150);
  await keys.type('Состояние удовлетворительное. Тоны сердца ритмичные, акцент II тона над аортой. Хрипов нет, отёков нет');
  await keys.press('Tab');
  await choose('гб 2', 'I11.9');
  await choose('амлодип', 'Амлодипин');
  await page.getByRole('option', { name: /раза? в день/ }).first().waitFor();
  await keys.press('Enter');
  await page.waitForTimeout(150);
  await field('Рекомендации').focus();
  await keys.type('Соль до 5 г в день, ходьба 30 минут. Дневник давления. При боли в груди дольше 10 минут — 103');
  await page.waitForTimeout(800);
  await page.evaluate(() => scrollTo(0, 0));
}

/** A medicine that the patient's allergy forbids: the warning asks for a reason. */
export async function prescribeAmoxicillin(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Назначения' }).focus();
  await page.keyboard.type('амоксиц');
  await page.getByRole('option', { name: 'Амоксициллин' }).first().waitFor();
  await page.keyboard.press('Enter');
  const reason = page.getByPlaceholder('Почему назначаете всё равно');
  await reason.waitFor();
  await page.waitForTimeout(800);
  await reason.evaluate((field) => field.scrollIntoView({ block: 'center' }));
}

/** Takes the amoxicillin off again and signs by the keyboard. */
export async function signVisit(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Убрать: Амоксициллин/ }).click();
  await page.waitForTimeout(800);
  await page.keyboard.press('Control+Enter');
  await page.getByText('Документ подписан').first().waitFor();
}

interface Listed {
  documents: { id: string }[];
}

/** Id of the newest document of the demo's main patient. */
async function newestDocument(page: Page, url: string): Promise<string> {
  const answer = await page.context().request.get(`${url}/api/documents?patient=${ivanova}`);
  return ((await answer.json()) as Listed).documents[0]!.id;
}

/** Its archive, as a file to be uploaded. */
export async function downloadDocument(page: Page, url: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const answer = await page.context().request.get(`${url}/api/documents/${await newestDocument(page, url)}/package`);
  return { name: 'document.zip', mimeType: 'application/zip', buffer: await answer.body() };
}

/** The newest document of the main patient, on its page below `/` or `/my`. */
export async function openDocument(page: Page, url: string, below: '' | '/my'): Promise<void> {
  await page.goto(`${url}${below}/documents/${await newestDocument(page, url)}`);
}

/** The open case of the main patient, from the list. */
export async function openCase(page: Page): Promise<void> {
  await page.getByText('Иванова М. П.').first().click();
  await page.waitForURL('**/cases/*');
}
