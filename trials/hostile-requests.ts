import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { connect } from '../src/db/database.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { hostileReads, spoiltResources, strangeHeaders, type HostileRequest } from '../test/robustness/hostile-requests.ts';
import { HttpPerson } from '../test/robustness/http-person.ts';
import { openRegion } from '../test/robustness/region.ts';
import { agent, inParallel, sendPatiently, sendRaw } from '../test/robustness/send-raw.ts';
import { comparable, known, strangerPatient, strangersRecord } from '../test/robustness/stranger.ts';
import { halves } from '../test/robustness/whole-writes.ts';
import { runTrial, watchMemory } from './trial.ts';

const sample = 400;
const valid = [
  { resourceType: 'Patient', name: [{ family: 'Петров', given: ['Илья'] }], birthDate: '1971-05-09', gender: 'male', identifier: [{ system: 'urn:test', value: '1' }] },
  { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, subject: { reference: 'Patient/demo-ivanova' }, effectiveDateTime: '2026-11-20T10:00:00+03:00', valueQuantity: { value: 72.5, unit: 'уд/мин', system: 'http://unitsofmeasure.org', code: '/min' } },
  { resourceType: 'Bundle', type: 'transaction', entry: [{ fullUrl: 'urn:uuid:0f0b7b7e-0000-4000-8000-000000000001', resource: { resourceType: 'Patient', name: [{ family: 'Павлов' }] }, request: { method: 'POST', url: 'Patient' } }] },
  { resourceType: 'Questionnaire', status: 'active', item: [{ linkId: 'a', type: 'group', item: [{ linkId: 'b', type: 'decimal', text: 'Рост' }] }] },
  { resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: 'Patient/demo-ivanova' }, medicationCodeableConcept: { text: 'Бисопролол' }, dosageInstruction: [{ text: '5 мг утром', timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: { value: 5.0, unit: 'мг' } }] }] },
];

/**
 * Tens of thousands of hostile requests by five people: an answer that differs when a stranger's record appears is a leak; a fault, a
 * lost connection, a half-done write or a heap that grows is a flaw.
 */
await runTrial('hostile-requests', async (trial) => {
  const folder = mkdtempSync(join(tmpdir(), 'karta-trial-'));
  chmodSync(folder, 0o711);
  const embedded = await startEmbedded({ data: folder, settings: { fsync: 'off', logging_collector: 'off' } });
  const database = await connect(embedded.url);
  await migrate(database);
  const { url, close } = await openRegion(database);
  const system = await HttpPerson.system(url);
  const people = await Promise.all(['patient', 'doctor', 'doctor3', 'registrar', 'admin'].map(async (login) => [login, await HttpPerson.signIn(url, login)] as const));
  await system.must('PUT', '/fhir/R4/Patient/stranger', { body: strangerPatient });
  const plant = async () => {
    for (const resource of strangersRecord) await system.must('PUT', `/fhir/R4/${resource.resourceType}/${resource.id}`, { body: resource });
  };
  const uproot = async () => {
    await database.query(`with gone as (delete from resource where id like 'secret-%' returning rid), d as (delete from date_value where rid in (select rid from gone)), n as (delete from number_value where rid in (select rid from gone)), t as (delete from text_value where rid in (select rid from gone)) delete from history where id like 'secret-%'`);
    await database.query(`delete from outbox where id like 'secret-%'`);
  };
  const lookAtMemory = watchMemory(trial);
  try {
    for (let round = 0; trial.goesOn(); round++) {
      const seed = Math.trunc(trial.chance() * 2 ** 31);
      const probes = fc.sample(hostileReads(known), { numRuns: sample, seed });
      const ask = () => Promise.all(people.map(([, person]) => inParallel(probes, (request) => sendPatiently(url, request, person.credentials), 3)));
      const before = await ask();
      await plant();
      const after = await ask();
      for (const [index, [login]] of people.entries()) {
        for (const [at, probe] of probes.entries()) {
          const [was, is] = [before[index]![at]!, after[index]![at]!];
          const asked = `${login} ${probe.method} ${probe.path} ${probe.body ?? ''} (round ${round})`;
          if ([was, is].some(({ status }) => status === 0 || (status >= 500 && status !== 501))) trial.flaw(`${asked}: ${was.status} ${is.status} ${is.text.slice(0, 300)}`);
          else if (was.status !== is.status || comparable(was.text) !== comparable(is.text)) trial.flaw(`told: ${asked}\n  before ${was.status} ${was.text.slice(0, 300)}\n  after ${is.status} ${is.text.slice(0, 300)}`);
          trial.count(`answers ${is.status < 300 ? 'given' : 'refused'} alike`);
        }
      }
      await uproot();
      const bodies = fc.sample(fc.tuple(spoiltResources(valid), strangeHeaders), { numRuns: sample, seed });
      await inParallel(bodies, async ([body, headers]) => {
        const type = /^\{"resourceType":"(\w+)"/.exec(body)?.[1] ?? 'Patient';
        const request: HostileRequest = { method: 'POST', path: type === 'Bundle' ? '/fhir/R4' : `/fhir/R4/${type}`, headers: { 'content-type': 'application/fhir+json', ...headers }, body };
        const { status, text } = await sendRaw(url, request, system.credentials);
        if (status === 0 || (status >= 500 && status !== 501)) trial.flaw(`${request.path} ${JSON.stringify(request.headers)} ${body.slice(0, 800)}: ${status} ${text.slice(0, 300)} (seed ${seed})`);
        trial.count(status < 300 ? 'spoilt resources that were right all the same' : 'spoilt resources refused');
      });
      lookAtMemory();
    }
    for (const half of await halves(database)) trial.flaw(half);
  } finally {
    agent.destroy();
    await close();
    await database.end();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
