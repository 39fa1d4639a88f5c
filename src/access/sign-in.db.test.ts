import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { log } from '../kernel/log.ts';
import { openStore } from '../store/index.ts';
import { createAccount, createFirstAdministrator, disableAccount, endDemo, demoPeople, findSession, firstLink, keepDemoAccount, openEntrance, signIn, signOut, signOutEverywhere, sweepSessions } from './index.ts';

const db = await freshDatabase();
let now = new Date('2026-11-21T08:00:00Z');
const clock = { now: () => now };
const later = (minutes: number): void => void (now = new Date(now.getTime() + minutes * 60_000));
const store = await openStore(db, { clock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db, store, clock, log, url: 'http://localhost:8121', demo: true });
const password = 'длинная-фраза-7';
const doctor = await createAccount(entrance, { login: 'Petrov', password, role: 'doctor', practitioner: 'Practitioner/petrov', name: 'Петров П. П.' });
const open = (login = 'petrov', word = password, address = '10.0.0.1') => signIn(entrance, { login, password: word, address });

describe('signing in', () => {
  it('knows a person by login and password, whatever the letter case of the login', async () => {
    const { token, caller } = await open(' PETROV ');
    expect(caller.actor).toMatchObject({ reference: 'Practitioner/petrov', role: 'doctor' });
    expect(await findSession(entrance, token)).toMatchObject({ account: doctor.id });
  });

  it('answers a wrong password and an unknown login alike, after like work', async () => {
    // the processor's time, not the clock's: a machine that does other things takes nothing for work
    const work = async (login: string, address: string) => {
      const from = process.cpuUsage();
      await expect(open(login, 'not this one', address)).rejects.toMatchObject({ code: 'access.wrong-credentials', details: {} });
      return process.cpuUsage(from).user;
    };
    const least = async (login: string, address: string) => Math.min(await work(login, `${address}1`), await work(login, `${address}2`));
    const [known, unknown] = [await least('petrov', '10.0.1.'), await least('nobody-here', '10.0.2.')];
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('keeps neither password nor cookie in the database', async () => {
    const { token } = await open();
    const rows = await db.query<{ text: string }>(`select to_json(a)::text as text from account a union all select to_json(s)::text from session s union all select to_json(t)::text from throttle t`);
    const all = rows.map((row) => row.text).join('\n');
    expect(all).not.toContain(password);
    expect(all).not.toContain(token);
    expect(all).toContain('$argon2id$');
  });

  it('refuses a login that is taken and a password that is easy to guess', async () => {
    await expect(createAccount(entrance, { login: 'petrov', password, role: 'nurse', name: 'Другой' })).rejects.toMatchObject({ code: 'access.login-taken' });
    await expect(createAccount(entrance, { login: 'short', password: 'short', role: 'nurse', name: 'К.' })).rejects.toMatchObject({ code: 'access.weak-password' });
  });
});

describe('sessions', () => {
  it('end after half an hour of silence, but not while someone works', async () => {
    const { token } = await open();
    for (let times = 0; times < 4; times++) {
      later(20);
      expect(await findSession(entrance, token)).toBeDefined();
    }
    later(31);
    expect(await findSession(entrance, token)).toBeUndefined();
  });

  it('end after twelve hours however busy, and a watching stream keeps nobody signed in', async () => {
    const { token } = await open();
    const idle = await open();
    for (let times = 0; times < 30; times++) {
      later(20);
      expect(await findSession(entrance, token)).toBeDefined();
      await findSession(entrance, idle.token, true);
    }
    expect(await findSession(entrance, idle.token)).toBeUndefined();
    later(12 * 60);
    expect(await findSession(entrance, token)).toBeUndefined();
    expect(await sweepSessions(entrance)).toBeGreaterThan(0);
  });

  it('are not believed for longer because the clock was set back', async () => {
    const { token } = await open();
    expect(await findSession(entrance, token)).toBeDefined();
    later(-180);
    expect(await findSession(entrance, token)).toBeDefined();
    await db.query('delete from session where account = $1', [doctor.id]); // signed out through another process
    later(0.02);
    expect(await findSession(entrance, token)).toBeUndefined();
    later(180);
  });

  it('end at once when signed out, here or everywhere, and when the account is closed', async () => {
    const [first, second, third] = [await open(), await open(), await open()];
    for (const one of [first, second, third]) expect(await findSession(entrance, one.token)).toBeDefined();
    await signOut(entrance, first.token);
    expect(await findSession(entrance, first.token)).toBeUndefined();
    expect(await findSession(entrance, second.token)).toBeDefined();
    await signOutEverywhere(entrance, doctor.id);
    expect(await findSession(entrance, second.token)).toBeUndefined();
    const fourth = await open();
    expect(await findSession(entrance, fourth.token)).toBeDefined();
    await disableAccount(entrance, doctor.id, true);
    expect(await findSession(entrance, fourth.token)).toBeUndefined();
    await expect(open()).rejects.toMatchObject({ code: 'access.wrong-credentials' });
    await disableAccount(entrance, doctor.id, false);
  });
});

describe('the demo', () => {
  it('leaves no person, password, session or client behind when it ends, and comes back when asked for', async () => {
    const nurse = { login: 'nurse', role: 'nurse', practitioner: 'Practitioner/demo-orlova', name: 'Орлова Т. И.', about: 'День процедурного кабинета' } as const;
    await keepDemoAccount(entrance, nurse);
    expect(await demoPeople(entrance)).toEqual([{ login: 'nurse', name: 'Орлова Т. И.', role: 'nurse', about: 'День процедурного кабинета' }]);
    const { token } = await open('nurse', 'karta-demo');
    await endDemo(db);
    entrance.kept.clear();
    expect(await findSession(entrance, token)).toBeUndefined();
    expect(await demoPeople(entrance)).toEqual([]);
    await expect(open('nurse', 'karta-demo')).rejects.toMatchObject({ code: 'access.wrong-credentials' });
    expect(await db.query('select 1 from service_client')).toEqual([]);
    expect(await db.query('select 1 from account where demo and password_hash is not null')).toEqual([]);
    await keepDemoAccount(entrance, nurse);
    await open('nurse', 'karta-demo');
  });

  it('never touches an account that is not of the demo', async () => {
    await keepDemoAccount(entrance, { login: 'petrov', role: 'doctor', name: 'Петров' });
    await expect(open('petrov', 'karta-demo', '10.0.3.1')).rejects.toMatchObject({ code: 'access.wrong-credentials' });
  });
});

describe('the first administrator', () => {
  it('comes by a link that works once and only while there is none', async () => {
    const link = await firstLink(entrance);
    expect(link).toMatch(/^http:\/\/localhost:8121\/first#[\w-]{43}$/);
    const given = { token: link!.split('#')[1]!, login: 'chief', password: 'весьма-длинная-фраза', name: 'Администратор', address: '10.0.0.9' };
    await expect(createFirstAdministrator(entrance, { ...given, password: 'short' })).rejects.toMatchObject({ code: 'access.weak-password' });
    const { caller, token } = await createFirstAdministrator(entrance, given);
    expect(caller.actor.role).toBe('admin');
    expect(await findSession(entrance, token)).toBeDefined();
    await expect(createFirstAdministrator(entrance, { ...given, login: 'second' })).rejects.toMatchObject({ code: 'access.first-link-used' });
    expect(await firstLink(entrance)).toBeUndefined();
  });
});
