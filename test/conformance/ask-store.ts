import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Database } from '../../src/db/types.ts';
import { searchParams } from '../../src/fhir/index.ts';
import type { Scope, Store } from '../../src/store/index.ts';
import { included, rangesOf, search, valuesOf, type Resource, type World } from './naive-search.ts';
import { broadQuestions, includesOf, questions, smallWorlds, sortable, type IncludeTerm, type Question, type Term } from './small-world.ts';

export const everything: Scope['access'] = { name: 'referee', rules: [{ types: 'all', patients: 'all', write: true }] };

export const queryOf = (terms: readonly Term[]) => terms.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');

/** Empties the store and writes the world, in the order of its ids. */
export async function putWorld(database: Database, store: Store, scope: Scope, resources: readonly Resource[]): Promise<void> {
  const tables = await database.query<{ name: string }>(`select distinct table_name as name from information_schema.columns where table_schema = 'public' and (column_name = 'rid' or table_name in ('history', 'outbox', 'claim'))`);
  await database.query(`truncate ${tables.map(({ name }) => `"${name}"`).join(', ')}`);
  if (resources.length > 0) await store.write(scope, resources.map((resource) => ({ method: 'update', resource: resource as never })), { danglingReferences: 'allow' });
}

/** What a question must answer, what it answers, and whether that is the same. */
export interface Answer {
  query: string;
  expected: string[];
  found: string[];
}

export const agrees = ({ expected, found }: Answer) => isDeepStrictEqual(expected, found);
const keys = (resources: readonly { id: string; resourceType?: string; type?: string }[]) => resources.map((one) => `${one.resourceType ?? one.type}/${one.id}`).toSorted();

export async function ask(store: Store, scope: Scope, world: World, { type, terms }: Question): Promise<Answer> {
  const query = `${queryOf(terms)}&_count=1000&_total=accurate`;
  const answer = await store.search(scope, type, query);
  const expected = keys(search(world, type, terms));
  return { query: `${type}?${query}`, expected: [...expected, `total ${expected.length}`], found: [...keys(answer.matches), `total ${answer.total}`] };
}

export async function askWithIncludes(store: Store, scope: Scope, world: World, { type, terms }: Question, includes: readonly IncludeTerm[]): Promise<Answer> {
  const asked = includes.map(({ reverse, type: from, param, target, iterate }): Term => [`${reverse ? '_revinclude' : '_include'}${iterate ? ':iterate' : ''}`, [from, param, ...(target ? [target] : [])].join(':')]);
  const query = queryOf([...terms, ...asked, ['_count', '1000']]);
  const answer = await store.search(scope, type, query);
  const matches = search(world, type, terms);
  return { query: `${type}?${query}`, expected: keys(included(world, matches, includes)), found: keys(answer.included) };
}

/** All pages of an ordered search: each match once, in an order that agrees with the first key. */
export async function askPages(store: Store, scope: Scope, world: World, { type, terms }: Question, sort: readonly string[], count: number): Promise<Answer> {
  const query = queryOf([...terms, ...(sort.length > 0 ? [['_sort', sort.join(',')] as Term] : []), ['_count', String(count)]]);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.search(scope, type, cursor === undefined ? query : `${query}&_cursor=${cursor}`);
    found.push(...page.matches.map(({ id }) => id));
    if (page.matches.length > count) return { query: `${type}?${query}`, expected: [`at most ${count} on a page`], found: [`${page.matches.length}`] };
    cursor = page.next;
  } while (cursor !== undefined && found.length < 200);
  const expected = search(world, type, terms);
  const wrong = sort[0] === undefined ? undefined : outOfOrder(type, sort[0], found.map((id) => expected.find((one) => one.id === id)).filter((one) => one !== undefined));
  return { query: `${type}?${query}`, expected: [...expected.map(({ id }) => id).toSorted(), 'in order'], found: [...found.toSorted(), wrong ?? 'in order'] };
}

/** Two neighbours of an ordered list that stand the wrong way round, by a date; what has no value comes last. */
function outOfOrder(type: string, key: string, list: readonly Resource[]): string | undefined {
  const descending = key.startsWith('-');
  const param = searchParams(type).get(key.replace(/^-/, ''))!;
  if (param.type !== 'date') return undefined;
  const lows = list.map((one) => valuesOf(one, param).flatMap(rangesOf).map(([low]) => low));
  for (const [index, next] of lows.entries()) {
    const before = lows[index - 1];
    if (!before || next.length === 0) continue;
    // of several values the lowest counts going up, and any going down
    const right = before.length > 0 && (descending ? Math.max(...before) >= Math.min(...next) : Math.min(...before) <= Math.min(...next));
    if (!right) return `${list[index - 1]!.id} stands before ${list[index]!.id}`;
  }
  return undefined;
}

export interface Inquiry {
  resources: Resource[];
  plain: Question[];
  including: { question: Question; includes: IncludeTerm[] }[];
  paged: { question: Question; sort: string[]; count: number }[];
}

/** A world with questions of every kind about it. */
export const inquiries: fc.Arbitrary<Inquiry> = fc.record({
  resources: smallWorlds,
  plain: fc.array(questions, { minLength: 1, maxLength: 12 }),
  including: fc.array(broadQuestions.chain((question) => includesOf(question.type).map((includes) => ({ question, includes }))), { maxLength: 3 }),
  paged: fc.array(broadQuestions.chain((question) => fc.record({ question: fc.constant(question), sort: fc.array(fc.tuple(fc.constantFrom('', '-'), fc.constantFrom(...sortable(question.type), '_id')).map((parts) => parts.join('')), { maxLength: 2 }), count: fc.integer({ min: 1, max: 3 }) })), { maxLength: 3 }),
});

/** Every answer that differs from the naive one, as text. */
export async function differencesOf(database: Database, store: Store, inquiry: Inquiry, counted: (what: string) => void = () => undefined): Promise<string[]> {
  const scope: Scope = { access: everything, actor: 'Device/referee', now: new Date() };
  const world: World = { resources: inquiry.resources, now: scope.now };
  await putWorld(database, store, scope, inquiry.resources);
  const differences: string[] = [];
  const judge = async (what: string, work: () => Promise<Answer>, query: string) => {
    counted(what);
    try {
      const answer = await work();
      if (answer.expected.length > (what.endsWith('includes') ? 0 : 1)) counted(`${what} that find something`);
      if (!agrees(answer)) differences.push(`${what}: ${decodeURIComponent(answer.query)}\n  expected ${answer.expected.join(' ')}\n  found    ${answer.found.join(' ')}`);
    } catch (error) {
      differences.push(`${what}: ${query}: ${error instanceof Error ? `${(error as { code?: string }).code} ${JSON.stringify((error as { details?: unknown }).details)} ${error.stack}` : String(error)}`);
    }
  };
  for (const question of inquiry.plain) await judge('searches', () => ask(store, scope, world, question), JSON.stringify(question));
  for (const { question, includes } of inquiry.including) await judge('searches with includes', () => askWithIncludes(store, scope, world, question, includes), JSON.stringify({ question, includes }));
  for (const { question, sort, count } of inquiry.paged) await judge('searches by pages', () => askPages(store, scope, world, question, sort, count), JSON.stringify({ question, sort, count }));
  return differences;
}
