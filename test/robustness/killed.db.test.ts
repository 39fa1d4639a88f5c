import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openEntrance, systemContext } from '../../src/access/index.ts';
import { connect } from '../../src/db/database.ts';
import { joinEmbedded } from '../../src/db/embedded.ts';
import type { Database } from '../../src/db/types.ts';
import { openTail } from '../../src/events/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { log } from '../../src/kernel/log.ts';
import { openKeyStore, openMasterKey, readDocument, verifyStored } from '../../src/modules/documents/index.ts';
import { openStore, typeNumber } from '../../src/store/index.ts';
import { startLoad } from './create-load.ts';
import { HttpPerson, until } from './http-person.ts';
import { endPostmaster, newDataFolder, postmasterOf, program, startKarta } from './karta-process.ts';
import { readyVisit, sign } from './ready-visit.ts';
import { flawsOfLoad, halves, stateOfSignature } from './whole-writes.ts';

/** One Karta on its embedded database through the whole file: killed, started again, joined by a second process, backed up, its demo ended. */
const patient = 'demo-ivanova';
const { data, remove } = await newDataFolder();
afterAll(remove, 30_000);
let karta = await startKarta(data);
afterAll(() => karta.end('SIGKILL'));
const database: Database = await connect((await joinEmbedded({ data })).url, { max: 2 });
afterAll(() => database.end());
const signedIn = await HttpPerson.signIn(karta.url, 'doctor');
const system = await HttpPerson.system(karta.url);
const doctor = () => signedIn.at(karta.url);
/** How long a signature takes here and now, in milliseconds: a kill is to come somewhere in it. */
let signing = 90;

async function killAndStart(both: boolean): Promise<void> {
  await karta.end('SIGKILL');
  if (both) await endPostmaster(data, 'SIGKILL');
  karta = await startKarta(data);
}

test.each([['the server', false], ['the server and the database', true]])('%s killed right after the answer to «sign»: all of the document is there, and signing again answers the same one', { timeout: 120_000 }, async (_, both) => {
  const visit = await readyVisit(doctor(), patient);
  const key = crypto.randomUUID();
  const begun = performance.now();
  const signed = await sign(doctor(), visit, key);
  await karta.end('SIGKILL');
  signing = performance.now() - begun;
  await killAndStart(both);
  expect(signed.status, signed.text).toBe(200);
  const { document } = signed.json<{ document: string }>();
  expect(await stateOfSignature(database, visit.encounter)).toEqual({ state: 'all', documents: [document] });
  const rows = await database.query(`select 1 from journal j join journal_patient p using (seq) where j.action = 'POST /api/visits/:encounter/signature' and j.status = 200 and p.patient = $1 and j.at > now() - interval '1 minute'`, [patient]);
  expect(rows.length).toBeGreaterThanOrEqual(1);
  const again = await sign(doctor(), visit, key);
  expect([again.status, again.json<{ document: string }>().document]).toEqual([200, document]);
  expect(await halves(database)).toEqual([]);
});

test('killed in the middle of signing: all of it or nothing, and the second try signs once', { timeout: 120_000 }, async () => {
  for (let round = 0; round < 3; round++) {
    const visit = await readyVisit(doctor(), patient);
    const key = crypto.randomUUID();
    const answer = sign(doctor(), visit, key).catch(() => undefined);
    await sleep(Math.random() * signing * 1.2);
    await killAndStart(round === 2);
    const acknowledged = (await answer)?.status === 200;
    const after = await stateOfSignature(database, visit.encounter);
    expect(acknowledged ? ['all'] : ['all', 'nothing'], JSON.stringify(after)).toContain(after.state);
    const again = await sign(doctor(), visit, key);
    expect(again.status, again.text).toBe(200);
    expect(await stateOfSignature(database, visit.encounter)).toEqual({ state: 'all', documents: [again.json<{ document: string }>().document] });
  }
});

test('the database killed in mid-import and under concurrent creates: acknowledged writes are there once, nothing is half there, and it comes back by itself', { timeout: 120_000 }, async () => {
  const lines = 4000;
  const file = join(data, 'import.ndjson');
  // without ids, so that nothing but the noted position keeps a double out
  writeFileSync(file, Array.from({ length: lines }, (_, index) => `${JSON.stringify({ resourceType: 'Basic', code: { text: `${index}` } })}\n`).join(''));
  const imported = async (): Promise<number> => (await database.query<{ count: number }>('select count(*)::int as count from resource where type = $1', [typeNumber('Basic')]))[0]!.count;
  const runImport = () => {
    const child = spawn(process.execPath, [program, 'import', file], { env: { ...process.env, KARTA_DATA: data, KARTA_LOG: 'fatal', LANG: 'ru_RU.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (out += bytes.toString()));
    return { ended: once(child, 'exit').then(([code]) => ({ code: code as number | null, out })) };
  };
  const load = startLoad(() => [system.at(karta.url)], patient, 'db', 16);
  try {
    for (let kill = 0; kill < 2; kill++) {
      const before = { imported: await imported(), acknowledged: load.acknowledged.size };
      const { ended } = runImport();
      await until('the import and the creates go on', async () => (await imported()) > before.imported && load.acknowledged.size > before.acknowledged);
      await endPostmaster(data, 'SIGKILL');
      const { code, out } = await ended;
      expect([0, 1], out).toContain(code);
      expect(out).not.toMatch(/Внутренняя ошибка| at /);
      const acknowledged = load.acknowledged.size;
      await until('creates work again', () => load.acknowledged.size > acknowledged);
    }
    const last = await runImport().ended;
    expect(last.code, last.out).toBe(0);
  } finally {
    await load.stop();
  }
  expect([...load.refusals.keys()].filter((kind) => kind !== '0' && !kind.startsWith('503'))).toEqual([]);
  expect(await flawsOfLoad(database, load, 'db')).toEqual([]);
  const rows = await database.query<{ content: string }>('select content from resource where type = $1', [typeNumber('Basic')]);
  expect([rows.length, new Set(rows.map(({ content }) => (JSON.parse(content) as { code: { text: string } }).code.text)).size]).toEqual([lines, lines]);
});

test('while the database is away every request is refused in words as “unavailable”', async () => {
  const pid = postmasterOf(data)!;
  await endPostmaster(data, 'SIGKILL');
  const answers = await Promise.all([system.at(karta.url).send('GET', `/fhir/R4/Patient/${patient}`), doctor().send('GET', '/api/visits/drafts'), doctor().send('POST', '/api/visits', { body: { patient } })]);
  for (const answer of answers) expect([200, 503], answer.text).toContain(answer.status);
  for (const answer of answers.filter(({ status }) => status === 503)) expect(answer.text).toContain('База данных сейчас не отвечает');
  await until('the database is back', async () => (await doctor().send('GET', '/api/visits/drafts')).status === 200);
  expect(postmasterOf(data)).not.toBe(pid);
});

test('two processes on one database, one killed under load: nothing lost or doubled, the feed has no gap, access and drafts agree', { timeout: 120_000 }, async () => {
  const env = { DATABASE_URL: database.url };
  const other = await startKarta(data, env);
  const third = await startKarta(data, env);
  const tail = await openTail(database);
  const told: string[] = [];
  const [begin] = await database.query<{ xid: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as xid');
  const subscription = await tail.subscribe((changes) => told.push(...changes.map(({ type, id, version }) => `${type}/${id}/${version}`)));
  const live = await listen(signedIn.at(other.url));
  let processes = [other, third];
  const load = startLoad(() => processes.map(({ url }) => system.at(url)), patient, 'two', 16);
  try {
    await until('both are at work', () => load.acknowledged.size > 150);
    await third.end('SIGKILL');
    processes = [other];
    const then = load.acknowledged.size;
    await until('the other goes on', () => load.acknowledged.size > then + 100);
  } finally {
    await load.stop();
  }
  expect(await flawsOfLoad(database, load, 'two')).toEqual([]);
  const feed = async () => (await database.query<{ type: number; id: string; version: number }>('select type, id, version from outbox where xid >= $1::xid8 and type = $2', [begin!.xid, typeNumber('Observation')])).map(({ id, version }) => `Observation/${id}/${version}`);
  const written = await feed();
  await until('the feed has told all', () => written.every((each) => told.includes(each)));
  expect(told.filter((each, at) => told.indexOf(each) !== at)).toEqual([]);
  await until('the doctor’s live stream at the other process has told all', () => [...load.acknowledged.values()].every((id) => live.text().includes(`"${id}"`)));
  // A killed process keeps its leases for a while: then the others go on where it stood.
  const behind = `select r.name from reaction_position r where (r.xid, r.seq) < (select o.xid, o.seq from outbox o order by o.xid desc, o.seq desc limit 1)`;
  await until('reactions have done all', async () => (await database.query(behind)).length === 0, 60_000);
  live.stop();
  if (subscription !== 'too-old') subscription.stop();
  await tail.stop();

  // Access: a booking made through one process opens the record at the other, its cancelling closes it, and signing out ends it.
  const stranger = await HttpPerson.signIn(other.url, 'doctor3');
  const conditions = async (): Promise<number> => (await stranger.must<{ total: number }>('GET', `/fhir/R4/Condition?patient=Patient/${patient}&_summary=count`)).total;
  expect(await conditions()).toBe(0);
  const at = system.at(karta.url);
  const { entry } = await at.must<{ entry: { resource: { id: string } }[] }>('GET', '/fhir/R4/PractitionerRole?practitioner=Practitioner/demo-zakirov');
  const booking = await at.must<{ id: string }>('POST', '/fhir/R4/Appointment', {
    body: {
      resourceType: 'Appointment', status: 'booked', start: new Date().toISOString(), end: new Date(Date.now() + 900_000).toISOString(),
      participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }, { actor: { reference: `PractitionerRole/${entry[0]!.resource.id}` }, status: 'accepted' }],
    },
  });
  // what a process knows of relations it believes for minutes: that the other one knows sooner shows that it was told
  await until('the record opens', async () => (await conditions()) > 0);
  await at.must('PUT', `/fhir/R4/Appointment/${booking.id}`, { body: { ...booking, status: 'cancelled' } });
  await until('the record closes', async () => (await conditions()) === 0);
  expect((await stranger.at(karta.url).send('DELETE', '/api/session')).status).toBe(204);
  await until('the session ends', async () => (await stranger.send('GET', '/api/session')).text.includes('"signedIn":false'));

  const visit = await readyVisit(doctor(), patient);
  const seen = await signedIn.at(other.url).must<{ draft: { version: number; fields: { linkId: string; value: unknown }[] } }>('GET', `/api/visits/${visit.encounter}`);
  expect([seen.draft.version, seen.draft.fields.find(({ linkId }) => linkId === 'vitals.systolic')?.value]).toEqual([visit.version, 158]);
  const signatures = await Promise.all([sign(doctor(), visit, 'a'), sign(signedIn.at(other.url), visit, 'b')]);
  expect(new Set(signatures.map((answer) => answer.json<{ document: string }>().document)).size).toBe(1);
  await other.end('SIGTERM');
});

test('a backup taken under load and restored into an empty folder holds acknowledged writes, documents that verify, and drafts', { timeout: 120_000 }, async () => {
  const visit = await readyVisit(doctor(), patient);
  const signed = (await sign(doctor(), visit, crypto.randomUUID())).json<{ document: string }>().document;
  const open = await readyVisit(doctor(), patient);
  const load = startLoad(() => [system.at(karta.url)], patient, 'backup', 8);
  await until('creates are at work', () => load.acknowledged.size > 50);
  const before = new Map(load.acknowledged);
  const copy = join(data, 'copy');
  expect(await run('backup', [copy], { KARTA_DATA: data })).toBe(0);
  await load.stop();

  const elsewhere = join(data, '..', 'restored');
  mkdirSync(elsewhere, { mode: 0o711 });
  expect(await run('restore', [copy], { KARTA_DATA: elsewhere })).toBe(0);
  copyFileSync(join(data, 'master.key'), join(elsewhere, 'master.key'));
  chmodSync(join(elsewhere, 'master.key'), 0o600);
  const embedded = await joinEmbedded({ data: elsewhere });
  const restored = await connect(embedded.url, { max: 4 });
  try {
    expect(await flawsOfLoad(restored, { ...load, acknowledged: before }, 'backup')).toEqual([]);
    expect(await stateOfSignature(restored, visit.encounter)).toEqual({ state: 'all', documents: [signed] });
    expect(await stateOfSignature(restored, open.encounter)).toMatchObject({ state: 'nothing' });
    const draft = 'select link_id, value, revision, author from draft_field where draft = $1 order by link_id';
    expect(await restored.query(draft, [open.draft])).toEqual(await database.query(draft, [open.draft]));
    const store = await openStore(restored, { clock: systemClock, zone: 'Europe/Moscow' });
    const ctx = systemContext(openEntrance({ db: restored, store, clock: systemClock, log, url: 'http://localhost', demo: true }));
    const keys = openKeyStore(restored, openMasterKey({ data: elsewhere, demo: true, keyFile: undefined }), systemClock);
    const trust = { anchors: await keys.anchors(), revoked: await keys.revocations() };
    const documents = (await restored.query<{ id: string }>('select distinct document as id from document_signature')).map(({ id }) => id);
    expect(documents.length).toBeGreaterThan(5);
    for (const id of documents) expect(verifyStored(await readDocument(ctx, id), trust, systemClock.now()), id).toMatchObject({ verdict: 'valid' });
  } finally {
    await restored.end();
    await embedded.stop();
  }
});

test('started with KARTA_DEMO=off nothing of the demo opens anything any more, and a fresh start with it off has none', { timeout: 120_000 }, async () => {
  const off = { KARTA_DEMO: 'off' };
  await karta.end('SIGTERM');
  karta = await startKarta(data, off);
  for (const login of ['registrar', 'nurse', 'doctor', 'doctor2', 'doctor3', 'head', 'patient', 'admin']) await expect(HttpPerson.signIn(karta.url, login)).rejects.toThrow(/401/);
  await expect(HttpPerson.system(karta.url)).rejects.toThrow(/401/);
  expect((await doctor().send('GET', '/api/visits/drafts')).status).toBe(401);
  expect((await system.at(karta.url).send('GET', `/fhir/R4/Patient/${patient}`)).status).toBe(401);
  expect(await demoLeft(database, data)).toEqual([]);
  await karta.end('SIGTERM');

  const fresh = await newDataFolder();
  try {
    const clean = await startKarta(fresh.data, off);
    const empty = await connect((await joinEmbedded({ data: fresh.data })).url, { max: 1 });
    try {
      expect(await demoLeft(empty, fresh.data)).toEqual([]);
      const rows = await empty.query(`select (select count(*) from account)::int as accounts, (select count(*) from service_client)::int as clients, (select count(*) from signing_key)::int as keys, (select count(*) from resource where type = any($1))::int as people`, [['Patient', 'Practitioner', 'PractitionerRole', 'Person'].map(typeNumber)]);
      expect(rows).toEqual([{ accounts: 0, clients: 0, keys: 0, people: 0 }]);
      expect(await empty.query(`select id from resource where content like '%urn:karta:demo%'`)).toEqual([]);
    } finally {
      await empty.end();
      await clean.end('SIGTERM');
    }
  } finally {
    await fresh.remove();
  }
});

/** What could still open something: of accounts, sessions, clients, tokens, signing keys, and key files in the data folder. */
async function demoLeft(sql: Database, folder: string): Promise<string[]> {
  const left: string[] = [];
  const checks: Record<string, string> = {
    account: 'select login as name from account where demo and (not disabled or password_hash is not null)',
    session: 'select s.account as name from session s join account a on a.id = s.account where a.demo',
    client: 'select id as name from service_client where demo',
    token: `select client as name from oauth_entry where client = 'demo-system'`,
    link: 'select 1 as name from first_link where expires < now()',
    'signing key': `select owner as name from signing_key where (revoked is null or wrapped <> '') and (owner like '%demo%' or owner = 'authority')`,
  };
  for (const [what, query] of Object.entries(checks)) for (const { name } of await sql.query<{ name: string }>(query)) left.push(`${what} ${name}`);
  if (existsSync(join(folder, 'master.key'))) left.push('master.key');
  for (const file of readdirSync(folder, { withFileTypes: true })) if (file.isFile() && /PRIVATE KEY/.test(readFileSync(join(folder, file.name), 'utf8'))) left.push(file.name);
  return left;
}

/** A `karta` command to its end. */
async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number | null> {
  const child = spawn(process.execPath, [program, command, ...args], { env: { ...process.env, KARTA_LOG: 'fatal', ...env }, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** A live stream read into one text. */
async function listen(person: HttpPerson): Promise<{ text: () => string; stop: () => void }> {
  const controller = new AbortController();
  const answer = await fetch(`${person.url}/api/live`, { headers: person.credentials, signal: controller.signal });
  expect(answer.status).toBe(200);
  let text = '';
  void (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of answer.body!) text += decoder.decode(bytes, { stream: true });
  })().catch(() => undefined);
  return { text: () => text, stop: () => controller.abort() };
}

