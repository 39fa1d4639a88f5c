import type { Composition, CompositionSection, Device } from '@medplum/fhirtypes';
import { randomUUID } from 'node:crypto';
import type { Ctx } from '../../../access/index.ts';
import { escapeText } from '../../../fhir/xml/index.ts';
import { Problem, type Language } from '../../../kernel/problem.ts';
import { cardsOf, supportFor, type Answer, type Operation, type OperationInput } from '../../../rest/index.ts';
import type { Stored } from '../../../store/types.ts';
import { lineOf, sections, type Section } from './sections.ts';

const mostOfSection = 50;
const words = {
  title: { ru: 'Краткая сводка о пациенте (IPS)', en: 'International Patient Summary' },
  notasked: { ru: 'Сведений нет: об этом ещё не спрашивали.', en: 'No information: this has not been asked yet.' },
  unavailable: { ru: 'Сведений в Карте нет.', en: 'Karta has no information.' },
} satisfies Record<string, Record<Language, string>>;
const common = { name: 'summary', types: ['Patient'], definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary', affectsState: false } as const;

/**
 * `$summary` of the International Patient Summary (http://hl7.org/fhir/uv/ips/OperationDefinition-summary.html): a document made at this moment of what the
 * caller may see. Required sections stand even where nothing is known, and say so; that somebody has no allergy is an entry, and not the same.
 */
export const summaryOperations: readonly Operation[] = [
  { ...common, level: 'instance', run: async (ctx, input) => summarize(ctx, input, await ctx.store.read('Patient', input.id!)) },
  { ...common, level: 'type', run: async (ctx, input) => summarize(ctx, input, await byIdentifier(ctx, input)) },
];

async function byIdentifier(ctx: Ctx, { query }: OperationInput): Promise<Stored> {
  const identifier = query.get('identifier');
  if (!identifier) throw new Problem('rest.condition-needed', { method: '$summary', type: 'Patient' });
  const { matches } = await ctx.store.search('Patient', `identifier=${encodeURIComponent(identifier)}&_count=2`);
  if (matches.length > 1) throw new Problem('store.several-matches', { type: 'Patient' });
  return matches[0] ?? ctx.store.read('Patient', 'unknown');
}

async function summarize(ctx: Ctx, { url }: OperationInput, patient: Stored): Promise<Answer> {
  const cards = (await cardsOf(ctx, patient)).map((id) => `Patient/${id}`).join(',');
  const filled = await Promise.all(sections.map(async (section) => ({ section, entries: await entriesOf(ctx, section, cards) })));
  const device: Device = { resourceType: 'Device', deviceName: [{ name: 'Карта', type: 'user-friendly-name' }] };
  const deviceUrl = `urn:uuid:${randomUUID()}`;
  const composition: Composition = {
    resourceType: 'Composition',
    language: ctx.language,
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: `${url}/Patient/${patient.id}` },
    date: ctx.now.toISOString(),
    author: [{ reference: deviceUrl }],
    title: words.title[ctx.language],
    section: filled.filter(({ section, entries }) => section.required || entries.length > 0).map(({ section, entries }) => sectionOf(section, entries, url, ctx.language)),
  };
  const own = new Map([patient, ...filled.flatMap(({ entries }) => entries)].map((stored) => [`${stored.type}/${stored.id}`, stored]));
  const beside = await supportFor(ctx, [...own.values()]);
  const entry = (fullUrl: string, text: string) => `{"fullUrl":${JSON.stringify(fullUrl)},"resource":${text}}`;
  const texts = [
    entry(`urn:uuid:${randomUUID()}`, JSON.stringify(composition)),
    ...[...own.values(), ...beside].map(({ type, id, content }) => entry(`${url}/${type}/${id}`, content)),
    entry(deviceUrl, JSON.stringify(device)),
  ];
  const head = JSON.stringify({ resourceType: 'Bundle', identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` }, type: 'document', timestamp: ctx.now.toISOString() });
  return { status: 200, body: `${head.slice(0, -1)},"entry":[${texts.join(',')}]}` };
}

/** Of one code that many visits have written the newest stands for all. */
async function entriesOf(ctx: Ctx, { queries, keeps }: Section, cards: string): Promise<Stored[]> {
  const found = await Promise.all(queries.map(([type, criteria]) => ctx.store.search(type, [`patient=${cards}`, criteria, `_count=200`].filter((part) => part !== '').join('&'))));
  const newest = found.flatMap(({ matches }) => matches).sort((a, b) => (a.updated < b.updated ? 1 : -1));
  const known = new Set<string>();
  return newest.filter((stored) => {
    const resource = JSON.parse(stored.content) as Record<string, unknown>;
    if (keeps && !keeps(resource)) return false;
    const same = stored.type === 'Condition' || stored.type === 'AllergyIntolerance' ? `${stored.type} ${JSON.stringify(resource.code)}` : stored.id;
    if (known.has(same)) return false;
    known.add(same);
    return true;
  }).slice(0, mostOfSection);
}

function sectionOf(section: Section, entries: readonly Stored[], url: string, language: Language): CompositionSection {
  const lines = entries.map(({ content }) => `<li>${escapeText(lineOf(JSON.parse(content) as Record<string, unknown>, language))}</li>`);
  const said = lines.length > 0 ? `<ul>${lines.join('')}</ul>` : `<p>${words[section.required!][language]}</p>`;
  return {
    title: section.title[language],
    code: { coding: [{ system: 'http://loinc.org', code: section.code, display: section.display }] },
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${said}</div>` },
    ...(entries.length > 0
      ? { entry: entries.map(({ type, id }) => ({ reference: `${url}/${type}/${id}` })) }
      : { emptyReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: section.required! }], text: words[section.required!][language] } }),
  };
}
