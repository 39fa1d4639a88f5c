import type { Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { EverythingOf, EverythingPage, Stored } from '../../store/types.ts';
import { bundleText, searchEntryText, type Link } from '../bundle-text.ts';
import type { Answer, Operation, OperationInput } from '../call.ts';
import { dateRange, givenTo, instant, typeNames, wholeNumber, type Given } from './parameters.ts';

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

/** A person's cards: this one and those merged into it. */
export async function cardsOf(ctx: Ctx, patient: Stored): Promise<string[]> {
  const known = new Set([patient.id]);
  for (let wanted = replacedBy(patient); wanted.length > 0; ) {
    for (const id of wanted) known.add(id);
    const found = await ctx.store.readMany(wanted.map((id) => `Patient/${id}`));
    wanted = found.flatMap(replacedBy).filter((id) => !known.has(id));
  }
  return [...known];
}

function replacedBy({ content }: Stored): string[] {
  if (!content.includes('"replaces"')) return [];
  const { link = [] } = JSON.parse(content) as Patient;
  return link.flatMap(({ type, other }) => (type === 'replaces' && other.reference?.startsWith('Patient/') ? [other.reference.slice('Patient/'.length)] : []));
}

async function answer(ctx: Ctx, input: OperationInput, of: EverythingOf, beside: string): Promise<Answer> {
  const given = givenTo(input);
  const types = typeNames(given);
  const since = instant(given, '_since');
  const [from, to] = [dateRange(given, 'start')?.low, dateRange(given, 'end')?.high];
  const after = input.query.get('_cursor') ?? undefined;
  const page: EverythingPage = {
    count: wholeNumber(given, '_count', mostCount) ?? mostCount,
    ...(types && { types }),
    ...(since && { since }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(after !== undefined && { after }),
  };
  const { entries, next } = await ctx.store.everything(of, page);
  const more = (await supportFor(ctx, entries, beside)).filter(({ type, updated }) => (!types || types.includes(type)) && (!since || Date.parse(updated) >= since.getTime()));
  const texts = [...entries.map((stored) => searchEntryText(input.url, stored, 'match')), ...more.map((stored) => searchEntryText(input.url, stored, 'include'))];
  const total = after === undefined && next === undefined ? entries.length : undefined;
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
  const address = `${url}/${type}/${id}/$everything`;
  const asked = new URLSearchParams(givenNames.flatMap((name) => given.values(name).map((value): [string, string] => [name, value])));
  const at = (query: URLSearchParams) => (query.size === 0 ? address : `${address}?${query}`);
  const links: Link[] = [{ relation: 'self', url: at(asked) }];
  if (next !== undefined) links.push({ relation: 'next', url: at(new URLSearchParams([...asked, ['_cursor', next]])) });
  return links;
}
