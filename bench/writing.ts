import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root, startKarta } from '../test/robustness/karta-process.ts';
import { growTo, importPeople, peopleFor, round, type Ground, type Step } from './ground.ts';
import { at, load, requestBytes } from './http-load.ts';
import { copyRows, insertRows } from './limits.ts';
import { makePerson, personId } from './population.ts';

/** Resources of each import that is measured. */
const imported = 200_000;
const seconds = 5;

/** Rows a second by bare COPY do not change within a run by what Karta does: measured once, on what the first import left. */
let copied: Promise<number> | undefined;
const copyRate = (ground: Ground): Promise<number> => (copied ??= copyRows(ground.database));

/** Without a server beside it, whose reactions to what is imported would be measured too; the command starts the database itself. */
const importWith = (flags: readonly string[]): Step => async (ground) => {
  await ground.karta.end('SIGTERM');
  const { resources, seconds: spent } = await importPeople(ground, ground.people + peopleFor(imported), flags);
  ground.karta = await startKarta(ground.data);
  return { value: Math.round(resources / spent), unit: 'resources/s', limit: Math.round(await copyRate(ground)) };
};

/** The official sample's transactions where the reference material is there, else people of the made region as transactions. */
function transactions(): string[] {
  const folder = join(process.env.KARTA_REFERENCE ?? join(root, '../shared/data'), 'synthea');
  if (existsSync(folder)) return readdirSync(folder).filter((file) => file.endsWith('.json.gz')).map((file) => gunzipSync(readFileSync(join(folder, file))).toString());
  return Array.from({ length: 40 }, (_, person) => JSON.stringify({
    resourceType: 'Bundle', type: 'transaction',
    entry: makePerson(person).map((resource) => {
      const { resourceType, id, ...rest } = resource as { resourceType: string; id: string };
      const text = JSON.stringify({ resourceType, ...rest }).replaceAll(`Patient/${personId(person)}"`, `urn:uuid:${personId(person)}"`).replace(/,"encounter":\{[^}]*\}/, '');
      return { fullUrl: `urn:uuid:${id}`, resource: JSON.parse(text) as object, request: { method: 'POST', url: resourceType } };
    }),
  }));
}

async function bundles(ground: Ground) {
  const texts = transactions();
  const counts = texts.map((text) => (JSON.parse(text) as { entry: unknown[] }).entry.length);
  const requests = texts.map((text) => requestBytes(ground.karta.url, 'POST', '/fhir/R4', { ...ground.system.credentials, 'content-type': 'application/fhir+json', prefer: 'return=minimal' }, text));
  let resources = 0;
  // The first ones are not measured: a server is not restarted for each Bundle.
  await load(ground.karta.url, 4, { times: 12 }, (index) => requests[index % requests.length]!);
  const { rate, spent } = await load(ground.karta.url, 4, { times: 2 * requests.length }, (index) => {
    resources += counts[index % counts.length]!;
    return requests[index % requests.length]!;
  });
  return { value: Math.round((rate * resources) / spent.length), unit: 'resources/s', limit: Math.round(await copyRate(ground)) };
}

function creates(ground: Ground): (index: number) => Buffer {
  const bodies = Array.from({ length: 500 }, (_, person) => {
    // Of the region's people, so that the references lead somewhere; the server gives the id.
    const observation = { ...makePerson(person + 1).find((resource) => (resource as { resourceType: string }).resourceType === 'Observation'), id: undefined };
    return requestBytes(ground.karta.url, 'POST', '/fhir/R4/Observation', { ...ground.system.credentials, 'content-type': 'application/fhir+json' }, JSON.stringify(observation));
  });
  return (index) => bodies[index % bodies.length]!;
}

const createLoad = (width: number) => async (ground: Ground) => {
  await growTo(ground, 1000);
  const request = creates(ground);
  await load(ground.karta.url, width, { seconds: 1 }, request);
  return load(ground.karta.url, width, { seconds }, request);
};

const latency = (width: number, share: number): Step => async (ground) => {
  const { spent } = await createLoad(width)(ground);
  const bare = await insertRows(ground.database, { width: 1, rows: width, seconds: 2 });
  return { value: round(at(spent, share)), unit: 'ms', limit: round(at(bare.spent, share)) };
};

async function create64(ground: Ground) {
  const { rate } = await createLoad(64)(ground);
  const bare = await insertRows(ground.database, { width: 1, rows: 64, seconds: 2 });
  return { value: Math.round(rate), unit: 'creates/s', limit: Math.round(bare.rate) };
}

/** Of current resources alone: history, journal and outbox are what the law and the feed ask for. */
async function size({ database }: Ground) {
  await database.query('vacuum analyze');
  const [row] = await database.query<{ bytes: string; count: number; text: string }>(
    `select (select sum(pg_total_relation_size(c)) from unnest('{resource,date_value,number_value,text_value,display}'::regclass[]) c)::text as bytes, count(*)::int as count, avg(octet_length(content))::text as text from resource`,
  );
  return { value: Math.round(Number(row!.bytes) / row!.count), unit: 'bytes/resource', limit: Math.round(Number(row!.text)) };
}

export const writing: Readonly<Record<string, Step>> = {
  import: importWith([]),
  'import-full': importWith(['--full']),
  size,
  bundles,
  'create-1': latency(1, 0.5),
  'create-1-p99': latency(1, 0.99),
  'create-64': create64,
  'create-64-p99': latency(64, 0.99),
};
