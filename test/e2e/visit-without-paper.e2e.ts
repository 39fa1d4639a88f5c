import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser } = await startRegion();
const run = promisify(execFile);
const enter = (login: string, path: string, more: Parameters<typeof Person.enter>[2] = {}) => Person.enter(browser, url, { login, path, ...more });

/** Most actions from finding the patient to the end of a signed visit. */
const budget = 20;

test('a visit without paper, from the desk to the patient’s hands', async () => {
  // Everybody is at work before it begins: what comes, comes without a reload.
  const desk = await enter('registrar', '/registry');
  const nurse = await enter('nurse', '/');
  const doctor = await enter('doctor', '/');
  const colleague = await enter('doctor2', '/patients/demo-ivanova');
  const stranger = await enter('doctor3', '/patients/demo-ivanova');
  const patient = await enter('patient', '/my/documents', { viewport: { width: 390, height: 844 } });

  const mine = patient.page.getByRole('link', { name: /Приём врача/ });
  await mine.first().waitFor();
  const before = await mine.count();

  // 1. The desk finds her by a mistyped name.
  await desk.type(desk.page.getByLabel('Найти человека'), 'ивонова марья');
  await desk.page.getByText('Иванова Мария Петровна').first().waitFor();
  await expectAccessible(desk.page);

  // 2. The colleague has her card open; the stranger finds the person, not the record, and reads how access is gained.
  await colleague.page.getByText('пенициллины').first().waitFor();
  await expectAccessible(colleague.page);
  await stranger.page.getByText('Карта закрыта').waitFor();
  expect(await stranger.page.getByText('пенициллины').count()).toBe(0);
  await expectAccessible(stranger.page);

  // 3. The doctor finds the patient and starts; every action counts from here.
  await doctor.page.getByRole('button', { name: /Начать приём/ }).first().waitFor();
  await doctor.press('Control+k');
  await doctor.typeHere('иванова мария');
  await doctor.page.getByRole('option', { name: /Иванова Мария Петровна/ }).first().waitFor();
  await doctor.press('Enter');
  await doctor.page.getByRole('button', { name: /Начать приём/ }).waitFor();
  await doctor.press('Control+Enter');
  await doctor.page.getByLabel('АД, мм рт. ст.').waitFor();
  await doctor.page.waitForTimeout(300);

  // The nurse joins the same draft from her own workplace; her words stand in the doctor's sheet, with her name.
  await nurse.page.getByText('Иванова Мария Петровна').first().waitFor();
  await nurse.page.goto(doctor.page.url());
  await nurse.page.getByLabel('Рост, см').waitFor();
  await nurse.page.getByLabel('Рост, см').fill('164');
  await expect.poll(() => doctor.page.getByLabel('Рост, см').inputValue(), { timeout: 5000 }).toBe('164');

  await doctor.typeHere('Головная боль в затылке по утрам третью неделю');
  await doctor.press('Tab');
  await doctor.press('Tab');
  for (const value of ['158/94 ', '72 ', '36,6 ', '81']) await doctor.typeHere(value);
  await doctor.press('Enter');
  await doctor.page.waitForTimeout(150);
  await doctor.typeHere('Тоны сердца приглушены, ритм правильный');
  await doctor.press('Tab');
  await doctor.typeHere('I11.9');
  await doctor.page.getByRole('option', { name: 'I11.9' }).first().waitFor();
  await doctor.press('Enter');
  await doctor.page.waitForTimeout(150);
  await doctor.typeHere('индапамид');
  await doctor.page.getByRole('option', { name: 'Индапамид' }).first().waitFor();
  await doctor.press('Enter');
  await doctor.page.getByRole('option', { name: /раз в день/ }).first().waitFor();
  await doctor.press('Enter');
  await expect.poll(() => doctor.page.getByText('Осталось').count()).toBe(0);
  await doctor.press('Control+Enter');
  await doctor.page.getByText('Документ подписан').waitFor();
  expect(doctor.actions).toBeLessThanOrEqual(budget);
  await expectAccessible(doctor.page);

  // 6. With no reload it is where it is needed.
  await expect.poll(() => mine.count(), { timeout: 5000 }).toBe(before + 1);
  await expectAccessible(patient.page);
  await expect.poll(() => colleague.page.getByText('158/94').count(), { timeout: 5000 }).toBeGreaterThan(0);
  expect(await stranger.page.getByText('158/94').count()).toBe(0);

  // 7. The patient takes the document home; stock tools verify it.
  await mine.first().click();
  const [download] = await Promise.all([patient.page.waitForEvent('download'), patient.page.getByText('Скачать с подписями').first().click()]);
  const folder = mkdtempSync(join(tmpdir(), 'karta-home-'));
  const files = unzipSync(readFileSync(await download.path()));
  const name = (ending: RegExp) => Object.keys(files).find((one) => ending.test(one))!;
  const write = (one: string, as: string) => writeFileSync(join(folder, as), files[one]!);
  write(name(/original.*\.json$|\.json$/), 'document');
  write(name(/\.p7s$/), 'document.p7s');
  writeFileSync(join(folder, 'root.pem'), Object.keys(files).filter((one) => one.endsWith('.pem')).map((one) => Buffer.from(files[one]!).toString()).join('\n'));
  const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'document.p7s', '-content', 'document', '-CAfile', 'root.pem', '-purpose', 'any', '-out', 'verified'];
  expect((await run('openssl', verify, { cwd: folder })).stderr).toMatch(/successful/i);
  writeFileSync(join(folder, 'document'), `${readFileSync(join(folder, 'document'), 'utf8')} `);
  await expect(run('openssl', verify, { cwd: folder })).rejects.toThrow(/openssl/);
  rmSync(folder, { recursive: true, force: true });

  for (const person of [desk, nurse, doctor, colleague, stranger, patient]) await person.leave();
});
