import fc from 'fast-check';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { assembleModules } from '../../src/apps/assemble-modules.ts';
import { resourceTypes } from '../../src/fhir/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openEntrance } from '../../src/access/index.ts';
import { log } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/index.ts';
import { freshDatabase } from '../harness.ts';
import { hostileCalls, hostileReads, spoiltResources, strangeHeaders, type HostileRequest } from './hostile-requests.ts';
import { HttpPerson, until } from './http-person.ts';
import { readyVisit, sign } from './ready-visit.ts';
import { fingerprint, openRegion, untilStill } from './region.ts';
import { agent, inParallel, sendPatiently, sendRaw } from './send-raw.ts';
import { comparable, known, secretWords, strangerPatient, strangersRecord } from './stranger.ts';
import { halves, stateOfSignature } from './whole-writes.ts';

const database = await freshDatabase();
const region = await openRegion(database);
afterAll(async () => {
  agent.destroy();
  await region.close();
});
const { url } = region;
const entrance = openEntrance({ db: database, store: await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' }), clock: systemClock, log, url, demo: true });
const system = await HttpPerson.system(url);
const [doctor, stranger, registrar, patient, admin] = (await Promise.all(['doctor', 'doctor3', 'registrar', 'patient', 'admin'].map((login) => HttpPerson.signIn(url, login)))) as [HttpPerson, HttpPerson, HttpPerson, HttpPerson, HttpPerson];
await system.must('PUT', '/fhir/R4/Patient/stranger', { body: strangerPatient });
await untilStill(database);

const mine = 'demo-ivanova';
/** The same hostile requests each time; `npm run trial -- hostile-requests` throws dice. */
const seed = fc.readConfigureGlobal().seed ?? 0;
const observation = (extra: object = {}) => ({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, subject: { reference: `Patient/${mine}` }, ...extra });
/** Fails unless everything is as it was before. */
async function unchanged(work: () => Promise<void>): Promise<void> {
  const before = await fingerprint(database);
  await work();
  expect(await fingerprint(database)).toEqual(before);
}

/** Bytes on a bare connection; what came back until the other side or we hung up. */
async function upload(head: string, body: string, hangUpAfter?: number): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      resolve();
    };
    socket.on('error', end).on('close', end); // the server may close while we are still sending
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString();
      if (/\r\n\r\n\{.*\}\s*$/s.test(answer)) end();
    });
  });
  socket.write(head);
  for (let at = 0; at < body.length && !over; at += 262_144) if (!socket.write(body.slice(at, at + 262_144))) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), ended]);
  await (hangUpAfter === undefined ? ended : Promise.race([sleep(hangUpAfter), ended]));
  socket.destroy();
  return answer;
}

const headOf = (method: string, path: string, person: HttpPerson, length: number, type = path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${url}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n${Object.entries(person.credentials).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

describe('bad input gets a clear error and changes nothing', () => {
  const bundle = (entries: object[], type = 'transaction') => ({ resourceType: 'Bundle', type, entry: entries.map((resource) => ({ resource, request: { method: 'POST', url: (resource as { resourceType: string }).resourceType } })) });
  test.each<[string, string, string, unknown, Record<string, string>, number]>([
    ['broken JSON', 'POST', '/fhir/R4/Observation', '{"resourceType":"Observation",', {}, 400],
    ['an unknown type', 'POST', '/fhir/R4/Unicorn', { resourceType: 'Unicorn' }, {}, 404],
    ['an unknown field', 'POST', '/fhir/R4/Observation', observation({ shoeSize: 43 }), {}, 422],
    ['a wrong code', 'POST', '/fhir/R4/Observation', observation({ status: 'готово' }), {}, 422],
    ['a reference to nothing', 'POST', '/fhir/R4/Observation', observation({ subject: { reference: 'Patient/nobody' } }), {}, 422],
    ['a stale version', 'PUT', `/fhir/R4/Patient/${mine}`, { resourceType: 'Patient', id: mine }, { 'if-match': 'W/"77"' }, 412],
    ['a version of what is not there', 'PUT', '/fhir/R4/Patient/never-was', { resourceType: 'Patient', id: 'never-was' }, { 'if-match': 'W/"1"' }, 412],
    ['a transaction with one bad entry', 'POST', '/fhir/R4', bundle([observation(), observation(), observation({ status: 'готово' })]), {}, 422],
    ['a transaction with one reference to nothing', 'POST', '/fhir/R4', bundle([observation(), observation({ subject: { reference: 'urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427' } })]), {}, 422],
    ['a character that no text can hold', 'POST', '/fhir/R4/Observation', observation({ note: [{ text: 'a\u0000b' }] }), {}, 422],
    ['a deletion of what others refer to', 'DELETE', `/fhir/R4/Patient/${mine}`, undefined, {}, 409],
    ['a vague conditional deletion', 'DELETE', '/fhir/R4/Observation?status=final', undefined, {}, 412],
  ])('%s', async (_, method, path, body, headers, status) => {
    await unchanged(async () => {
      const answer = await system.send(method, path, { ...(body === undefined ? {} : { body }), headers });
      expect([answer.status, answer.json<{ resourceType: string }>().resourceType], answer.text).toEqual([status, 'OperationOutcome']);
      expect(answer.json<{ issue: { details: { text: string } }[] }>().issue[0]!.details.text).toMatch(/[а-яё]/);
    });
  });

  test('60 MB, announced or not, to either API: refused before they are parsed', async () => {
    await unchanged(async () => {
      const megabytes = 60 * 1024 * 1024;
      for (const [path, person] of [['/fhir/R4/Patient', system], ['/api/visits', doctor], ['/api/session', doctor]] as const) {
        expect(await upload(headOf('POST', path, person, megabytes), `{"a":"${'x'.repeat(1024 * 1024)}`), path).toMatch(/^HTTP\/1\.1 413 /);
        const chunked = headOf('POST', path, person, 0).replace(/Content-Length: 0/, 'Transfer-Encoding: chunked');
        const piece = `${(1024 * 1024).toString(16)}\r\n${' '.repeat(1024 * 1024)}\r\n`;
        // Nothing was announced: whoever goes on sending after the refusal may be cut off before he reads it.
        expect(await upload(chunked, piece.repeat(18)), path).toMatch(/^(HTTP\/1\.1 413 .*)?$/s);
      }
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    });
  });

  test('a visit’s API: broken JSON, wrong types, unknown fields and impossible values', async () => {
    const visit = await readyVisit(doctor, mine);
    const save = (fields: unknown, more: object = {}) => ({ editor: 'hostile-1', sequence: 1, fields, ...more });
    await unchanged(async () => {
      const tries: [string, string, unknown][] = [
        ['PATCH', `/api/visits/${visit.encounter}/fields`, '{"editor":'],
        ['PATCH', `/api/visits/${visit.encounter}/fields`, save([])],
        ['PATCH', `/api/visits/${visit.encounter}/fields`, save([{ linkId: 'vitals.pulse', value: 'часто', baseRevision: 0 }])],
        ['PATCH', `/api/visits/${visit.encounter}/fields`, save([{ linkId: 'vitals.pulse', value: 1e9, baseRevision: 0 }])],
        ['PATCH', `/api/visits/${visit.encounter}/fields`, save([{ linkId: 'no.such.field', value: 'x', baseRevision: 0 }])],
        ['PATCH', `/api/visits/${visit.encounter}/fields`, save([{ linkId: 'complaints', value: 'a\u0000b', baseRevision: 0 }])],
        ['PATCH', `/api/visits/${visit.encounter}/fields`, save([{ linkId: 'diagnosis:z', value: { kind: 'diagnosis', code: 'ZZZ', display: '', role: 'main', certainty: 'final', course: 'acute' }, baseRevision: 0 }])],
        ['PATCH', `/api/visits/${visit.encounter}/fields`, save([{ linkId: 'complaints', value: 'x'.repeat(30_000), baseRevision: 0 }])],
        ['PATCH', '/api/visits/nobody/fields', save([{ linkId: 'complaints', value: 'x', baseRevision: 0 }])],
        ['POST', `/api/visits/${visit.encounter}/signature`, { version: visit.version - 1 }],
        ['POST', `/api/visits/${visit.encounter}/signature`, { version: 'newest' }],
        ['POST', '/api/visits', { patient: 'nobody' }],
        ['POST', '/api/visits', { patient: '../../etc' }],
        ['POST', '/api/visits', { appointment: 'nobody' }],
      ];
      for (const [method, path, body] of tries) {
        const answer = await doctor.send(method, path, { body });
        expect(answer.status, `${path} ${JSON.stringify(body).slice(0, 120)}: ${answer.text}`).toSatisfy((status: number) => status >= 400 && status < 500);
        expect(answer.json<{ detail: string }>().detail).toMatch(/[а-яё]/);
      }
    });
  });
});

describe('a connection lost in mid-save', () => {
  test('while the request is being sent: nothing is saved', async () => {
    const visit = await readyVisit(doctor, mine);
    await unchanged(async () => {
      const body = JSON.stringify({ editor: 'hostile-2', sequence: 1, fields: [{ linkId: 'complaints', value: 'оборвано', baseRevision: 0 }] });
      await upload(headOf('PATCH', `/api/visits/${visit.encounter}/fields`, doctor, Buffer.byteLength(body)), body.slice(0, 60), 30);
      const text = JSON.stringify(observation());
      await upload(headOf('POST', '/fhir/R4/Observation', system, Buffer.byteLength(text)), text.slice(0, 80), 30);
      await sleep(100);
    });
  });

  test('before the answer came: sent again under its key it is there once', async () => {
    const keys = Array.from({ length: 12 }, (_, number) => `lost-${number}`);
    await inParallel(keys, async (key) => {
      const body = JSON.stringify(observation({ identifier: [{ system: 'urn:test:lost', value: key }] }));
      const head = headOf('POST', '/fhir/R4/Observation', system, Buffer.byteLength(body)).replace('Content-Type', `Idempotency-Key: ${key}\r\nContent-Type`);
      await upload(head, body, Math.random() * 15);
      expect((await system.send('POST', '/fhir/R4/Observation', { body, headers: { 'idempotency-key': key } })).status).toBe(201);
      expect(await system.must('GET', `/fhir/R4/Observation?identifier=urn:test:lost|${key}&_summary=count`)).toMatchObject({ total: 1 });
    });
    expect(await halves(database)).toEqual([]);
  });
});

describe('at the same moment', () => {
  test.each([['the same key', ['k', 'k']], ['different keys', ['k1', 'k2']]])('a double click on «sign» with %s makes one document', async (_, keys) => {
    const visit = await readyVisit(doctor, mine);
    const answers = await Promise.all([...keys, ...keys].map((key) => sign(doctor, visit, `${visit.encounter}-${key}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const documents = new Set(answers.map((answer) => answer.json<{ document: string }>().document));
    expect(await stateOfSignature(database, visit.encounter)).toEqual({ state: 'all', documents: [...documents] });
  });

  test('many who make the same id, and many more than there are connections, all get an answer', async () => {
    const made = await inParallel(Array.from({ length: 24 }, (_, number) => number), (number) => system.send('PUT', `/fhir/R4/Basic/same-${number % 2}`, { body: { resourceType: 'Basic', id: `same-${number % 2}`, code: { text: `${number}` } } }), 24);
    expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array.from({ length: 22 }, () => 200), 201, 201]);
    for (const id of ['same-0', 'same-1']) expect((await system.must<{ entry: unknown[] }>('GET', `/fhir/R4/Basic/${id}/_history`)).entry).toHaveLength(12);
    const many = await inParallel(Array.from({ length: 200 }, (_, number) => number), () => system.send('POST', '/fhir/R4/Basic', { body: { resourceType: 'Basic', code: { text: 'x' } } }), 64);
    expect(many.filter(({ status }) => status !== 201)).toEqual([]);
    expect(await halves(database)).toEqual([]);
  });
});

describe('who may not see it', () => {
  /** Names of one round of probing and all that was answered. */
  const callers: [string, HttpPerson][] = [['patient', patient], ['doctor', doctor], ['doctor3', stranger], ['registrar', registrar], ['admin', admin]];
  const ask = (requests: readonly HostileRequest[]) => Promise.all(callers.map(([, person]) => inParallel(requests, (request) => sendPatiently(url, request, person.credentials), 3)));

  test('gets the same answer whether a stranger’s record exists or not: searches, chains, _has, includes, totals, sort, history, errors', { timeout: 120_000 }, async () => {
    const requests = fc.sample(hostileReads(known), { numRuns: 130, seed: 7719 });
    const plain = ['Condition', 'Observation', 'DocumentReference', 'MedicationRequest'].flatMap((type): HostileRequest[] => [
      { method: 'GET', path: `/fhir/R4/${type}?patient=Patient/stranger` },
      { method: 'GET', path: `/fhir/R4/${type}?_summary=count` },
      { method: 'GET', path: `/fhir/R4/Patient?_has:${type}:subject:identifier=synechiaraptor` },
      { method: 'GET', path: `/fhir/R4/Patient?_id=stranger&_revinclude=${type}:subject` },
      { method: 'GET', path: `/fhir/R4/${type}/_history` },
    ]);
    const probes = [...plain, ...strangersRecord.flatMap(({ resourceType, id }): HostileRequest[] => ['', '/_history', '/_history/1'].map((tail) => ({ method: 'GET', path: `/fhir/R4/${resourceType}/${id}${tail}` }))), ...requests];
    const before = await ask(probes);
    for (const { resourceType, id, ...rest } of strangersRecord) await system.must('PUT', `/fhir/R4/${resourceType}/${id}`, { body: { resourceType, id, ...rest } });
    await system.must('PUT', '/fhir/R4/Condition/secret-condition', { body: { ...strangersRecord[0], clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] } } });
    await system.must('DELETE', '/fhir/R4/Condition/secret-deleted');
    const after = await ask(probes);
    const told: string[] = [];
    for (const [index, [name]] of callers.entries()) {
      for (const [at, probe] of probes.entries()) {
        const [was, is] = [before[index]![at]!, after[index]![at]!];
        if (was.status === 0 || was.status >= 500 || is.status !== was.status || comparable(is.text) !== comparable(was.text)) told.push(`${name} ${probe.method} ${probe.path} ${probe.body ?? ''}\n  before ${was.status} ${was.text.slice(0, 300)}\n  after ${is.status} ${is.text.slice(0, 300)}`);
      }
    }
    expect(told.slice(0, 5)).toEqual([]);
  });

  test('cannot ask by writing either: what exists and what does not are refused alike, and nothing of it changes', async () => {
    await unchanged(async () => {
      for (const [name, person] of callers) {
        for (const { resourceType, id } of strangersRecord) {
          const probe = async (target: string, method: string, headers: Record<string, string> = {}) => {
            const body = method === 'PUT' ? { ...strangersRecord.find((one) => one.id === id), id: target } : undefined;
            const answer = await person.sendPatiently(method, `/fhir/R4/${resourceType}/${target}`, { ...(body ? { body } : {}), headers });
            return `${answer.status} ${answer.text.replaceAll(target, 'ID')}`;
          };
          for (const [method, headers] of [['DELETE', {}], ['PUT', {}], ['PUT', { 'if-match': 'W/"1"' }], ['DELETE', { 'if-match': 'W/"9"' }]] as [string, Record<string, string>][]) {
            const real = await probe(id, method, headers);
            expect(real, `${name} ${method} ${resourceType}/${id}`).toBe(await probe(`${id}-not`, method, headers));
            expect(Number(real.slice(0, 3)), real).toBeGreaterThanOrEqual(400);
          }
        }
      }
    });
    // By conditions and references: the doctor may write the record of her own patient, and learns nothing of the other.
    const own = { ...strangersRecord[2], id: undefined, subject: { reference: `Patient/${mine}` } };
    const made = await doctor.send('POST', '/fhir/R4/Observation', { body: own, headers: { 'if-none-exist': 'identifier=urn:test:secret|synechiaraptor' } });
    expect([made.status, made.text.includes('stranger')], made.text).toEqual([201, false]);
    const again = await doctor.send('PUT', '/fhir/R4/Observation?identifier=urn:test:secret|synechiaraptor', { body: own });
    expect([again.status, again.text.includes('stranger')], again.text).toEqual([200, false]);
    const linked = (reference: string) => doctor.send('POST', '/fhir/R4/Observation', { body: observation({ hasMember: [{ reference }] }) });
    const [real, none] = [await linked('Observation/secret-observation'), await linked('Observation/secret-nothing')];
    expect([real.status, real.text.replaceAll('secret-observation', 'X')]).toEqual([422, none.text.replaceAll('secret-nothing', 'X')]);
    expect((await doctor.send('DELETE', '/fhir/R4/Observation?identifier=urn:test:secret|synechiaraptor')).status).toBe(204);
    expect((await system.send('GET', '/fhir/R4/Observation/secret-observation')).status).toBe(200);
  });

  test('a patient gets nothing of another by any address of either API', async () => {
    const visit = await readyVisit(doctor, mine);
    const { document } = (await sign(doctor, visit, crypto.randomUUID())).json<{ document: string }>();
    const { modules, stop } = await assembleModules({ config: region.config, database, clock: systemClock, entrance });
    await stop();
    const foreign = ['stranger', 'secret-document', 'secret-condition'];
    const routes = modules.flatMap((module) => module.routes ?? []);
    const addresses = routes.filter(({ path }) => path.includes(':')).flatMap(({ method, path }) => foreign.map((id): HostileRequest => ({ method, path: `/api${path.replace(/:\w+/g, id)}`, ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' }) })));
    const fhir = resourceTypes.flatMap((type): HostileRequest[] => [{ method: 'GET', path: `/fhir/R4/${type}?patient=Patient/stranger` }, { method: 'GET', path: `/fhir/R4/Patient/stranger/${type}` }, { method: 'GET', path: `/fhir/R4/${type}` }]);
    const answers = await inParallel([...addresses, ...fhir], async (request) => ({ request, ...(await sendPatiently(url, request, patient.credentials)) }));
    for (const { request, status, text } of answers) {
      expect(status, `${request.method} ${request.path}: ${text}`).toSatisfy((code: number) => code >= 200 && code < 500);
      expect(secretWords.filter((word) => text.includes(word)), request.path).toEqual([]);
      expect(text, request.path).not.toContain('Непричастный');
    }
    expect(answers.filter(({ request, status }) => request.path.startsWith('/fhir/R4/Patient/stranger/') && status !== 404)).toEqual([]);
    expect(document).toBeTruthy();
  });

  test('a registrar gets no word of a visit, by no type and no address', async () => {
    const visit = await readyVisit(doctor, mine);
    const { document } = (await sign(doctor, visit, crypto.randomUUID())).json<{ document: string }>();
    const open = await readyVisit(doctor, mine);
    const words = ['Головная боль в затылке', 'Тоны сердца приглушены', 'Бисопролол', 'bisoprolol'];
    const { modules, stop } = await assembleModules({ config: region.config, database, clock: systemClock, entrance });
    await stop();
    const ids = [visit.encounter, open.encounter, document];
    const api = modules.flatMap((module) => module.routes ?? []).filter(({ method, path }) => method === 'GET' && path.includes(':')).flatMap(({ path }) => ids.map((id): HostileRequest => ({ method: 'GET', path: `/api${path.replace(/:\w+/g, id)}` })));
    const fhir = resourceTypes.flatMap((type): HostileRequest[] => [
      { method: 'GET', path: `/fhir/R4/${type}?patient=Patient/${mine}&_count=1000` },
      { method: 'GET', path: `/fhir/R4/Patient/${mine}/${type}?_count=1000` },
      { method: 'GET', path: `/fhir/R4/${type}?_count=200&_include=*&_revinclude=Provenance:target` },
    ]);
    for (const { request, status, text } of await inParallel([...api, ...fhir], async (request) => ({ request, ...(await sendPatiently(url, request, registrar.credentials)) }))) {
      expect(status, `${request.path}: ${text.slice(0, 200)}`).toBeLessThan(500);
      expect(words.filter((word) => text.includes(word)), request.path).toEqual([]);
    }
    expect((await registrar.send('GET', `/api/visits/${open.encounter}`)).status).toBe(403);
  });
});

describe('whatever is sent', () => {
  const valid = [
    observation({ effectiveDateTime: '2026-11-20T10:00:00+03:00', valueQuantity: { value: 72.5, unit: 'уд/мин', system: 'http://unitsofmeasure.org', code: '/min' }, note: [{ text: 'после нагрузки' }] }),
    { resourceType: 'Patient', name: [{ family: 'Петров', given: ['Илья'] }], birthDate: '1971-05-09', gender: 'male', identifier: [{ system: 'urn:test', value: '1' }], contact: [{ name: { text: 'жена' } }], text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Петров</div>' } },
    { resourceType: 'Bundle', type: 'transaction', entry: [{ fullUrl: 'urn:uuid:0f0b7b7e-0000-4000-8000-000000000001', resource: { resourceType: 'Patient', name: [{ family: 'Павлов' }] }, request: { method: 'POST', url: 'Patient' } }, { resource: observation({ subject: { reference: 'urn:uuid:0f0b7b7e-0000-4000-8000-000000000001' } }), request: { method: 'POST', url: 'Observation', ifNoneExist: 'identifier=urn:test|9' } }] },
    { resourceType: 'Questionnaire', status: 'active', item: [{ linkId: 'a', type: 'group', item: [{ linkId: 'b', type: 'decimal', text: 'Рост' }] }] },
  ];

  test('spoilt resources, odd headers and odd queries never make a fault, and what is refused changes nothing', { timeout: 120_000 }, async () => {
    const bodies = fc.sample(fc.tuple(spoiltResources(valid), strangeHeaders), { numRuns: 300, seed });
    // in one statement: what Karta does by itself meanwhile is in both or in neither
    const untold = async () => (await database.query<{ versions: number }>('select (select coalesce(sum(version), 0) from resource)::int - (select count(*) from outbox)::int as versions'))[0]!.versions;
    const before = await untold();
    const faults: string[] = [];
    const noteFault = (request: HostileRequest, { status, text }: { status: number; text: string }): void => {
      if (status >= 500 && status !== 501) faults.push(`seed ${seed}: ${request.method} ${request.path} ${JSON.stringify(request.headers ?? {}).slice(0, 300)} ${request.body?.slice(0, 600) ?? ''}: ${status} ${text.slice(0, 300)}`);
    };
    await inParallel(bodies, async ([body, headers]) => {
      const type = /^\{"resourceType":"(\w+)"/.exec(body)?.[1] ?? 'Patient';
      const request: HostileRequest = { method: 'POST', path: type === 'Bundle' ? '/fhir/R4' : `/fhir/R4/${type}`, headers: { 'content-type': 'application/fhir+json', ...headers }, body };
      noteFault(request, await sendRaw(url, request, system.credentials));
    });
    expect(await untold()).toBe(before);
    const reads = fc.sample(fc.tuple(hostileReads(known), strangeHeaders), { numRuns: 400, seed });
    await inParallel(reads, async ([request, headers]) => {
      const asked = { ...request, headers: { ...headers, ...request.headers } };
      noteFault(asked, await sendRaw(url, asked, system.credentials));
    });
    expect(faults.slice(0, 5)).toEqual([]);
    expect(await halves(database)).toEqual([]);
    await until('the server still answers', async () => (await fetch(`${url}/healthz`)).ok);
  });

  test('every address of every module takes anything without a fault, whoever asks', { timeout: 120_000 }, async () => {
    const { modules, stop } = await assembleModules({ config: region.config, database, clock: systemClock, entrance });
    await stop();
    const routes = modules.flatMap((module) => module.routes ?? []);
    const ids = [mine, 'stranger', 'nobody', 'demo-sokolova', 'secret-document', (await readyVisit(doctor, mine)).encounter];
    const faults: string[] = [];
    for (const [login, person] of [['doctor', doctor], ['registrar', registrar], ['patient', patient]] as const) {
      const calls = routes.flatMap((route) => fc.sample(hostileCalls(route, ids), { numRuns: 3, seed }));
      await inParallel(calls, async (call) => {
        const { status, text } = await sendPatiently(url, call, person.credentials);
        if (status === 0 || status >= 500) faults.push(`seed ${seed}: ${login} ${call.method} ${call.path} ${call.body?.slice(0, 400) ?? ''}: ${status} ${text.slice(0, 200)}`);
      });
    }
    expect(faults.slice(0, 8)).toEqual([]);
    expect(await halves(database)).toEqual([]);
  });

  test('whoever may write nothing changes nothing', { timeout: 120_000 }, async () => {
    const bodies = fc.sample(fc.tuple(spoiltResources(valid), fc.constantFrom<HostileRequest['method']>('POST', 'PUT', 'DELETE', 'PATCH'), fc.constantFrom('Observation', 'Patient', 'Patient/demo-ivanova', 'Condition/secret-condition', 'Patient?name=a', 'Questionnaire', 'Provenance', '$process-message', '')), { numRuns: 120, seed: 1 });
    await unchanged(async () => {
      const answers = await inParallel(bodies, async ([body, method, path]) => sendPatiently(url, { method, path: `/fhir/R4/${path}`, headers: { 'content-type': 'application/fhir+json' }, body }, stranger.credentials));
      // An empty or wholly refused batch is answered with 200.
      expect(answers.filter(({ status }) => status === 0 || status >= 502 || status === 500 || (status < 300 && status > 200))).toEqual([]);
    });
  });
});
