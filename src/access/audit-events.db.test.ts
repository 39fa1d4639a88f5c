import type { AuditEvent, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { systemClock } from '../kernel/clock.ts';
import { log } from '../kernel/log.ts';
import { Problem } from '../kernel/problem.ts';
import { validateResource } from '../fhir/index.ts';
import { openStore } from '../store/index.ts';
import type { Role } from './context.ts';
import { createContext } from './create-context.ts';
import { openEntrance, type Caller } from './entrance.ts';
import type { JournalRow } from './journal.ts';
import { systemContext } from './create-context.ts';
import { createAccount } from './account.ts';
import { searchJournal, type JournalQuestion } from './search-journal.ts';

const db = await freshDatabase();
const store = await openStore(db, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db, store, clock: systemClock, log, url: 'http://karta.test', demo: true });
await systemContext(entrance).store.write([{ method: 'update', resource: { resourceType: 'Patient', id: 'mine' } }, { method: 'update', resource: { resourceType: 'Patient', id: 'other' } }]);

const note = (row: Partial<JournalRow>) =>
  entrance.journal.note({ at: new Date('2026-03-01T10:00:00Z'), actor: 'Practitioner/p', role: 'doctor', account: 'a', purpose: 'TREAT', action: 'read Observation', patients: ['mine'], types: ['Observation'], status: 200, request: 'r', ...row });
await note({});
await note({ at: new Date('2026-03-02T10:00:00Z'), action: 'search Condition by app diary', types: ['Condition'] });
await note({ at: new Date('2026-03-03T10:00:00Z'), patients: ['mine', 'other'], types: ['Observation'], purpose: 'BTG', action: 'GET /api/chart/:patient' });
await note({ at: new Date('2026-03-04T10:00:00Z'), patients: ['mine', 'other'], types: ['Patient'], action: 'POST /api/patients/find' });
await note({ at: new Date('2026-03-05T10:00:00Z'), patients: ['other'], actor: 'Practitioner/q', action: 'update Observation' });
await note({ at: new Date('2026-03-06T10:00:00Z'), status: 404, action: 'delete Observation' });
await note({ at: new Date('2026-03-07T10:00:00Z'), patients: [], types: [], action: 'sign-in' });

async function as(role: Role, patients: string[] = [], access?: Caller['access'], app?: Caller['app']) {
  const caller: Caller = { actor: { reference: role === 'patient' ? `Patient/${patients[0]}` : `Person/${role}`, role, patients, name: 'Ж.' }, account: role, access, language: 'ru', by: 'cookie', demo: true, ...(app && { app }) };
  return createContext(entrance, caller);
}
const eventsOf = async (visit: Awaited<ReturnType<typeof as>>, query: string): Promise<AuditEvent[]> => (await visit.ctx.store.search('AuditEvent', query)).matches.map(({ content }) => JSON.parse(content) as AuditEvent);
const refusal = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'nothing was refused', (error: unknown) => (error instanceof Problem ? error.code : String(error)));

describe('the journal as AuditEvent', () => {
  it('says who, when, why, whose data and which types, in valid resources', async () => {
    const events = await eventsOf(await as('admin'), '');
    expect(events).toHaveLength(7);
    expect(events.map(({ recorded }) => recorded)).toEqual(events.map(({ recorded }) => recorded).toSorted((a, b) => b.localeCompare(a)));
    for (const event of events) expect(validateResource(event).filter(({ severity }) => severity === 'error')).toEqual([]);
    const byApp = events.find(({ agent }) => agent.length === 2)!;
    expect(byApp).toMatchObject({ action: 'E', subtype: [{ code: 'search-type' }], outcome: '0', purposeOfEvent: [{ coding: [{ code: 'TREAT' }] }], agent: [{ who: { reference: 'Practitioner/p' }, requestor: true }, { who: { reference: 'Device/diary' }, requestor: false }] });
    expect(byApp.entity).toEqual([expect.objectContaining({ what: { reference: 'Patient/mine' } }), { type: { system: 'http://hl7.org/fhir/resource-types', code: 'Condition' } }]);
    expect(events[0]).toMatchObject({ type: { code: '110114' }, action: 'E' });
    expect(events[1]).toMatchObject({ outcome: '4', action: 'D' });
  });

  it('shows a patient what was done with her card, and nobody else in it', async () => {
    const mine = await as('patient', ['mine']);
    const events = await eventsOf(mine, '');
    expect(events.map(({ recorded }) => recorded.slice(0, 10))).toEqual(['2026-03-03', '2026-03-02', '2026-03-01']);
    expect(JSON.stringify(events)).not.toContain('Patient/other');
    expect(await eventsOf(mine, 'patient=Patient/other')).toEqual([]);
    const all = await eventsOf(await as('admin'), '');
    const foreign = all.find(({ recorded }) => recorded.startsWith('2026-03-05'))!;
    expect(await refusal(mine.ctx.store.read('AuditEvent', foreign.id!))).toBe('store.not-found');
    expect(JSON.parse((await mine.ctx.store.read('AuditEvent', events[0]!.id!)).content)).toEqual(events[0]);
  });

  it('is closed to whoever has no right to it: staff, and apps without the scope', async () => {
    for (const role of ['doctor', 'nurse', 'head', 'registrar'] as const) expect(await eventsOf(await as(role), '')).toEqual([]);
    const app = (scope: string) => as('patient', ['mine'], undefined, { client: 'diary', scope, patient: 'mine' });
    expect(await eventsOf(await app('patient/Observation.rs'), '')).toEqual([]);
    expect(await eventsOf(await app('patient/AuditEvent.rs'), '')).toHaveLength(3);
    expect(await eventsOf(await app('patient/AuditEvent.r'), '')).toEqual([]);
  });

  it('is found by patient, agent, date, action, outcome, entity and id, alone and together', async () => {
    const admin = await as('admin');
    const days = async (query: string) => (await eventsOf(admin, query)).map(({ recorded }) => Number(recorded.slice(8, 10)));
    expect(await days('patient=Patient/other')).toEqual([5, 4, 3]);
    expect(await days('patient=mine&date=ge2026-03-02&date=lt2026-03-04')).toEqual([3, 2]);
    expect(await days('date=2026-03-05')).toEqual([5]);
    expect(await days('date=2026-03-01,2026-03-07')).toEqual([7, 1]);
    expect(await days('agent=Practitioner/q')).toEqual([5]);
    expect(await days('agent=Device/diary')).toEqual([2]);
    expect(await days('action=U')).toEqual([5]);
    expect(await days('action=http://hl7.org/fhir/audit-event-action|U,D')).toEqual([6, 5]);
    expect(await days('outcome=4')).toEqual([6]);
    expect(await days('type=110114')).toEqual([7]);
    expect(await days('subtype=read')).toEqual([1]);
    expect(await days('entity=Patient/mine&action=R')).toEqual([6, 3, 1].filter((day) => day !== 6));
    expect(await days('site=somewhere')).toEqual([]);
    const [one] = await eventsOf(admin, 'agent=Practitioner/q');
    expect(await days(`_id=${one!.id}`)).toEqual([5]);
    const compartment = async (id: string, visit = admin) => (await visit.ctx.store.search('AuditEvent', '', { compartment: { owner: 'Patient', id } })).matches.length;
    expect([await compartment('other'), await compartment('mine'), await compartment('other', await as('patient', ['mine']))]).toEqual([3, 5, 0]);
    const lenient = await admin.ctx.store.search('AuditEvent', 'nonsense=1&agent=Practitioner/q', { handling: 'lenient', sealed: true });
    expect([lenient.matches.length, lenient.ignored.length]).toEqual([1, 1]);
    expect(await refusal(admin.ctx.store.search('AuditEvent', 'nonsense=1'))).toBe('store.unknown-parameter');
    expect((await admin.ctx.store.search('AuditEvent', 'patient=Patient/mine&_summary=count')).total).toBe(5);
    const hostile = await eventsOf(admin, `agent=${encodeURIComponent(`x') or true --`)}&patient=${encodeURIComponent(`' or 1=1`)}`);
    expect(hostile).toEqual([]);
  });

  it('pages without losing or repeating a row, and behind what other systems sent', async () => {
    const event: Resource = { resourceType: 'AuditEvent', type: { code: 'rest' }, recorded: '2026-03-01T00:00:00Z', agent: [{ who: { reference: 'Patient/mine' }, requestor: true }], source: { observer: { reference: 'Patient/mine' } } };
    const system = systemContext(entrance);
    const [sent] = await system.store.write([{ method: 'create', resource: event }]);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await system.store.search('AuditEvent', `_count=3${cursor}`);
      expect(page.matches.length).toBeLessThanOrEqual(3);
      seen.push(...page.matches.map(({ id }) => id));
      cursor = page.next === undefined ? '' : `&_cursor=${page.next}`;
    } while (cursor);
    expect(seen).toHaveLength(8);
    expect(seen[0]).toBe(sent!.id);
    expect(new Set(seen).size).toBe(8);
    expect(JSON.parse((await system.store.read('AuditEvent', sent!.id)).content)).toMatchObject({ recorded: '2026-03-01T00:00:00Z' });
  });

  it('has each row as its one version, under the address that a read names', async () => {
    const admin = await as('admin');
    const [one] = await eventsOf(admin, 'agent=Practitioner/q');
    const id = one!.id!;
    const text = (await admin.ctx.store.read('AuditEvent', id)).content;
    expect((await admin.ctx.store.vread('AuditEvent', id, 1)).content).toBe(text);
    expect(await refusal(admin.ctx.store.vread('AuditEvent', id, 2))).toBe('store.not-found');
    const versions = async (page: object) => (await admin.ctx.store.history({ type: 'AuditEvent', id }, { count: 9, ...page })).entries.map(({ content }) => content);
    expect(await versions({})).toEqual([text]);
    expect(await versions({ since: new Date('2026-03-06T00:00:00Z') })).toEqual([]);
    expect(await versions({ current: { from: Date.parse('2026-03-05T11:00:00Z'), to: Infinity } })).toEqual([text]);
    expect(await versions({ current: { from: -Infinity, to: Date.parse('2026-03-04T00:00:00Z') } })).toEqual([]);
    const mine = (await as('patient', ['mine'])).ctx.store;
    expect([await refusal(mine.vread('AuditEvent', id, 1)), await refusal(mine.history({ type: 'AuditEvent', id }, { count: 9 }))]).toEqual(['store.not-found', 'store.not-found']);
  });

  it('cannot be written, and reading it is itself noted', async () => {
    const admin = await as('admin');
    const [one] = await eventsOf(admin, 'patient=Patient/other&agent=Practitioner/q');
    expect([[...admin.seen.types], [...admin.seen.patients]]).toEqual([['AuditEvent'], ['other']]);
    const system = systemContext(entrance);
    expect(await refusal(system.store.write([{ method: 'update', resource: one! }]))).toBe('access.audit-read-only');
    expect(await refusal(system.store.write([{ method: 'delete', type: 'AuditEvent', id: one!.id! }]))).toBe('access.audit-read-only');
  });
});

describe('an auditor', () => {
  it('reads the journal and Provenance of everybody, and nothing of a patient by any way; changes nothing', async () => {
    const observation: Resource = { resourceType: 'Observation', id: 'seen', status: 'final', code: { text: 'Глюкоза' }, subject: { reference: 'Patient/mine' } };
    const provenance: Resource = { resourceType: 'Provenance', id: 'origin', recorded: '2026-03-01T10:00:00Z', target: [{ reference: 'Observation/seen' }], agent: [{ who: { reference: 'Patient/mine' } }] };
    await systemContext(entrance).store.write([observation, provenance].map((resource) => ({ method: 'update', resource })));
    const { store: own } = (await as('auditor')).ctx;
    const ids = async (type: string, query: string) => (await own.search(type, query)).matches.map(({ id }) => id);
    expect(await eventsOf(await as('auditor'), '')).toEqual(await eventsOf(await as('admin'), ''));
    expect(await ids('Provenance', '')).toEqual(['origin']);
    // what is behind the reference is not to be guessed: by chains, includes, reverse chains, sorting
    expect([await ids('Provenance', 'target:Observation.status=final'), await ids('Provenance', 'agent:Patient._id=mine'), await ids('Patient', '_has:Provenance:agent:_id=origin'), await ids('Patient', ''), await ids('Observation', '')]).toEqual([[], [], [], [], []]);
    expect((await own.search('Provenance', '_include=*')).included).toEqual([]);
    for (const [type, id] of [['Patient', 'mine'], ['Observation', 'seen']] as const) {
      expect(await refusal(own.read(type, id))).toBe('store.not-found');
      expect(await refusal(own.history({ type, id }, { count: 5 }))).toBe('store.not-found');
    }
    expect((await own.everything({ patients: ['mine'] }, { count: 100 })).entries.map(({ type }) => type)).not.toContain('Observation');
    for (const resource of [observation, provenance, { resourceType: 'AuditEvent', id: 'own', type: { code: 'rest' }, recorded: '2026-03-01T10:00:00Z', agent: [{ requestor: true }], source: { observer: { reference: 'Device/x' } } } as Resource, { resourceType: 'Organization', id: 'own', name: 'Клиника' } as Resource]) {
      expect(await refusal(own.write([{ method: 'update', resource }])), resource.resourceType).toMatch(/^store\.(?:not-found|forbidden)$/);
      expect(await refusal(own.write([{ method: 'delete', type: resource.resourceType, id: resource.id! }]))).toBe('store.not-found');
      expect(await refusal(own.write([{ method: 'create', resource }]))).toBe('store.forbidden');
    }
  });

  it('finds lines by who, whose card, day and act, page by page; nobody else may ask', async () => {
    const { id } = await createAccount(entrance, { login: 'rare', password: 'demo-demo-demo', role: 'doctor', name: 'Ёлкина Анна Петровна', demo: true });
    await note({ at: new Date('2026-04-01T20:59:00Z'), account: id, action: 'POST /api/patients/find', patients: ['mine', 'other'], types: ['Patient'] });
    await note({ at: new Date('2026-04-01T21:01:00Z'), account: id, action: 'update Observation', breakGlass: 'glass' });
    await note({ at: new Date('2026-04-02T10:00:00Z'), account: id, action: 'read Observation', status: 403, patients: [] });
    const { ctx } = await as('auditor');
    const found = async (question: Omit<JournalQuestion, 'count'>) => (await searchJournal(ctx, { ...question, count: 100 })).lines.map(({ act, emergency }) => `${act}${emergency ? '!' : ''}`);
    for (const who of ['rare', 'елкина а. п.', 'Петровна Ёлкина']) expect(await found({ who }), who).toEqual(['refused', 'change!', 'view']);
    expect([await found({ who: 'никто' }), await found({ who: '%' }), await found({ who: 'rare', cards: ['other'] })]).toEqual([[], [], ['view']]);
    expect([await found({ who: 'rare', act: 'change' }), await found({ who: 'rare', act: 'view' }), await found({ who: 'rare', act: 'refused' }), await found({ who: 'rare', act: 'emergency' }), await found({ act: 'sign-in' })]).toEqual([['change!'], ['view'], ['refused'], ['change!'], ['sign-in']]);
    expect(await found({ who: 'rare', from: new Date('2026-04-01T21:00:00Z'), to: new Date('2026-04-02T09:00:00Z') })).toEqual(['change!']);
    const whole = (await searchJournal(ctx, { count: 100 })).lines.map(({ seq }) => seq);
    const pages: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = await searchJournal(ctx, { count: 3, before });
      pages.push(...page.lines.map(({ seq }) => seq));
      if (page.next === undefined) break;
      before = page.next;
    }
    expect([pages, whole.length]).toEqual([whole, new Set(whole).size]);
    for (const role of ['doctor', 'admin', 'head', 'patient'] as const) expect(await refusal(searchJournal((await as(role, ['mine'])).ctx, { count: 1 }))).toBe('access.wrong-role');
  });
});
