import type { Observation } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { loadFhir } from '../fhir/index.ts';
import { systemClock } from '../kernel/clock.ts';
import { log } from '../kernel/log.ts';
import { openStore } from '../store/index.ts';
import { createContext, type Visit } from './create-context.ts';
import { openEntrance, type Caller } from './entrance.ts';

loadFhir();
const db = await freshDatabase();
const store = await openStore(db, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db, store, clock: systemClock, log, url: 'http://localhost:8080', demo: true });
const caller: Caller = { actor: { reference: 'Device/test', role: 'system', name: 'test' }, account: 'test', access: { name: 'system', rules: [{ types: 'all', patients: 'all', write: true }] }, language: 'ru', by: 'bearer', demo: false };

const visitOf = (request: string): Promise<Visit> =>
  createContext(entrance, caller, {
    describe: (seen, status) => ({ at: new Date(), actor: 'Device/test', role: 'system', account: 'test', purpose: 'TREAT', action: 'create Observation', patients: [...seen.patients], types: [...seen.types], status, request }),
  });
const observation = (subject = 'Patient/p1'): Observation => ({ resourceType: 'Observation', status: 'final', code: { text: 'Пульс' }, subject: { reference: subject } });
const rowsOf = (request: string) => db.query<{ xmin: string; status: number; patients: string[] }>('select xmin::text, status, patients from journal where request = $1', [request]);

describe('a request that writes', () => {
  beforeAll(async () => {
    await store.write({ access: caller.access!, actor: 'Device/test', now: new Date() }, [{ method: 'create', keepId: true, resource: { resourceType: 'Patient', id: 'p1' } }]);
  });

  it('has its journal row in the transaction of the write', async () => {
    const visit = await visitOf('one');
    const [written] = await visit.ctx.store.write([{ method: 'create', resource: observation() }]);
    const [row, ...more] = await rowsOf('one');
    const [resource] = await db.query<{ xmin: string }>('select xmin::text from resource where id = $1', [written!.id]);
    expect(row).toEqual({ xmin: resource!.xmin, status: 201, patients: ['p1'] });
    expect(more).toEqual([]);
    expect([...visit.noted!.patients]).toEqual(['p1']);
    expect(await db.query('select 1 from journal_patient p join journal j using (seq) where j.request = $1 and p.patient = $2', ['one', 'p1'])).toHaveLength(1);
  });

  it('leaves no row when it is refused, and takes no neighbour along', async () => {
    const visits = await Promise.all(Array.from({ length: 12 }, (_, index) => visitOf(`many-${index}`)));
    const outcomes = await Promise.allSettled(visits.map(({ ctx }, index) => ctx.store.write([{ method: 'create', resource: observation(index % 3 === 0 ? 'Patient/nobody' : 'Patient/p1') }])));
    for (const [index, outcome] of outcomes.entries()) {
      const refused = index % 3 === 0;
      expect(outcome.status).toBe(refused ? 'rejected' : 'fulfilled');
      expect(await rowsOf(`many-${index}`)).toHaveLength(refused ? 0 : 1);
      expect(visits[index]!.noted === undefined).toBe(refused);
    }
  });

  it('is noted beside what a module writes in a transaction of its own, and in a large one', async () => {
    const alongside = await visitOf('alongside');
    await alongside.ctx.store.write([{ method: 'create', resource: observation() }], { alongside: async () => undefined });
    expect(await rowsOf('alongside')).toHaveLength(1);
    const large = await visitOf('large');
    await large.ctx.store.write(Array.from({ length: 200 }, () => ({ method: 'create' as const, resource: observation() })));
    expect(await rowsOf('large')).toMatchObject([{ status: 200, patients: ['p1'] }]);
  });

  it('keeps its row for the end where nothing is changed or an answer is given again', async () => {
    const visit = await visitOf('again');
    await visit.ctx.store.write([{ method: 'create', resource: observation() }], { idempotencyKey: 'k1' });
    expect(visit.noted).toBeUndefined();
    expect(await rowsOf('again')).toEqual([]);
  });
});
