import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { Browser, SmartApp } from '../smart-app.ts';
import { Person } from './person.ts';
import { expectAccessible, startRegion } from './region.ts';

const { url, browser } = await startRegion();

/** The app's own place: it sends whoever opens it from a card to Karta, and takes what comes back. */
const place = createServer((request, response) => {
  const asked = new URL(request.url!, 'http://app');
  if (asked.pathname === '/launch') {
    response.writeHead(302, { location: fromCard.authorizeAddress('launch openid fhirUser patient/*.rs', { launch: asked.searchParams.get('launch')! }) }).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html><html lang="ru"><title>Приложение</title><h1>Приложение открыто</h1>');
});
await new Promise<void>((resolve) => place.listen(0, '127.0.0.1', resolve));
afterAll(() => place.close());
const site = `http://localhost:${(place.address() as AddressInfo).port}`;
const redirect = `${site}/back`;
const admin = new Browser(url);
await admin.signIn('admin');
const registered = async (name: string, scopes: string, launchUri?: string): Promise<SmartApp> => {
  const answer = await admin.send('/api/apps', { method: 'POST', body: { name, about: 'Показывает давление за год', kind: 'app', method: 'none', scopes, redirectUris: [redirect], ...(launchUri && { launchUri }) } });
  expect(answer.status).toBe(200);
  return new SmartApp({ origin: url, client: ((await answer.json()) as { id: string }).id, redirect });
};
const fromCard = await registered('Давление рядом', 'launch openid fhirUser patient/*.rs', `${site}/launch`);
const backIn = async (page: Page): Promise<string> => {
  await page.getByRole('heading', { name: 'Приложение открыто' }).waitFor();
  return new URL(page.url()).searchParams.get('code') ?? '';
};

test('a patient lets an app into her card on a phone, sees it among her apps and shows it out', async () => {
  const app = await registered('Дневник давления', 'openid fhirUser launch/patient patient/*.rs patient/Observation.c offline_access');
  const address = app.authorizeAddress('openid fhirUser launch/patient patient/*.rs patient/Observation.c offline_access');
  const patient = await Person.enter(browser, url, { viewport: { width: 390, height: 844 }, path: address.slice(url.length) });
  const { page } = patient;
  await page.getByText('Приложение просит доступ').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: /Иванова/ }).click();
  await page.getByRole('heading', { name: '«Дневник давления» просит доступ' }).waitFor();
  await page.getByText('Добавлять в карту пациента').waitFor();
  await page.getByText(/до 90 дней/).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Разрешить', exact: true }).click();
  const { body } = await app.exchange(await backIn(page));
  const read = () => fetch(`${url}/fhir/R4/Patient/${body.patient}`, { headers: { authorization: `Bearer ${body.access_token}` } });
  expect([body.patient, (await read()).status]).toEqual(['demo-ivanova', 200]);
  await page.goto(`${url}/my/own-apps`);
  await page.getByRole('heading', { name: 'Дневник давления' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Отозвать: Дневник давления' }).click();
  await page.getByRole('button', { name: 'Отозвать', exact: true }).click();
  await page.getByText('Вы никого не впускали').waitFor();
  expect((await read()).status).toBe(401);
  await patient.leave();
});

test('a doctor opens an app from the card: it knows the patient, and a refusal reaches it too', async () => {
  const doctor = await Person.enter(browser, url, { login: 'doctor', path: '/patients/demo-ivanova' });
  const open = async (): Promise<Page> => {
    const [tab] = await Promise.all([doctor.context.waitForEvent('page'), doctor.page.getByRole('button', { name: 'Открыть в новой вкладке: Давление рядом' }).click()]);
    await tab.getByRole('heading', { name: '«Давление рядом» просит доступ' }).waitFor();
    return tab;
  };
  const first = await open();
  await first.getByRole('button', { name: 'Не разрешать' }).click();
  await backIn(first);
  expect(new URL(first.url()).searchParams.get('error')).toBe('access_denied');
  const second = await open();
  await second.getByText('Карта: Иванова').waitFor();
  await expectAccessible(second);
  await second.getByLabel('Больше не спрашивать об этом').check();
  await second.getByRole('button', { name: 'Разрешить', exact: true }).click();
  const { body } = await fromCard.exchange(await backIn(second));
  expect(body).toMatchObject({ patient: 'demo-ivanova', fhirUser: `${url}/fhir/R4/Practitioner/demo-sokolova` });
  expect(await second.evaluate(() => window.opener)).toBeNull();
  const [third] = await Promise.all([doctor.context.waitForEvent('page'), doctor.page.getByRole('button', { name: 'Открыть в новой вкладке: Давление рядом' }).click()]);
  expect(await backIn(third)).not.toBe('');
  await doctor.leave();
});

test('the administrator registers an app and ends it', async () => {
  const person = await Person.enter(browser, url, { login: 'admin', path: '/apps' });
  const { page } = person;
  await page.getByLabel('Название').fill('Обмен с лабораторией');
  await page.locator('label').filter({ hasText: 'Программа сама' }).click();
  await page.getByLabel('Чем подтверждает себя').selectOption('client_secret_basic');
  await page.getByLabel('Что ему можно').fill('system/Observation.rs');
  await page.getByRole('button', { name: 'Зарегистрировать' }).click();
  await page.getByText('Секрет показан один раз').waitFor();
  await expectAccessible(page);
  const [client, secret] = await page.locator('dl dd').allTextContents();
  const { body } = await new SmartApp({ origin: url, client: client!, redirect, secret: secret! }).token({ grant_type: 'client_credentials' });
  const read = () => fetch(`${url}/fhir/R4/Observation?_count=1`, { headers: { authorization: `Bearer ${body.access_token}` } });
  expect((await read()).status).toBe(200);
  await page.getByRole('button', { name: 'Отключить: Обмен с лабораторией' }).click();
  await page.getByRole('button', { name: 'Отключить', exact: true }).click();
  await page.getByText('Приложение отключено').waitFor();
  expect((await read()).status).toBe(401);
  await person.leave();
});
