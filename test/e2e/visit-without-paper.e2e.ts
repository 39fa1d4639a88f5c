import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { expect, test } from 'vitest';
import { freePort } from '../../src/apps/testing/free-port.ts';
import { focusIsInField, Person } from './person.ts';
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
  await focusIsInField(doctor.page);

  // The nurse joins the same draft from her own workplace; her words stand in the doctor's sheet, with her name.
  await nurse.page.getByText('Иванова Мария Петровна').first().waitFor();
  await nurse.page.goto(doctor.page.url());
  await nurse.page.getByLabel('Рост, см').waitFor();
  await nurse.page.getByLabel('Рост, см').fill('164');
  await expect.poll(() => doctor.page.getByLabel('Рост, см').inputValue()).toBe('164');

  await doctor.typeHere('Головная боль в затылке по утрам третью неделю');
  await doctor.press('Tab');
  await doctor.press('Tab');
  for (const value of ['158/94 ', '72 ', '36,6 ', '81']) await doctor.typeHere(value);
  await doctor.pressOn('Enter');
  await doctor.typeHere('Тоны сердца приглушены, ритм правильный');
  await doctor.press('Tab');
  await doctor.typeHere('I11.9');
  await doctor.page.getByRole('option', { name: 'I11.9' }).first().waitFor();
  await doctor.pressOn('Enter');
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
  await expect.poll(() => mine.count()).toBe(before + 1);
  await expectAccessible(patient.page);
  await expect.poll(() => colleague.page.getByText('158/94').count()).toBeGreaterThan(0);
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

  // 4. The doctor closes the case: the outcome, and the talon fills itself.
  await doctor.page.getByRole('link', { name: 'Случаи' }).first().click();
  await doctor.page.getByRole('row', { name: /Иванова/ }).first().focus();
  await doctor.page.keyboard.press('Enter');
  await doctor.page.getByRole('button', { name: 'Закрыть случай' }).waitFor();
  const opened = doctor.actions;
  await doctor.press('3');
  await doctor.press('Control+Enter');
  await doctor.page.getByText('Случай закрыт, талон заполнен').waitFor();
  expect(doctor.actions - opened).toBeLessThanOrEqual(3);

  for (const person of [desk, nurse, doctor, colleague, stranger, patient]) await person.leave();
});

test('what was signed is corrected by a new version; both stay readable', async () => {
  const doctor = await enter('doctor', '/');
  const { documents } = (await (await doctor.context.request.get(`${url}/api/documents?patient=demo-ivanova`)).json()) as { documents: { id: string; date: string }[] };
  const newest = documents.toSorted((a, b) => (a.date < b.date ? 1 : -1))[0]!;
  await doctor.page.goto(`${url}/documents/${newest.id}`);
  await doctor.page.getByRole('button', { name: 'Исправить' }).click();
  const complaints = doctor.page.getByRole('textbox', { name: 'Жалобы', exact: true });
  await expect.poll(() => complaints.inputValue()).toContain('Головная боль');
  await complaints.fill('Головная боль в затылке по утрам вторую неделю');
  await expect.poll(() => doctor.page.getByText('Осталось').count()).toBe(0);
  await doctor.page.getByText('Сохранено в').waitFor();
  await doctor.press('Control+Enter');
  await doctor.page.getByText('Документ подписан').waitFor();
  const replaced = (await (await doctor.context.request.get(`${url}/fhir/R4/DocumentReference/${newest.id}`)).json()) as { status: string };
  expect(replaced.status).toBe('superseded');
  await doctor.page.goto(`${url}/documents/${newest.id}`);
  await doctor.page.getByText('Путь документа').waitFor();
  await expectAccessible(doctor.page);
  await doctor.leave();
});

test('the browser dies in mid-word, the doctor signs in on it again, and the words are there', async () => {
  const profile = mkdtempSync(join(tmpdir(), 'karta-profile-'));
  const first = await openProfile(profile);
  await signIn(first.context);
  const answer = await first.context.request.post(`${url}/api/visits`, { data: { appointment: 'demo-today-sokolova-kuznetsov' }, headers: { origin: url } });
  const { encounter } = (await answer.json()) as { encounter: string };
  const page = await first.context.newPage();
  // the line is away, so that nothing but this device can hold the words
  await page.route('**/fields', (route) => route.abort());
  await page.goto(`${url}/visits/${encounter}`);
  await page.getByLabel('АД, мм рт. ст.').waitFor();
  await focusIsInField(page);
  await page.keyboard.type('Справка для бассейна, жалоб не предъявл');
  await page.getByText('Сохранено на этом устройстве').waitFor();
  first.kill();

  const second = await openProfile(profile);
  try {
    await signIn(second.context);
    const again = await second.context.newPage();
    await again.goto(`${url}/visits/${encounter}`);
    await expect.poll(() => again.getByRole('textbox', { name: 'Жалобы', exact: true }).inputValue()).toBe('Справка для бассейна, жалоб не предъявл');
    // and from the device they reach the server by themselves
    const onServer = async () => (await second.context.request.get(`${url}/api/visits/${encounter}`)).text();
    await expect.poll(onServer).toContain('жалоб не предъявл');
  } finally {
    // over the wire one only leaves a browser, which would go on without anybody
    second.kill();
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

test('the same in English: the card, the visit, the document, the patient’s page', async () => {
  const doctor = await enter('doctor', '/patients/demo-ivanova', { language: 'en' });
  await doctor.page.getByText('What matters today').waitFor();
  await expectAccessible(doctor.page);
  const answer = await doctor.context.request.post(`${url}/api/visits`, { data: { appointment: 'demo-today-sokolova-melnik' }, headers: { origin: url } });
  const { encounter } = (await answer.json()) as { encounter: string };
  await doctor.page.goto(`${url}/visits/${encounter}`);
  await doctor.page.getByRole('textbox', { name: 'Complaints', exact: true }).fill('Numb feet in the evening');
  await doctor.page.getByText(/^Saved at/).waitFor();
  await expectAccessible(doctor.page);
  expect(await doctor.page.getByRole('button', { name: /Sign the document/ }).count()).toBe(1);
  const patient = await enter('patient', '/my', { language: 'en', viewport: { width: 390, height: 844 } });
  await patient.page.getByText('What is new').waitFor();
  await expectAccessible(patient.page);
  for (const person of [doctor, patient]) await person.leave();
});

const executablePath = process.env.KARTA_CHROMIUM ?? '/usr/bin/chromium';

/** A browser with a profile on disk, as a person's own, that can be killed as a power cut would. */
async function openProfile(profile: string): Promise<{ context: BrowserContext; kill: () => void }> {
  const port = await freePort();
  const process = spawn(executablePath, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--lang=ru-RU', `--user-data-dir=${profile}`, `--remote-debugging-port=${port}`, 'about:blank'], { stdio: 'ignore', detached: true });
  const connected = await connectWhenReady(port);
  // the whole group dies at once: no window gets to say good-bye
  return { context: connected.contexts()[0]!, kill: () => globalThis.process.kill(-process.pid!, 'SIGKILL') };
}

async function connectWhenReady(port: number): Promise<Browser> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function signIn(context: BrowserContext): Promise<void> {
  const answer = await context.request.post(`${url}/api/session`, { data: { login: 'doctor', password: 'karta-demo' }, headers: { origin: url } });
  expect(answer.ok()).toBe(true);
}
