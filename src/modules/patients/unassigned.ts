import type { Patient, Provenance } from '@medplum/fhirtypes';
import { paperCopy, type Ctx } from '../../access/index.ts';
import type { Stored } from '../../store/types.ts';
import type { WrittenSince } from './contract.ts';
import { asPatient } from './person.ts';

export const mergedAt = 'urn:karta:merged-at';
/** Provenance.activity of a person's word on whose an entry is, and of taking it back: the last one holds. */
export const assigned = { system: 'urn:karta:card-activity', code: 'assign', display: 'Запись отнесена к карте' } as const;
export const reopened = { system: 'urn:karta:card-activity', code: 'reopen', display: 'Решение о карте отменено' } as const;

const recordTypes = [
  'AllergyIntolerance', 'Appointment', 'Condition', 'Consent', 'DiagnosticReport', 'DocumentReference', 'Encounter', 'EpisodeOfCare', 'Flag', 'Immunization',
  'MedicationRequest', 'Observation', 'Procedure', 'QuestionnaireResponse', 'ServiceRequest',
] as const;

/** A time when two cards were one person's. Instants. */
export interface Merging {
  other: string;
  from: string;
  to: string;
}

function mergedWith(patient: Pick<Patient, 'link'>): string[] {
  return (patient.link ?? []).filter(({ extension }) => extension?.some(({ url }) => url === mergedAt)).map(({ other }) => other.reference?.replace('Patient/', '') ?? '');
}

/** Mergings of a card that were taken back, by its own history; those that hold are not among them. The instants are the versions' own. */
export async function endedMergings(ctx: Ctx, id: string): Promise<Merging[]> {
  const { entries } = await ctx.asSystem().store.history({ type: 'Patient', id }, { count: 200 });
  const versions = entries.filter(({ deleted }) => !deleted).map((stored) => ({ updated: stored.updated, others: mergedWith(asPatient(stored)) }));
  const holding = new Set(versions[0]?.others);
  return [...new Set(versions.flatMap(({ others }) => others))].filter((other) => !holding.has(other)).map((other) => {
    const last = versions.findIndex(({ others }) => others.includes(other));
    const before = versions.findIndex(({ others }, at) => at > last && !others.includes(other));
    return { other, from: versions[before < 0 ? versions.length - 1 : before - 1]!.updated, to: versions[last - 1]!.updated };
  });
}

/**
 * What was written to the card or to the one it was merged with while they were one person's, and nobody has assigned. The desk sees no
 * clinical text: types, dates and the card, found on Karta's own behalf.
 */
export async function listUnassigned(ctx: Ctx, id: string): Promise<WrittenSince[]> {
  await ctx.store.read('Patient', id);
  const mergings = await endedMergings(ctx, id);
  const lists = await Promise.all(mergings.flatMap((merging) => [writtenTo(ctx, id, merging.other, merging), writtenTo(ctx, merging.other, id, merging)]));
  const byReference = new Map(lists.flat().map((one) => [`${one.type}/${one.id}`, one]));
  return [...byReference.values()].sort((a, b) => (a.updated < b.updated ? 1 : -1));
}

async function writtenTo(ctx: Ctx, card: string, other: string, { from, to }: Merging): Promise<WrittenSince[]> {
  const { store } = ctx.asSystem();
  const since = `_lastUpdated=gt${encodeURIComponent(from)}`;
  const pages = await Promise.all(recordTypes.map(async (type) => (await store.search(type, `patient=Patient/${card}&${since}&_lastUpdated=le${encodeURIComponent(to)}&_count=200`)).matches));
  const spoken = (await store.search('Provenance', `patient=Patient/${card}&${since}&_count=1000`)).matches.sort((a, b) => (a.updated < b.updated ? -1 : 1)).map((stored) => JSON.parse(stored.content) as Provenance);
  const words = new Map<string, string>();
  for (const { activity, target } of spoken) {
    const word = activity?.coding?.find(({ system }) => system === assigned.system)?.code;
    const entry = target.find(({ reference }) => !reference?.startsWith('Patient/'))?.reference;
    if (word && entry) words.set(entry, word);
  }
  // Moved and taken back: its last version is younger than the merging, and it is open all the same.
  const back = (await store.readMany([...words].flatMap(([reference, word]) => (word === reopened.code ? [reference] : [])))).filter((stored) => belongsTo(stored, card));
  const open = [...new Map([...pages.flat(), ...back].map((stored) => [`${stored.type}/${stored.id}`, stored])).values()].filter((stored) => words.get(`${stored.type}/${stored.id}`) !== assigned.code);
  return Promise.all(open.map(async (stored) => ({ type: stored.type, id: stored.id, version: stored.version, updated: stored.updated, card, other, fixed: await whyFixed(ctx, stored) })));
}

/** Whether the entry is in this card. */
export function belongsTo({ content }: Pick<Stored, 'content'>, patient: string): boolean {
  return JSON.stringify(JSON.parse(content)).includes(`"reference":"Patient/${patient}"`);
}

/** Why an entry stays where it is: a signature stands on its bytes (63-ФЗ, art. 5), or a visit with its draft and its case holds it. */
export async function whyFixed(ctx: Ctx, stored: Stored): Promise<WrittenSince['fixed']> {
  const reference = `${stored.type}/${stored.id}`;
  if (stored.type === 'DocumentReference') return stored.content.includes(`"${paperCopy.system}"`) ? undefined : 'document';
  const { store } = ctx.asSystem();
  const sources = (await store.search('Provenance', `target=${reference}&_count=50`)).matches.map(({ content }) => JSON.parse(content) as Provenance);
  if (sources.some(({ entity }) => entity?.some(({ what }) => what.reference?.startsWith('DocumentReference/')))) return 'document';
  if (stored.type === 'Encounter' || stored.type === 'EpisodeOfCare' || /"reference":\s*"(Encounter|EpisodeOfCare|DocumentReference)\//.test(stored.content)) return 'visit';
  if (stored.type === 'Appointment' && (await store.search('Encounter', `appointment=${reference}&_count=1`)).matches.length > 0) return 'visit';
  return undefined;
}
