import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { Agent, request as open } from 'node:http';
import { join } from 'node:path';
import { manyVisits } from '../seeds/builders.ts';
import { connect } from '../src/db/database.ts';
import { joinEmbedded } from '../src/db/embedded.ts';
import type { Database } from '../src/db/types.ts';
import { typeNumber } from '../src/store/index.ts';
import { HttpPerson } from '../test/robustness/http-person.ts';
import { newDataFolder, program, startKarta, type KartaProcess } from '../test/robustness/karta-process.ts';
import { copyLines, insertOneByOne, startConstantServer, timeStatement } from './limits.ts';

export interface Measure {
  name: string;
  value: number;
  unit: string;
  /** What the same machine does at the same moment without Karta; of `warm-start` and `card-…` what was promised. */
  limit: number;
  ratio: number;
}

/** People and measurements to be imported: `people` patients, four measurements each. */
const people = 1500;
const seconds = 3;

interface Ground {
  karta: KartaProcess;
  data: string;
  database: Database;
  system: HttpPerson;
  lines: readonly string[];
  /** Answers a fixed text. */
  constant: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

type Step = (ground: Ground) => Promise<Omit<Measure, 'name' | 'ratio'>>;

/** In the order in which they run: what is searched has been imported before. */
const steps: Readonly<Record<string, Step>> = {
  import: importLines,
  size: sizeOfResource,
  bundles: sendBundles,
  'create-1': (ground) => create(ground, 1),
  'create-64': (ground) => create(ground, 64),
  read: readById,
  'search-patient-name': (ground) => search(ground, (index) => ['/fhir/R4/Patient/_search', `name=${encodeURIComponent(familyOf(index))}&_count=10`], `select content from resource where type = ${typeNumber('Patient')} and id = any($1::text[])`, (index) => `{${Array.from({ length: 10 }, (_, at) => `bench-${(index * 10 + at) % people}`).join()}}`),
  'search-observation-patient-code': (ground) => search(ground, (index) => ['/fhir/R4/Observation/_search', `patient=Patient/bench-${index % people}&code=http://loinc.org|8867-4&_sort=-date`], `select content from resource where type = ${typeNumber('Observation')} and compartment = (select compartment from resource where type = ${typeNumber('Patient')} and id = $1) limit 10`, (index) => `bench-${index % people}`),
  'card-5': (ground) => card(ground, 5),
  'card-1000': (ground) => card(ground, 1000),
  'warm-start': warmStart,
};

export const measureNames = Object.keys(steps);

/** Runs the measures that are asked for on a new data folder and tells each as soon as it is there. */
export async function runMeasures(names: readonly string[], tell: (measure: Measure) => void): Promise<void> {
  const { data, remove } = await newDataFolder();
  const karta = await startKarta(data);
  const constant = await startConstantServer();
  const database = await connect((await joinEmbedded({ data })).url, { max: 10 });
  try {
    const ground: Ground = { karta, data, database, system: await HttpPerson.system(karta.url), lines: makeLines(), constant: constant.url };
    if (!names.includes('import')) await importLines(ground);
    for (const name of measureNames.filter((each) => names.includes(each))) {
      const measure = await steps[name]!(ground);
      tell({ name, ...measure, ratio: Number((measure.value / measure.limit).toFixed(3)) });
    }
  } finally {
    agent.destroy();
    await constant.stop();
    await database.end();
    await karta.end('SIGKILL');
    await remove();
  }
}

const families = ['Абрамов', 'Белов', 'Власов', 'Громов', 'Дьячков', 'Ершов', 'Жданов', 'Зуев', 'Ильин', 'Комаров', 'Лапин', 'Маслов', 'Носов', 'Орлов', 'Попов', 'Рыбаков', 'Савин', 'Тарасов', 'Уваров', 'Фомин'];
const familyOf = (index: number): string => families[index % families.length]! + 'ский'.slice(0, (index * 7) % 5);

function makeLines(): string[] {
  return Array.from({ length: people }, (_, index) => {
    const subject = { reference: `Patient/bench-${index}` };
    const patient = { resourceType: 'Patient', id: `bench-${index}`, identifier: [{ system: 'urn:test:bench', value: `${index}` }], name: [{ family: familyOf(index), given: ['Иван', 'Петрович'] }], gender: 'male', birthDate: `${1940 + (index % 70)}-03-14` };
    const values = [['8867-4', 'Пульс', 72, '/min'], ['8310-5', 'Температура', 36.6, 'Cel'], ['29463-7', 'Вес', 81.5, 'kg'], ['59408-5', 'SpO2', 98, '%']] as const;
    return [patient, ...values.map(([code, display, value, unit], at) => ({ resourceType: 'Observation', id: `bench-${index}-${at}`, status: 'final', code: { coding: [{ system: 'http://loinc.org', code, display }] }, subject, effectiveDateTime: `2026-0${1 + (index % 9)}-1${at}T09:00:00+03:00`, valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit } }))].map((resource) => JSON.stringify(resource));
  }).flat();
}

async function importLines({ data, database, lines }: Ground) {
  const seconds = await runImport(data, lines);
  return { value: Math.round(lines.length / seconds), unit: 'resources/s', limit: Math.round(await copyLines(database, lines)) };
}

/** `karta import` beside the server, from the command to its end; in seconds. */
async function runImport(data: string, lines: readonly string[]): Promise<number> {
  const file = join(data, 'bench.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const begun = performance.now();
  const child = spawn(process.execPath, [program, 'import', file], { env: { ...process.env, KARTA_DATA: data, KARTA_LOG: 'fatal' }, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number];
  rmSync(file);
  if (code !== 0) throw new Error(`karta import ended with ${code}`);
  return (performance.now() - begun) / 1000;
}

async function sizeOfResource({ database }: Ground) {
  const [row] = await database.query<{ bytes: string; count: number; text: string }>(
    `select (select sum(pg_total_relation_size(c)) from unnest('{resource,history,date_value,number_value,text_value}'::regclass[]) c)::text as bytes, count(*)::int as count, avg(octet_length(content))::text as text from resource`,
  );
  return { value: Math.round(Number(row!.bytes) / row!.count), unit: 'bytes/resource', limit: Math.round(Number(row!.text)) };
}

async function sendBundles({ karta, system, database, lines }: Ground) {
  const size = 50;
  const bundles = Array.from({ length: Math.floor(Math.min(lines.length, 3000) / size) }, (_, at) => JSON.stringify({
    resourceType: 'Bundle', type: 'transaction',
    entry: lines.slice(at * size, (at + 1) * size).map((line) => {
      const { id: _, ...resource } = JSON.parse(line) as { id: string; resourceType: string };
      return { resource, request: { method: 'POST', url: resource.resourceType } };
    }),
  }));
  const rate = await perSecond(4, bundles.length, (index) => send(karta.url, 'POST', '/fhir/R4', system.credentials, bundles[index]));
  return { value: Math.round(rate * size), unit: 'resources/s', limit: Math.round(await copyLines(database, lines)) };
}

async function create({ karta, system, database, lines }: Ground, width: number) {
  const bodies = lines.filter((line) => line.startsWith('{"resourceType":"Observation"'));
  const value = await perSecond(width, undefined, (index) => send(karta.url, 'POST', '/fhir/R4/Observation', system.credentials, bodies[index % bodies.length]));
  return { value: Math.round(value), unit: 'creates/s', limit: Math.round(await insertOneByOne(database, bodies, width, seconds)) };
}

async function readById({ karta, system, constant }: Ground) {
  const value = await perSecond(64, undefined, (index) => send(karta.url, 'GET', `/fhir/R4/Patient/bench-${index % people}`, system.credentials));
  return { value: Math.round(value), unit: 'reads/s', limit: Math.round(await perSecond(64, undefined, () => send(constant, 'GET', '/', {}))) };
}

async function search({ karta, system, database, constant }: Ground, of: (index: number) => [path: string, form: string], sql: string, value: (index: number) => string) {
  const headers = { ...system.credentials, 'content-type': 'application/x-www-form-urlencoded' };
  const found = await median((index) => send(karta.url, 'POST', of(index)[0], headers, of(index)[1]));
  const bare = (await median(() => send(constant, 'GET', '/', {}))) + (await timeStatement(database, sql, value));
  return { value: round(found), unit: 'ms', limit: round(bare) };
}

/** The card of a patient with so many visits, as the doctor's page asks for it. One blink is 100 ms. */
async function card({ karta, data }: Ground, visits: number) {
  const patient = `bench-card-${visits}`;
  await runImport(data, manyVisits(patient, visits, new Date()).map((resource) => JSON.stringify(resource)));
  const doctor = await HttpPerson.signIn(karta.url, 'doctor');
  const path = `/api/chart/${patient}`;
  await doctor.must('GET', path);
  return { value: round(await median(() => send(karta.url, 'GET', path, doctor.credentials), 40)), unit: 'ms', limit: 100 };
}

/** From the command to the line «Karta is ready»; later starts within 3 s are promised. */
async function warmStart({ karta, data }: Ground) {
  await karta.end('SIGTERM');
  const begun = performance.now();
  const again = await startKarta(data);
  const value = (performance.now() - begun) / 1000;
  await again.end('SIGTERM');
  return { value: round(value), unit: 's', limit: 3 };
}

const round = (value: number): number => Number(value.toPrecision(3));

/** How many times a second, from `width` places at once, for a few seconds or `times` in all. */
async function perSecond(width: number, times: number | undefined, act: (index: number) => Promise<void>): Promise<number> {
  let index = 0;
  let done = 0;
  const begun = performance.now();
  const goesOn = () => (times === undefined ? performance.now() - begun < seconds * 1000 : index < times);
  await Promise.all(Array.from({ length: width }, async () => {
    while (goesOn()) {
      await act(index++);
      done++;
    }
  }));
  return done / ((performance.now() - begun) / 1000);
}

/** Milliseconds of one after the other, in the middle. */
async function median(act: (index: number) => Promise<void>, times = 200): Promise<number> {
  const spent: number[] = [];
  for (let index = 0; index < times; index++) {
    const begun = performance.now();
    await act(index);
    spent.push(performance.now() - begun);
  }
  return spent.toSorted((a, b) => a - b)[times >> 1]!;
}

function send(url: string, method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = open(url + path, { method, agent, headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json', 'content-length': Buffer.byteLength(body) }), ...headers } }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode! < 300 ? resolve() : reject(new Error(`${method} ${path}: ${answer.statusCode}`))));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

