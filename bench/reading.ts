import { manyVisits } from '../seeds/builders.ts';
import { HttpPerson } from '../test/robustness/http-person.ts';
import { compartmentNumber } from '../src/store/token-hash.ts';
import { growTo, importLines, middle, peopleFor, round, type Ground, type Step } from './ground.ts';
import { at, load, requestBytes } from './http-load.ts';
import { personId } from './population.ts';
import { measureSearch, searchNames } from './searching.ts';

const seconds = 5;
/** Resources among which is searched, unless KARTA_BENCH_RESOURCES says otherwise. */
const searched = Number(process.env.KARTA_BENCH_RESOURCES ?? 1_000_000);

async function read(ground: Ground) {
  const { karta, system, constant } = ground;
  await growTo(ground, 1000);
  const requests = Array.from({ length: 1000 }, (_, person) => requestBytes(karta.url, 'GET', `/fhir/R4/Patient/${personId(person)}`, system.credentials));
  const request = (index: number): Buffer => requests[index % requests.length]!;
  await load(karta.url, 32, { seconds: 2 }, request);
  const { rate } = await load(karta.url, 32, { seconds }, request);
  const fixed = requestBytes(constant, 'GET', '/', system.credentials);
  const bare = await load(constant, 32, { seconds: 2 }, () => fixed);
  return { value: Math.round(rate), unit: 'reads/s', limit: Math.round(bare.rate) };
}

const search = (name: string): Step => async (ground) => {
  await growTo(ground, peopleFor(searched));
  const { value, limit } = await measureSearch(ground.database, name, ground.people);
  return { value: round(value), unit: 'ms', limit: round(limit) };
};

/** The card of a patient with so many visits, as the doctor's page asks for it. One blink is 100 ms. */
const card = (visits: number): Step => async ({ karta, data }) => {
  const patient = `bench-card-${visits}`;
  await importLines(data, manyVisits(patient, visits, new Date()).map((resource) => JSON.stringify(resource)));
  const doctor = await HttpPerson.signIn(karta.url, 'doctor');
  const path = `/api/chart/${patient}`;
  await doctor.must('GET', path);
  const request = requestBytes(karta.url, 'GET', path, doctor.credentials);
  const { spent } = await load(karta.url, 1, { times: 40 }, () => request);
  return { value: round(at(spent, 0.5)), unit: 'ms', limit: 100 };
};

/** Patients with about 500 resources, the whole record over HTTP by one client; beside it the bare statement that reads the rows. */
async function everything(ground: Ground) {
  const { karta, system, database } = ground;
  await growTo(ground, peopleFor(searched));
  const long = Array.from({ length: Math.ceil(ground.people / 1000) }, (_, at) => personId(at * 1000));
  const requests = long.map((id) => requestBytes(karta.url, 'GET', `/fhir/R4/Patient/${id}/$everything`, system.credentials));
  const request = (index: number): Buffer => requests[index % requests.length]!;
  await load(karta.url, 1, { times: 20 }, request);
  const { spent } = await load(karta.url, 1, { times: 100 }, request);
  const bare: number[] = [];
  for (let index = 0; index < 100; index++) {
    const begun = performance.now();
    await database.query('select content from resource where compartment = $1', [String(compartmentNumber('Patient', long[index % long.length]!))]);
    bare.push(performance.now() - begun);
  }
  return { value: round(at(spent, 0.5)), unit: 'ms', limit: round(middle(bare)) };
}

export const reading: Readonly<Record<string, Step>> = {
  read,
  'card-5': card(5),
  'card-1000': card(1000),
  everything,
  ...Object.fromEntries(searchNames.map((name) => [name, search(name)])),
};
