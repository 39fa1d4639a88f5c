import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { makePerson } from '../../../bench/population.ts';
import { freshDatabase } from '../../../test/harness.ts';
import { systemClock } from '../../kernel/clock.ts';
import { openStore, typeNumber } from '../../store/index.ts';
import { importCommand } from '../commands/import.ts';

const database = await freshDatabase();
const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'karta-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  await database.query('truncate resource, date_value, number_value, text_value, history, outbox, imported_file');
});

let number = 0;
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, `${++number}-${name}`);
  writeFileSync(path, content);
  return path;
}
async function karta(...args: string[]): Promise<{ code: number; lines: string }> {
  const said: string[] = [];
  const code = await importCommand({ args, root, env: { DATABASE_URL: database.url }, language: 'ru', say: (text) => void said.push(typeof text === 'string' ? text : text.ru), stop: new AbortController().signal });
  return { code, lines: said.join('\n') };
}
async function count(type: string): Promise<number> {
  const [row] = await database.query<{ count: string }>('select count(*) from resource where type = $1', [typeNumber(type)]);
  return Number(row!.count);
}
const patient = (id: string, extra: object = {}) => ({ resourceType: 'Patient', id, name: [{ family: 'Орлов' }], ...extra });
const observation = (subject: string, extra: object = {}) => ({ resourceType: 'Observation', status: 'final', code: { text: 'Пульс' }, subject: { reference: subject }, ...extra });
const ndjson = (...resources: object[]) => resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');

describe('karta import', () => {
  it('loads NDJSON, keeps ids, lists what is wrong with its line, and skips the file the next time', async () => {
    const path = file('data.ndjson', `${ndjson(patient('a'), observation('Patient/a'), patient('b', { shoeSize: 43 }))}{broken\n\n${ndjson(observation('Patient/nobody'), patient('a'))}`);
    const first = await karta(path);
    expect(first.code).toBe(1);
    expect(await Promise.all(['Patient', 'Observation'].map(count))).toEqual([1, 2]);
    expect(first.lines).toContain(`${path}:3: `);
    expect(first.lines).toContain('Patient.shoeSize');
    expect(first.lines).toContain(`${path}:4: Тело запроса — не JSON`);
    expect(first.lines).toContain(`${path}:7: Запись Patient/a уже существует`);
    expect(first.lines).toContain('Ссылок, которые никуда не ведут: 1\n  Patient/nobody');
    const second = await karta(path);
    expect([second.code, second.lines]).toEqual([0, expect.stringContaining('уже загружен, пропущен')]);
    expect(await count('Observation')).toBe(2);
  });

  it('recognises a file by its content, whatever it is called', async () => {
    const text = ndjson({ resourceType: 'Patient', name: [{ family: 'Орлов' }] });
    await karta(file('one.ndjson', text), file('two.ndjson', text));
    expect(await count('Patient')).toBe(1);
  });

  it('loads a resource, a transaction and a collection, zipped or not, and follows references between files', async () => {
    const transaction = { resourceType: 'Bundle', type: 'transaction', entry: [{ fullUrl: 'urn:uuid:p', resource: patient('old'), request: { method: 'POST', url: 'Patient' } }, { resource: observation('urn:uuid:p'), request: { method: 'POST', url: 'Observation' } }] };
    const collection = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:uuid:q', resource: patient('q') }, { fullUrl: 'urn:uuid:r', resource: observation('urn:uuid:q') }] };
    const { code, lines } = await karta(file('early.json', JSON.stringify(observation('Patient/late'))), file('t.json.gz', gzipSync(JSON.stringify(transaction))), file('c.json', JSON.stringify(collection, undefined, 2)), file('late.ndjson.gz', gzipSync(ndjson(patient('late')))));
    expect([code, lines]).toEqual([0, expect.not.stringContaining('никуда')]);
    expect(await Promise.all(['Patient', 'Observation', 'Bundle'].map(count))).toEqual([3, 3, 0]);
    const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
    const scope = { access: { name: 'test', rules: [{ types: 'all', patients: 'all', write: false }] } as const, actor: 'Device/test', now: new Date() };
    expect((await store.search(scope, 'Observation', 'subject=Patient/q')).matches).toHaveLength(1);
    expect((await store.search(scope, 'Patient', '_id=old')).matches).toHaveLength(0);
  });

  it('takes a Bundle whole or not at all, and names the line of the entry that is wrong', async () => {
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: patient('x'), request: { method: 'POST', url: 'Patient' } }, { resource: patient('y', { gender: 'мужской' }), request: { method: 'POST', url: 'Patient' } }] };
    const text = JSON.stringify(bundle, undefined, 1);
    const path = file('bad.json', text);
    const { code, lines } = await karta(path);
    const line = text.slice(0, text.indexOf('"id": "y"')).split('\n').length - 2;
    expect([code, lines]).toEqual([1, expect.stringContaining(`${path}:${line}: `)]);
    expect(lines).toContain('Bundle.entry[1].resource.gender');
    expect(await count('Patient')).toBe(0);
    expect((await karta(path)).lines, 'nothing of it is there, so it is tried again').toContain('Bundle.entry[1].resource.gender');
  });

  it('keeps decimals as they were written', async () => {
    await karta(file('d.ndjson', '{"resourceType":"Observation","id":"d","status":"final","code":{"text":"Вес"},"valueQuantity":{"value":70.0}}\n'));
    expect(await database.query(`select content from resource where id = 'd'`)).toEqual([{ content: expect.stringContaining('"value":70.0}') as string }]);
  });

  it('makes of a large file, whose lines are prepared in threads, the very rows that it makes of small ones', async () => {
    const lines = Array.from({ length: 90 }, (_, person) => makePerson(person + 1)).flat().map((resource) => JSON.stringify(resource));
    const rows = (): Promise<unknown> => database.query(
      `select r.type, r.id, r.compartment, r.code, r.date_lo, r.date_hi, r.value, r.version, r.generation, r.shard, r.deleted, r.tokens, regexp_replace(r.content, '"lastUpdated":"[^"]*"', '') as content,
         o.outcome, o.patient, o.actor, (select json_agg(json_build_array(param, low, high, shard) order by param, low) from date_value where rid = r.rid) as dates,
         (select json_agg(json_build_array(param, unit, low, high, shard) order by param, low) from number_value where rid = r.rid) as numbers,
         (select json_agg(json_build_array(param, value, shard) order by param, value) from text_value where rid = r.rid) as texts
       from resource r join outbox o using (type, id, version) order by r.type, r.id`,
    );
    const half = lines.length >> 1;
    expect((await karta(file('one.ndjson', lines.slice(0, half).join('\n')), file('other.ndjson', lines.slice(half).join('\n')))).code).toBe(0);
    const small = await rows();
    await database.query('truncate resource, date_value, number_value, text_value, history, outbox, imported_file');
    expect((await karta(file('large.ndjson.gz', gzipSync(lines.join('\r\n'), { level: 0 })))).code).toBe(0);
    expect(await rows()).toEqual(small);
  });

  it('finds in a large file what is wrong, line by line, and takes all the rest', async () => {
    await karta(file('taken.ndjson', ndjson(patient('bench-30-visit-0'), { ...(makePerson(60)[0] as object) })));
    const lines = Array.from({ length: 120 }, (_, person) => makePerson(person + 1)).flat().map((resource) => JSON.stringify(resource));
    lines.splice(300, 1, JSON.stringify(patient('wrong', { shoeSize: 43 })));
    lines.splice(2000, 0, '', JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient('bundled') }] }), '{broken');
    const path = file('faults.ndjson', lines.join('\n'));
    const { code, lines: said } = await karta(path);
    expect(code).toBe(1);
    expect(said).toContain(`${path}:301: `);
    expect(said).toContain(`${path}:${1 + lines.indexOf(JSON.stringify(makePerson(60)[0]))}: Запись Patient/bench-60 уже существует`);
    expect(said).toContain(`${path}:2003: Тело запроса — не JSON`);
    expect(said).toContain('Отказов: 3');
    const [all] = await database.query<{ count: string }>('select count(*) from resource');
    expect(Number(all!.count), 'what was there, and every line but the empty and the three').toBe(2 + lines.length - 4);
  });

  it('killed at any moment goes on without a gap and without a double', { timeout: 120_000 }, async () => {
    const resources = 6000;
    // without ids, so that nothing but the noted position keeps a double out
    const path = file('kill.ndjson', Array.from({ length: resources }, (_, index) => `${JSON.stringify({ resourceType: 'Basic', code: { text: `${index}`, coding: [{ display: 'так велик, что его строки готовят отдельные потоки '.repeat(3) }] } })}\n`).join(''));
    for (let kills = 0; kills < 4; ) {
      const child = spawn(process.execPath, [join(root, 'src/apps/cli.ts'), 'import', path], { env: { ...process.env, DATABASE_URL: database.url }, stdio: 'ignore' });
      const before = await count('Basic');
      const ended = once(child, 'exit').then(() => true);
      while ((await count('Basic')) === before && !(await Promise.race([ended, sleep(5, false)])));
      await sleep(Math.random() * 30);
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
      kills++;
    }
    const { code } = await karta(path);
    expect(code).toBe(0);
    const rows = await database.query<{ content: string }>('select content from resource where type = $1', [typeNumber('Basic')]);
    expect(new Set(rows.map(({ content }) => (JSON.parse(content) as { code: { text: string } }).code.text)).size).toBe(resources);
    expect(rows).toHaveLength(resources);
  });

  it('says why a file cannot be read', async () => {
    await expect(karta(join(folder, 'absent.json'))).rejects.toMatchObject({ code: 'import.unreadable' });
    const { code, lines } = await karta(file('empty.ndjson', ''));
    expect([code, lines]).toEqual([1, expect.stringContaining('нет ресурсов')]);
  });
});

describe('karta import of the attached population', () => {
  const header = 'Фамилия;Имя;Отчество;Дата рождения;Пол;СНИЛС;ЕНП;Телефон;Адрес;Участок\n';

  it('shows wrong check digits and likely doubles in a dry run, and imports the others', async () => {
    await karta(file('known.ndjson', ndjson(patient('known', { name: [{ family: 'Семёнова', given: ['Ольга', 'Игоревна'] }], birthDate: '1980-01-02' }))));
    const path = file(
      'people.csv',
      `${header}Иванова;Мария;Петровна;14.03.1959;ж;112-233-445 95;;+7 900 000-00-00;"г. Тверь; ул. Мира, 1";7\nПетров;Илья;;01.02.1990;м;112-233-445 96;;;;\nСеменова;Ольга;Игоревна;02.01.1980;ж;;;;;\nИванова;М.;;14.03.1959;ж;11223344595;;;;\n`,
    );
    const dry = await karta('--dry-run', path);
    expect(dry.lines).toContain(`${path}:3: СНИЛС 112-233-445 96: Контрольная сумма не сходится`);
    expect(dry.lines).toContain(`${path}:4: те же ФИО и дата рождения, что и в карте Patient/known`);
    expect(dry.lines).toContain(`${path}:5: тот же СНИЛС, что и в строке 2`);
    expect(await count('Patient')).toBe(1);
    await karta(path);
    expect(await count('Patient')).toBe(2);
    expect((await karta(path)).lines).toContain('уже загружен');
    expect(await database.query(`select content from resource where content like '%Тверь%'`)).toEqual([{ content: expect.stringContaining('"text":"г. Тверь; ул. Мира, 1"') as string }]);
  });
});
