import type { Ctx } from '../src/access/context.ts';
import type { Database } from '../src/db/types.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { patientEverything } from '../src/rest/operations/everything.ts';
import { openStore, typeNumber } from '../src/store/index.ts';
import { compartmentNumber, paramNumber, TokenHasher } from '../src/store/token-hash.ts';
import type { Scope, Store } from '../src/store/types.ts';
import { foldText, latinOf } from '../src/fhir/index.ts';
import { familyOf, givenOf, longCardNear, personId } from './population.ts';

/** A search as it is asked, and the statement that somebody who knows the tables would write for it by hand. */
interface Search {
  ask(store: Store, person: number): Promise<unknown>;
  bare(hasher: TokenHasher, person: number): [sql: string, values: unknown[]];
}

const scope = (): Scope => ({ access: { name: 'bench', rules: [{ types: 'all', patients: 'all', write: false }] }, actor: 'Device/bench', now: new Date() });
const numberOf = (type: string): number => typeNumber(type)!;
const compartment = (person: number): string => String(compartmentNumber('Patient', personId(person)));
const codeToken = (hasher: TokenHasher, code: string): string => String(hasher.token('Observation', 'code', 'system|code', `http://loinc.org|${code}`));
/** The spelling under which names are found. */
const latin = (text: string): string => latinOf(foldText(text));
const dayOf = (person: number): [string, string] => {
  const from = new Date(Date.UTC(2019 + (person % 7), person % 12, 1 + (person % 27)));
  return [from.toISOString().slice(0, 10), new Date(from.getTime() + 86_400_000).toISOString().slice(0, 10)];
};

/** What an operation reads by. */
function readerOf(store: Store): Pick<Ctx['store'], 'read' | 'readMany' | 'everything'> {
  const asked = scope();
  return {
    read: (type, id) => store.read(asked, type, id),
    readMany: (references) => store.readMany(asked, references),
    everything: (of, page) => store.everything(asked, of, page),
  };
}

const noBody = (): never => {
  throw new Error('no body was sent');
};

const searches: Readonly<Record<string, Search>> = {
  'search-patient-name': {
    ask: (store, person) => store.search(scope(), 'Patient', `name=${encodeURIComponent(`${familyOf(person)} ${givenOf(person)}`)}&_count=10`),
    bare: (_hasher, person) => {
      const family = latin(familyOf(person));
      return [
        `select content from resource where rid in (select rid from text_value where param = $1 and value >= $2 and value < $3 limit 10)`,
        [paramNumber('Patient', 'name'), `${family} ${latin(givenOf(person))}`, `${family} ${latin(givenOf(person))}\u{10ffff}`],
      ];
    },
  },
  'search-observation-patient-code': {
    ask: (store, person) => store.search(scope(), 'Observation', `patient=Patient/${personId(person)}&code=http://loinc.org|8867-4&_sort=-date`),
    bare: (hasher, person) => [`select content from resource where compartment = $1 and code = $2 order by date_lo desc limit 50`, [compartment(person), codeToken(hasher, '8867-4')]],
  },
  'search-observation-code-date': {
    ask: (store, person) => store.search(scope(), 'Observation', `code=http://loinc.org|718-7&date=ge${dayOf(person)[0]}&date=lt${dayOf(person)[1]}&_count=20`),
    bare: (hasher, person) => [`select content from resource where code = $1 and date_lo >= $2 and date_lo < $3 limit 20`, [codeToken(hasher, '718-7'), ...dayOf(person)]],
  },
  'search-encounter-includes': {
    ask: (store, person) => store.search(scope(), 'Encounter', `patient=Patient/${personId(person)}&_include=Encounter:participant&_include=Encounter:service-provider`),
    bare: (_hasher, person) => [
      `select content from resource where compartment = $1 and type = $2 union all select content from resource where (type = $3 and id = $4) or (type = $5 and id = $6)`,
      [compartment(person), numberOf('Encounter'), numberOf('Practitioner'), `bench-doctor-${person % 60}`, numberOf('Organization'), `bench-clinic-${person % 12}`],
    ],
  },
  // the whole answer as text, with whom it refers to, of cards of about 500 resources
  'search-everything': {
    ask: async (store, person) => {
      const input = { type: 'Patient', id: personId(longCardNear(person)), query: new URLSearchParams(), resource: noBody, text: '', url: 'http://localhost/fhir/R4' };
      return patientEverything.run({ store: readerOf(store) } as Ctx, input);
    },
    bare: (_hasher, person) => ['select content from resource where compartment = $1', [compartment(longCardNear(person))]],
  },
};

export const searchNames = Object.keys(searches);

/** Median milliseconds of a search within the server, and of the bare statement on the same database at the same moment. */
export async function measureSearch(database: Database, name: string, people: number, times = 400): Promise<{ value: number; limit: number }> {
  const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
  const [key] = await database.query<{ value: string }>(`select value from setting where key = 'token-key'`);
  const hasher = new TokenHasher(key!.value);
  const { ask, bare } = searches[name]!;
  const value = await median(times, (person) => ask(store, person), people);
  const limit = await median(times, (person) => database.query(...bare(hasher, person)), people);
  return { value, limit };
}

/** One after the other, over people spread through the whole region; a tenth more before, unmeasured, until statements are prepared. */
async function median(times: number, act: (person: number) => Promise<unknown>, people: number): Promise<number> {
  const spent: number[] = [];
  for (let index = -Math.ceil(times / 10); index < times; index++) {
    const person = ((index + times) * 7919) % people;
    const begun = performance.now();
    await act(person);
    if (index >= 0) spent.push(performance.now() - begun);
  }
  return spent.toSorted((a, b) => a - b)[times >> 1]!;
}
