import type { Resource } from '@medplum/fhirtypes';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { addClient, keepDemoAccount, keepDemoClient, openAuthorizationServer, openEntrance, smartConfiguration, systemContext, type NewClient, type Seal } from '../src/access/index.ts';
import { freePort } from '../src/apps/testing/free-port.ts';
import { createServer, openContext } from '../src/http/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { defineModule, route } from '../src/modules/module.ts';
import { restPlugin } from '../src/rest/index.ts';
import { openStore } from '../src/store/index.ts';
import { freshDatabase } from './harness.ts';
import { Browser, SmartApp } from './smart-app.ts';

export const redirect = 'https://app.example/back';
export const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const observation = (id: string, patient: string, category: string): Resource =>
  ({ resourceType: 'Observation', id, status: 'final', category: [{ coding: [{ system: categories, code: category }] }], code: { text: id }, subject: { reference: `Patient/${patient}` } });
const allScopes = 'openid fhirUser profile launch launch/patient offline_access online_access patient/*.rs patient/Observation.c user/*.rs';

/** The master key's part: what it wraps is not what it was given. */
const turn = (bytes: Uint8Array): Buffer => Buffer.from(Uint8Array.from(bytes, (byte) => byte ^ 90));
export const testSeal: Seal = { id: 'test', wrap: turn, unwrap: turn };

/** A clinic with a doctor, patients and a listening server, for apps that come over HTTP. Call it at the top of a test file. */
export async function openSmartClinic() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const base = `${url}/fhir/R4`;
  const db = await freshDatabase();
  const written: string[] = [];
  const log = pino({ level: 'debug', base: undefined }, { write: (line: string) => void written.push(line) });
  const store = await openStore(db, { clock: systemClock, zone: 'Europe/Moscow' });
  const entrance = openEntrance({ db, store, clock: systemClock, log, url, demo: true });
  const visit = { resourceType: 'Encounter', id: 'visit', status: 'in-progress', class: { code: 'AMB' }, subject: { reference: 'Patient/mine' }, participant: [{ individual: { reference: 'Practitioner/doctor' } }], period: { start: new Date().toISOString() } } as Resource;
  const resources: Resource[] = [
    { resourceType: 'Organization', id: 'clinic', name: 'Поликлиника' },
    { resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Врачова' }] },
    { resourceType: 'Patient', id: 'mine', name: [{ family: 'Своя' }], birthDate: '1960-01-02' },
    { resourceType: 'Patient', id: 'child', name: [{ family: 'Дочкина' }] },
    { resourceType: 'Patient', id: 'other', name: [{ family: 'Чужая' }] },
    visit, observation('lab', 'mine', 'laboratory'), observation('vital', 'mine', 'vital-signs'), observation('of-child', 'child', 'laboratory'), observation('strange', 'other', 'laboratory'),
  ];
  await systemContext(entrance).store.write(resources.map((resource) => ({ method: 'update', resource })));
  await keepDemoAccount(entrance, { login: 'doctor', role: 'doctor', practitioner: 'Practitioner/doctor', organization: 'Organization/clinic', name: 'Врачова А. В.' });
  await keepDemoAccount(entrance, { login: 'patient', role: 'patient', patients: ['mine'], name: 'Своя М. П.' });
  await keepDemoAccount(entrance, { login: 'mother', role: 'patient', patients: ['other', 'child'], name: 'Чужая М. П.' });
  await keepDemoAccount(entrance, { login: 'admin', role: 'admin', name: 'Администратор' });
  await keepDemoClient(entrance);

  /** Key sets by address: the tests have no public network. */
  const keySets = new Map<string, unknown>();
  const fetchKeys: typeof fetch = async (address) => Response.json(keySets.get(address instanceof Request ? address.url : address.toString()));
  const probe = defineModule({ name: 'probe', routes: [route({ method: 'GET', path: '/probe', roles: ['doctor', 'patient'], handle: async () => ({ open: true }) })] });
  const server = await createServer({ entrance, modules: [probe], authorization: openAuthorizationServer(entrance, { seal: testSeal, fetch: fetchKeys }) });
  await server.register(restPlugin, { prefix: '/fhir/R4', url: base, smart: smartConfiguration(url), authenticate: (request) => openContext(entrance, request) });
  await server.listen({ port, host: '127.0.0.1' });
  afterAll(() => server.close());

  const ask = (path: string, token: string, init: RequestInit = {}) => fetch(`${base}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...(init.headers as Record<string, string>) } });
  return {
    url, base, db, entrance, server, written, keySets, ask,
    async register(more: Partial<NewClient> = {}): Promise<{ id: string; secret: string | undefined; app: SmartApp }> {
      const made = await addClient(entrance, { name: 'График давления', kind: 'app', method: 'none', scopes: allScopes, redirectUris: [redirect], launchUri: 'https://app.example/launch', about: 'Показывает давление', ...more });
      return { ...made, app: new SmartApp({ origin: url, client: made.id, redirect, ...(made.secret && { secret: made.secret }) }) };
    },
    async personAt(login: string): Promise<Browser> {
      const browser = new Browser(url);
      await browser.signIn(login);
      return browser;
    },
    statusOf: async (path: string, token: string, init?: RequestInit): Promise<number> => (await ask(path, token, init)).status,
    idsOf: async (path: string, token: string): Promise<string[]> =>
      (((await (await ask(path, token)).json()) as { entry?: { resource: { id: string } }[] }).entry ?? []).map(({ resource }) => resource.id).toSorted((a, b) => a.localeCompare(b)),
    async introspect(app: SmartApp, token: string): Promise<Record<string, unknown>> {
      const answer = await fetch(`${url}/oauth/introspect`, { method: 'POST', body: new URLSearchParams({ token, client_id: app.settings.client }) });
      return (await answer.json()) as Record<string, unknown>;
    },
  };
}
