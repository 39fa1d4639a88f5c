import type { Resource } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { systemClock } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { openStore } from './index.ts';
import type { Access, Scope } from './types.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });

const everything: Access = { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] };
const scope = (access = everything): Scope => ({ access, actor: 'Device/test', now: new Date() });

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

async function create<T extends Resource>(resource: T): Promise<T & { id: string }> {
  const [written] = await store.write(scope(), [{ method: 'create', resource }]);
  return JSON.parse(written!.content) as T & { id: string };
}

function patient(family: string, given: string[], more: object = {}): Resource {
  return { resourceType: 'Patient', name: [{ family, given }], ...more };
}

function observation(subject: string, code: string, value: number, date: string): Resource {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code, display: 'Пульс' }] },
    subject: { reference: subject },
    effectiveDateTime: date,
    valueQuantity: { value, unit: 'уд/мин', system: 'http://unitsofmeasure.org', code: '/min' },
  };
}

const ids = async (type: string, query: string, access?: Access) => (await store.search(scope(access), type, query)).matches.map((match) => match.id);

describe('what is written', () => {
  test('is read back with its version, and a stale change is refused and changes nothing', async () => {
    const made = await create(patient('Громов', ['Илья', 'Сергеевич']));
    const changed = { ...made, birthDate: '1984-03-01' } as Resource;
    const [second] = await store.write(scope(), [{ method: 'update', resource: changed, ifMatch: 1 }]);
    expect(second).toMatchObject({ version: 2, outcome: 'updated' });
    expect(await refusal(store.write(scope(), [{ method: 'update', resource: made, ifMatch: 1 }]))).toBe('store.stale');
    expect((await store.read(scope(), 'Patient', made.id)).version).toBe(2);
    expect(JSON.parse((await store.vread(scope(), 'Patient', made.id, 1)).content)).not.toHaveProperty('birthDate');
    const { entries } = await store.history(scope(), { type: 'Patient', id: made.id }, { count: 10 });
    expect(entries.map((entry) => entry.version)).toEqual([2, 1]);
  });

  test('keeps decimals as they were written', async () => {
    const made = await create(patient('Вес', ['Точный']));
    const resource = observation(`Patient/${made.id}`, '29463-7', 81, '2026-11-21');
    const text = JSON.stringify(resource).replace('"value":81', '"value":81.00');
    const [written] = await store.write(scope(), [{ method: 'create', resource, text }]);
    expect((await store.read(scope(), 'Observation', written!.id)).content).toContain('"value":81.00');
  });

  test('is all there or not at all: one bad entry takes the others back', async () => {
    const family = 'Нигденеписанный';
    const bad = observation('Patient/nobody', '8867-4', 70, '2026-11-21');
    expect(await refusal(store.write(scope(), [{ method: 'create', resource: patient(family, ['А']) }, { method: 'create', resource: bad }]))).toBe('store.dangling-reference');
    expect(await ids('Patient', `family=${family}`)).toEqual([]);
  });

  test('once when the same key comes twice at once', async () => {
    const write = () => store.write(scope(), [{ method: 'create', resource: patient('Двойной', ['Щелчок']) }], { idempotencyKey: 'double-click' });
    const [first, second] = await Promise.all([write(), write()]);
    expect(first[0]!.id).toBe(second[0]!.id);
    expect(await ids('Patient', 'family=Двойной')).toHaveLength(1);
  });

  test('is never answered with another act’s answer when a key is used again', async () => {
    await store.write(scope(), [{ method: 'create', resource: patient('Первый', ['Ключ']) }], { idempotencyKey: 'reused' });
    expect(await refusal(store.write(scope(), [{ method: 'create', resource: { resourceType: 'Basic', code: { text: 'x' } } }], { idempotencyKey: 'reused' }))).toBe('store.key-reused');
    expect(await refusal(store.write(scope(), [{ method: 'create', resource: patient('Другой', ['Ключ']) }, { method: 'create', resource: patient('Третий', ['Ключ']) }], { idempotencyKey: 'reused' }))).toBe('store.key-reused');
    expect(await ids('Patient', 'given=Ключ')).toHaveLength(1);
  });

  test('without waiting in a circle when there are more writers than connections, all of them new', async () => {
    const fresh = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
    const results = await Promise.all(Array.from({ length: 60 }, (_, number) => fresh.write(scope(), [{ method: 'create', resource: { resourceType: 'Basic', code: { text: `${number}` } } }])));
    expect(results).toHaveLength(60);
  });

  test('by two who make the same id at once: one makes it, the others change it', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => store.write(scope(), [{ method: 'update', resource: { resourceType: 'Basic', id: 'same', code: { text: 'x' } } }])));
    expect(results.map(([one]) => one!.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('in the order of its versions even when the clock is set back', async () => {
    let now = new Date('2026-11-21T12:00:00Z');
    const jumping = await openStore(database, { clock: { now: () => now }, zone: 'Europe/Moscow' });
    const write = () => jumping.write(scope(), [{ method: 'update', resource: { resourceType: 'Basic', id: 'clock', code: { text: 'x' } } }]);
    await write();
    now = new Date('2026-11-21T09:00:00Z');
    await write();
    await write();
    const { entries } = await jumping.history(scope(), { type: 'Basic', id: 'clock' }, { count: 10 });
    expect(entries.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(entries.map(({ updated }) => updated).toSorted().toReversed()).toEqual(entries.map(({ updated }) => updated));
  });

  test('once when many clients create conditionally at the same time', async () => {
    const resource = patient('Гонка', ['Условная'], { identifier: [{ system: 'urn:test', value: 'race' }] });
    const results = await Promise.all(Array.from({ length: 12 }, () => store.write(scope(), [{ method: 'create', resource, ifNoneExist: 'identifier=urn:test|race' }])));
    expect(new Set(results.map(([one]) => one!.id)).size).toBe(1);
    expect(results.filter(([one]) => one!.outcome === 'created')).toHaveLength(1);
  });

  test('is not deleted while something refers to it: named is what the caller sees, as if nothing else did, and only where he sees none it is said that there is one', async () => {
    const made = await create(patient('Опорный', ['Пётр']));
    const hidden = await create({ ...observation(`Patient/${made.id}`, '8867-4', 70, '2026-11-21'), meta: { security: [{ system: 'urn:karta:label', code: 'delayed' }] } });
    const narrow: Scope = { ...scope(), access: { name: 'narrow', rules: [{ types: ['Patient', 'Observation'], patients: 'all', write: true, withoutLabels: ['urn:karta:label|delayed'] }] } };
    const deleting = () => store.write(narrow, [{ method: 'delete', type: 'Patient', id: made.id }]).then(() => undefined, ({ code, details }: Problem) => ({ code, details }));
    expect(await deleting()).toEqual({ code: 'store.referenced-unseen', details: { reference: `Patient/${made.id}` } });
    const seen = await create(observation(`Patient/${made.id}`, '8867-4', 71, '2026-11-21'));
    expect(await deleting()).toEqual({ code: 'store.referenced', details: { reference: `Patient/${made.id}`, by: `Observation/${seen.id}` } });
    await store.write(scope(), [{ method: 'delete', type: 'Observation', id: hidden.id }]);
    expect(await deleting()).toMatchObject({ code: 'store.referenced', details: { by: `Observation/${seen.id}` } });
  });

  test('is not deleted while something refers to it; a tombstone answers gone and the history keeps the versions', async () => {
    const made = await create(patient('Ссылочный', ['Пётр']));
    const seen = await create(observation(`Patient/${made.id}`, '8867-4', 70, '2026-11-21'));
    expect(await refusal(store.write(scope(), [{ method: 'delete', type: 'Patient', id: made.id }]))).toBe('store.referenced');
    await store.write(scope(), [
      { method: 'delete', type: 'Patient', id: made.id },
      { method: 'delete', type: 'Observation', id: seen.id },
    ]);
    expect(await refusal(store.read(scope(), 'Patient', made.id))).toBe('store.gone');
    expect(await ids('Observation', `patient=Patient/${made.id}`)).toEqual([]);
    expect((await store.history(scope(), { type: 'Patient', id: made.id }, { count: 10 })).entries.map((entry) => entry.deleted)).toEqual([true, false]);
  });
});

describe('people are found', () => {
  test('whatever the case, ё, word order, initials or script they are typed in', async () => {
    const made = await create(patient('Королёва', ['Пелагея', 'Семёновна'], { birthDate: '1959-03-14' }));
    for (const typed of ['королева', 'КОРОЛЁВА', 'Пелагея Королева', 'королёва пелаг', 'Koroleva', 'королева п с']) {
      expect(await ids('Patient', `name=${encodeURIComponent(typed)}`), typed).toContain(made.id);
    }
    expect(await ids('Patient', 'family:exact=Королёва')).toEqual([made.id]);
    expect(await ids('Patient', 'family:exact=королева')).toEqual([]);
    expect(await ids('Patient', 'family:contains=ролев')).toContain(made.id);
    expect(await ids('Patient', 'name=Королёва&birthdate=1959-03')).toEqual([made.id]);
    expect(await ids('Patient', 'name=Королёва&birthdate=ge1960')).toEqual([]);
  });
});

describe('results are found', () => {
  test('by patient, code, date and value, sorted and paged without loss', async () => {
    const made = await create(patient('Листалкина', ['Ольга']));
    const subject = `Patient/${made.id}`;
    const wanted: string[] = [];
    for (let day = 1; day <= 25; day++) wanted.push((await create(observation(subject, '8867-4', 60 + day, `2026-10-${String(day).padStart(2, '0')}`))).id);
    await create(observation(subject, '29463-7', 81, '2026-10-05'));
    const base = `patient=${subject}&code=http://loinc.org|8867-4`;
    expect(await ids('Observation', `${base}&date=2026-10-07`)).toEqual([wanted[6]]);
    expect(await ids('Observation', `${base}&value-quantity=gt84`)).toEqual([wanted[24]]);
    expect(await ids('Observation', `${base}&value-quantity=61|http://unitsofmeasure.org|/min`)).toEqual([wanted[0]]);
    expect(await ids('Observation', `${base}&code-value-quantity=8867-4$lt62`)).toEqual([wanted[0]]);
    expect(await ids('Observation', `patient=${subject}&code:not=8867-4`)).toHaveLength(1);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.search(scope(), 'Observation', `${base}&_sort=-date&_count=10${cursor ? `&_cursor=${cursor}` : ''}`);
      paged.push(...page.matches.map((match) => match.id));
      cursor = page.next;
    } while (cursor);
    expect(paged).toEqual([...wanted].reverse());
    expect((await store.search(scope(), 'Observation', `${base}&_summary=count`)).total).toBe(25);
  });

  test('through chains, _has, _include and _revinclude', async () => {
    const made = await create(patient('Цепочкина', ['Вера']));
    const seen = await create(observation(`Patient/${made.id}`, '59408-5', 98, '2026-11-01'));
    expect(await ids('Observation', 'subject:Patient.family=Цепочкина')).toEqual([seen.id]);
    expect(await ids('Patient', '_has:Observation:patient:code=59408-5')).toEqual([made.id]);
    expect((await store.search(scope(), 'Observation', `_id=${seen.id}&_include=Observation:subject`)).included.map((one) => one.id)).toEqual([made.id]);
    expect((await store.search(scope(), 'Patient', `_id=${made.id}&_revinclude=Observation:subject`)).included.map((one) => one.id)).toEqual([seen.id]);
  });

  test('never by a filter that is not understood', async () => {
    expect(await refusal(store.search(scope(), 'Patient', 'favourite-colour=red'))).toBe('store.unknown-parameter');
    expect(await refusal(store.search(scope(), 'Patient', 'birthdate=yesterday'))).toBe('store.bad-value');
    expect(await refusal(store.search(scope(), 'Patient', 'name:below=x'))).toBe('store.bad-modifier');
    expect(await refusal(store.search(scope(), 'Patient', '_cursor=zzz'))).toBe('store.bad-cursor');
  });
});

describe('what a caller may not see', () => {
  test('is absent everywhere: read, search, totals, includes, chains, history and references', async () => {
    const mine = await create(patient('Своя', ['Анна']));
    const other = await create(patient('Чужая', ['Анна']));
    const hidden = await create(observation(`Patient/${other.id}`, '8867-4', 71, '2026-11-01'));
    const open = await create(observation(`Patient/${mine.id}`, '8867-4', 72, '2026-11-01'));
    const access: Access = {
      name: 'doctor',
      rules: [
        { types: ['Patient'], patients: 'all', write: false },
        { types: ['Observation'], patients: [mine.id], write: true },
      ],
    };
    expect(await refusal(store.read(scope(access), 'Observation', hidden.id))).toBe('store.not-found');
    expect(await refusal(store.vread(scope(access), 'Observation', hidden.id, 1))).toBe('store.not-found');
    expect(await refusal(store.history(scope(access), { type: 'Observation', id: hidden.id }, { count: 5 }))).toBe('store.not-found');
    expect(await ids('Observation', `_id=${hidden.id},${open.id}`, access)).toEqual([open.id]);
    expect((await store.search(scope(access), 'Observation', `patient=Patient/${other.id}&_summary=count`)).total).toBe(0);
    expect((await store.search(scope(access), 'Patient', `_id=${other.id}&_revinclude=Observation:subject`)).included).toEqual([]);
    expect(await ids('Patient', `_has:Observation:patient:code=8867-4&_id=${other.id}`, access)).toEqual([]);
    expect(await refusal(store.write(scope(access), [{ method: 'update', resource: hidden, ifMatch: 1 }]))).toBe('store.not-found');
    expect(await refusal(store.write(scope(access), [{ method: 'create', resource: observation(`Patient/${other.id}`, '8867-4', 1, '2026-11-01') }]))).toBe('store.forbidden');
    const peeking = { ...observation(`Patient/${mine.id}`, '8867-4', 1, '2026-11-01'), hasMember: [{ reference: `Observation/${hidden.id}` }] } as Resource;
    expect(await refusal(store.write(scope(access), [{ method: 'create', resource: peeking }]))).toBe('store.dangling-reference');
  });

  test('includes what carries a label that the rule leaves out', async () => {
    const mine = await create(patient('Ждущая', ['Анна']));
    const label = { system: 'urn:karta:label', code: 'delayed' };
    const delayed = await create({ ...observation(`Patient/${mine.id}`, '8867-4', 71, '2026-11-01'), meta: { security: [label] } });
    const access: Access = { name: 'patient', rules: [{ types: 'all', patients: [mine.id], write: false, withoutLabels: ['urn:karta:label|delayed'] }] };
    expect(await ids('Observation', `_id=${delayed.id}`, access)).toEqual([]);
    expect(await ids('Patient', `_id=${mine.id}`, access)).toEqual([mine.id]);
  });

  test('cannot be opened by writing its patient beside the own one', async () => {
    const mine = await create(patient('Своя', ['Вера']));
    const stranger = await create(patient('Посторонняя', ['Вера']));
    const access: Access = { name: 'doctor', rules: [{ types: ['Patient'], patients: 'all', write: false }, { types: ['Appointment'], patients: [mine.id], write: true }] };
    const booking = (...patients: string[]) =>
      ({ resourceType: 'Appointment', status: 'proposed', participant: patients.map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' })) }) as Resource;
    expect(await refusal(store.write(scope(access), [{ method: 'create', resource: booking(mine.id, stranger.id) }]))).toBe('store.forbidden');
    expect(await refusal(store.write(scope(access), [{ method: 'create', resource: booking(mine.id) }]))).toBe('nothing was refused');
  });
});
