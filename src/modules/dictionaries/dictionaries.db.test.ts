import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { missedVisitsArchive, missedVisitsOid } from '../../../seeds/dictionaries/missed-visits.ts';
import { freshDatabase } from '../../../test/harness.ts';
import { openEntrance, systemContext } from '../../access/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { log } from '../../kernel/log.ts';
import { openStore } from '../../store/index.ts';
import { openTerminology } from '../../terminology/open-terminology.ts';
import type { FileAnswer, Route } from '../module.ts';
import { dictionaries } from './index.ts';
import type { ChangesAnswer, DictionaryLine, DictionaryPage, ImportLine } from './contract.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://karta.test', demo: false });
const terminology = await openTerminology(database);
const { routes = [] } = dictionaries({ terminology });
const system = `urn:oid:${missedVisitsOid}`;

async function ask<T>(method: Route['method'], path: string, given: { query?: object; body?: unknown } = {}): Promise<T> {
  const route = routes.find((one) => one.method === method && one.path === path)!;
  const query = route.query?.parse(given.query ?? {});
  return (await route.handle(systemContext(entrance), { params: undefined, query, body: given.body, idempotencyKey: undefined } as never)) as T;
}

async function imported(archive: Uint8Array): Promise<ImportLine> {
  const { id } = await ask<{ id: string }>('POST', '/dictionaries/imports', { body: archive });
  const find = async () => (await ask<ImportLine[]>('GET', '/dictionaries/imports')).find((line) => line.id === id)!;
  await expect.poll(async () => (await find()).state, { timeout: 30_000, interval: 30 }).not.toBe('active');
  await terminology.refresh();
  return find();
}

test('before anything is imported the short МКБ-10 says what it is', async () => {
  expect(await ask<DictionaryLine[]>('GET', '/dictionaries')).toMatchObject([{ name: 'МКБ-10', origin: 'short', versions: 1 }]);
});

test('an archive brings in what is whole, refuses what is not with both counts, and the next version says what it changed', async () => {
  const files = unzipSync(missedVisitsArchive());
  const torn = JSON.parse(strFromU8(files[`${missedVisitsOid}_1.0_passport.json`]!)) as { rowsCount: number };
  const first = await imported(zipSync({ ...files, [`${missedVisitsOid}_1.0_passport.json`]: strToU8(JSON.stringify({ ...torn, rowsCount: torn.rowsCount + 5 })), 'notes.txt': strToU8('—') }));
  expect([first.state, first.total, first.done]).toEqual(['complete', 2, 2]);
  expect(first.results).toMatchObject([
    { outcome: 'refused', refusal: { code: 'terminology.rows-missing', text: expect.stringMatching(/15 строк.*10/) } },
    { outcome: 'imported', version: '1.1', rows: 11 },
  ]);

  const second = await imported(missedVisitsArchive());
  expect(second.results.map(({ outcome, version }) => [outcome, version])).toEqual([['imported', '1.0'], ['known', '1.1']]);

  const page = await ask<DictionaryPage>('GET', '/dictionaries/one', { query: { system } });
  expect(page).toMatchObject({ name: 'Причины неявки', origin: 'own', hierarchical: true, version: '1.1', versions: 2, all: [{ version: '1.1', archived: false, published: '2026-11-02' }, { version: '1.0', archived: true }] });

  const changes = await ask<ChangesAnswer>('GET', '/dictionaries/changes', { query: { system, from: '1.0', to: '1.1' } });
  expect(changes.counts).toEqual({ added: 2, removed: 1, renamed: 1, closed: 1, reopened: 0 });
  expect(changes.rows).toContainEqual({ kind: 'renamed', code: '1.3', display: 'Не смог приехать: погода, транспорт', before: 'Не смог приехать' });
  const back = await ask<ChangesAnswer>('GET', '/dictionaries/changes', { query: { system, from: '1.1', to: '1.0', kind: 'removed' } });
  expect([back.total, back.rows.map(({ code }) => code)]).toEqual([2, ['1.5', '2.4']]);

  const table = await ask<FileAnswer>('GET', '/dictionaries/table', { query: { system, version: '1.1' } });
  const lines = Buffer.from(table.bytes).toString('utf8').split('\r\n');
  expect([lines.length, lines[0]!.startsWith('\ufeffКод;Название;Код выше;Действует'), lines.some((line) => line.startsWith('2.2;Приём отменён без замены;2;нет'))]).toEqual([13, true, true]);
});

test('what is no archive, or holds no passport, is refused before anything begins', async () => {
  const refused = (body: Uint8Array) => ask('POST', '/dictionaries/imports', { body });
  await expect(refused(strToU8('no zip'))).rejects.toMatchObject({ code: 'dictionaries.not-an-archive' });
  await expect(refused(zipSync({ 'a_part1.json': strToU8('{}') }))).rejects.toMatchObject({ code: 'dictionaries.nothing-inside' });
  await expect(ask('GET', '/dictionaries/changes', { query: { system, from: '9', to: '1.1' } })).rejects.toMatchObject({ code: 'dictionaries.unknown' });
});
