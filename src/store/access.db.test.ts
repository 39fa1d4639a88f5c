import type { Resource } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { systemClock } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { openStore } from './index.ts';
import type { Access, AccessAct, AccessRule, Scope } from './types.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const open: Access = { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] };
const scope = (access: Access): Scope => ({ access, actor: 'Device/test', now: new Date() });
const allowed = (types: string[], acts: AccessAct[], more: Partial<AccessRule> = {}): AccessRule => ({ types, patients: 'all', write: false, acts, ...more });
const only = (...rules: AccessRule[]): Scope => scope({ name: 'app', rules });
const refusal = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'nothing was refused', (error: unknown) => (error instanceof Problem ? error.code : String(error)));

const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';
const observation = (category: string, id?: string): Resource =>
  ({ resourceType: 'Observation', ...(id && { id }), status: 'final', category: [{ coding: [{ system: categories, code: category }] }], code: { text: 'x' }, subject: { reference: 'Patient/p' } });
await store.write(scope(open), [
  { method: 'update', resource: { resourceType: 'Patient', id: 'p', name: [{ family: 'Пробная' }] } },
  { method: 'update', resource: observation('laboratory', 'lab') },
  { method: 'update', resource: observation('vital-signs', 'vital') },
]);

describe('each act is a right of its own', () => {
  test('reading by id does not find, finding does not read by id', async () => {
    const reader = only(allowed(['Observation'], ['read']));
    const finder = only(allowed(['Observation'], ['search']));
    expect((await store.read(reader, 'Observation', 'lab')).id).toBe('lab');
    expect((await store.vread(reader, 'Observation', 'lab', 1)).version).toBe(1);
    expect((await store.search(reader, 'Observation', '')).matches).toEqual([]);
    expect((await store.search(reader, 'Observation', '_summary=count')).total).toBe(0);
    expect((await store.history(reader, { type: 'Observation' }, { count: 9 })).entries).toEqual([]);
    expect((await store.history(reader, { type: 'Observation', id: 'lab' }, { count: 9 })).entries).toHaveLength(1);
    expect((await store.search(finder, 'Observation', '')).matches).toHaveLength(2);
    expect((await store.history(finder, { type: 'Observation' }, { count: 9 })).entries).toHaveLength(2);
    expect((await store.history(finder, {}, { count: 9 })).entries).toHaveLength(2);
    expect(await refusal(store.read(finder, 'Observation', 'lab'))).toBe('store.not-found');
    expect(await refusal(store.history(finder, { type: 'Observation', id: 'lab' }, { count: 9 }))).toBe('store.not-found');
  });

  test('a chain, _has and includes ask for rights on the other type', async () => {
    const rules = [allowed(['Observation'], ['read', 'search'])];
    const chained = (more: AccessRule[]) => store.search(only(...rules, ...more), 'Observation', 'subject:Patient.family=Пробная');
    expect((await chained([])).matches).toEqual([]);
    expect((await chained([allowed(['Patient'], ['read'])])).matches).toEqual([]);
    expect((await chained([allowed(['Patient'], ['search'])])).matches).toHaveLength(2);
    const include = (more: AccessRule[]) => store.search(only(...rules, ...more), 'Observation', '_include=Observation:subject');
    expect((await include([allowed(['Patient'], ['search'])])).included).toEqual([]);
    expect((await include([allowed(['Patient'], ['read'])])).included).toHaveLength(1);
    const patients = allowed(['Patient'], ['read', 'search']);
    const reverse = (acts: AccessAct[], query: string) => store.search(only(patients, allowed(['Observation'], acts)), 'Patient', query);
    expect((await reverse(['read'], '_revinclude=Observation:subject')).included).toEqual([]);
    expect((await reverse(['search'], '_revinclude=Observation:subject')).included).toHaveLength(2);
    expect((await reverse(['read'], '_has:Observation:subject:status=final')).matches).toEqual([]);
    expect((await reverse(['search'], '_has:Observation:subject:status=final')).matches).toHaveLength(1);
  });

  test('creating, updating and deleting are told apart, also in one transaction and on a tombstone', async () => {
    const see = allowed(['Patient'], ['read']);
    const may = (...acts: AccessAct[]) => only(see, allowed(['Observation'], acts));
    const choosing = only(see, allowed(['Observation'], ['create', 'read']));
    const [made] = await store.write(may('create'), [{ method: 'create', resource: observation('laboratory') }]);
    const changed = { ...observation('laboratory'), id: made!.id, status: 'amended' } as Resource;
    expect(await refusal(store.write(may('create', 'delete', 'read', 'search'), [{ method: 'update', resource: changed }]))).toBe('store.not-found');
    expect(await refusal(store.write(may('update', 'delete', 'read', 'search'), [{ method: 'create', resource: observation('laboratory') }]))).toBe('store.forbidden');
    expect(await refusal(store.write(may('update'), [{ method: 'update', resource: observation('laboratory', 'by-update') }]))).toBe('store.forbidden');
    expect(await refusal(store.write(may('create', 'update', 'read', 'search'), [{ method: 'delete', type: 'Observation', id: made!.id }]))).toBe('store.not-found');
    const [updated] = await store.write(may('update'), [{ method: 'update', resource: changed }]);
    expect(updated!.version).toBe(2);
    const both = [{ method: 'update' as const, resource: observation('laboratory', 'lab') }, { method: 'delete' as const, type: 'Observation', id: made!.id }];
    expect(await refusal(store.write(may('update'), both))).toBe('store.not-found');
    expect((await store.write(may('update', 'delete'), both)).map(({ outcome }) => outcome)).toEqual(['updated', 'deleted']);
    expect(await refusal(store.write(may('update'), [{ method: 'update', resource: changed }]))).toBe('store.forbidden');
    expect(await refusal(store.write(may('create'), [{ method: 'update', resource: changed }]))).toBe('store.not-found');
    expect((await store.write(choosing, [{ method: 'update', resource: changed }]))[0]!.outcome).toBe('created');
    await store.write(may('delete'), [{ method: 'delete', type: 'Observation', id: made!.id }]);
  });

  test('a condition asks what may be searched: without that right it is refused, not answered by a double', async () => {
    const may = (...acts: AccessAct[]) => only(allowed(['Patient'], ['read']), allowed(['Observation'], acts));
    const create = (acts: AccessAct[]) => store.write(may(...acts), [{ method: 'create', resource: observation('laboratory'), ifNoneExist: '_id=lab' }]);
    expect(await refusal(create(['create']))).toBe('store.forbidden');
    expect((await create(['create', 'search']))[0]!.outcome).toBe('unchanged');
    expect(await refusal(store.write(may('delete', 'read'), [{ method: 'delete', type: 'Observation', where: '_id=lab' }]))).toBe('store.forbidden');
    expect(await refusal(store.write(may('update', 'read'), [{ method: 'update', resource: observation('laboratory'), where: '_id=lab' }]))).toBe('store.forbidden');
  });
});

describe('criteria of a scope', () => {
  const lab = (acts: AccessAct[], value = `${categories}|laboratory`) => only(allowed(['Patient'], ['read', 'search']), allowed(['Observation'], acts, { everyTokens: [[`category=${value}`], ['status=final']] }));

  test('hold for reading, searching, totals, includes and history, whatever form the code is written in', async () => {
    for (const value of [`${categories}|laboratory`, 'laboratory', `${categories}|`]) {
      const found = (await store.search(lab(['read', 'search'], value), 'Observation', '')).matches.map(({ id }) => id);
      expect(found).toEqual(value.endsWith('|') ? ['lab', 'vital'] : ['lab']);
    }
    const app = lab(['read', 'search']);
    expect(await refusal(store.read(app, 'Observation', 'vital'))).toBe('store.not-found');
    expect((await store.search(app, 'Observation', '_summary=count')).total).toBe(1);
    expect((await store.search(app, 'Patient', '_revinclude=Observation:subject')).included.map(({ id }) => id)).toEqual(['lab']);
    expect(new Set((await store.history(app, { type: 'Observation' }, { count: 9 })).entries.map(({ id }) => id)).has('vital')).toBe(false);
  });

  test('hold for what is written, before and after', async () => {
    const app = lab(['create', 'update']);
    expect(await refusal(store.write(app, [{ method: 'create', resource: observation('vital-signs') }]))).toBe('store.forbidden');
    expect(await refusal(store.write(app, [{ method: 'update', resource: observation('laboratory', 'vital') }]))).toBe('store.not-found');
    expect(await refusal(store.write(app, [{ method: 'update', resource: observation('vital-signs', 'lab') }]))).toBe('store.not-found');
    expect((await store.write(app, [{ method: 'create', resource: observation('laboratory') }]))[0]!.outcome).toBe('created');
  });
});
