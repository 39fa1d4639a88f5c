import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Resource, SearchParameter } from '@medplum/fhirtypes';
import { afterEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { systemClock } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { openStore } from '../store/index.ts';
import type { Scope } from '../store/types.ts';
import { startBringingUp } from './bring-up-rows.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const scope: Scope = { access: { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] }, actor: 'Device/test', now: new Date() };
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000, interval: 20 });

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
const working = (): void => void stops.push(startBringingUp({ database, store, holder: 'here', poll: 30, lease: 5000 }));

const colour = 'http://clinic.example/eye-colour';
function patient(number: number): Resource {
  return { resourceType: 'Patient', birthDate: '1980-01-01', multipleBirthInteger: number, extension: [{ url: colour, valueString: ['Карие', 'Зелёные', 'Голубые'][number % 3]! }] };
}
function definition(more: Partial<SearchParameter> = {}): SearchParameter {
  return {
    resourceType: 'SearchParameter',
    id: 'eye-colour',
    url: 'http://clinic.example/SearchParameter/eye-colour',
    name: 'EyeColour',
    status: 'active',
    description: 'Цвет глаз',
    code: 'eye-colour',
    base: ['Patient'],
    type: 'string',
    expression: `Patient.extension('${colour}').value.ofType(string)`,
    ...more,
  };
}
async function define(resource: SearchParameter): Promise<void> {
  await store.write(scope, [{ method: 'update', resource }]);
  await store.index.bringIn(resource.id!);
}
const count = async (query: string, type = 'Patient') => (await store.search(scope, type, `${query}&_summary=count`)).total;
const refusal = async (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => (error instanceof Problem ? error : Promise.reject(error as Error)));
const stamped = async () => (await database.query<{ generation: number; rows: number }>(`select generation, count(*)::int as rows from resource where type = 0 group by generation order by generation`)).map(({ generation, rows }) => [generation, rows]);

async function write(from: number, to: number): Promise<void> {
  const operations = Array.from({ length: to - from }, (_, index) => ({ method: 'create' as const, resource: patient(from + index) }));
  for (let at = 0; at < operations.length; at += 300) await store.write(scope, operations.slice(at, at + 300));
}

describe('a search parameter of one’s own', () => {
  it('is refused with the share of rows done until all are, then finds old and new ones; a change of other words begins nothing', async () => {
    await write(0, 900);
    const [before] = await database.query<{ versions: number; outbox: number }>(`select (select sum(version)::int from resource) as versions, (select count(*)::int from outbox) as outbox`);
    await define(definition());
    const building = await refusal(store.search(scope, 'Patient', 'eye-colour=карие'));
    expect([building?.code, building?.details.percent]).toEqual(['store.parameter-building', 0]);
    const lenient = await store.search(scope, 'Patient', 'eye-colour=карие&_count=1', { handling: 'lenient' });
    expect([lenient.matches.length, lenient.ignored[0]?.problem.code]).toEqual([1, 'store.parameter-building']);
    await write(900, 903);
    working();
    await eventually(async () => (await store.index.state()).building).toEqual([]);
    expect(await count('eye-colour=карие')).toBe(301);
    expect(await count('eye-colour:exact=Зелёные')).toBe(301);
    expect(await count('eye-colour:missing=true')).toBe(0);
    // nothing of the resources themselves has changed: no version, no news
    const [after] = await database.query<{ versions: number; outbox: number }>(`select (select sum(version)::int from resource where id <> 'eye-colour') as versions, (select count(*)::int from outbox) as outbox`);
    expect(after).toEqual({ versions: before!.versions + 3, outbox: before!.outbox + 1 + 3 });
    const { generation } = await store.index.state();
    await define(definition({ description: 'Цвет радужки' }));
    expect((await store.index.state()).generation).toBe(generation);
    expect(await count('eye-colour=голубые')).toBe(301);
  });

  it('goes on where a killed process stopped, and no row is left behind while others write', async () => {
    await define(definition({ id: 'births', url: 'http://clinic.example/SearchParameter/births', code: 'birth-order', type: 'number', expression: '(Patient.multipleBirth as integer)' }));
    const child = fork(fileURLToPath(new URL('./killed-indexer.ts', import.meta.url)), [database.url], { execArgv: [] });
    const told = on(child, 'message');
    for (let batches = 0; batches < 2; batches++) await told.next();
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    // what it held is free at once, as if its time had run out
    await database.query('update lease set deadline = clock_timestamp()');
    const { generation, building } = await store.index.state();
    expect(building.map(({ share }) => share > 0 && share < 1)).toEqual([true]);
    const half = await stamped();
    expect(half.find(([of]) => of === generation)![1]).toBeGreaterThan(0);
    expect(half.length).toBeGreaterThan(1);
    const writing = write(903, 1203);
    working();
    await writing;
    await eventually(async () => (await store.index.state()).building).toEqual([]);
    expect(await stamped()).toEqual([[generation, 1203]]);
    for (const asked of ['0', '450', '902', '1202']) expect(await count(`birth-order=${asked}`)).toBe(1);
    expect(await count('birth-order=lt1000')).toBe(1000);
  });

  it('is shared by several processes, each with slices of its own', async () => {
    await define(definition({ id: 'year', url: 'http://clinic.example/SearchParameter/year', code: 'born', type: 'date', expression: 'Patient.birthDate' }));
    const { generation } = await store.index.state();
    await eventually(() => store.index.isQuiet(generation)).toBe(true);
    // small slices, as a region has many
    await database.query(`insert into reindex_slice (generation, first, last, position) select $1, f, f + 200, f from (select min(rid) as low, max(rid) as high from resource) r, generate_series(low, high, 200) as f`, [generation]);
    await database.query('update index_generation set planned = now() where number = $1', [generation]);
    const takers = new Map<string, number>();
    for (const holder of ['one', 'two']) {
      const index = { ...store.index, bringUp: async (...given: Parameters<typeof store.index.bringUp>) => (takers.set(holder, (takers.get(holder) ?? 0) + 1), store.index.bringUp(...given)) };
      stops.push(startBringingUp({ database, store: { index }, holder, poll: 20, lease: 5000 }));
    }
    await eventually(async () => (await store.index.state()).building).toEqual([]);
    expect([...takers.keys()].sort()).toEqual(['one', 'two']);
    expect(await count('born=1980-01')).toBe(1203);
  });

  it('a process that has not heard of it cannot write rows without it', async () => {
    const child = fork(fileURLToPath(new URL('./late-writer.ts', import.meta.url)), [database.url], { execArgv: [] });
    await once(child, 'message');
    await define(definition({ id: 'sex', url: 'http://clinic.example/SearchParameter/order', code: 'order-again', type: 'number', expression: 'Patient.multipleBirth.ofType(integer)' }));
    working();
    await eventually(async () => (await store.index.state()).building).toEqual([]);
    child.send('write');
    await once(child, 'message');
    expect(await count('order-again=7777')).toBe(1);
    child.kill();
  });

  it('retired or deleted is no parameter any more, and its entries go', async () => {
    working();
    await define(definition({ status: 'retired' }));
    expect((await refusal(store.search(scope, 'Patient', 'eye-colour=карие')))?.code).toBe('store.unknown-parameter');
    await store.write(scope, [{ method: 'delete', type: 'SearchParameter', id: 'births' }]);
    await store.index.bringIn('births');
    expect((await refusal(store.search(scope, 'Patient', 'birth-order=1')))?.code).toBe('store.unknown-parameter');
    await eventually(async () => (await store.index.state()).building).toEqual([]);
    expect(await database.query(`select 1 as left from text_value t join resource r using (rid) where r.type = 0 and t.value like 'karie%'`)).toEqual([]);
  });

  it('can be held and goes on from its place; rows of a type are gone through anew while searches go on', async () => {
    await define(definition({ code: 'iris', url: 'http://clinic.example/SearchParameter/iris', id: 'iris' }));
    const { generation } = await store.index.state();
    expect(await store.index.hold(generation, true)).toBe(true);
    expect(await store.index.findWork()).toBeUndefined();
    expect((await store.index.state()).building).toMatchObject([{ generation, paused: true, share: 0 }]);
    working();
    expect(await store.index.hold(generation, false)).toBe(true);
    await eventually(async () => (await store.index.state()).building).toEqual([]);
    expect(await store.index.hold(generation, true)).toBe(false);
    const found = (await count('iris=карие'))!;
    expect(await store.index.renew(['Patient'])).toBe(generation + 1);
    expect([found > 0, await count('iris=карие')]).toEqual([true, found]);
  });

  it('defined anew with another expression finds nothing by the old one', async () => {
    working();
    await define(definition({ expression: 'Patient.birthDate', type: 'date' }));
    await eventually(async () => (await store.index.state()).building).toEqual([]);
    expect(await count('eye-colour=1980')).toBe(1204);
    expect((await refusal(store.search(scope, 'Patient', 'eye-colour=карие')))?.code).toBe('store.bad-value');
  });

  it('that means what another one means already is kept, refused, and says why', async () => {
    await define(definition({ id: 'double', url: 'http://clinic.example/SearchParameter/double' }));
    const double = (await store.index.state()).parameters.find(({ id }) => id === 'double')!;
    expect(double).toMatchObject({ searchable: false, refused: expect.stringContaining('SearchParameter/eye-colour') });
  });
});
