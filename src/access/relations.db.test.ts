import type { Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { log } from '../kernel/log.ts';
import { openStore } from '../store/index.ts';
import type { Actor, Ctx, Role } from './context.ts';
import { breakGlass, breakGlassToReview, createAccount, createContext, journalOf, openEntrance, relationOf, reviewBreakGlass, systemContext, type Caller } from './index.ts';

const db = await freshDatabase();
let now = new Date('2026-11-21T08:00:00Z');
const clock = { now: () => now };
const hours = (count: number): Date => new Date(now.getTime() + count * 3_600_000);
const store = await openStore(db, { clock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db, store, clock, log, url: 'http://localhost:8121', demo: true });
const karta = (): Ctx => systemContext(entrance);

const put = (...resources: Resource[]) => karta().store.write(resources.map((resource) => ({ method: 'update', resource })));
const role = (id: string, clinic: string): Resource => ({ resourceType: 'PractitionerRole', id: `${id}-role`, practitioner: { reference: `Practitioner/${id}` }, organization: { reference: `Organization/${clinic}` } });
const person = (id: string, more: object = {}): Resource => ({ resourceType: 'Patient', id, name: [{ family: 'Иванова' }], ...more });
const booking = (id: string, patient: string, doctor: string, start: Date, status: 'booked' | 'cancelled' = 'booked'): Resource => ({
  resourceType: 'Appointment', id, status, start: start.toISOString(), end: new Date(start.getTime() + 900_000).toISOString(),
  participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }, { actor: { reference: `PractitionerRole/${doctor}-role` }, status: 'accepted' }],
});
const pulse = (id: string, patient: string, labels: string[] = []): Resource => ({
  resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, subject: { reference: `Patient/${patient}` },
  ...(labels.length > 0 && { meta: { security: labels.map((label) => ({ system: label.split('|')[0]!, code: label.split('|')[1]! })) } }),
});

function caller(id: string, as: Role, clinic = 'two', patients: string[] = []): Caller {
  const actor: Actor = as === 'patient' ? { reference: `Patient/${patients[0]}`, role: as, patients, name: 'И.' } : { reference: `Practitioner/${id}`, role: as, practitionerRole: `PractitionerRole/${id}-role`, organization: `Organization/${clinic}`, name: id };
  return { actor, account: id, access: undefined, language: 'ru', by: 'cookie', demo: false };
}
const ctxOf = async (who: Caller): Promise<Ctx> => (await createContext(entrance, who)).ctx;
const reads = async (who: Caller, type: string, id: string): Promise<boolean> => (await (await ctxOf(who)).store.readMany([`${type}/${id}`])).length === 1;

await put(
  { resourceType: 'Organization', id: 'two', name: 'Поликлиника № 2' }, { resourceType: 'Organization', id: 'cardio', name: 'Кардиоцентр' },
  ...['sokolova', 'orlova', 'chief', 'heart', 'stranger'].map((id): Resource => ({ resourceType: 'Practitioner', id })),
);
await put(role('sokolova', 'two'), role('orlova', 'two'), role('chief', 'two'), role('heart', 'cardio'), role('stranger', 'cardio'));
const [sokolova, orlova, chief, heart, stranger] = [caller('sokolova', 'doctor'), caller('orlova', 'nurse'), caller('chief', 'head'), caller('heart', 'doctor', 'cardio'), caller('stranger', 'doctor', 'cardio')];
await put(person('a', { managingOrganization: { reference: 'Organization/two' }, generalPractitioner: [{ reference: 'PractitionerRole/sokolova-role' }] }), person('b'), person('c'));
await put(pulse('pa', 'a'), pulse('pb', 'b'), pulse('pc', 'c'));

describe('care relations', () => {
  it('open the record to the district doctor and to the chief doctor of the clinic, not to others', async () => {
    expect(await Promise.all([sokolova, orlova, chief, heart, stranger].map((who) => reads(who, 'Observation', 'pa')))).toEqual([true, false, true, false, false]);
    expect(await relationOf(await ctxOf(sokolova), 'a')).toMatchObject({ open: true, reasons: ['участковый врач'] });
  });

  it('let a stranger find the person but not the record, and tell how access is gained', async () => {
    expect(await reads(stranger, 'Patient', 'a')).toBe(true);
    const closed = await relationOf(await ctxOf(stranger), 'a');
    expect(closed.open).toBe(false);
    expect(closed.ways.join(' ')).toMatch(/Запись на приём.*Направление.*экстренный доступ/);
  });

  it('open the record the moment a booking is made, to the doctor and to the nurses of his clinic, and close it when it is cancelled', async () => {
    expect(await reads(heart, 'Observation', 'pb')).toBe(false);
    expect(await reads(orlova, 'Observation', 'pb')).toBe(false);
    await put(booking('bk1', 'b', 'heart', hours(3)), booking('bk2', 'b', 'sokolova', hours(5)));
    expect(await reads(heart, 'Observation', 'pb')).toBe(true);
    expect(await reads(orlova, 'Observation', 'pb')).toBe(true);
    expect((await relationOf(await ctxOf(heart), 'b')).reasons).toEqual(['запись на приём 21\u00a0ноября']);
    await put(booking('bk1', 'b', 'heart', hours(3), 'cancelled'));
    expect(await reads(heart, 'Observation', 'pb')).toBe(false);
  });

  it('do not open a record for a booking that is still days away', async () => {
    await put(booking('bk3', 'c', 'heart', hours(72)));
    expect(await reads(heart, 'Observation', 'pc')).toBe(false);
    expect(await reads(heart, 'Appointment', 'bk3')).toBe(true);
  });

  it('keep special confidentiality inside the organisation that wrote it', async () => {
    const restricted = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R';
    await put({ ...pulse('pr', 'a', [restricted]), performer: [{ reference: 'Organization/two' }] } as Resource, pulse('px', 'a', [restricted]));
    expect(await reads(sokolova, 'Observation', 'pr')).toBe(true);
    expect(await reads(sokolova, 'Observation', 'px')).toBe(false);
  });

  it('open both cards of a person whose cards were merged', async () => {
    await put(person('a2'), pulse('pa2', 'a2'));
    expect(await reads(sokolova, 'Observation', 'pa2')).toBe(false);
    const gp = { managingOrganization: { reference: 'Organization/two' }, generalPractitioner: [{ reference: 'PractitionerRole/sokolova-role' }] };
    await put(person('a2', { link: [{ other: { reference: 'Patient/a' }, type: 'replaced-by' }] }), person('a', { ...gp, link: [{ other: { reference: 'Patient/a2' }, type: 'replaces' }] }));
    expect(await reads(sokolova, 'Observation', 'pa2')).toBe(true);
    await put(person('a2'), person('a', gp));
    expect(await reads(sokolova, 'Observation', 'pa2')).toBe(false);
  });

  it('show a patient his own card without what is delayed', async () => {
    const own = caller('acc-b', 'patient', '', ['b']);
    await put(pulse('pd', 'b', ['urn:karta:label|delayed']));
    expect(await Promise.all(['pb', 'pd', 'pa'].map((id) => reads(own, 'Observation', id)))).toEqual([true, false, false]);
  });

  it('refuse a diagnosis by a nurse and any text to the registry', async () => {
    const condition: Resource = { resourceType: 'Condition', subject: { reference: 'Patient/b' }, code: { text: 'I10' } };
    await expect((await ctxOf(orlova)).store.write([{ method: 'create', resource: condition }])).rejects.toMatchObject({ code: 'store.forbidden' });
    expect(await reads(caller('reg', 'registrar'), 'Observation', 'pb')).toBe(false);
  });
});

describe('emergency access', () => {
  it('opens one record for four hours, goes to a named reviewer, and the patient reads of it', async () => {
    const head = await createAccount(entrance, { login: 'cardio-head', password: 'весьма-длинная-фраза', role: 'head', organization: 'Organization/cardio', name: 'Громов И. И.' });
    await expect(breakGlass(await ctxOf(stranger), 'c', ' ')).rejects.toMatchObject({ code: 'access.reason-needed' });
    await expect(breakGlass(await ctxOf(caller('reg', 'registrar')), 'c', 'Нужно посмотреть')).rejects.toMatchObject({ code: 'access.break-glass-role' });
    const opened = await breakGlass(await ctxOf(stranger), 'c', 'Пациентка без сознания');
    expect(opened.reviewer).toBe(head.id);
    expect(await breakGlass(await ctxOf(stranger), 'c', 'Ещё раз')).toMatchObject({ id: opened.id });
    expect(await reads(stranger, 'Observation', 'pc')).toBe(true);
    expect(await reads(stranger, 'Observation', 'pa')).toBe(false);
    expect(await relationOf(await ctxOf(stranger), 'c')).toMatchObject({ open: true, breakGlassUntil: hours(4).toISOString() });
    await entrance.journal.note({ at: now, actor: 'Practitioner/stranger', role: 'doctor', account: 'stranger', purpose: 'BTG', action: 'GET /api/chart/:id', patients: ['c'], types: ['Observation', 'Patient'], status: 200, request: 'r1', breakGlass: opened.id });
    const { entries } = await journalOf(karta(), 'c');
    expect(entries[0]).toMatchObject({ role: 'врач', what: 'личные данные, анализы и измерения', act: 'просмотр', emergency: 'Пациентка без сознания' });

    now = hours(4);
    expect(await reads(stranger, 'Observation', 'pc')).toBe(false);
    const reviewer = caller(head.id, 'head', 'cardio');
    expect(await breakGlassToReview(await ctxOf(reviewer))).toMatchObject([{ id: opened.id, patient: 'c', actor: 'Practitioner/stranger' }]);
    await expect(reviewBreakGlass(await ctxOf(stranger), opened.id, 'justified')).rejects.toMatchObject({ code: 'access.break-glass-unknown' });
    await reviewBreakGlass(await ctxOf(reviewer), opened.id, 'justified');
    await expect(reviewBreakGlass(await ctxOf(reviewer), opened.id, 'unjustified')).rejects.toMatchObject({ code: 'access.break-glass-reviewed' });
  });
});
