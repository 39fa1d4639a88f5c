import type { Page } from 'playwright-core';
import { downloadDocument, openCase, openDocument, openVisit, prescribeAmoxicillin, signVisit, writeVisit } from './acts.ts';

export type Size = 'desk' | 'phone';

/** What is photographed: who looks at which page, and what he does before. The name is the file's. */
export interface Scene {
  name: string;
  login?: string;
  path?: string;
  sizes?: readonly Size[];
  themes?: readonly ('light' | 'dark')[];
  english?: boolean;
  act?: (page: Page, url: string) => Promise<void>;
}

const both = ['light', 'dark'] as const;
const everywhere = ['desk', 'phone'] as const;
const phone = ['phone'] as const;
const card = '/patients/demo-ivanova';
const next = 'demo-today-sokolova-ivanova';

/** In the order in which they are played: what one scene writes, the next ones see. */
export const scenes: readonly Scene[] = [
  { name: 'sign-in' },
  { name: 'desk', login: 'registrar', path: '/registry', act: async (page) => {
    await page.keyboard.type('иванва мария');
    await page.getByText('Иванова Мария Петровна').first().waitFor();
  } },
  { name: 'new-card', login: 'registrar', path: '/registry/new', act: async (page) => {
    await page.getByLabel('Фамилия').first().fill('Иванова');
    await page.getByLabel('Имя').first().fill('Мария');
    await page.getByLabel('Отчество').first().fill('Петровна');
    await page.getByLabel('Дата рождения').first().fill('14.03.1959');
    await page.keyboard.press('Tab');
    await page.getByText('Открыть эту карту').waitFor();
  } },
  { name: 'title-page', login: 'registrar', path: '/registry/demo-ivanova' },
  { name: 'day', login: 'doctor', sizes: everywhere },
  { name: 'day-nurse', login: 'nurse' },
  { name: 'day-head', login: 'head' },
  { name: 'card', login: 'doctor', path: card, themes: both },
  { name: 'card', login: 'doctor', path: card, sizes: phone },
  { name: 'card-results', login: 'doctor', path: `${card}?tab=results` },
  { name: 'card-closed', login: 'doctor3', path: card },
  { name: 'card-english', login: 'doctor', path: card, english: true },
  { name: 'visit-nurse', login: 'nurse', act: async (page, url) => {
    await openVisit(page, url, next);
    await page.keyboard.type('146/88 78 36,6 81 ');
  } },
  { name: 'visit', login: 'doctor', sizes: everywhere, act: async (page, url) => {
    await openVisit(page, url, next);
    await writeVisit(page);
  } },
  { name: 'to-sign', login: 'doctor', path: '/to-sign' },
  { name: 'visit-warning', login: 'doctor', act: async (page, url) => {
    await openVisit(page, url, next);
    await prescribeAmoxicillin(page);
  } },
  { name: 'signed', login: 'doctor', act: async (page, url) => {
    await openVisit(page, url, next);
    await signVisit(page);
  } },
  { name: 'document', login: 'doctor', act: (page, url) => openDocument(page, url, '') },
  { name: 'cases', login: 'doctor', path: '/cases' },
  { name: 'case', login: 'doctor', path: '/cases', act: openCase },
  { name: 'admin', login: 'admin' },
  { name: 'dictionary', login: 'admin', path: '/dictionaries/one?system=urn%3Aoid%3A2.999.64.1&view=changes' },
  { name: 'exchange', login: 'admin', path: '/exchange', act: async (page) => {
    await page.getByText('Выгружено').first().waitFor();
  } },
  { name: 'subscriptions', login: 'admin', path: '/exchange/subscriptions', act: async (page) => {
    await page.getByText('остановлена ошибкой').first().waitFor();
  } },
  { name: 'my', login: 'patient', path: '/my', sizes: phone, themes: both },
  { name: 'my-card', login: 'patient', path: '/my/card', sizes: phone },
  { name: 'my-document', login: 'patient', path: '/my', sizes: phone, act: (page, url) => openDocument(page, url, '/my') },
  { name: 'my-journal', login: 'patient', path: '/my/journal', sizes: phone },
  { name: 'verify', login: 'patient', path: '/verify', sizes: phone, act: async (page, url) => {
    const file = await downloadDocument(page, url);
    await page.locator('input[type=file]').first().setInputFiles(file);
    await page.getByText('Соколова').first().waitFor();
  } },
];
