import type { Organization, Patient } from '@medplum/fhirtypes';
import { searchJournal, type Ctx } from '../../access/index.ts';
import type { JournalAnswer, JournalAsked, JournalCard } from './contract.ts';

const pageSize = 200;
const cardSystem = 'urn:karta:card';

/** A page of the journal, the newest first. Of a patient only the number of the card is shown: who it is, whoever investigates knows already. */
export async function readJournal(ctx: Ctx, asked: JournalAsked, { zone }: { zone: string }): Promise<JournalAnswer> {
  const { who, card, from, to, act, before } = asked;
  const cards = card === undefined ? undefined : await cardsNamed(ctx, card);
  if (cards?.length === 0) return { rows: [], noCard: true };
  const { lines, next } = await searchJournal(ctx, { who, cards, from: from === undefined ? undefined : beginOf(from, 0, zone), to: to === undefined ? undefined : beginOf(to, 1, zone), act, before, count: pageSize });
  const numbers = await cardNumbers(ctx, lines.flatMap(({ patients }) => patients));
  const clinics = await clinicNames(ctx, lines.map(({ organization }) => organization));
  return {
    rows: lines.map(({ patients, organization, actor: _actor, purpose: _purpose, ...line }) => ({ ...line, cards: patients.map((id) => numbers.get(id) ?? { id }), ...(clinics.has(organization ?? '') && { clinic: clinics.get(organization!)! }) })),
    ...(next !== undefined && { next }),
  };
}

/** Found on behalf of Karta, so that an auditor needs no right to read patients. With the cards that were merged into it. */
async function cardsNamed(ctx: Ctx, typed: string): Promise<string[]> {
  const { store } = ctx.asSystem();
  const digits = typed.replaceAll(/[\s-]/g, '');
  const values = [...new Set([typed, digits])].map((value) => value.replaceAll(/[\\,|$]/g, String.raw`\$&`));
  const byId = /^[A-Za-z0-9\-.]{1,64}$/.test(typed) ? await store.readMany([`Patient/${typed}`]) : [];
  const found = byId.length > 0 ? byId : (await store.search('Patient', `identifier=${encodeURIComponent(values.join(','))}&_count=50`)).matches;
  const linked = found.flatMap(({ content }) => ((JSON.parse(content) as Patient).link ?? []).flatMap(({ other }) => (other.reference?.startsWith('Patient/') ? [other.reference.slice(8)] : [])));
  return [...new Set([...found.map(({ id }) => id), ...linked])];
}

async function cardNumbers(ctx: Ctx, ids: readonly string[]): Promise<Map<string, JournalCard>> {
  const wanted = [...new Set(ids)].map((id) => `Patient/${id}`);
  const found = wanted.length > 0 ? await ctx.asSystem().store.readMany(wanted) : [];
  return new Map(found.map(({ id, content }) => {
    const number = (JSON.parse(content) as Patient).identifier?.find(({ system }) => system === cardSystem)?.value;
    return [id, { id, ...(number !== undefined && { number }) }];
  }));
}

async function clinicNames(ctx: Ctx, references: readonly (string | undefined)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(references.filter((each) => each !== undefined))];
  const found = wanted.length > 0 ? await ctx.store.readMany(wanted) : [];
  return new Map(found.flatMap(({ id, content }) => {
    const { name } = JSON.parse(content) as Organization;
    return name === undefined ? [] : [[`Organization/${id}`, name] as const];
  }));
}

/** The instant at which a day, or the one so many days later, begins in the zone. */
function beginOf(day: string, later: number, zone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`) + later * 86_400_000;
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(midnight);
  return new Date(2 * midnight - Date.parse(`${shown.replace(' ', 'T')}Z`));
}
