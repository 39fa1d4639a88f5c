import type { Group, Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { Stored } from '../../store/types.ts';

/** Patients in groups: those of the group that begins at a place, and the place of the next one. The first place is empty. */
export type PatientPages = (at: string) => Promise<{ patients: readonly string[]; next: string | undefined }>;

/** So many patients are looked for in one statement. */
const groupSize = 50;

/** All whom the caller may find, by id. */
export function everyPatient(ctx: Ctx): PatientPages {
  return async (at) => {
    const { matches, next } = await ctx.store.search('Patient', `_count=${groupSize}${at === '' ? '' : `&_cursor=${encodeURIComponent(at)}`}`);
    return { patients: matches.map(({ id }) => id), next };
  };
}

/** These patients with the cards that were merged into theirs, by id; a place is the id before. */
export function thesePatients(ctx: Ctx, ids: readonly string[]): PatientPages {
  const sorted = ids.toSorted((a, b) => (a < b ? -1 : 1));
  return async (at) => {
    const rest = sorted.filter((id) => id > at);
    const taken = rest.slice(0, groupSize);
    const cards = await cardsOf(ctx, ...(await ctx.store.readMany(taken.map((id) => `Patient/${id}`))));
    return { patients: cards, next: rest.length > groupSize ? taken.at(-1)! : undefined };
  };
}

/** Ids of the patients who are in a Group now. A group of groups is followed three deep. Refuses `store.not-found`. */
export async function groupMembers(ctx: Ctx, id: string, depth = 3): Promise<string[]> {
  const { member: members = [] } = JSON.parse((await ctx.store.read('Group', id)).content) as Group;
  const patients = new Set<string>();
  for (const { entity, inactive, period } of members) {
    const [type, member] = (entity.reference ?? '').split('/');
    const over = inactive === true || (period?.end !== undefined && new Date(period.end) < ctx.now);
    if (over || member === undefined) continue;
    if (type === 'Patient') patients.add(member);
    else if (type === 'Group' && depth > 0) for (const one of await groupMembers(ctx, member, depth - 1)) patients.add(one);
  }
  return [...patients];
}

/** A person's cards: these and those merged into them. */
export async function cardsOf(ctx: Ctx, ...patients: readonly Stored[]): Promise<string[]> {
  const known = new Set(patients.map(({ id }) => id));
  for (let wanted = patients.flatMap(replacedBy).filter((id) => !known.has(id)); wanted.length > 0; ) {
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
