import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { focusIsInField, Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser, data } = await startRegion();
const folder = mkdtempSync(join(tmpdir(), 'karta-portal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const phone = { width: 390, height: 844 };
const enter = (login: string | undefined, path: string, options = {}) => Person.enter(browser, url, { ...(login ? { login } : {}), path, ...options });
const opensslCommand = 'openssl cms -verify -binary -inform DER -in signatures/1-doctor.p7s -content original.json -CAfile certificates/root.pem -purpose any -out checked.json';

async function downloaded(page: Page, name: RegExp): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

function unpack(archive: string, into: string): Record<string, Uint8Array> {
  const files = unzipSync(readFileSync(archive));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, into, name)), { recursive: true });
    writeFileSync(join(folder, into, name), bytes);
  }
  return files;
}

const openssl = (into: string) => spawnSync('openssl', opensslCommand.split(' ').slice(1), { cwd: join(folder, into), encoding: 'utf8' });

describe('the patient’s own page', () => {
  test('on a phone: what is next, what is new, the document in plain words, its archive that openssl alone verifies', async () => {
    const maria = await enter('patient', '/my', { viewport: phone });
    await maria.page.getByRole('heading', { name: 'Мария Петровна' }).waitFor();
    await maria.page.getByRole('region', { name: 'Что дальше' }).waitFor();
    await maria.page.getByText('Анализ крови биохимический').waitFor();
    await expectAccessible(maria.page);
    await maria.click(maria.page.getByRole('link', { name: 'Документы', exact: true }));
    await maria.page.getByRole('heading', { name: 'Мои документы' }).waitFor();
    await expectAccessible(maria.page);
    await maria.click(maria.page.getByRole('link', { name: /Приём врача.*Соколова/ }).first());
    await maria.page.getByText('Что нашли').waitFor();
    await maria.page.getByText('Давление держится выше нормы').waitFor();
    const sheet = maria.page.frameLocator('iframe');
    await sheet.getByText('Тоны сердца приглушены').waitFor();
    // the sheet's own style is not blocked, and the page has taken its height
    expect(await sheet.locator('.person').evaluate((element) => getComputedStyle(element).borderTopLeftRadius)).not.toBe('0px');
    expect((await maria.page.locator('iframe').boundingBox())!.height).toBeGreaterThan(900);
    await maria.click(maria.page.getByRole('button', { name: 'Проверить подпись' }));
    await maria.page.getByText('Все подписи верны').waitFor();
    await expectAccessible(maria.page);

    const archive = await downloaded(maria.page, /Скачать с подписями/);
    const files = unpack(archive, 'whole');
    expect(Buffer.from(files['HOW-TO-VERIFY.txt']!).toString('utf8')).toContain(opensslCommand);
    expect(openssl('whole').stderr).toContain('CMS Verification successful');
    writeFileSync(join(folder, 'whole/original.json'), Buffer.from(files['original.json']!).toString('utf8').replace('Гипертоническая', 'Гипотоническая'));
    expect(openssl('whole').status).not.toBe(0);

    const karta = (file: string) => spawnSync(process.execPath, ['bin/karta.mjs', 'verify', file], { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8', env: { ...process.env, KARTA_DATA: data, LANG: 'ru_RU.UTF-8' } });
    const said = karta(archive);
    expect(said.stdout).toContain('ПОДПИСЬ ВЕРНА');
    expect(said.status).toBe(0);
    await maria.leave();
  });

  test('visits and the journal say who, from where, when and why', async () => {
    const doctor = await enter('doctor', '/');
    await doctor.context.request.get(`${url}/api/documents?patient=demo-ivanova`);
    const maria = await enter('patient', '/my/visits', { viewport: phone });
    await maria.page.getByText('Гордеев Михаил Александрович').first().waitFor();
    await expectAccessible(maria.page);
    await maria.click(maria.page.getByRole('link', { name: 'Главное' }));
    await maria.click(maria.page.getByRole('link', { name: 'Все просмотры' }));
    await maria.page.getByText('Соколова Анна Викторовна').first().waitFor();
    await maria.page.getByText(/Зачем: приём \d/).first().waitFor();
    await expectAccessible(maria.page);
    for (const person of [doctor, maria]) await person.leave();
  });

  test('a document that the doctor signs appears without a reload; delayed it waits in words, and comes back when released', async () => {
    const maria = await enter('patient', '/my/documents', { viewport: phone });
    await maria.page.getByText(/^\d+\sдокумент/u).waitFor();
    const before = await maria.page.getByRole('link', { name: /Приём врача/ }).count();
    const doctor = await enter('doctor', '/');
    const document = await signVisit(doctor);
    await expect.poll(() => maria.page.getByRole('link', { name: /Приём врача/ }).count()).toBe(before + 1);
    await maria.page.getByText('новое').first().waitFor();

    await doctor.page.goto(`${url}/documents/${document}`);
    await doctor.click(doctor.page.getByRole('button', { name: 'Отложить до разговора…' }));
    await doctor.type(doctor.page.getByLabel('Почему'), 'Рассказать о диагнозе лично');
    await expectAccessible(doctor.page);
    await doctor.click(doctor.page.getByRole('button', { name: 'Отложить', exact: true }));
    await doctor.page.getByText('Пациент его пока не видит').first().waitFor();
    await expectAccessible(doctor.page);

    await maria.page.reload();
    await maria.page.getByText('Ждёт разговора с врачом').waitFor();
    expect(await maria.page.getByRole('link', { name: /Приём врача/ }).count()).toBe(before);
    expect(await maria.page.getByText('Рассказать о диагнозе лично').count()).toBe(0);
    await expectAccessible(maria.page);
    await doctor.click(doctor.page.getByRole('button', { name: 'Открыть пациенту сейчас' }));
    await doctor.click(doctor.page.getByRole('button', { name: 'Открыть', exact: true }));
    await expect.poll(() => maria.page.getByRole('link', { name: /Приём врача/ }).count()).toBe(before + 1);

    const stranger = await enter('doctor3', `/documents/${document}`);
    await stranger.page.getByText('Документ не открыт').waitFor();
    for (const person of [maria, doctor, stranger]) await person.leave();
  });
});

describe('the document in the workspace', () => {
  test('shows its way and its readers; paper is printed with a reason that stays', async () => {
    const doctor = await enter('doctor', '/');
    const { documents } = (await (await doctor.context.request.get(`${url}/api/documents?patient=demo-ivanova`)).json()) as { documents: { id: string; author: { name: string } }[] };
    await doctor.page.goto(`${url}/documents/${documents.find((each) => each.author.name.startsWith('Соколова'))!.id}`);
    await doctor.page.getByText('Путь документа').waitFor();
    await doctor.page.getByText('Подписан организацией').waitFor();
    await expectAccessible(doctor.page);
    await doctor.click(doctor.page.getByRole('button', { name: 'Напечатать…' }));
    await doctor.click(doctor.page.getByRole('button', { name: 'Пациент просит на руки' }));
    await expectAccessible(doctor.page);
    await doctor.click(doctor.page.getByRole('button', { name: 'Напечатать', exact: true }));
    await doctor.page.getByText('«Пациент просит на руки»').waitFor();
    await doctor.click(doctor.page.getByRole('button', { name: 'Проверить подпись' }));
    await doctor.page.getByText('Все подписи верны').waitFor();
    await doctor.page.goto(`${url}/to-sign`);
    await doctor.page.getByRole('heading', { name: 'На подпись' }).waitFor();
    await expectAccessible(doctor.page);
    await doctor.leave();
  });
});

describe('the public page of verifying', () => {
  test.each(['ru', 'en'] as const)('says in %s who signed and when, and what is wrong with a changed document, without a session', async (language) => {
    const maria = await enter('patient', '/my', { viewport: phone });
    const { documents } = (await (await maria.context.request.get(`${url}/api/documents?patient=demo-ivanova`)).json()) as { documents: { id: string }[] };
    const whole = await (await maria.context.request.get(`${url}/api/documents/${documents.at(-1)!.id}/package`)).body();
    await maria.leave();
    const good = join(folder, `good-${language}.zip`);
    const bad = join(folder, `bad-${language}.zip`);
    const files = unzipSync(whole);
    writeFileSync(good, whole);
    writeFileSync(bad, zipSync({ ...files, 'original.json': Buffer.from(Buffer.from(files['original.json']!).toString('utf8').replace('"final"', '"amended"')) }));

    const anybody = await enter(undefined, '/verify', { language, viewport: phone });
    const words = {
      ru: { title: 'Проверить подпись документа', valid: 'Все подписи верны', bad: 'Документу верить нельзя', why: 'хеш не совпадает', time: 'время не подтверждено', again: 'Проверить другой документ', verify: 'Проверить', document: /^Документ/, signature: /^Подпись/ },
      en: { title: 'Verify a document’s signature', valid: 'All signatures are valid', bad: 'The document cannot be believed', why: /hash/, time: 'time not proven', again: 'Verify another document', verify: 'Verify', document: /^Document/, signature: /^Signature/ },
    }[language];
    const { page } = anybody;
    await page.getByRole('heading', { name: words.title }).waitFor();
    await expectAccessible(page);
    await page.getByLabel(/ZIP/).setInputFiles(good);
    await page.getByText(words.valid).waitFor();
    await page.getByText('Поликлиника № 2').or(page.getByText('Кардиоцентр')).first().waitFor();
    await page.getByText(words.time).first().waitFor();
    await expectAccessible(page);
    await anybody.click(page.getByRole('button', { name: words.again }));
    await page.getByLabel(/ZIP/).setInputFiles(bad);
    await page.getByRole('heading', { name: words.bad }).waitFor();
    await page.getByText(words.why).first().waitFor();
    await expectAccessible(page);
    await anybody.click(page.getByRole('button', { name: words.again }));
    await page.getByLabel(words.document).setInputFiles({ name: 'original.json', mimeType: 'application/json', buffer: Buffer.from(files['original.json']!) });
    await page.getByLabel(words.signature).setInputFiles({ name: 'original.json.p7s', mimeType: 'application/octet-stream', buffer: Buffer.from(files['signatures/1-doctor.p7s']!) });
    await anybody.click(page.getByRole('button', { name: words.verify, exact: true }));
    await page.getByText(words.valid).waitFor();
    await anybody.leave();
  });
});

/** The visit of today's booking, typed and signed as the doctor does; answers the id of the document. */
async function signVisit(doctor: Person): Promise<string> {
  const headers = { origin: url };
  const started = await doctor.context.request.post(`${url}/api/visits`, { data: { appointment: 'demo-today-sokolova-ivanova' }, headers });
  const { encounter } = (await started.json()) as { encounter: string };
  await doctor.page.goto(`${url}/visits/${encounter}`);
  await doctor.page.getByLabel('АД, мм рт. ст.').waitFor();
  await focusIsInField(doctor.page);
  await doctor.typeHere('Головная боль в затылке по утрам');
  await doctor.press('Tab');
  // what stands there was taken over from the list of problems and waits for a person: her own words take its place
  await doctor.press('Control+A');
  await doctor.typeHere('Больна с 2016 года, лечится у кардиолога');
  await doctor.press('Tab');
  for (const value of ['158/94 ', '72 ', '36,6 ', '81']) await doctor.typeHere(value);
  await doctor.pressOn('Enter');
  await doctor.typeHere('Тоны сердца приглушены, ритм правильный');
  await doctor.press('Tab');
  await doctor.typeHere('мигрень без ауры');
  await doctor.page.getByRole('option', { name: 'G43.0' }).waitFor();
  await doctor.pressOn('Enter');
  await doctor.type(doctor.page.getByPlaceholder('Режим, питание'), 'Обильное питьё, сон, дневник головной боли');
  await doctor.page.getByText('Осталось:').waitFor({ state: 'detached' });
  await doctor.press('Control+Enter');
  await doctor.page.getByText('Документ подписан').waitFor();
  const { documents } = (await (await doctor.context.request.get(`${url}/api/documents?patient=demo-ivanova`)).json()) as { documents: { id: string; encounter?: string }[] };
  return documents.find((each) => each.encounter === encounter)!.id;
}
