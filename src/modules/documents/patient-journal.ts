import type { Appointment, Encounter, Patient } from '@medplum/fhirtypes';
import { journalOf, type JournalEntry } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import type { Journal, JournalLine } from './contract.ts';
import { demandOwnCard } from './list-documents.ts';
import { readNames, type Names } from './people.ts';
import { journalWords, purposeWords, whyWords } from './journal-words.ts';

/** Requests of one person within this time are one look into the card: a screen asks many times. */
const oneLook = 30 * 60_000;

/** Who opened the card, the newest first: one line for each look, with who, from where, why and what. */
export async function listJournal(ctx: Ctx, patient: string, before?: string): Promise<Journal> {
  demandOwnCard(ctx, patient);
  const { entries, next } = await journalOf(ctx, patient, { count: 200, ...(before === undefined ? {} : { before }) });
  const looks = joinLooks(entries);
  const [names, reasons] = await Promise.all([readNames(ctx, looks.map((look) => look.entries[0]!.organization)), readReasons(ctx, patient)]);
  return { lines: looks.map((look) => lineOf(look, names, reasons, ctx)), next };
}

interface Look {
  entries: JournalEntry[];
}

/** Neighbours by time of the same person and the same right to look. Pure. */
export function joinLooks(entries: readonly JournalEntry[]): Look[] {
  const looks: Look[] = [];
  const open = new Map<string, Look>();
  for (const entry of entries) {
    const key = `${entry.actor} ${entry.emergency ?? ''}`;
    const last = open.get(key);
    if (last && Date.parse(last.entries.at(-1)!.at) - Date.parse(entry.at) <= oneLook) last.entries.push(entry);
    else {
      const look = { entries: [entry] };
      open.set(key, look);
      looks.push(look);
    }
  }
  return looks;
}

function lineOf({ entries }: Look, names: Names, reasons: Reasons, ctx: Ctx): JournalLine {
  const [last] = entries as [JournalEntry];
  const first = entries.at(-1)!;
  const clinic = names.clinic(last.organization)?.name;
  const what = [...new Set(entries.flatMap((each) => each.what.split(', ')))];
  return {
    key: last.seq,
    who: last.who,
    role: last.role,
    ...(clinic ? { clinic } : {}),
    what: what.join(', '),
    why: last.emergency === undefined ? whyOf(last, reasons, ctx) : journalWords.emergency[ctx.language],
    from: first.at,
    till: last.at,
    changed: entries.some((each) => each.act === journalWords.change[ctx.language]),
    own: ctx.actor.reference === last.actor,
    ...(last.emergency === undefined ? {} : { emergency: last.emergency }),
  };
}

interface Reasons {
  visits: { actors: readonly string[]; at: string }[];
  organizations: { organization: string; at: string }[];
  district: string | undefined;
  clinic: string | undefined;
}

async function readReasons(ctx: Ctx, patient: string): Promise<Reasons> {
  const system = ctx.asSystem().store;
  const [appointments, encounters, stored] = await Promise.all([
    system.search('Appointment', `patient=Patient/${patient}&_sort=-date&_count=200`),
    system.search('Encounter', `patient=Patient/${patient}&_sort=-date&_count=200`),
    system.readMany([`Patient/${patient}`]),
  ]);
  const booked = appointments.matches.map((each) => JSON.parse(each.content) as Appointment);
  const held = encounters.matches.map((each) => JSON.parse(each.content) as Encounter);
  const card = stored[0] ? (JSON.parse(stored[0].content) as Patient) : undefined;
  const roles = [...booked.flatMap((each) => each.participant.flatMap((one) => one.actor?.reference ?? [])), card?.generalPractitioner?.[0]?.reference].filter((each) => each?.startsWith('PractitionerRole/')) as string[];
  const people = new Map((await system.readMany([...new Set(roles)])).map((each) => [`PractitionerRole/${each.id}`, (JSON.parse(each.content) as { practitioner?: { reference?: string } }).practitioner?.reference]));
  const person = (reference: string | undefined) => (reference === undefined ? undefined : (people.get(reference) ?? reference));
  const known = (list: readonly (string | undefined)[]) => list.filter((each) => each !== undefined);
  return {
    visits: [
      ...booked.map((each) => ({ actors: known(each.participant.map((one) => person(one.actor?.reference))), at: each.start ?? '' })),
      ...held.map((each) => ({ actors: known((each.participant ?? []).map((one) => one.individual?.reference)), at: each.period?.start ?? '' })),
    ],
    organizations: held.flatMap((each) => (each.serviceProvider?.reference ? [{ organization: each.serviceProvider.reference, at: each.period?.start ?? '' }] : [])),
    district: person(card?.generalPractitioner?.[0]?.reference),
    clinic: card?.managingOrganization?.reference,
  };
}

const day = 86_400_000;

/** Why this person may look, as far as the card itself tells: a visit near that day, the district, the clinic; else the purpose. */
function whyOf(entry: JournalEntry, reasons: Reasons, { language }: Ctx): string {
  const at = Date.parse(entry.at);
  if (entry.purpose === 'TREAT') {
    const near = reasons.visits.filter((each) => each.actors.includes(entry.actor) && Date.parse(each.at) - at < 2 * day && at - Date.parse(each.at) < 31 * day);
    const closest = near.toSorted((a, b) => Math.abs(Date.parse(a.at) - at) - Math.abs(Date.parse(b.at) - at))[0];
    if (closest) return whyWords.visit[language](closest.at);
    if (reasons.district === entry.actor) return whyWords.district[language];
    if (entry.organization !== undefined && entry.organization === reasons.clinic) return whyWords.clinic[language];
  }
  return purposeWords(entry.purpose, language);
}
