import type { Observation, Patient, Resource } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { checkEnp, checkOgrn, checkSnils } from '../../src/kernel/identifiers.ts';
import { manyVisits } from '../builders.ts';
import { demoAccounts } from './accounts.ts';
import { demoNotes, demoRegion } from './demo-region.ts';
import { demoTime, zonedInstant } from './demo-time.ts';
import { people } from './people.ts';

const zone = 'Europe/Moscow';
const now = new Date('2026-11-21T06:21:00Z');
const region = demoRegion({ now, zone });
const key = (resource: Resource) => `${resource.resourceType}/${resource.id}`;
const known = new Set(region.map(key));
const unknownIn = (resources: Resource[], ids: ReadonlySet<string>) => references(resources).filter((reference) => !ids.has(reference));
const of = <T extends Resource>(type: T['resourceType'], from = region) => from.filter((resource) => resource.resourceType === type) as T[];

function walk(value: unknown, seen: (name: string, value: unknown) => void, name = ''): void {
  seen(name, value);
  if (Array.isArray(value)) for (const part of value) walk(part, seen, name);
  else if (value !== null && typeof value === 'object') for (const [inner, part] of Object.entries(value)) walk(part, seen, inner);
}
const references = (resources: unknown) => {
  const found: string[] = [];
  walk(resources, (name, value) => name === 'reference' && typeof value === 'string' && found.push(value));
  return found;
};

describe('the demo region', () => {
  test('every reference finds its resource, ids are unique and legal, everything is marked as fictional', () => {
    expect(known.size).toBe(region.length);
    expect(unknownIn(region, known)).toEqual([]);
    for (const resource of region) {
      expect(resource.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
      expect(resource.meta?.tag?.[0]).toMatchObject({ system: 'urn:karta:demo', code: 'demo' });
    }
  });

  test('is alike each time for the same moment', () => {
    expect(demoRegion({ now, zone })).toEqual(region);
  });

  test('check digits are right, and each number belongs to one person', () => {
    const patients = of<Patient>('Patient');
    expect(patients.length).toBeGreaterThanOrEqual(40);
    const values = (system: string) => patients.flatMap((p) => p.identifier ?? []).filter((i) => i.system === system).map((i) => i.value!);
    for (const snils of values('urn:identity:snils:Patient')) expect(checkSnils(snils).valid, snils).toBe(true);
    for (const enp of values('urn:identity:enp:Patient')) expect(checkEnp(enp).valid, enp).toBe(true);
    for (const system of ['urn:identity:snils:Patient', 'urn:identity:enp:Patient', 'urn:karta:card']) expect(new Set(values(system)).size).toBe(values(system).length);
    const ogrns = of<Extract<Resource, { resourceType: 'Organization' }>>('Organization').flatMap((o) => o.identifier ?? []).filter((i) => i.system === 'urn:identity:ogrn');
    expect(ogrns.map((i) => checkOgrn(i.value!).valid)).toEqual(ogrns.map(() => true));
    expect(values('urn:identity:snils:Patient')).toContain('11223344595');
  });

  test('has the people that are hard to serve', () => {
    const patients = of<Patient>('Patient');
    const named = (text: string) => patients.filter((p) => p.name![0]!.text === text);
    expect(patients.some((p) => p.name![0]!.text!.length >= 60)).toBe(true);
    expect(named('Смирнов Александр Иванович')).toHaveLength(2);
    const newborn = patients.find((p) => p.id === 'demo-volkov-newborn')!;
    expect(newborn.identifier!.map((i) => i.system)).toEqual(['urn:karta:card']);
    expect(of('Coverage').find((c) => c.id === 'demo-volkov-newborn-policy')).toMatchObject({ subscriberId: expect.stringMatching(/^\d{16}_\d{4}-\d\d-\d\d_1$/) });
    expect(patients.filter((p) => p.multipleBirthInteger !== undefined)).toHaveLength(2);
    expect(of('RelatedPerson').length).toBeGreaterThanOrEqual(4);
    const text = JSON.stringify(region);
    expect(text).toContain('716186003');
    expect(people.some((p) => p.allergy === undefined)).toBe(true);
  });

  test('Мария Петровна has her problems, medicines, allergy and three years of values', () => {
    const own = region.filter((r) => references(r).includes('Patient/demo-ivanova'));
    const codes = of<Extract<Resource, { resourceType: 'Condition' }>>('Condition', own).map((c) => c.code!.coding![0]!.code);
    expect(codes).toEqual(expect.arrayContaining(['I11.9', 'I20.8', 'M17.0']));
    expect(of<Extract<Resource, { resourceType: 'MedicationRequest' }>>('MedicationRequest', own).map((m) => m.medicationCodeableConcept!.coding![0]!.code)).toEqual(['bisoprolol', 'atorvastatin', 'losartan']);
    const series = (code: string) => of<Observation>('Observation', own).filter((o) => o.code.coding![0]!.code === code);
    for (const code of ['85354-9', '8867-4', '29463-7', '22748-8', '14771-0', '14682-9']) expect(series(code).length, code).toBeGreaterThanOrEqual(6);
    expect(series('22748-8').at(-1)!.interpretation![0]!.coding![0]!.code).toBe('H');
  });

  test.each(['2026-11-21T06:21:00Z', '2026-11-20T21:00:00Z', '2026-11-20T21:20:00Z', '2026-11-21T20:55:00Z', '2027-03-28T00:30:00Z', '2028-02-29T12:00:00Z'])('the day is today at any hour: %s', (moment) => {
    for (const where of ['Europe/Moscow', 'Asia/Kamchatka', 'Europe/Berlin']) {
      const at = new Date(moment);
      const built = demoRegion({ now: at, zone: where });
      const ids = new Set(built.map(key));
      expect(unknownIn(built, ids)).toEqual([]);
      const today = zonedInstant(at, where).slice(0, 10);
      const line = of<Extract<Resource, { resourceType: 'Appointment' }>>('Appointment', built);
      const sokolova = line.filter((a) => references(a).includes('PractitionerRole/demo-sokolova-therapist'));
      expect(sokolova).toHaveLength(14);
      for (const appointment of line) expect(appointment.start!.slice(0, 10)).toBe(today);
      expect(sokolova.filter((a) => a.status === 'arrived').length).toBeGreaterThan(0);
      expect(sokolova.find((a) => a.id!.endsWith('-ivanova'))!.status).toBe('arrived');
      expect(line.filter((a) => references(a).includes('Patient/demo-ivanova')).every((a) => a.status === 'arrived' || a.status === 'booked')).toBe(true);
      expect(of<Observation>('Observation', built).filter((o) => Date.parse(o.effectiveDateTime!) > at.getTime()).map((o) => o.id)).toEqual([]);
    }
  });

  test('nobody is measured, prescribed or treated before being born', () => {
    const born = new Map(of<Patient>('Patient').map((p) => [`Patient/${p.id}`, p.birthDate!]));
    const early: string[] = [];
    for (const resource of region) {
      const subject = references((resource as { subject?: unknown }).subject ?? (resource as { patient?: unknown }).patient)[0];
      const birth = subject === undefined ? undefined : born.get(subject);
      if (birth === undefined || resource.resourceType === 'RelatedPerson') continue;
      walk(resource, (name, value) => {
        if (/^(effectiveDateTime|onsetDateTime|authoredOn|start|dateTime|recordedDate)$/.test(name) && typeof value === 'string' && value.slice(0, 10) < birth) early.push(`${key(resource)} ${name} ${value} < ${birth}`);
      });
    }
    expect(early).toEqual([]);
  });

  test('Russian texts use «ёлочки», no-break spaces and no doubled spaces', () => {
    const wrong: string[] = [];
    walk([region, demoNotes({ now, zone })], (name, value) => {
      if (typeof value !== 'string' || name === 'reference' || name === 'display') return;
      if (/ {2}|[а-яё]"|"[а-яё]/i.test(value) || /\d (мг|мкг|мл|°C|ммоль|раза?|дней|минут|месяца)(?![а-яё])/.test(value)) wrong.push(value);
    });
    expect([...new Set(wrong)]).toEqual([]);
  });

  test('each sign-in is somebody of the region', () => {
    const accounts = demoAccounts();
    expect(accounts.map((a) => a.login)).toEqual(['registrar', 'nurse', 'doctor', 'doctor2', 'doctor3', 'head', 'patient', 'admin', 'auditor']);
    const named = accounts.flatMap((a) => [a.practitioner, a.practitionerRole, a.organization, ...(a.patients ?? [])]).filter((reference) => reference !== undefined);
    expect(named.filter((reference) => !known.has(reference))).toEqual([]);
    const third = accounts.find((a) => a.login === 'doctor3')!;
    expect(region.filter((r) => references(r).includes('Patient/demo-ivanova') && [third.practitioner, third.practitionerRole].some((p) => references(r).includes(p!)))).toEqual([]);
  });

  test('past visits have their words, from the oldest to the newest', () => {
    const notes = demoNotes({ now, zone });
    expect(notes.length).toBeGreaterThan(150);
    for (const note of notes) expect(known.has(note.encounter), note.encounter).toBe(true);
  });

  test('a person with a thousand visits is built whole', () => {
    const built = manyVisits('many-1', 1000, now);
    const ids = new Set([...known, ...built.map(key)]);
    expect(of('Encounter', built)).toHaveLength(1000);
    expect(unknownIn(built, ids)).toEqual([]);
  });

  test('the zone’s midnight is right where the clock changes', () => {
    expect(demoTime(new Date('2027-03-28T10:00:00Z'), 'Europe/Berlin').at(0, 0)).toBe('2027-03-28T00:00:00+01:00');
    expect(demoTime(now, zone).at(0, 555)).toBe('2026-11-21T09:15:00+03:00');
  });
});
