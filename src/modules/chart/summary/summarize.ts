import type { Composition, CompositionSection, Device, HumanName } from '@medplum/fhirtypes';
import { randomUUID } from 'node:crypto';
import type { Ctx } from '../../../access/index.ts';
import { escapeText } from '../../../fhir/xml/index.ts';
import { Problem, type Language } from '../../../kernel/problem.ts';
import { cardsOf, givenTo, parseExactly, supportFor, type Answer, type Operation, type OperationInput } from '../../../rest/index.ts';
import type { Stored } from '../../../store/types.ts';
import { fullNameOf } from '../person.ts';
import { conformed, ipsBase, type Json } from './ips-profiles.ts';
import { dayText, lineOf } from './line-of.ts';
import { sections, type EmptyReason, type Section } from './sections.ts';

const mostOfSection = 50;
const words = {
  title: { ru: 'Краткая сводка о пациенте (IPS)', en: 'International Patient Summary' },
  notasked: { ru: 'Сведений нет: об этом ещё не спрашивали.', en: 'No information: this has not been asked yet.' },
  unavailable: { ru: 'Сведений в Карте нет.', en: 'Karta has no information.' },
  withheld: { ru: 'Этих сведений вам не видно: такая часть карты для вас закрыта.', en: 'You may not see this: that part of the record is closed to you.' },
} satisfies Record<string, Record<Language, string>>;
const common = { name: 'summary', types: ['Patient'], definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary', affectsState: false } as const;
/** What entries stand on and a reader elsewhere needs too. */
const beside = 'Practitioner|PractitionerRole|Organization|Location|Medication|Device|HealthcareService|Substance|Specimen|ImagingStudy|Observation';

/**
 * `$summary` of the International Patient Summary (http://hl7.org/fhir/uv/ips/OperationDefinition-summary.html): a document made at this moment of what the
 * caller may see. Required sections stand even where nothing is known, and say so; that somebody has no allergy is an entry, and not the same.
 */
export const summaryOperations: readonly Operation[] = [
  { ...common, level: 'instance', run: async (ctx, input) => summarize(ctx, input, await ctx.store.read('Patient', input.id!)) },
  { ...common, level: 'type', run: async (ctx, input) => summarize(ctx, input, await byIdentifier(ctx, input)) },
];

/** Who is not to be seen answers as who is not there. Of the cards of one person that were merged the living one is meant. */
async function byIdentifier(ctx: Ctx, input: OperationInput): Promise<Stored> {
  const identifier = givenTo(input).value('identifier');
  if (!identifier) throw new Problem('rest.bad-parameter', { name: 'identifier', value: '', expected: 'system|value' });
  const { matches } = await ctx.store.search('Patient', `identifier=${encodeURIComponent(identifier)}&_count=20`);
  const living = matches.filter(({ content }) => !content.includes('"replaced-by"'));
  if (living.length > 1) throw new Problem('store.several-matches', { type: 'Patient' });
  return living[0] ?? matches[0] ?? ctx.store.read('Patient', 'unknown');
}

/** One profile is kept to: that of the guide itself. */
function checkProfile(input: OperationInput): void {
  const expected = `${ipsBase}Composition-uv-ips`;
  const profile = givenTo(input).value('profile');
  if (profile !== undefined && ![expected, `${expected}|2.0.0`].includes(profile)) throw new Problem('rest.bad-parameter', { name: 'profile', value: profile.slice(0, 120), expected });
}

interface Filled {
  section: Section;
  entries: readonly Stored[];
  empty: EmptyReason | undefined;
}

async function summarize(ctx: Ctx, input: OperationInput, patient: Stored): Promise<Answer> {
  checkProfile(input);
  const { url } = input;
  const cards = await cardsOf(ctx, patient);
  const filled = await Promise.all(sections.map(async (section): Promise<Filled> => ({ section, entries: await entriesOf(ctx, section, cards), empty: section.required && (opens(ctx, section, cards) ? section.required : 'withheld') })));
  const own = new Map([patient, ...filled.flatMap(({ entries }) => entries)].map((stored) => [`${stored.type}/${stored.id}`, stored]));
  const clinic = organizationOf(ctx, patient);
  const custodian = clinic === undefined ? undefined : (await ctx.store.readMany([clinic]))[0];
  if (custodian) own.set(`Organization/${custodian.id}`, custodian);
  for (const stored of await supportFor(ctx, [...own.values()], beside)) own.set(`${stored.type}/${stored.id}`, stored);

  // of the cards that were merged one is in the document, and all its entries are this person's
  const former = new Set(cards.filter((id) => id !== patient.id).map((id) => `Patient/${id}`));
  const resources = new Map([...own].map(([reference, { content }]) => [reference, conformed(redirected(parseExactly(content), former, `Patient/${patient.id}`) as Json)]));
  const identifier = `urn:uuid:${randomUUID()}`;
  const device: Device & { id: string } = { resourceType: 'Device', id: randomUUID(), deviceName: [{ name: 'Карта', type: 'user-friendly-name' }] };
  const at = ctx.now.toISOString();
  const composition: Composition & { id: string } = {
    resourceType: 'Composition',
    id: randomUUID(),
    meta: { profile: [`${ipsBase}Composition-uv-ips`] },
    language: ctx.language,
    text: narrative(`<p>${escapeText(headline(resources.get(`Patient/${patient.id}`)!, ctx))}</p>`, ctx.language),
    identifier: { system: 'urn:ietf:rfc:3986', value: identifier },
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: `${url}/Patient/${patient.id}` },
    date: at,
    author: [{ reference: `urn:uuid:${device.id}`, display: 'Карта' }],
    title: words.title[ctx.language],
    // no person has read it: it is made by the rules of whoever keeps the record
    ...(custodian && { attester: [{ mode: 'official', time: at, party: { reference: `${url}/Organization/${custodian.id}` } }], custodian: { reference: `${url}/Organization/${custodian.id}` } }),
    event: [{ code: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActClass', code: 'PCPR' }] }], period: { end: at } }],
    section: filled.filter(({ entries, empty }) => empty !== undefined || entries.length > 0).map((one) => sectionOf(one, resources, url, ctx.language)),
  };
  const bundle = {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { profile: [`${ipsBase}Bundle-uv-ips`] },
    language: ctx.language,
    identifier: { system: 'urn:ietf:rfc:3986', value: identifier },
    type: 'document',
    timestamp: at,
    entry: [
      { fullUrl: `urn:uuid:${composition.id}`, resource: composition },
      ...[...resources].map(([reference, resource]) => ({ fullUrl: `${url}/${reference}`, resource })),
      { fullUrl: `urn:uuid:${device.id}`, resource: device },
    ],
  };
  return { status: 200, body: JSON.stringify(bundle) };
}

/** Whether the caller may find what a section is made of; where he may not, that he sees nothing says nothing. */
function opens({ scope }: Ctx, { queries }: Section, cards: readonly string[]): boolean {
  return queries.every(([type]) => scope.access.rules.some(({ types, patients, acts }) => (types === 'all' || types.includes(type)) && (patients === 'all' || cards.some((id) => patients.includes(id))) && (acts?.includes('search') ?? true)));
}

/** Who keeps the record: the clinic to which the patient is attached, else that of the caller. */
function organizationOf(ctx: Ctx, { content }: Stored): string | undefined {
  const { managingOrganization } = JSON.parse(content) as { managingOrganization?: { reference?: string } };
  return [managingOrganization?.reference, ctx.actor.organization].find((reference) => reference !== undefined && /^Organization\/[A-Za-z0-9\-.]{1,64}$/.test(reference));
}

/** Of what is the same the newest stands for all. */
async function entriesOf(ctx: Ctx, { queries, keeps, same }: Section, cards: readonly string[]): Promise<Stored[]> {
  const patient = cards.map((id) => `Patient/${id}`).join(',');
  const found = await Promise.all(queries.map(async ([type, criteria]) => {
    const { matches } = await ctx.store.search(type, [`patient=${patient}`, criteria, '_count=200'].filter((part) => part !== '').join('&'));
    return criteria.includes('_sort') ? matches : matches.toSorted((a, b) => (a.updated < b.updated ? 1 : -1));
  }));
  const known = new Set<string>();
  return found.flat().filter((stored) => {
    const resource = JSON.parse(stored.content) as Json;
    if (keeps && !keeps(resource)) return false;
    const key = `${stored.type} ${same?.(resource) ?? stored.id}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  }).slice(0, mostOfSection);
}

function redirected(value: unknown, from: ReadonlySet<string>, to: string): unknown {
  if (from.size === 0 || typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map((one) => redirected(one, from, to));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === 'reference' && from.has(String(one)) ? to : redirected(one, from, to)]));
}

function headline(patient: Json, { language, now }: Ctx): string {
  const born = dayText(patient.birthDate, language);
  const made = dayText(now.toISOString(), language);
  const name = fullNameOf(patient.name as HumanName[]);
  const said = [name, born && (language === 'ru' ? `дата рождения ${born}` : `born ${born}`)].filter(Boolean).join(', ');
  return `${words.title[language]}. ${said === '' ? '' : `${said}. `}${language === 'ru' ? `Составлена ${made}` : `Made on ${made}`}.`;
}

function narrative(inner: string, language: Language): { status: 'generated'; div: string } {
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml" lang="${language}" xml:lang="${language}">${inner}</div>` };
}

function sectionOf({ section, entries, empty }: Filled, resources: ReadonlyMap<string, Json>, url: string, language: Language): CompositionSection {
  const lines = entries.map(({ type, id }) => `<li>${escapeText(lineOf(resources.get(`${type}/${id}`)!, language, (reference) => resources.get(reference)))}</li>`);
  return {
    title: section.title[language],
    code: { coding: [{ system: 'http://loinc.org', code: section.code, display: section.display }] },
    text: narrative(lines.length > 0 ? `<ul>${lines.join('')}</ul>` : `<p>${words[empty!][language]}</p>`, language),
    ...(entries.length > 0
      ? { entry: entries.map(({ type, id }) => ({ reference: `${url}/${type}/${id}` })) }
      : { emptyReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: empty! }], text: words[empty!][language] } }),
  };
}
