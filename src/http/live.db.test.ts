import type { Resource } from '@medplum/fhirtypes';
import { afterAll, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { createAccount, openEntrance, systemContext } from '../access/index.ts';
import { openTail } from '../events/index.ts';
import { systemClock } from '../kernel/clock.ts';
import { log } from '../kernel/log.ts';
import { openStore } from '../store/index.ts';
import { createServer } from './create-server.ts';

const db = await freshDatabase();
const tail = await openTail(db);
const store = await openStore(db, { clock: systemClock, zone: 'Europe/Moscow', committed: () => tail.wake() });
const entrance = openEntrance({ db, store, clock: systemClock, log, url: 'http://karta.test', demo: true });
const put = (...resources: Resource[]) => systemContext(entrance).store.write(resources.map((resource) => ({ method: 'update', resource })));
await put({ resourceType: 'Patient', id: 'a' }, { resourceType: 'Patient', id: 'b' }, { resourceType: 'PractitionerRole', id: 'heart' });
await createAccount(entrance, { login: 'heart', password: 'длинная-фраза-7', role: 'doctor', practitioner: 'Practitioner/heart', practitionerRole: 'PractitionerRole/heart', name: 'Кардиолог' });
await createAccount(entrance, { login: 'anna', password: 'длинная-фраза-7', role: 'patient', patients: ['a'], name: 'А.' });
const server = await createServer({ entrance, modules: [], feed: tail });
const url = await server.listen({ port: 0, host: '127.0.0.1' });
afterAll(async () => {
  await server.close();
  await tail.stop();
});

interface Told {
  event: string;
  id: string;
  data: { type: string; id: string; patient?: string };
}

/** A browser's EventSource in small: collects what is told until it is closed. */
async function listen(login: string, lastEventId?: string): Promise<{ told: Told[]; until: (wanted: (told: Told) => boolean) => Promise<void>; close: () => void }> {
  const signedIn = await fetch(`${url}/api/session`, { method: 'POST', body: JSON.stringify({ login, password: 'длинная-фраза-7' }), headers: { 'content-type': 'application/json' } });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const abort = new AbortController();
  const answer = await fetch(`${url}/api/live`, { headers: { cookie, ...(lastEventId && { 'last-event-id': lastEventId }) }, signal: abort.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  void (async () => {
    let text = '';
    for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(text.slice(0, end).split('\n').map((line) => line.split(/: (.*)/s, 2)));
        text = text.slice(end + 2);
        if (fields.event) told.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data) as Told['data'] });
      }
      for (const look of waiting) look();
    }
  })().catch(() => undefined);
  return {
    told,
    until: (wanted) => new Promise((resolve) => {
      const look = (): void => {
        if (!told.some(wanted)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    }),
    close: () => abort.abort(),
  };
}

const pulse = (id: string, patient: string, delayed = false): Resource => ({
  resourceType: 'Observation', id, status: 'final', code: { text: 'Пульс' }, subject: { reference: `Patient/${patient}` }, ...(delayed && { meta: { security: [{ system: 'urn:karta:label', code: 'delayed' }] } }),
});

it('tells each person of what he may see, without content, and of nothing else', async () => {
  const [anna, heart] = await Promise.all([listen('anna'), listen('heart')]);
  await put(pulse('hidden', 'a', true), pulse('foreign', 'b'), pulse('seen', 'a'));
  await anna.until(({ data }) => data.id === 'seen');
  expect(anna.told.map(({ data }) => data.id)).toEqual(['seen']);
  expect(Object.keys(anna.told[0]!.data).toSorted()).toEqual(['cursor', 'id', 'outcome', 'patient', 'type', 'version']);

  // A booking opens the record: from then on the doctor hears of it, with no reload.
  const start = new Date(Date.now() + 3_600_000).toISOString();
  await put({ resourceType: 'Appointment', id: 'bk', status: 'booked', start, end: start, participant: [{ actor: { reference: 'Patient/b' }, status: 'accepted' }, { actor: { reference: 'PractitionerRole/heart' }, status: 'accepted' }] });
  await put(pulse('after', 'b'));
  await heart.until(({ data }) => data.id === 'after');
  expect(heart.told.map(({ data }) => data.id)).toEqual(['bk', 'after']);
  anna.close();
  heart.close();
});

it('goes on where a broken line stopped, and says “reload” to a cursor that is none of ours', async () => {
  const first = await listen('anna');
  await put(pulse('one', 'a'));
  await first.until(({ data }) => data.id === 'one');
  const last = first.told.at(-1)!.id;
  first.close();
  await put(pulse('missed', 'a'));
  const second = await listen('anna', last);
  await put(pulse('next', 'a'));
  await second.until(({ data }) => data.id === 'next');
  expect(second.told.map(({ data }) => data.id)).toEqual(['missed', 'next']);
  second.close();
  const lost = await listen('anna', 'nonsense');
  await lost.until(({ event }) => event === 'reload');
  lost.close();
});

it('needs a person who is signed in', async () => {
  expect((await fetch(`${url}/api/live`)).status).toBe(401);
});
