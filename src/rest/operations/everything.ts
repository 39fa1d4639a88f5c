import type { Ctx } from '../../access/context.ts';
import type { EverythingOf, EverythingPage, Stored } from '../../store/types.ts';
import { Problem } from '../../kernel/problem.ts';
import { bundleText, searchEntryText, type Link } from '../bundle-text.ts';
import type { Answer, Operation, OperationInput } from '../call.ts';
import { dateRange, givenTo, instant, typeNames, wholeNumber, type Given } from './parameters.ts';
import { cardsOf, everyPatient, groupMembers, thesePatients, type PatientPages } from './patient-pages.ts';

const mostCount = 1000;

/** Types that a record refers to without holding them: whoever reads it elsewhere needs them too. */
const supporting = 'Practitioner|PractitionerRole|Organization|Location|Medication|Device|HealthcareService|Substance|Endpoint';
const supportingTypes = new Set(supporting.split('|'));

const givenNames = ['start', 'end', '_since', '_type', '_count'] as const;

/** http://hl7.org/fhir/R4/operation-patient-everything.html */
export const patientEverything: Operation = {
  name: 'everything',
  level: 'instance',
  types: ['Patient'],
  definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
  affectsState: false,
  run: async (ctx, input) => answer(ctx, input, { patients: await cardsOf(ctx, await ctx.store.read('Patient', input.id!)) }, supporting),
};

/** http://hl7.org/fhir/R4/operation-encounter-everything.html: what refers to the encounter, and whose it is. */
export const encounterEverything: Operation = {
  name: 'everything',
  level: 'instance',
  types: ['Encounter'],
  definition: 'http://hl7.org/fhir/OperationDefinition/Encounter-everything',
  affectsState: false,
  run: async (ctx, input) => answer(ctx, input, { encounter: input.id!, compartment: (await ctx.store.read('Encounter', input.id!)).compartment }, `Patient|RelatedPerson|EpisodeOfCare|Appointment|Condition|${supporting}`),
};

/** The same at `/Patient`: patient after patient of all whom the caller may find. */
export const everyPatientEverything: Operation = {
  ...patientEverything,
  level: 'type',
  run: (ctx, input) => answerMany(ctx, input, everyPatient(ctx)),
};

/** http://hl7.org/fhir/R4/group-operation-everything.html: of each member, as far as the caller may see him. */
export const groupEverything: Operation = {
  name: 'everything',
  level: 'instance',
  types: ['Group'],
  definition: 'http://hl7.org/fhir/OperationDefinition/Group-everything',
  affectsState: false,
  run: async (ctx, input) => answerMany(ctx, input, thesePatients(ctx, await groupMembers(ctx, input.id!))),
};

interface Asked {
  given: Given;
  page: EverythingPage;
  /** Of the page before; what it says is the way's own. */
  cursor: string | undefined;
}

function askedOf(input: OperationInput): Asked {
  const given = givenTo(input);
  const types = typeNames(given);
  const since = instant(given, '_since');
  const [from, to] = [dateRange(given, 'start')?.low, dateRange(given, 'end')?.high];
  const page: EverythingPage = {
    count: wholeNumber(given, '_count', mostCount) ?? mostCount,
    ...(types && { types }),
    ...(since && { since }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  return { given, page, cursor: input.query.get('_cursor') ?? undefined };
}

async function answer(ctx: Ctx, input: OperationInput, of: EverythingOf, beside: string): Promise<Answer> {
  const asked = askedOf(input);
  const { entries, next } = await ctx.store.everything(of, { ...asked.page, ...(asked.cursor !== undefined && { after: asked.cursor }) });
  return pageOf(ctx, input, asked, { entries, next }, beside);
}

/** Groups of patients that one page looks through at most: it may be short or empty, its `next` goes on. */
const mostLooks = 20;

/**
 * Everything of many patients, group after group of them; each group is found by its own index. The cursor says where in the group the page
 * ended and where the group began. What patients of two groups share comes with each.
 */
async function answerMany(ctx: Ctx, input: OperationInput, pages: PatientPages): Promise<Answer> {
  const asked = askedOf(input);
  const place = /^([^~]*)~(.*)$/.exec(asked.cursor ?? '~');
  if (!place) throw new Problem('store.bad-cursor');
  const entries: Stored[] = [];
  let [, after = '', at = ''] = place;
  for (let look = 0; look < mostLooks; look++) {
    const { patients, next: nextGroup } = await pages(at);
    const found = patients.length === 0 ? { entries: [], next: undefined } : await ctx.store.everything({ patients }, { ...asked.page, count: asked.page.count - entries.length, ...(after !== '' && { after }) });
    entries.push(...found.entries);
    if (found.next !== undefined) return pageOf(ctx, input, asked, { entries, next: `${found.next}~${at}` }, supporting);
    if (nextGroup === undefined) return pageOf(ctx, input, asked, { entries, next: undefined }, supporting);
    [after, at] = ['', nextGroup];
    if (entries.length >= asked.page.count) break;
  }
  return pageOf(ctx, input, asked, { entries, next: `~${at}` }, supporting);
}

async function pageOf(ctx: Ctx, input: OperationInput, { given, page, cursor }: Asked, { entries, next }: { entries: readonly Stored[]; next: string | undefined }, beside: string): Promise<Answer> {
  const { types, since } = page;
  const more = (await supportFor(ctx, entries, beside)).filter(({ type, updated }) => (!types || types.includes(type)) && (!since || Date.parse(updated) >= since.getTime()));
  const texts = [...entries.map((stored) => searchEntryText(input.url, stored, 'match')), ...more.map((stored) => searchEntryText(input.url, stored, 'include'))];
  const total = cursor === undefined && next === undefined ? entries.length : undefined;
  return { status: 200, body: bundleText('searchset', { total, links: linksOf(input, given, next) }, texts) };
}

/** What the entries refer to outside of the record, and what that refers to: a role names its person and its clinic. Texts are searched, not parsed. */
export async function supportFor(ctx: Ctx, entries: readonly Stored[], types: string = supporting): Promise<Stored[]> {
  const pattern = new RegExp(`"reference"\\s*:\\s*"((?:${types})/[A-Za-z0-9\\-.]{1,64})(?:/_history/\\d+)?"`, 'g');
  const known = new Set(entries.map(({ type, id }) => `${type}/${id}`));
  const found: Stored[] = [];
  for (let from: readonly Stored[] = entries, round = 0; from.length > 0 && round < 3; round++) {
    const wanted = new Set<string>();
    for (const { content } of from) for (const [, reference] of content.matchAll(pattern)) if (!known.has(reference!)) wanted.add(reference!);
    for (const reference of wanted) known.add(reference);
    from = wanted.size === 0 ? [] : await ctx.store.readMany([...wanted]);
    found.push(...from);
    from = from.filter(({ type }) => supportingTypes.has(type));
  }
  return found;
}

function linksOf({ url, type, id }: OperationInput, given: Given, next: string | undefined): Link[] {
  const address = [url, type, ...(id === undefined ? [] : [id]), '$everything'].join('/');
  const asked = new URLSearchParams(givenNames.flatMap((name) => given.values(name).map((value): [string, string] => [name, value])));
  const at = (query: URLSearchParams) => (query.size === 0 ? address : `${address}?${query}`);
  const links: Link[] = [{ relation: 'self', url: at(asked) }];
  if (next !== undefined) links.push({ relation: 'next', url: at(new URLSearchParams([...asked, ['_cursor', next]])) });
  return links;
}
