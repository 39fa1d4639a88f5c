import { newDataFolder, startKarta } from '../test/robustness/karta-process.ts';
import { growTo, type Ground, type Step } from './ground.ts';
import { load, requestBytes } from './http-load.ts';
import { makePerson, personId } from './population.ts';

const seconds = 5;
const width = 32;

type Request = (url: string, index: number) => Buffer;

/**
 * Two Karta processes on the ground's database, each with half of the clients, beside one process with all of them: here the limit is what
 * one does. On a machine of two cores the database and the load have to share them too.
 */
const twoAgainstOne = (unit: string, requestFor: (ground: Ground) => Request): Step => async (ground) => {
  await growTo(ground, 1000);
  const request = requestFor(ground);
  const { data, remove } = await newDataFolder();
  const second = await startKarta(data, { DATABASE_URL: ground.database.url });
  try {
    const rate = async (url: string, clients: number): Promise<number> => {
      const made = new Map<number, Buffer>();
      const kept = (index: number): Buffer => {
        const place = index % 500;
        const known = made.get(place) ?? request(url, place);
        made.set(place, known);
        return known;
      };
      await load(url, clients, { seconds: 1 }, kept);
      return (await load(url, clients, { seconds }, kept)).rate;
    };
    const one = await rate(ground.karta.url, width);
    const [first, other] = await Promise.all([rate(ground.karta.url, width / 2), rate(second.url, width / 2)]);
    return { value: Math.round(first + other), unit, limit: Math.round(one) };
  } finally {
    await second.end('SIGTERM');
    await remove();
  }
};

const readRequest = (ground: Ground): Request => (url, index) => requestBytes(url, 'GET', `/fhir/R4/Patient/${personId(index)}`, ground.system.credentials);

const createRequest = (ground: Ground): Request => (url, index) => {
  const observation = { ...makePerson(index + 1).find((resource) => (resource as { resourceType: string }).resourceType === 'Observation'), id: undefined };
  return requestBytes(url, 'POST', '/fhir/R4/Observation', { ...ground.system.credentials, 'content-type': 'application/fhir+json' }, JSON.stringify(observation));
};

export const processes: Readonly<Record<string, Step>> = {
  'read-two-processes': twoAgainstOne('reads/s', readRequest),
  'create-two-processes': twoAgainstOne('creates/s', createRequest),
};
